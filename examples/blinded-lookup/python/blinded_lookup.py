"""Blinded lookups at furusu, with the standard library only. The recipe is docs/blinded-lookups.md; ../recipe.json has its tables.

As a command, it reads a question with plain values (as POST /v1/returning-applicants/lookups takes them) from standard input:

    python blinded_lookup.py tokens                    prints the tokens, as `furusu matching tokens` does
    python blinded_lookup.py ask                       sends the question blinded, and prints the finding

FURUSU_URL, FURUSU_ACCESS_TOKEN, FURUSU_BLIND_PERIOD and FURUSU_BLIND_SECRET (64 hexadecimal digits) say where, as whom, and
with which secret; FURUSU_CALLING_CODE, which country telephone numbers without one are of (81).
"""

import hashlib
import hmac
import json
import os
import re
import sys
import unicodedata
import urllib.request
from pathlib import Path

RECIPE = json.loads((Path(__file__).parent.parent / "recipe.json").read_text(encoding="utf-8"))
KANJI = re.compile("[々\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
NO_NAME = re.compile("[^々\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffffぁ-ゖゝゞァ-ヺー-ヿ]")


def tidy(text):
    return unicodedata.normalize("NFKC", text or "").strip()


def digits(text):
    return re.sub("[^0-9]", "", text)


def email(text):
    local, at, domain = tidy(text).lower().rpartition("@")
    local, domain = local.split("+")[0], domain.rstrip(".")
    if domain == "googlemail.com":
        domain = "gmail.com"
    if domain == "gmail.com":
        local = local.replace(".", "")
    return f"{local}@{domain}" if local and "." in domain else ""


def phone(text, code="81"):
    text = re.split("[xX#;内]", tidy(text))[0]
    is_international = text.lstrip(" (").startswith("+")
    number = digits(text.replace("(0)", "") if is_international else text)
    if number.startswith("00") and not is_international:
        number = number[2:]
    elif not is_international and not (number.startswith(code) and len(number) >= 11):
        number = code + number
    if number.startswith(code):
        number = code + number[len(code) :].lstrip("0")
    return number if 8 <= len(number) <= 15 else ""


def employee_number(text):
    return digits(tidy(text)).lstrip("0")


def birth(text):
    runs = re.findall("[0-9]+", tidy(text))
    if len(runs) == 1 and len(runs[0]) == 8:
        runs = [runs[0][:4], runs[0][4:6], runs[0][6:]]
    if len(runs) != 3 or len(runs[0]) != 4 or len(runs[1]) > 2 or len(runs[2]) > 2:
        return []
    year, month, day = runs[0], runs[1].zfill(2), runs[2].zfill(2)
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return []
    return [
        ("birth", f"{year}-{month}-{day}"),
        ("birth_year_month", f"{year}-{month}"),
        ("birth_year_day", f"{year}-{day}"),
        ("birth_month_day", f"{month}-{day}"),
    ]


def written(text):
    """A name in kanji, variants folded; empty if it has no kanji."""
    if not KANJI.search(text):
        return ""
    out = ""
    for letter in NO_NAME.sub("", text):
        letter = out[-1] if letter == "々" and out else letter
        out += RECIPE["kanji"].get(letter, letter)
    return out


def reading(text):
    """A reading in the letters a to z: おおの, Ohno and Ōno are one."""
    spelled = ""
    for letter in unicodedata.normalize("NFKC", text).lower():
        if "ァ" <= letter <= "ヶ":
            letter = chr(ord(letter) - 0x60)
        letters = RECIPE["letters"].get(letter, letter)
        if letters.startswith("^") and letter != "^":
            spelled = re.sub("[aiueo]$", "", spelled) + letters[1:]
        else:
            spelled += letters
    plain = re.sub("[^a-z]", "", unicodedata.normalize("NFD", spelled))
    for one, other in RECIPE["spellings"]:
        plain = plain.replace(one, other)
    plain = re.sub("(?<=[aiueo])h(?![aiueoy])", "", plain)
    return re.sub(r"(.)\1+", r"\1", plain)


def words(text):
    return [word for word in re.split("[ ・.,=-]", text) if word]


def all_words(text):
    readings = sorted(filter(None, map(reading, words(text))))
    return " ".join(readings) if len(readings) > 1 else ""


def said(part, kana):
    return [text for text in ("" if KANJI.search(part) else part, kana) if text]


def parts(name):
    p = {key: tidy(name.get(key)) for key in ("full", "family", "given", "full_kana", "family_kana", "given_kana")}
    return split(p)


def split(p):
    full, kana = words(p["full"]), words(p["full_kana"])
    if len(full) == 2 and KANJI.search(p["full"]) and not p["family"] and not p["given"]:
        p["family"], p["given"] = full
    if len(kana) == 2 and not p["family_kana"] and not p["given_kana"]:
        p["family_kana"], p["given_kana"] = kana
    return p


def names(all_names):
    everyone = [parts(name) for name in all_names[:12]]
    lender = next((p for p in everyone if p["given"] or p["given_kana"]), None)
    for p in everyone:
        if not p["given"] and not p["given_kana"] and not p["full"]:
            if lender:
                p = {**p, "given": lender["given"], "given_kana": lender["given_kana"]}
            else:
                p = split({**p, "full": p["family"], "full_kana": p["family_kana"], "family": "", "family_kana": ""})
        family, given = written(p["family"]), written(p["given"])
        full = family + given if family and given else ""
        if not p["family"] and not p["given"]:
            full = written(p["full"])
        families, givens = said(p["family"], p["family_kana"]), said(p["given"], p["given_kana"])
        yield from (("family_reading", reading(text)) for text in families)
        yield from (("given_reading", reading(text)) for text in givens)
        yield from (("family", family), ("given", given), ("full_name", full))
        yield from (("full_reading", all_words(f"{one} {two}")) for one in families for two in givens)
        yield from (("full_reading", all_words(text)) for text in said(p["full"], p["full_kana"]))


def tokens(question, code="81"):
    """The tokens of a question, as pairs of kind and value, each once."""
    of = {"email": email, "phone": lambda text: phone(text, code), "employee_number": employee_number}
    found = []
    for kind in of:
        found += [(kind, of[kind](i["value"])) for i in question.get("identifiers") or [] if i["kind"] == kind]
    found += birth(question.get("birth_on"))
    found += names(question.get("names") or [])
    return list(dict.fromkeys(token for token in found if token[1]))


def blind(secret, kind, value):
    """A token as it is sent; the secret in hexadecimal digits, as `furusu client blind` prints it."""
    return hmac.new(bytes.fromhex(secret), f"{kind}\x1f{value}".encode(), hashlib.sha256).hexdigest()


def blinded(question, period, secret, code="81"):
    """The question with nothing in it that says who the applicant is."""
    identifiers = [{"kind": kind, "blinded": blind(secret, kind, value)} for kind, value in tokens(question, code)]
    rest = {key: value for key, value in question.items() if key not in ("names", "birth_on", "identifiers")}
    return {**rest, "identifiers": identifiers, "blinding": {"period": period}}


def ask(url, access_token, question):
    headers = {"authorization": f"Bearer {access_token}", "content-type": "application/json"}
    body = json.dumps(question).encode()
    request = urllib.request.Request(f"{url}/v1/returning-applicants/lookups", body, headers, method="POST")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


if __name__ == "__main__":
    env, question = os.environ, json.loads(sys.stdin.buffer.read())
    code, secret = env.get("FURUSU_CALLING_CODE", "81"), env.get("FURUSU_BLIND_SECRET")
    if sys.argv[1:] == ["ask"]:
        sent = blinded(question, env["FURUSU_BLIND_PERIOD"], env["FURUSU_BLIND_SECRET"], code)
        shown = ask(env["FURUSU_URL"], env["FURUSU_ACCESS_TOKEN"], sent)
    else:
        made = tokens(question, code)
        shown = [{"kind": k, "value": v, **({"blinded": blind(secret, k, v)} if secret else {})} for k, v in made]
    sys.stdout.buffer.write((json.dumps(shown, ensure_ascii=False, indent=2) + "\n").encode())
