import { type Builtin, declare, opt, req, t } from "../builtin/index.ts";
import { scalars } from "../value/index.ts";
import { textOf } from "./arguments.ts";
import { isWhiteSpace } from "./white-space.ts";

const strings = declare("strings");

type Words = (text: string) => string[];
type Joining = (words: readonly string[]) => string;

const snakeWords: Words = (text) => text.split("_").filter((word) => word !== "");
const kebabWords: Words = (text) => text.split("-").filter((word) => word !== "");

/** Words of `camelCase` and `PascalCase`; a run of capitals is one word up to the capital that starts the next: `HTTP|Server`. */
const camelWords: Words = (text) =>
  text.split(/(?<=[\p{Ll}0-9])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u).filter((word) => word !== "");

const toSnake: Joining = (words) => words.map((word) => word.toLowerCase()).join("_");
const toKebab: Joining = (words) => words.map((word) => word.toLowerCase()).join("-");
const toPascal: Joining = (words) => words.map((word) => upperFirst(word.toLowerCase())).join("");
const toCamel: Joining = (words) =>
  words.map((word, at) => (at === 0 ? word.toLowerCase() : upperFirst(word.toLowerCase()))).join("");

export function upperFirst(text: string): string {
  const [first = ""] = text;
  return first.toUpperCase() + text.slice(first.length);
}

function lowerFirst(text: string): string {
  const [first = ""] = text;
  return first.toLowerCase() + text.slice(first.length);
}

/** The first letter of each word large, the others small. Words stand between white space. */
function titleCase(text: string): string {
  let isStart = true;
  return scalars(text)
    .map((character) => {
      if (isWhiteSpace(character)) {
        isStart = true;
        return character;
      }
      const shown = isStart ? character.toUpperCase() : character.toLowerCase();
      isStart = false;
      return shown;
    })
    .join("");
}

function strict(
  name: string,
  summary: string,
  example: readonly [string, string],
  convert: (text: string) => string,
): Builtin {
  return strings({
    name,
    summary,
    params: [req("text", t.string)],
    returns: t.string,
    borrows: true,
    examples: [[`${name}("${example[0]}")`, example[1]]],
    run: (_context, text) => convert(text),
  });
}

function lenient(
  name: string,
  summary: string,
  example: readonly [string, string],
  convert: (text: string) => string,
): Builtin {
  return strings({
    name,
    summary,
    params: [opt("text", t.any)],
    returns: t.string,
    borrows: true,
    lenient: true,
    examples: [[`${name}("${example[0]}")`, example[1]]],
    run: (_context, text) => convert(textOf(text)),
  });
}

export const caseConversions: readonly Builtin[] = [
  strict("camel_to_snake", "`fooBar` as `foo_bar`.", ["HTTPServer", "http_server"], (text) =>
    toSnake(camelWords(text)),
  ),
  strict("camel_to_kebab", "`fooBar` as `foo-bar`.", ["fooBar", "foo-bar"], (text) => toKebab(camelWords(text))),
  strict("camel_to_pascal", "`fooBar` as `FooBar`.", ["fooBar", "FooBar"], upperFirst),
  lenient("pascal_to_snake", "`FooBar` as `foo_bar`.", ["FooBar", "foo_bar"], (text) => toSnake(camelWords(text))),
  lenient("pascal_to_camel", "`FooBar` as `fooBar`.", ["FooBar", "fooBar"], lowerFirst),
  lenient("snake_to_camel", "`foo_bar` as `fooBar`.", ["foo_bar", "fooBar"], (text) => toCamel(snakeWords(text))),
  lenient("snake_to_pascal", "`foo_bar` as `FooBar`.", ["foo_bar", "FooBar"], (text) => toPascal(snakeWords(text))),
  lenient("snake_to_kebab", "`foo_bar` as `foo-bar`.", ["foo_bar", "foo-bar"], (text) => toKebab(snakeWords(text))),
  strict("kebab_to_camel", "`foo-bar` as `fooBar`.", ["foo-bar", "fooBar"], (text) => toCamel(kebabWords(text))),
  strict("kebab_to_snake", "`foo-bar` as `foo_bar`.", ["foo-bar", "foo_bar"], (text) => toSnake(kebabWords(text))),
  lenient(
    "title_case",
    "Each word with a large first letter and small others.",
    ["the QUICK fox", "The Quick Fox"],
    titleCase,
  ),
  lenient("uppercase_first", "The text with a large first letter.", ["élan vital", "Élan vital"], upperFirst),
  strict("lowercase_first", "The text with a small first letter.", ["ABC", "aBC"], lowerFirst),
  lenient("uppercase", "The text in large letters.", ["straße", "STRASSE"], (text) => text.toUpperCase()),
  strict("lowercase", "The text in small letters.", ["ABC", "abc"], (text) => text.toLowerCase()),
];
