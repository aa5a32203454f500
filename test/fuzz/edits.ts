import type { Random } from "./random.ts";

/** What slips of the finger, of the mouse and of machines put into programs: pieces that the grammar gives a meaning, and some it does not. */
const pieces: readonly string[] = [
  ..."{}()[]<>,;:.?!@|&=+-*/%\"'`$\\#~^\n\t 0a_".split(""),
  "${",
  "?.",
  "??",
  "|>",
  "->",
  "...",
  '"""',
  "/*",
  "*/",
  "//",
  "\r\n",
  "\u{1f600}",
  "\u{d800}",
  "\u0000",
  "é",
  "999999999999999999999",
  "1.5",
  "5s",
  "nil",
  "fn f() {",
  "let x = ",
  "var {a, b: [c]} = ",
  "match x {",
  "if ",
  "else ",
  "for (a, b) in ",
  "try ",
  "catch (e) {",
  "yield ",
  "emit ",
  "return ",
  "pub ",
  'import { a } from "./main"\n',
  "type T<A> = T<T<A>> | nil\n",
  "struct S<T> { x: S<T>? }\n",
  "enum E { A(x: E), B }\n",
  "interface I { fn m(self) -> I }\n",
  "impl S { fn m(self) -> int { return self.m() } }\n",
  "parallel each xs { x -> ",
  "select {",
  "@test\n",
  "gen fn g() -> Stream<int> {",
  "const C = C + 1\n",
  "not in ",
  " to ",
  "request_approval(",
];

/** A program with one to three edits. Every edit is of a kind that editing really makes: typing, deleting, moving, pasting. */
export function editProgram(text: string, random: Random, other: string): string {
  let edited = text;
  for (let left = 1 + random.below(3); left > 0; left--) edited = editOnce(edited, random, other);
  return edited;
}

function editOnce(text: string, random: Random, other: string): string {
  const at = random.below(text.length + 1);
  const length = 1 + random.below(random.below(4) === 0 ? 200 : 8);
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + random.pick(pieces) + text.slice(at);
    case 2:
      return text.slice(0, at) + random.pick(pieces) + text.slice(at + length);
    case 3:
      return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
    case 4: {
      const to = random.below(text.length + 1);
      const moved = text.slice(at, at + length);
      const rest = text.slice(0, at) + text.slice(at + length);
      return rest.slice(0, to) + moved + rest.slice(to);
    }
    case 5: {
      const from = random.below(other.length + 1);
      return text.slice(0, at) + other.slice(from, from + length * 4) + text.slice(at);
    }
    case 6:
      return text.slice(0, at);
    default:
      return swapWords(text, random);
  }
}

/** Two words of the program change places: what still parses then is rarely well typed. */
function swapWords(text: string, random: Random): string {
  const first = wordAt(text, random.below(text.length + 1));
  const second = wordAt(text, random.below(text.length + 1));
  if (first.end > second.start) return text;
  const word = (at: { readonly start: number; readonly end: number }) => text.slice(at.start, at.end);
  return (
    text.slice(0, first.start) +
    word(second) +
    text.slice(first.end, second.start) +
    word(first) +
    text.slice(second.end)
  );
}

function wordAt(text: string, at: number): { readonly start: number; readonly end: number } {
  let start = at;
  while (start < text.length && !/\w/.test(text.charAt(start))) start++;
  let end = start;
  while (end < text.length && /\w/.test(text.charAt(end))) end++;
  return { start, end };
}
