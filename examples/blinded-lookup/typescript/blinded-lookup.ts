// Blinded lookups at furusu, with Node.js only. The recipe is docs/blinded-lookups.md; recipe.json has its tables.
//
// As a command, it reads a question with plain values (as POST /v1/returning-applicants/lookups takes them) from standard input:
//
//     node blinded-lookup.js tokens     prints the tokens, as `furusu matching tokens` does
//     node blinded-lookup.js ask        sends the question blinded, and prints the finding
//
// FURUSU_URL, FURUSU_ACCESS_TOKEN, FURUSU_BLIND_PERIOD and FURUSU_BLIND_SECRET (64 hexadecimal digits) say where, as whom, and
// with which secret; FURUSU_CALLING_CODE, which country telephone numbers without one are of (81); FURUSU_RECIPE, where
// recipe.json lies.

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

interface Recipe {
  letters: Record<string, string>;
  spellings: [string, string][];
  kanji: Record<string, string>;
}

export interface Name {
  kind?: string | null;
  full?: string | null;
  family?: string | null;
  given?: string | null;
  full_kana?: string | null;
  family_kana?: string | null;
  given_kana?: string | null;
}

/** A question with plain values; other members are sent as they are. */
export interface Question {
  names?: Name[] | null;
  birth_on?: string | null;
  identifiers?: { kind: string; value: string }[] | null;
  [other: string]: unknown;
}

export type Token = [kind: string, value: string];

const recipe = JSON.parse(readFileSync(process.env["FURUSU_RECIPE"] ?? "recipe.json", "utf8")) as Recipe;
const KANJI = /[々\u{3400}-\u{4dbf}\u{4e00}-\u{9fff}\u{f900}-\u{faff}\u{20000}-\u{3ffff}]/u;
const NO_NAME = /[^々\u{3400}-\u{4dbf}\u{4e00}-\u{9fff}\u{f900}-\u{faff}\u{20000}-\u{3ffff}ぁ-ゖゝゞァ-ヺー-ヿ]/gu;

const tidy = (text: string | null | undefined): string => (text ?? "").normalize("NFKC").trim();
const digits = (text: string): string => text.replace(/[^0-9]/g, "");

export function email(text: string): string {
  const tidied = tidy(text).toLowerCase();
  const at = tidied.lastIndexOf("@");
  let local = (at < 0 ? "" : tidied.slice(0, at)).split("+")[0] ?? "";
  let domain = tidied.slice(at + 1).replace(/\.+$/, "");
  if (domain === "googlemail.com") domain = "gmail.com";
  if (domain === "gmail.com") local = local.replaceAll(".", "");
  return local && domain.includes(".") ? `${local}@${domain}` : "";
}

export function phone(text: string, code = "81"): string {
  const number = tidy(text).split(/[xX#;内]/)[0] ?? "";
  const isInternational = /^[ (]*\+/.test(number);
  let found = digits(isInternational ? number.replaceAll("(0)", "") : number);
  if (!isInternational) {
    if (found.startsWith("00")) found = found.slice(2);
    else if (!(found.startsWith(code) && found.length >= 11)) found = code + found;
  }
  if (found.startsWith(code)) found = code + found.slice(code.length).replace(/^0+/, "");
  return found.length >= 8 && found.length <= 15 ? found : "";
}

export const employeeNumber = (text: string): string => digits(tidy(text)).replace(/^0+/, "");

export function birth(text: string | null | undefined): Token[] {
  let runs: string[] = tidy(text).match(/[0-9]+/g) ?? [];
  const whole = runs[0] ?? "";
  if (runs.length === 1 && whole.length === 8) runs = [whole.slice(0, 4), whole.slice(4, 6), whole.slice(6)];
  const [year = "", month = "", day = ""] = runs;
  if (runs.length !== 3 || year.length !== 4 || month.length > 2 || day.length > 2) return [];
  if (+month < 1 || +month > 12 || +day < 1 || +day > 31) return [];
  const [m, d] = [month.padStart(2, "0"), day.padStart(2, "0")];
  return [
    ["birth", `${year}-${m}-${d}`],
    ["birth_year_month", `${year}-${m}`],
    ["birth_year_day", `${year}-${d}`],
    ["birth_month_day", `${m}-${d}`],
  ];
}

/** A name in kanji, variants folded; empty if it has no kanji. */
export function written(text: string): string {
  if (!KANJI.test(text)) return "";
  const out: string[] = [];
  for (const letter of text.replace(NO_NAME, "")) {
    const repeated = letter === "々" ? (out.at(-1) ?? letter) : letter;
    out.push(recipe.kanji[repeated] ?? repeated);
  }
  return out.join("");
}

/** A reading in the letters a to z: おおの, Ohno and Ōno are one. */
export function reading(text: string): string {
  let spelled = "";
  for (let letter of text.normalize("NFKC").toLowerCase()) {
    if (letter >= "ァ" && letter <= "ヶ") letter = String.fromCodePoint((letter.codePointAt(0) ?? 0) - 0x60);
    const letters = Object.hasOwn(recipe.letters, letter) ? recipe.letters[letter] : undefined;
    if (letters?.startsWith("^")) spelled = spelled.replace(/[aiueo]$/, "") + letters.slice(1);
    else spelled += letters ?? letter;
  }
  let plain = spelled.normalize("NFD").replace(/[^a-z]/g, "");
  for (const [one, other] of recipe.spellings) plain = plain.replaceAll(one, other);
  return plain.replace(/(?<=[aiueo])h(?![aiueoy])/g, "").replace(/(.)\1+/g, "$1");
}

const words = (text: string): string[] => text.split(/[ ・.,=-]/).filter((word) => word !== "");

function allWords(text: string): string {
  const readings = words(text).map(reading).filter((word) => word !== "").sort();
  return readings.length > 1 ? readings.join(" ") : "";
}

const said = (part: string, kana: string): string[] => [KANJI.test(part) ? "" : part, kana].filter((text) => text !== "");

interface Parts {
  full: string;
  family: string;
  given: string;
  fullKana: string;
  familyKana: string;
  givenKana: string;
}

function parts(name: Name): Parts {
  return split({
    full: tidy(name.full),
    family: tidy(name.family),
    given: tidy(name.given),
    fullKana: tidy(name.full_kana),
    familyKana: tidy(name.family_kana),
    givenKana: tidy(name.given_kana),
  });
}

function split(p: Parts): Parts {
  const [full, kana] = [words(p.full), words(p.fullKana)];
  if (full.length === 2 && KANJI.test(p.full) && !p.family && !p.given) [p.family = "", p.given = ""] = full;
  if (kana.length === 2 && !p.familyKana && !p.givenKana) [p.familyKana = "", p.givenKana = ""] = kana;
  return p;
}

function* names(all: Name[]): Generator<Token> {
  const everyone = all.slice(0, 12).map(parts);
  const lender = everyone.find((p) => p.given || p.givenKana);
  for (let p of everyone) {
    if (!p.given && !p.givenKana && !p.full) {
      if (lender) p = { ...p, given: lender.given, givenKana: lender.givenKana };
      else p = split({ ...p, full: p.family, fullKana: p.familyKana, family: "", familyKana: "" });
    }
    const [family, given] = [written(p.family), written(p.given)];
    const isWhole = !p.family && !p.given;
    const full = isWhole ? written(p.full) : family && given ? family + given : "";
    const [families, givens] = [said(p.family, p.familyKana), said(p.given, p.givenKana)];
    for (const text of families) yield ["family_reading", reading(text)];
    for (const text of givens) yield ["given_reading", reading(text)];
    yield ["family", family];
    yield ["given", given];
    yield ["full_name", full];
    for (const one of families) for (const two of givens) yield ["full_reading", allWords(`${one} ${two}`)];
    for (const text of said(p.full, p.fullKana)) yield ["full_reading", allWords(text)];
  }
}

/** The tokens of a question, as pairs of kind and value, each once. */
export function tokens(question: Question, code = "81"): Token[] {
  const of: [string, (text: string) => string][] = [
    ["email", email],
    ["phone", (text) => phone(text, code)],
    ["employee_number", employeeNumber],
  ];
  const found: Token[] = [];
  for (const [kind, make] of of) {
    for (const one of question.identifiers ?? []) if (one.kind === kind) found.push([kind, make(one.value)]);
  }
  found.push(...birth(question.birth_on), ...names(question.names ?? []));
  const unique = new Map(found.filter(([, value]) => value !== "").map((token) => [token.join("\x1f"), token]));
  return [...unique.values()];
}

/** A token as it is sent; the secret in hexadecimal digits, as `furusu client blind` prints it. */
export const blind = (secret: string, [kind, value]: Token): string =>
  createHmac("sha256", Buffer.from(secret, "hex")).update(`${kind}\x1f${value}`).digest("hex");

/** The question with nothing in it that says who the applicant is. */
export function blinded(question: Question, period: string, secret: string, code = "81"): Record<string, unknown> {
  const identifiers = tokens(question, code).map((token) => ({ kind: token[0], blinded: blind(secret, token) }));
  const { names: _names, birth_on: _birth, identifiers: _identifiers, ...rest } = question;
  return { ...rest, identifiers, blinding: { period } };
}

export async function ask(url: string, accessToken: string, question: Record<string, unknown>): Promise<unknown> {
  const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
  const body = JSON.stringify(question);
  const answer = await fetch(`${url}/v1/returning-applicants/lookups`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function main(): Promise<void> {
  const env = (name: string): string => process.env[name] ?? "";
  const question = JSON.parse(readFileSync(0, "utf8")) as Question;
  const [code, secret] = [env("FURUSU_CALLING_CODE") || "81", env("FURUSU_BLIND_SECRET")];
  let shown: unknown;
  if (process.argv[2] === "ask") {
    const sent = blinded(question, env("FURUSU_BLIND_PERIOD"), secret, code);
    shown = await ask(env("FURUSU_URL"), env("FURUSU_ACCESS_TOKEN"), sent);
  } else {
    const made = tokens(question, code);
    shown = made.map(([kind, value]) => ({ kind, value, ...(secret ? { blinded: blind(secret, [kind, value]) } : {}) }));
  }
  process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
}

if (process.argv[1]?.endsWith("blinded-lookup.js")) await main();
