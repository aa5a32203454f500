import { type Builtin, type CatalogPart, declare, opt, req, rest, t } from "../builtin/index.ts";
import {
  checkTextLength,
  DictValue,
  equal,
  isInt,
  ListValue,
  repeatText,
  runtimeError,
  scalarLength,
  scalarSlice,
  show,
  type Value,
} from "../value/index.ts";
import { countOf, textOf } from "./arguments.ts";
import { caseConversions } from "./case-conversion.ts";
import { pathNames } from "./path-names.ts";
import { stringMethods } from "./string-methods.ts";
import { firstGraphemeOf, graphemesOf, replaceText, splitText } from "./text-pieces.ts";
import { trim } from "./white-space.ts";

const strings = declare("strings");

const format = strings({
  name: "format",
  summary: "Fill a template: `{}` by the arguments in order, or `{key}` from a dict.",
  params: [req("template", t.string), rest("values", t.any)],
  returns: t.string,
  borrows: true,
  examples: [
    ['format("{} of {}", 1, 2)', "1 of 2"],
    ['format("{name} {other}", {name: "x"})', "x {other}"],
  ],
  run: (_context, template, ...values) => {
    const [first] = values;
    return first instanceof DictValue ? fillByName(template, first) : fillInOrder(template, values);
  },
});

function fillByName(template: string, values: DictValue): string {
  return template.replace(/\{([^}]*)\}/g, (hole, key: string) => {
    const value = values.get(key);
    return value === undefined ? hole : show(value);
  });
}

function fillInOrder(template: string, values: readonly Value[]): string {
  let next = 0;
  return template.replace(/\{\}/g, (hole) => {
    const value = values[next++];
    return value === undefined ? hole : show(value);
  });
}

const contains = strings({
  name: "contains",
  summary: "Whether a text has a part, or a list an equal element.",
  params: [req("haystack", t.union(t.string, t.list)), req("needle", t.any)],
  returns: t.bool,
  borrows: true,
  examples: [
    ['contains("haystack", "st")', "true"],
    ["contains([1, 2], 2.0)", "true"],
  ],
  run: (_context, haystack, needle) =>
    typeof haystack === "string"
      ? haystack.includes(show(needle))
      : haystack.view().some((item) => equal(item, needle)),
});

const strPad = strings({
  name: "str_pad",
  summary: "Fill a text up to a width on the `left`, the `right` (default) or `both` sides.",
  params: [opt("text", t.any), opt("width", t.any), opt("fill", t.any), opt("side", t.any)],
  returns: t.string,
  borrows: true,
  lenient: true,
  examples: [
    ['str_pad("7", 3, "0", "left")', "007"],
    ['str_pad("ab", 5, "*", "both")', "*ab**"],
  ],
  run: (_context, text, width, fill, side) => {
    const shown = textOf(text);
    const filler = firstGraphemeOf(textOf(fill)) ?? " ";
    const missing = countOf(width, 0) - graphemesOf(shown).length;
    if (missing <= 0) return shown;
    const left = leftShare(side === undefined ? "right" : show(side).toLowerCase(), missing);
    const padded = [repeatText(filler, left), shown, repeatText(filler, missing - left)];
    checkTextLength(padded.reduce((length, part) => length + part.length, 0));
    return padded.join("");
  },
});

function leftShare(side: string, missing: number): number {
  switch (side) {
    case "left":
      return missing;
    case "right":
      return 0;
    case "both":
      return Math.floor(missing / 2);
    default:
      throw runtimeError("str_pad: side must be left, right, or both");
  }
}

const substring = strings({
  name: "substring",
  summary: "The part of a text from a position on, of a length if one is given.",
  params: [opt("text", t.any), opt("start", t.any), opt("length", t.any)],
  returns: t.string,
  borrows: true,
  lenient: true,
  examples: [['substring("harness", 2, 3)', "rne"]],
  run: (_context, text, start, length) => {
    const shown = textOf(text);
    const from = Math.max(0, countOf(start, 0));
    const end = isInt(length) ? from + Math.max(0, Number(length)) : scalarLength(shown);
    return scalarSlice(shown, from, end);
  },
});

const normalizationForms = new Set(["NFC", "NFD", "NFKC", "NFKD"]);

const unicodeNormalize = strings({
  name: "unicode_normalize",
  summary: "A text in a Unicode normal form: `NFC` (default), `NFD`, `NFKC` or `NFKD`.",
  params: [opt("text", t.any), opt("form", t.any)],
  returns: t.string,
  borrows: true,
  lenient: true,
  run: (_context, text, form) => {
    const name = form === undefined ? "NFC" : show(form).toUpperCase();
    if (!normalizationForms.has(name)) throw runtimeError("unicode_normalize: form must be NFC, NFD, NFKC, or NFKD");
    return textOf(text).normalize(name);
  },
});

/** A builtin that takes whatever it is given as text. */
function ofTexts(
  name: string,
  summary: string,
  names: readonly string[],
  examples: Builtin["examples"],
  run: (text: string, a: Value | undefined, b: Value | undefined) => Value,
): Builtin {
  return strings({
    name,
    summary,
    params: names.map((param) => opt(param, t.any)),
    borrows: true,
    lenient: true,
    examples,
    run: (_context, text, a, b) => run(textOf(text), a, b),
  });
}

export const stringBuiltins: CatalogPart = {
  builtins: [
    format,
    contains,
    strPad,
    substring,
    unicodeNormalize,
    ofTexts("trim", "A text without white space at either end.", ["text"], [['trim("  a b ")', "a b"]], trim),
    ofTexts(
      "split",
      "The pieces of a text between separators (default: a blank).",
      ["text", "separator"],
      [['split("a,b", ",")', "[a, b]"]],
      (text, separator) => new ListValue(splitText(text, separator === undefined ? " " : show(separator))),
    ),
    ofTexts(
      "replace",
      "A text with every occurrence of a part replaced.",
      ["text", "old", "new"],
      [['replace("aXbX", "X", "-")', "a-b-"]],
      (text, old, replacement) => (old === undefined ? text : replaceText(text, show(old), textOf(replacement))),
    ),
    ofTexts(
      "starts_with",
      "Whether a text starts with another.",
      ["text", "prefix"],
      [['starts_with("prefix", "pre")', "true"]],
      (text, prefix) => text.startsWith(textOf(prefix)),
    ),
    ofTexts(
      "unicode_graphemes",
      "The characters of a text as a reader counts them.",
      ["text"],
      [['len(unicode_graphemes("👩‍🚀!"))', "2"]],
      (text) => new ListValue(graphemesOf(text)),
    ),
    strings({
      name: "ends_with",
      summary: "Whether a text ends with another.",
      params: [req("text", t.string), req("suffix", t.string)],
      returns: t.bool,
      borrows: true,
      examples: [['ends_with("file.txt", ".txt")', "true"]],
      run: (_context, text, suffix) => text.endsWith(suffix),
    }),
    strings({
      name: "join",
      summary: "The display texts of a list's elements with a separator between them.",
      params: [req("items", t.list), opt("separator", t.string)],
      returns: t.string,
      borrows: true,
      examples: [['join([1, nil, "a"], "-")', "1-nil-a"]],
      run: (_context, items, separator = "") => joinItems(items, separator),
    }),
    ...caseConversions,
    ...pathNames,
  ],
  methods: { string: stringMethods },
  methodResults: {
    string: {
      int: "count index_of last_index_of",
      bool: "empty contains starts_with ends_with",
      list: "split chars lines",
      string: "replace trim trim_start trim_end lowercase uppercase substring repeat reverse pad_left pad_right",
      iter: "iter",
    },
  },
};

export function joinItems(items: ListValue, separator: string): string {
  const texts = items.view().map(show);
  checkTextLength(
    texts.reduce((length, text) => length + text.length, separator.length * Math.max(0, texts.length - 1)),
  );
  return texts.join(separator);
}
