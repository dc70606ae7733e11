"""Blinded lookups by the example clients in Python and TypeScript: their tokens are those of the service, and they find the
same as a lookup with plain values."""

import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

EXAMPLE = Path(__file__).parent / "blinded-lookup"
sys.path.insert(0, str(EXAMPLE / "python"))

import blinded_lookup

URL = os.environ["FURUSU_URL"]
PERIOD = os.environ["FURUSU_BLIND_PERIOD"]
SECRET = os.environ["FURUSU_BLIND_SECRET"]
TYPESCRIPT = ["node", str(EXAMPLE / "typescript" / "dist" / "blinded-lookup.js")]
FURUSU = [os.environ["FURUSU"], "matching", "tokens", "--secret", SECRET]

ALUMNI = [
    {
        "external_id": f"blinded-{n}",
        "names": [name],
        "birth_on": birth,
        "emails": [email],
        "phones": [phone],
        "employment": {"hired_on": "2010-04-01"},
        "departure": {"employment_ended_on": "2018-03-31"},
    }
    for n, (name, birth, email, phone) in enumerate(
        [
            (
                {"kind": "legal", "family": "濵﨑", "given": "眞理子", "family_kana": "ハマサキ", "given_kana": "マリコ"},
                "1984-12-03",
                "mariko.hamasaki@gmail.com",
                "080-2222-3333",
            ),
            ({"kind": "legal", "family": "Ødegård", "given": "Jürgen"}, "1979-01-31", "j.odegard@example.net", "+47 400 12 345"),
            ({"kind": "legal", "family": "大野", "given": "純一", "family_kana": "オオノ", "given_kana": "ジュンイチ"}, "1990-06-07", "ohno@example.com", "03-1234-5678"),
        ]
    )
]

# What an applicant's form has; the first ones are the alumni above.
QUESTIONS = [
    {"names": [{"full": "浜崎　真理子"}], "birth_on": "1984/12/3", "identifiers": [{"kind": "email", "value": "Mariko.Hamasaki+jobs@googlemail.com"}]},
    {"names": [{"family": "Hamasaki", "given": "Mariko"}], "birth_on": "19841203", "identifiers": [{"kind": "phone", "value": "+81 (0)80 2222 3333"}]},
    {"names": [{"full": "Juergen Odegard"}, {"full": "Jürgen ØDEGÅRD"}], "birth_on": "1979-01-31", "identifiers": [{"kind": "phone", "value": "004740012345"}]},
    {"names": [{"full": "Junichi Ohno"}], "birth_on": "1990-06-07", "identifiers": [{"kind": "email", "value": "ohno@example.com"}]},
    {"names": [{"family": "五十嵐", "given": "蓮", "full_kana": "イガラシ　レン"}], "birth_on": "1999-09-09", "identifiers": [{"kind": "email", "value": "ren@example.org"}]},
]

# What the recipe must be exact about, found anywhere or not.
ODD = [
    {"names": [{"full": "佐々木ｱﾝﾅ"}, {"kind": "former", "family": "﨑山"}, {"full": "Kim, Min-jun"}, {"full": "ジョン・スミス", "full_kana": "ｼﾞｮﾝ ｽﾐｽ"}]},
    {"names": [{"family": "Жуков", "given": "Георгий"}, {"family": "Straße", "given": "İlknur"}, {"family": "van der Berg", "given": "Anna Maria"}]},
    {"names": [{"full": "𠮷田太郎"}, {"family": "ヴァレリー", "given": "ティエリー"}, {"family": "えっちゅう", "given": "しんぺい"}, {"full": "Prince"}]},
    {"names": [{"full": "おおつか　ゆうこ"}, {"family": "O'Brien", "given": "Seán"}, {"full": "関ヶ原 一"}, {"family": "Etchū", "given": "Jun'ichirō"}]},
    {"identifiers": [{"kind": "phone", "value": "０３（１２３４）５６７８"}, {"kind": "phone", "value": "9012345678"}, {"kind": "phone", "value": "+1 (212) 555-0100"}, {"kind": "employee_number", "value": "Ｅ－００４７"}, {"kind": "address", "value": "東京都"}]},
    {"names": [{"family": "髙橋 由美子", "family_kana": "タカハシ ユミコ"}, {"family": "高橋由美子"}, {"family": "Yumiko Ohno"}]},
    {"birth_on": "２００１－２－０９", "names": [{"family": "A", "given": "^B"}]},
]


def command(args, question, **env):
    done = subprocess.run(args, input=json.dumps(question).encode(), stdout=subprocess.PIPE, env={**os.environ, **env}, check=True)
    return json.loads(done.stdout)


def post(path, token, body):
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(URL + path, json.dumps(body).encode(), headers, method="POST")) as answer:
        return json.load(answer)


def result(finding):
    return finding["result"], finding["tier"], finding["standing"]


def access_token():
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["FURUSU_CLIENT_ID"],
        "client_secret": os.environ["FURUSU_CLIENT_SECRET"],
    }
    with urllib.request.urlopen(f"{URL}/oauth/token", urllib.parse.urlencode(form).encode()) as answer:
        return json.load(answer)["access_token"]


os.environ["FURUSU_ACCESS_TOKEN"] = access_token()
recorded = post("/v1/departures/batch", os.environ["FURUSU_TOKEN"], {"source": "blinded", "records": ALUMNI})
assert all(one["alumnus_id"] for one in recorded["results"]), recorded
for question in QUESTIONS + ODD:
    of_service = command(FURUSU, question)
    in_python = [
        {"kind": kind, "value": value, "blinded": blinded_lookup.blind(SECRET, kind, value)}
        for kind, value in blinded_lookup.tokens(question)
    ]
    in_typescript = command([*TYPESCRIPT, "tokens"], question)
    assert of_service, question
    assert in_python == of_service, (in_python, of_service)
    assert in_typescript == of_service, (in_typescript, of_service)
found = []
for question in QUESTIONS:
    plain = blinded_lookup.ask(URL, os.environ["FURUSU_ACCESS_TOKEN"], question)
    in_python = command([sys.executable, str(EXAMPLE / "python" / "blinded_lookup.py"), "ask"], question)
    in_typescript = command([*TYPESCRIPT, "ask"], question)
    assert result(in_python) == result(in_typescript) == result(plain), (question, in_python, plain)
    found.append(plain["result"])
assert found == ["match"] * 4 + ["no_match"], found
print(f"{len(QUESTIONS + ODD)} questions make the same tokens, and {len(QUESTIONS)} are answered alike")
