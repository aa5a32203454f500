import { DictValue, type Value } from "../../value/index.ts";
import { dictAt, isDict, isList, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { ToolCall } from "../model.ts";
import { LiteralError, LiteralParser } from "./literal.ts";

export interface BodyResult {
  readonly calls: readonly ToolCall[];
  readonly errors: readonly string[];
}

/** Words that models put before a call; they mean nothing. */
const callLabels = /^(?:tool_code|tool_call|tool_output|call|tool|use|python|javascript|typescript|shell|bash)\s*:\s*/i;
const nameStart = /^([A-Za-z_][\w.-]*)\s*(?=[({])/;

/** The call inside a `<tool_call>` block: `name({…})`, `name{…}`, `name()`, or JSON. */
export function parseCallBody(body: string): BodyResult {
  const text = unfence(body.trim());
  const json = text.startsWith("{") || text.startsWith("[") ? parseJsonCall(text) : undefined;
  if (json !== undefined) return json;
  const calls: ToolCall[] = [];
  let rest = text.replace(callLabels, "");
  while (rest !== "") {
    const parsed = parseCall(rest, `tc_${calls.length}`);
    if (parsed === undefined) return { calls: [], errors: [notACall(rest)] };
    if (typeof parsed === "string") return { calls: [], errors: [parsed] };
    calls.push(parsed.call);
    rest = afterCall(rest, parsed.end);
  }
  if (calls.length === 0) return { calls, errors: ["TOOL CALL PARSE ERROR: the <tool_call> block is empty."] };
  if (calls.length > 1)
    return {
      calls: [],
      errors: [`<tool_call> body contained ${calls.length} calls; emit one call per <tool_call> block.`],
    };
  return { calls, errors: [] };
}

/** What follows a call, past separators and comments. */
function afterCall(text: string, end: number): string {
  const parser = new LiteralParser(text, end);
  do parser.skipBlank();
  while (parser.take(";") || parser.take(","));
  return text.slice(parser.position);
}

function notACall(text: string): string {
  const label = /^([A-Za-z_]\w*)\s*:\s*[A-Za-z_]\w*\s*\(/.exec(text)?.[1];
  if (label !== undefined)
    return `TOOL CALL PARSE ERROR: \`${label}:\` is not a known prefix; write the call alone, as \`name({ … })\`.`;
  return `TOOL CALL PARSE ERROR: expected \`name({ … })\`, found: ${text.slice(0, 80)}`;
}

/** A call at the start of `text`, an error text, or `undefined` when there is none. */
export function parseCall(
  text: string,
  id: string,
): { readonly call: ToolCall; readonly end: number } | string | undefined {
  const name = nameStart.exec(text);
  if (name === null) return undefined;
  const parser = new LiteralParser(text, name[0].length);
  try {
    const isBraced = parser.peek() === "{";
    if (!isBraced) parser.take("(");
    if (!isBraced && parser.take(")"))
      return { call: { id, name: name[1] ?? "", arguments: new DictValue() }, end: parser.position };
    parser.skipBlank();
    if (parser.peek() !== "{") throw new LiteralError("arguments must be one object literal: name({ key: value })");
    const args = parser.object();
    if (!isBraced && !parser.take(")")) throw new LiteralError("expected ')' after the arguments");
    return { call: { id, name: name[1] ?? "", arguments: args }, end: parser.position };
  } catch (error) {
    if (error instanceof LiteralError) return `TOOL CALL PARSE ERROR: \`${name[1]}(...)\` — ${error.message}`;
    throw error;
  }
}

function parseJsonCall(text: string): BodyResult | undefined {
  const parsed = tryParseJson(text);
  const entry = isList(parsed) && parsed.size === 1 ? parsed.at(0) : parsed;
  if (isList(parsed) && parsed.size > 1) {
    return {
      calls: [],
      errors: [`<tool_call> body contained ${parsed.size} calls; emit one call per <tool_call> block.`],
    };
  }
  if (!isDict(entry)) return undefined;
  const call = callOfJson(entry, "tc_json");
  return call === undefined ? undefined : { calls: [call], errors: [] };
}

/** A call written as JSON, under any of the usual names; arguments may be JSON text. */
export function callOfJson(entry: DictValue, id: string): ToolCall | undefined {
  const inner = dictAt(entry, "function") ?? entry;
  const name = textAt(entry, "name") ?? textAt(entry, "tool_name") ?? textAt(inner, "name");
  if (name === undefined || name === "") return undefined;
  const given =
    entry.get("arguments") ??
    entry.get("parameters") ??
    entry.get("args") ??
    inner.get("arguments") ??
    inner.get("parameters");
  return { id, name, arguments: argumentsOf(given) };
}

function argumentsOf(given: Value | undefined): Value {
  if (isDict(given)) return given;
  const parsed = typeof given === "string" ? tryParseJson(given) : undefined;
  return isDict(parsed) ? parsed : new DictValue();
}

function unfence(text: string): string {
  return /^```[\w-]*\n([\s\S]*?)\n?```$/.exec(text)?.[1]?.trim() ?? text;
}
