import type { Method } from "../builtin/index.ts";
import {
  checkTextLength,
  ListValue,
  repeatText,
  reverseText,
  runtimeError,
  scalarAt,
  scalarIndexOf,
  scalarLastIndexOf,
  scalarLength,
  scalarSlice,
  scalars,
  show,
  type Value,
} from "../value/index.ts";
import { countOf, textOf } from "./arguments.ts";
import { iterateText } from "./iterators/sources.ts";
import { linesOf, replaceText, splitText } from "./text-pieces.ts";
import { trim, trimEnd, trimStart } from "./white-space.ts";

type Body = (self: string, a: Value | undefined, b: Value | undefined) => Value;

/** Methods of strings keep nothing of their arguments. */
function method(names: string, summary: string, params: readonly string[], body: Body): Method<string> {
  const [name = "", ...aliases] = names.split(" ");
  return { name, aliases, summary, params, borrows: true, run: (_context, self, a, b) => body(self, a, b) };
}

/** Only the first character of `fill` counts. */
function padding(self: string, width: Value | undefined, fill: Value | undefined): string {
  const missing = countOf(width, 0) - scalarLength(self);
  if (missing <= 0) return "";
  const [character = " "] = fill === undefined ? " " : show(fill);
  const text = repeatText(character, missing);
  checkTextLength(text.length + self.length);
  return text;
}

function replaceAll(self: string, old: Value | undefined, replacement: Value | undefined): Value {
  if (old === undefined || replacement === undefined) throw runtimeError("string has no method `replace`");
  return replaceText(self, show(old), show(replacement));
}

export const stringMethods: readonly Method<string>[] = [
  method("count len", "How many characters the text has.", [], (self) => scalarLength(self)),
  method("empty", "Whether the text has no characters.", [], (self) => self === ""),
  method("contains", "Whether the text has a part.", ["part"], (self, part) => self.includes(textOf(part))),
  method("starts_with", "Whether the text starts with another.", ["prefix"], (self, prefix) =>
    self.startsWith(textOf(prefix)),
  ),
  method("ends_with", "Whether the text ends with another.", ["suffix"], (self, suffix) =>
    self.endsWith(textOf(suffix)),
  ),
  method("replace", "The text with every occurrence of a part replaced.", ["old", "new"], replaceAll),
  method(
    "split",
    "The pieces between separators (default: a comma).",
    ["separator?"],
    (self, separator) => new ListValue(splitText(self, separator === undefined ? "," : show(separator))),
  ),
  method("trim", "The text without white space at either end.", [], trim),
  method("trim_start", "The text without white space in front.", [], trimStart),
  method("trim_end", "The text without white space behind.", [], trimEnd),
  method("lowercase lower to_lower", "The text in small letters.", [], (self) => self.toLowerCase()),
  method("uppercase upper to_upper", "The text in large letters.", [], (self) => self.toUpperCase()),
  method("substring", "The characters from `start` up to `end`.", ["start?", "end?"], (self, start, end) =>
    scalarSlice(self, countOf(start, 0), countOf(end, scalarLength(self))),
  ),
  method("index_of", "Where a part first stands, or -1.", ["part"], (self, part) => scalarIndexOf(self, textOf(part))),
  method("last_index_of", "Where a part last stands, or -1.", ["part"], (self, part) =>
    scalarLastIndexOf(self, textOf(part)),
  ),
  method("chars", "The characters as a list.", [], (self) => new ListValue([...scalars(self)])),
  method(
    "char_at",
    "The character at a position; nil outside.",
    ["index?"],
    (self, index) => scalarAt(self, countOf(index, 0)) ?? null,
  ),
  method("repeat", "The text several times.", ["n?"], (self, n) => repeatText(self, countOf(n, 1))),
  method("reverse", "The characters in reverse order.", [], reverseText),
  method(
    "pad_left",
    "The text filled up in front to a width.",
    ["n", "fill?"],
    (self, n, fill) => padding(self, n, fill) + self,
  ),
  method(
    "pad_right",
    "The text filled up behind to a width.",
    ["n", "fill?"],
    (self, n, fill) => self + padding(self, n, fill),
  ),
  method("lines", "The lines without their ends.", [], (self) => new ListValue(linesOf(self))),
  method("iter", "A lazy iterator over the characters.", [], iterateText),
];
