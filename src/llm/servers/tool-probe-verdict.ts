import type { DictValue } from "../../value/index.ts";
import { isDict, textAt } from "../fields.ts";
import type { ToolCall } from "../model.ts";
import { parseTaggedText, stripThinking } from "../tools/tagged-text.ts";

/** The tool that a probed model is asked to call. */
export const probeTool = "echo_marker";

/** How a model's answer to the probe came, in the words that other programs read. */
export type ProbeClassification =
  | "structured_native_tool_call"
  | "parseable_harn_text_tool_call"
  | "malformed_json_arguments"
  | "raw_model_tool_tag"
  | "prose_only_non_tool"
  | "empty_silent"
  | "http_error"
  | "transport_error";

/** One request of the probe. Keys are those of the JSON that the command prints. */
export interface ProbeCase {
  readonly mode: "non_streaming" | "streaming";
  readonly ok: boolean;
  readonly classification: ProbeClassification;
  readonly fallback_mode: "native" | "text" | "disabled";
  readonly failure_reason?: string;
  readonly http_status?: number;
  readonly elapsed_ms?: number;
  readonly native_tool_call_count: number;
  readonly text_tool_call_count: number;
  readonly parser_errors?: readonly string[];
  readonly protocol_violations?: readonly string[];
  readonly content_sample?: string;
}

/** What an answer says, apart from when and how it was asked for. */
export type ProbeVerdict = Omit<ProbeCase, "mode" | "http_status" | "elapsed_ms">;

/** The part of an answer that counts here. */
export interface ProbedAnswer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
}

const sampleLength = 240;
/** Marks that models write around calls where the server was to read them and did not. */
const rawTag = /<\|?(?:tool_call|toolcall|tool_code|function[=_ >]|invoke\b)|<｜tool/iu;

/** Whether an answer calls the tool with the marker, and by which protocol. */
export function judgeAnswer(answer: ProbedAnswer, marker: string, isStreamed: boolean): ProbeVerdict {
  const content = answer.text.trim();
  const tagged = parseTaggedText(answer.text, [probeTool]);
  const found = {
    native_tool_call_count: answer.toolCalls.length,
    text_tool_call_count: tagged.calls.length,
    ...(tagged.errors.length > 0 && { parser_errors: tagged.errors }),
    ...(tagged.violations.length > 0 && { protocol_violations: tagged.violations }),
    ...(content !== "" && { content_sample: content.slice(0, sampleLength).trimEnd() }),
  };
  const failed = (classification: ProbeClassification, failure_reason: string): ProbeVerdict => ({
    ok: false,
    classification,
    fallback_mode: "disabled",
    failure_reason,
    ...found,
  });
  if (answer.toolCalls.some((call) => echoes(call, marker)))
    return { ok: true, classification: "structured_native_tool_call", fallback_mode: "native", ...found };
  if (answer.toolCalls.some((call) => call.name === probeTool && isMalformed(call, isStreamed)))
    return failed("malformed_json_arguments", "malformed_tool_arguments");
  if (tagged.calls.some((call) => echoes(call, marker)))
    return { ok: true, classification: "parseable_harn_text_tool_call", fallback_mode: "text", ...found };
  const [error] = tagged.errors;
  if (error !== undefined) return failed("malformed_json_arguments", error);
  if (rawTag.test(stripThinking(answer.text)) && tagged.calls.length === 0)
    return failed("raw_model_tool_tag", "raw_tool_tag_no_structured_calls");
  return content === "" && answer.toolCalls.length === 0
    ? failed("empty_silent", "empty_silent_response")
    : failed("prose_only_non_tool", "no_executable_tool_call");
}

function echoes({ name, arguments: given }: ToolCall, marker: string): boolean {
  return name === probeTool && isDict(given) && textAt(given, "value") === marker;
}

/** Of a stream, arguments that do not parse are an empty dict; the tool's are never empty. */
function isMalformed({ arguments: given }: ToolCall, isStreamed: boolean): boolean {
  return !isDict(given) || given.has("__parse_error") || (isStreamed && isEmpty(given));
}

function isEmpty(dict: DictValue): boolean {
  return dict.size === 0;
}

/** What all cases say together: how tools are best called, and `failure_reason` where they cannot be. */
export interface ToolCalling {
  readonly native: "pass" | "fail" | "unknown";
  readonly text: "pass" | "fail" | "unknown";
  readonly streaming_native: "pass" | "fail" | "unknown";
  readonly fallback_mode: "native" | "text" | "disabled";
  readonly failure_reason?: string;
}

export function sumUp(cases: readonly ProbeCase[]): ToolCalling {
  const nativeIn = (mode: ProbeCase["mode"]): ToolCalling["native"] => {
    const probed = cases.find((probe) => probe.mode === mode);
    if (probed === undefined) return "unknown";
    return probed.fallback_mode === "native" ? "pass" : "fail";
  };
  const modes = cases.map((probe) => probe.fallback_mode);
  const fallback = modes.includes("native") ? "native" : modes.includes("text") ? "text" : "disabled";
  const reason = cases.find((probe) => probe.failure_reason !== undefined)?.failure_reason;
  const spokeText = cases.some((probe) => probe.text_tool_call_count > 0);
  return {
    native: nativeIn("non_streaming"),
    text: modes.includes("text") ? "pass" : spokeText ? "fail" : "unknown",
    streaming_native: nativeIn("streaming"),
    fallback_mode: fallback,
    ...(fallback === "disabled" && reason !== undefined && { failure_reason: reason }),
  };
}
