import { DictValue, thrown, typeName, type Value } from "../../value/index.ts";
import type { Capabilities } from "../catalog/capabilities.ts";
import type { ProviderCatalog } from "../catalog/provider-catalog.ts";
import { type Selection, selectionRequest, selectModel } from "../catalog/selection.ts";
import { boolAt, dictAt, intAt, isDict, isList, numberAt, record, textAt, textsAt } from "../fields.ts";
import type { ModelRequest, Sampling, Thinking } from "../model.ts";
import { readTools, type ToolEntry } from "../tools/registry.ts";
import { textContract } from "../tools/text-contract.ts";
import { type MessageFacts, messageFacts } from "./content-check.ts";
import { type OutputWish, readOutputWish } from "./output-format.ts";
import { apiModeOf, readResponses } from "./responses.ts";
import { candidatesOf, readRoutePolicy } from "./route-policy.ts";
import type { RouteLink } from "./routing.ts";
import { checkSupport, ignoredOptions, supportedSampling } from "./support.ts";
import { assembleSystem } from "./system-text.ts";
import { applyReasoningPolicy, readThinking } from "./thinking.ts";
import { askedToolFormat } from "./tool-format.ts";
import {
  checkToolSearch,
  planToolSearch,
  searchableTools,
  type ToolSearchPlan,
  withoutSearchOverride,
} from "./tool-search.ts";

export const defaultMaxTokens = 16_384;
const defaultTimeoutMs = 120_000;

/** What a program asks of one model call, before it is sent. */
export interface CallInput {
  readonly prompt: string;
  readonly system: string | undefined;
  readonly options: DictValue | undefined;
  /** What the session of the call is pinned to. */
  readonly pinnedModel?: string | undefined;
  readonly pinnedReasoningPolicy?: string | undefined;
  readonly reminders?: readonly string[];
  /** Turns that come before the prompt: a session that is gone on with. */
  readonly history?: readonly DictValue[];
}

export interface PreparedCall {
  readonly request: ModelRequest;
  readonly selection: Selection;
  /** Other models that a route policy would take, tried when the first fails. */
  readonly alternatives: readonly RouteLink[];
  readonly wish: OutputWish;
  readonly tools: readonly ToolEntry[];
  readonly toolFormat: "native" | "text";
  readonly options: DictValue | undefined;
  readonly sessionId: string | undefined;
  readonly transportRetries: number;
  readonly backoffMs: number;
  readonly schemaRetries: number;
  /** What was asked for and is not sent, each as a text for people. */
  readonly ignored: readonly string[];
  /** What a structural experiment did to the request, for records. */
  readonly experiment?: DictValue;
}

/** Reads the options of a call. Mistakes are thrown in the words programs match on. `lenient`: an answer is prepared, so nothing is refused for the model's sake. */
export function prepareCall(catalog: ProviderCatalog, input: CallInput, lenient: boolean): PreparedCall {
  const { options } = input;
  refuseRemoved(options);
  const chosen = selectModel(catalog, {
    ...selectionRequest(options),
    ...(input.pinnedModel === undefined ? {} : { pinnedModel: input.pinnedModel }),
  });
  const [selection = chosen, ...others] = candidatesOf(catalog, readRoutePolicy(options));
  const capabilities = catalog.capabilities(selection.provider, selection.model);
  const tools = readTools(options?.get("tools"));
  checkToolSearch(options, tools);
  const search = planToolSearch(options, { ...selection, capabilities }, tools);
  const toolFormat = toolFormatOf(catalog, selection, options, tools, search);
  const { facts, messages } = messagesOf(input);
  const wish = readOutputWish(options);
  if (!lenient)
    checkSupport(options, {
      selection,
      capabilities,
      tools,
      toolFormat,
      format: wish.format,
      blockTypes: facts.blockTypes,
    });
  const apiMode = apiModeOf(options, selection.provider);
  const thinking = thinkingOf(input, capabilities);
  const sampling = supportedSampling(samplingOf(catalog.modelDefaults(selection.model), options), capabilities);
  const request: ModelRequest = {
    provider: selection.provider,
    model: selection.model,
    apiMode,
    system: quietened(systemOf(input, tools, toolFormat), thinking, capabilities),
    messages,
    // A call alone has no second turn to search in: without a provider that searches, deferred tools are shown like the others.
    tools: toolFormat === "native" ? searchableTools(search ?? { kind: "client" }, options, tools) : [],
    toolChoice: options?.get("tool_choice") ?? undefined,
    maxTokens: maxTokensOf(options),
    sampling: sampling.kept,
    outputFormat: wish.format,
    thinking,
    stream: streams(catalog, options),
    cache: boolAt(options, "cache") ?? false,
    prefill: textAt(options, "prefill"),
    timeoutMs: timeoutOf(catalog, options, selection.model),
    overrides: withoutSearchOverride(dictAt(options, selection.provider)),
    betaFeatures: textsAt(options, "anthropic_beta_features") ?? [],
    interleavedThinking: boolAt(options, "interleaved_thinking") ?? false,
    capabilities,
    ...(apiMode === "responses" ? { responses: readResponses(options) } : {}),
  };
  return {
    request,
    selection,
    ignored: lenient ? [] : ignoredOptions(request, sampling.dropped),
    alternatives: others.map(({ provider, model }) => ({ provider, model, timeoutMs: undefined, label: model })),
    wish,
    tools,
    toolFormat,
    options,
    sessionId: textAt(options, "session_id"),
    transportRetries: Math.max(0, intAt(options, "llm_retries") ?? 0),
    backoffMs: Math.max(0, intAt(options, "llm_backoff_ms") ?? 250),
    schemaRetries: Math.max(0, intAt(options, "schema_retries") ?? 1),
  };
}

function refuseRemoved(options: DictValue | undefined): void {
  const transcript = options?.get("transcript");
  if (transcript === undefined || transcript === null) return;
  throw thrown(
    "llm_call / agent_loop: the `transcript` option was removed. Open or open-and-resume a session with agent_session_open(id) and pass `session_id: id` instead.",
  );
}

function maxTokensOf(options: DictValue | undefined): number {
  const given = options?.get("max_tokens") ?? null;
  if (given === null) return defaultMaxTokens;
  const tokens = intAt(options, "max_tokens");
  if (tokens !== undefined && tokens > 0) return tokens;
  throw thrown(`max_tokens: expected a positive integer, got ${tokens ?? typeName(given)}`);
}

function toolFormatOf(
  catalog: ProviderCatalog,
  selection: Selection,
  options: DictValue | undefined,
  tools: readonly ToolEntry[],
  search: ToolSearchPlan | undefined,
): "native" | "text" {
  const asked = askedToolFormat(options);
  if (asked === "native" || asked === "text") return asked;
  if (tools.length === 0 || asked === "json") return "text";
  // A provider can only search among tools that it knows.
  if (search !== undefined && search.kind !== "client") return "native";
  return catalog.toolFormat(selection.provider, selection.model, textAt(options, "model") ?? selection.model);
}

/** The messages of a call, and what is known of those in its options. */
function messagesOf(input: CallInput): { readonly messages: readonly DictValue[]; readonly facts: MessageFacts } {
  const given = input.options?.get("messages");
  const history = input.history === undefined ? [] : [...input.history];
  if (given === undefined || given === null) {
    messageFacts(history);
    return { messages: [...history, record({ role: "user", content: input.prompt })], facts: messageFacts([]) };
  }
  if (!isList(given)) throw thrown(`messages: expected a list of {role, content}, got ${typeName(given)}`);
  const own = given.toArray();
  for (const value of own)
    if (!isDict(value)) throw thrown(`messages: expected dicts with role and content, got ${typeName(value)}`);
  const said = own as DictValue[];
  messageFacts(history);
  const facts = messageFacts(said);
  const messages = facts.haveRoles ? said : said.map(withRole);
  return { messages: history.length === 0 ? messages : [...history, ...messages], facts };
}

function withRole(message: DictValue): DictValue {
  return message.has("role") ? message : message.with("role", "user");
}

function systemOf(input: CallInput, tools: readonly ToolEntry[], toolFormat: "native" | "text"): string | undefined {
  const system = assembleSystem(input.system ?? textAt(input.options, "system"), input.options, input.reminders);
  if (tools.length === 0 || toolFormat === "native") return system;
  const contract = textAt(input.options, "%text_contract") ?? textContract(tools);
  return system === undefined ? contract : `${system}\n\n${contract}`;
}

/** A model that thinks unless it is told not to is told so before anything else. */
function quietened(system: string | undefined, thinking: Thinking, capabilities: Capabilities): string | undefined {
  const directive = capabilities.thinkingDisableDirective;
  if (thinking.mode !== "disabled" || directive === undefined) return system;
  return system === undefined ? directive : `${directive}\n${system}`;
}

function samplingOf(defaults: DictValue | undefined, options: DictValue | undefined): Sampling {
  const number = (key: string): number | undefined => numberAt(options, key) ?? numberAt(defaults, key);
  const entries: { -readonly [K in keyof Sampling]: Sampling[K] | undefined } = {
    temperature: number("temperature"),
    topP: number("top_p"),
    topK: intAt(options, "top_k") ?? intAt(defaults, "top_k"),
    frequencyPenalty: number("frequency_penalty"),
    presencePenalty: number("presence_penalty"),
    seed: intAt(options, "seed"),
    stop: textsAt(options, "stop"),
    logprobs: boolAt(options, "logprobs"),
    topLogprobs: intAt(options, "top_logprobs"),
  };
  const sampling: Record<string, unknown> = {};
  for (const key of Object.keys(entries) as (keyof Sampling)[])
    if (entries[key] !== undefined) sampling[key] = entries[key];
  return sampling;
}

function thinkingOf(input: CallInput, capabilities: Capabilities): Thinking {
  const explicit = readThinking(input.options);
  return (
    explicit ?? applyReasoningPolicy(input.options, capabilities, input.pinnedReasoningPolicy) ?? { mode: "disabled" }
  );
}

function streams(catalog: ProviderCatalog, options: DictValue | undefined): boolean {
  const asked = boolAt(options, "stream");
  if (asked !== undefined) return asked;
  const configured = catalog.environment("HARN_LLM_STREAM");
  return configured !== "0" && configured !== "false";
}

/** What the call says, then what the user does; then what the model is known to need: local ones are slow. */
function timeoutOf(catalog: ProviderCatalog, options: DictValue | undefined, model: string): number {
  const seconds = numberAt(options, "timeout");
  if (seconds !== undefined && seconds > 0) return seconds * 1000;
  const milliseconds = numberAt(options, "timeout_ms");
  if (milliseconds !== undefined && milliseconds > 0) return Math.ceil(milliseconds / 1000) * 1000;
  const configured = Number(catalog.environment("HARN_LLM_TIMEOUT"));
  if (Number.isFinite(configured) && configured > 0) return configured * 1000;
  const ofModel = catalog.model(model)?.streamTimeoutS;
  return ofModel === undefined ? defaultTimeoutMs : ofModel * 1000;
}

/** The options with some entries replaced: how variants of a call pass their own defaults on. */
export function withOptions(
  options: DictValue | undefined,
  changes: Readonly<Record<string, Value | undefined>>,
): DictValue {
  const map = options?.toMap() ?? new Map<string, Value>();
  for (const [key, value] of Object.entries(changes)) if (value !== undefined) map.set(key, value);
  return new DictValue(map);
}
