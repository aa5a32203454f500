import { type Builtin, type CatalogPart, declare, opt, req, t } from "../../builtin/index.ts";
import {
  DictValue,
  handOut,
  JsonError,
  parseJson,
  readJson,
  stringifyJson,
  thrown,
  type Value,
} from "../../value/index.ts";
import { jsonIn } from "./extract.ts";
import { pointerDelete, pointerGet, pointerSet, pointerSteps } from "./pointer.ts";

const json = declare("json");

function extract(text: string, key: string | undefined): Value {
  const value = readExtracted(jsonIn(text));
  if (key === undefined) return value;
  if (!(value instanceof DictValue)) throw thrown("json_extract: parsed value is not a dict, cannot extract key");
  const found = value.get(key);
  if (found === undefined) throw thrown(`json_extract: key '${key}' not found`);
  return found;
}

function readExtracted(text: string): Value {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw thrown(`json_extract: failed to parse JSON: ${error.message}`);
    throw error;
  }
}

const builtins: readonly Builtin[] = [
  json({
    name: "json_stringify",
    summary: "The JSON text of a value, without blanks and with keys in order.",
    params: [req("value", t.any)],
    returns: t.string,
    borrows: true,
    examples: [["json_stringify({b: [1, 2.0], a: nil})", '{"a":null,"b":[1,2]}']],
    run: (_context, value) => stringifyJson(value),
  }),
  json({
    name: "json_stringify_pretty",
    summary: "The JSON text of a value over lines, indented by two.",
    params: [req("value", t.any)],
    returns: t.string,
    borrows: true,
    examples: [["json_stringify_pretty([])", "[]"]],
    run: (_context, value) => stringifyJson(value, 2),
  }),
  json({
    name: "json_parse",
    summary: "The value of a JSON text.",
    params: [req("text", t.string)],
    examples: [['json_parse("[1, 1.0, null]")', "[1, 1.0, nil]"]],
    run: (_context, text) => parseJson(text),
  }),
  json({
    name: "json_extract",
    summary: "The value of the first JSON in a text, such as a model's answer; one of its keys if asked.",
    params: [req("text", t.string), opt("key", t.string)],
    examples: [['json_extract("So: {\\"a\\": 1}!", "a")', "1"]],
    run: (_context, text, key) => extract(text, key),
  }),
  json({
    name: "json_pointer",
    summary: "The part of a value that a JSON pointer names; nil if there is none.",
    params: [req("value", t.any), req("pointer", t.string)],
    borrows: true,
    examples: [['json_pointer({a: [1, 2]}, "/a/1")', "2"]],
    run: (_context, value, pointer) => handOut(pointerGet(value, pointerSteps(pointer, "json_pointer"))),
  }),
  json({
    name: "json_pointer_set",
    summary: "The value with another at the place that a JSON pointer names.",
    params: [req("value", t.any), req("pointer", t.string), req("replacement", t.any)],
    examples: [['json_pointer_set({a: [1]}, "/a/-", 2)', "{a: [1, 2]}"]],
    run: (_context, value, pointer, replacement) =>
      pointerSet(value, pointerSteps(pointer, "json_pointer_set"), replacement),
  }),
  json({
    name: "json_pointer_delete",
    summary: "The value without the part that a JSON pointer names.",
    params: [req("value", t.any), req("pointer", t.string)],
    examples: [['json_pointer_delete({a: 1, b: 2}, "/a")', "{b: 2}"]],
    run: (_context, value, pointer) => pointerDelete(value, pointerSteps(pointer, "json_pointer_delete")),
  }),
];

export const jsonBuiltins: CatalogPart = { builtins };
