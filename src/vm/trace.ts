import { HostError, Refusal } from "../builtin/index.ts";
import type { FunctionCode } from "../bytecode/index.ts";
import type { Span } from "../text/index.ts";
import { maxTextLength, Raise, runtimeError, thrown } from "../value/index.ts";
import type { Frame } from "./frame.ts";

/** The place of the instruction at `offset`: a binary search over the triples of `places`. */
export function placeOf(code: FunctionCode, offset: number): Span {
  const { places } = code;
  let low = 0;
  let high = places.length / 3 - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((places[middle * 3] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { start: places[low * 3 + 1] ?? 0, end: places[low * 3 + 2] ?? 0 };
}

/** Notes that an error leaves a frame. */
export function leaveFrame(error: Raise, frame: Frame): void {
  leaveCall(error, frame.code, error.held?.frame === frame ? error.held.offset : frame.pc, frame.isNested);
}

/** Notes that an error leaves a call: one line of the trace, and for a nested run the line in the text. */
export function leaveCall(error: Raise, code: FunctionCode, offset: number, isNested: boolean): void {
  const isRoot = code.form === "pipeline" || code.form === "module";
  error.trace.push({
    name: isRoot ? "pipeline" : code.name || "<closure>",
    source: code.module.source,
    span: placeOf(code, offset),
  });
  if (isNested) nameLine(error);
}

/** ` (line N)` behind the text of a fault, once (language-semantics §7.4). */
export function nameLine(error: Raise): void {
  const origin = error.trace[0];
  if (error.namesLine || !origin || (error.kind !== "runtime" && error.kind !== "type" && error.kind !== "plain"))
    return;
  error.namesLine = true;
  const prefix = error.kind === "plain" && error.category === undefined ? "Runtime error: " : "";
  error.value = `${prefix}${String(error.value)} (line ${origin.source.lines.lineAt(origin.span.start)})`;
}

/** A JavaScript exception as the error of the language that it means, or itself where it is a fault of ours. */
export function asRaise(error: unknown): unknown {
  if (error instanceof HostError) return fromHost(error);
  if (!(error instanceof RangeError)) return error;
  if (error.message.includes("call stack")) return new Raise("plain", stackOverflow);
  const limit = engineLimits.find(([sign]) => error.message.includes(sign));
  return limit === undefined ? error : runtimeError(limit[1]);
}

/** A failure of the outside that a builtin had no words of its own for. */
function fromHost(error: HostError): Raise {
  return error instanceof Refusal ? error.inPolicyWords(undefined) : thrown(error.message);
}

/** What V8 says where a value outgrows it, and what that means to a program. */
const engineLimits: readonly (readonly [sign: string, text: string])[] = [
  ["Map maximum size", "a dict holds no more than 16777216 entries"],
  ["Set maximum size", "a set holds no more than 16777216 members"],
  ["Invalid string length", `a string outgrew the limit of ${maxTextLength} characters`],
  ["Invalid array length", "a list outgrew the memory that there is for one"],
  ["Invalid typed array length", "there is no memory for so many bytes"],
  ["Array buffer allocation failed", "there is no memory for so many bytes"],
];

export const stackOverflow = "Stack overflow: too many nested calls";
