import { type DictValue, thrown } from "../../value/index.ts";
import type { Capabilities } from "../catalog/capabilities.ts";
import { isVersionAtLeast, parseModelVersion } from "../catalog/model-version.ts";
import type { Selection } from "../catalog/selection.ts";
import { boolAt, textAt } from "../fields.ts";
import type { ModelRequest, OutputFormat, Sampling } from "../model.ts";
import type { ToolEntry } from "../tools/registry.ts";
import { isSet } from "./responses.ts";
import { readThinking } from "./thinking.ts";

/** What a call is held against, once it is read. */
export interface SupportSubject {
  readonly selection: Selection;
  readonly capabilities: Capabilities;
  readonly tools: readonly ToolEntry[];
  readonly toolFormat: "native" | "text";
  readonly format: OutputFormat;
  /** The types of the blocks in its messages. */
  readonly blockTypes: ReadonlySet<string>;
}

/** Refuses what the model cannot do at all, in the words programs match on. */
export function checkSupport(options: DictValue | undefined, subject: SupportSubject): void {
  const { selection, capabilities, tools, toolFormat, format, blockTypes } = subject;
  const refuse = (option: string): never => {
    throw thrown(
      `option \`${option}\` is not supported by \`${selection.model}\` (provider \`${selection.provider}\`). See \`harn providers matrix\` for compatibility.`,
    );
  };
  if ((boolAt(options, "vision") ?? blockTypes.has("image")) && !capabilities.vision) refuse("vision");
  if ((boolAt(options, "audio") ?? blockTypes.has("audio")) && !capabilities.audio) refuse("audio");
  if ((boolAt(options, "pdf") ?? blockTypes.has("pdf")) && !capabilities.pdf) refuse("pdf");
  const isMock = selection.provider === "mock" || selection.provider === "fake";
  if (tools.length > 0 && toolFormat === "native" && !capabilities.nativeTools && !isMock) refuse("tools");
  checkThinking(options, capabilities, refuse);
  if (isSet(options, "cache") && !capabilities.promptCaching) refuse("cache");
  if (format.kind !== "text" && capabilities.structuredOutput === undefined && isAskedFor(options, format))
    refuse("output_format");
}

/** JSON alone can be asked for in words, so only a program's own wish for it is refused. */
function isAskedFor(options: DictValue | undefined, format: OutputFormat): boolean {
  return format.kind === "json_schema" || isSet(options, "output_format") || isSet(options, "response_format");
}

function checkThinking(
  options: DictValue | undefined,
  capabilities: Capabilities,
  refuse: (option: string) => never,
): void {
  const thinking = readThinking(options);
  const effort = textAt(options, "reasoning_effort");
  if (effort !== undefined) {
    if (effort !== "none" && !capabilities.thinkingModes.includes("effort")) refuse("reasoning_effort");
  } else if (thinking !== undefined && thinking.mode !== "disabled" && capabilities.thinkingModes.length === 0) {
    refuse("thinking");
  }
  if (isSet(options, "interleaved_thinking") && !capabilities.interleavedThinkingSupported)
    refuse("interleaved_thinking");
}

const samplingSupport = [
  ["seed", "seed", "seedSupported"],
  ["topK", "top_k", "topKSupported"],
  ["frequencyPenalty", "frequency_penalty", "frequencyPenaltySupported"],
  ["presencePenalty", "presence_penalty", "presencePenaltySupported"],
] as const;

/** What of the sampling the model takes, and the names of the options that it does not. */
export function supportedSampling(
  sampling: Sampling,
  capabilities: Capabilities,
): { readonly kept: Sampling; readonly dropped: readonly string[] } {
  const refused = samplingSupport.filter(([field, , flag]) => sampling[field] !== undefined && !capabilities[flag]);
  if (refused.length === 0) return { kept: sampling, dropped: [] };
  const without = new Set<string>(refused.map(([field]) => field));
  const kept = Object.fromEntries(Object.entries(sampling).filter(([field]) => !without.has(field)));
  return { kept, dropped: refused.map(([, option]) => option) };
}

/** Tells what was asked for and is not sent. */
export function ignoredOptions(request: ModelRequest, dropped: readonly string[]): string[] {
  const { provider, model } = request;
  const route = `provider "${provider}" model "${model}"`;
  const texts = dropped.map((option) => `"${option}" is not supported by ${route}, ignoring`);
  if (request.capabilities.messageWireFormat !== "anthropic") return texts;
  const { temperature, topP, topK } = request.sampling;
  const isTuned = temperature !== undefined || topP !== undefined || topK !== undefined;
  const version = parseModelVersion(model);
  const isSince = (since: readonly [number, number]): boolean =>
    version !== undefined && isVersionAtLeast(version, since);
  const isThinking = request.thinking.mode !== "disabled";
  if (isTuned && (isThinking || isSince([4, 7])))
    texts.push(
      `temperature, top_p and top_k are not sent to ${route}${isThinking ? " while it thinks" : ""}, ignoring`,
    );
  if (request.thinking.mode === "enabled" && request.thinking.budgetTokens !== undefined && isSince([4, 7]))
    texts.push(`"thinking.budget_tokens" is not supported by ${route}, which decides itself how much it thinks`);
  if (request.prefill !== undefined && isSince([4, 6])) texts.push(`"prefill" is not supported by ${route}, ignoring`);
  return texts;
}
