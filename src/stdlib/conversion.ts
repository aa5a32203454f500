import { type CatalogPart, declare, opt, req, t } from "../builtin/index.ts";
import {
  FloatValue,
  intFromFloat,
  isInt,
  isObject,
  ListValue,
  maxInt,
  minInt,
  scalarLength,
  show,
  typeName,
  type Value,
  wrapInt,
} from "../value/index.ts";

const core = declare("core");

const typeOf = core({
  name: "type_of",
  summary: "The name of a value's kind.",
  params: [opt("value", t.any)],
  returns: t.string,
  borrows: true,
  lenient: true,
  examples: [
    ["type_of(1.0)", "float"],
    ["type_of({})", "dict"],
  ],
  run: (_context, value) => typeName(value ?? null),
});

const toText = core({
  name: "to_string",
  summary: "The display text of a value.",
  params: [opt("value", t.any)],
  returns: t.string,
  borrows: true,
  intrinsic: "toText",
  lenient: true,
  examples: [["to_string([1, nil])", "[1, nil]"]],
  run: (_context, value) => show(value ?? null),
});

const toInt = core({
  name: "to_int",
  summary: "A number or the text of an int as an int; nil for anything else.",
  params: [opt("value", t.any)],
  returns: t.int,
  borrows: true,
  intrinsic: "toInt",
  lenient: true,
  examples: [
    ['to_int("42")', "42"],
    ["to_int(-1.9)", "-1"],
    ['to_int("4.2")', "nil"],
  ],
  run: (_context, value) => {
    if (isInt(value)) return value;
    if (value instanceof FloatValue) return intFromFloat(value.value);
    return typeof value === "string" ? parseInt64(value) : null;
  },
});

/** Digits with an optional sign and nothing else, within 64 bits. */
function parseInt64(text: string): Value {
  if (!/^[+-]?[0-9]+$/.test(text)) return null;
  if (text.length < 16) return Number(text) + 0;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return value > maxInt || value < minInt ? null : wrapInt(value);
}

const toFloat = core({
  name: "to_float",
  summary: "A number or the text of a number as a float; nil for anything else.",
  params: [opt("value", t.any)],
  returns: t.float,
  borrows: true,
  lenient: true,
  examples: [
    ['to_float("1e3")', "1000.0"],
    ["to_float(true)", "nil"],
  ],
  run: (_context, value) => {
    if (isInt(value)) return new FloatValue(Number(value));
    if (value instanceof FloatValue) return value;
    return typeof value === "string" ? parseFloat64(value) : null;
  },
});

function parseFloat64(text: string): Value {
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) return new FloatValue(Number(text));
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (word === undefined) return null;
  if (word.toLowerCase() === "nan") return new FloatValue(Number.NaN);
  return new FloatValue(sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
}

const toList = core({
  name: "to_list",
  summary: "A set's members as a list; a list as it is; any other value as a list of one.",
  params: [opt("value", t.any)],
  returns: t.list,
  lenient: true,
  examples: [
    ["to_list(set(2, 1))", "[2, 1]"],
    ["to_list(5)", "[5]"],
  ],
  run: (_context, value = null) => {
    if (value instanceof ListValue) return value;
    if (isObject(value) && value.kind === "set") return new ListValue(value.values());
    return new ListValue([value]);
  },
});

const len = core({
  name: "len",
  summary: "How many characters, bytes, elements or entries a value has; 0 for nil.",
  params: [req("value", t.union(t.string, t.bytes, t.list, t.dict, t.set, t.range, t.nil))],
  returns: t.int,
  borrows: true,
  intrinsic: "length",
  examples: [
    ['len("naïve 🙂")', "7"],
    ["len([1, [2, 3]])", "2"],
    ["len(1 to 10)", "10"],
  ],
  run: (_context, value) => {
    if (typeof value === "string") return scalarLength(value);
    if (value === null) return 0;
    return value.kind === "bytes" ? value.bytes.length : value.size;
  },
});

const drop = core({
  name: "drop",
  summary: "Let go of what a handle holds, at once instead of at the end of its life.",
  params: [req("handle", t.any)],
  returns: t.nil,
  effect: "state",
  run: (_context, handle) => {
    if (isObject(handle) && handle.kind === "handle") handle.drop();
    return null;
  },
});

export const conversion: CatalogPart = { builtins: [typeOf, toText, toInt, toFloat, toList, len, drop] };
