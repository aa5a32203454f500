import {
  boolAt,
  intAt,
  isCallable,
  isDict,
  isList,
  merged,
  numberAt,
  record,
  textAt,
  textsAt,
} from "../../llm/fields.ts";
import { readTools, type ToolEntry } from "../../llm/tools/registry.ts";
import type { CapabilityPolicy } from "../../runtime/index.ts";
import { DictValue, type ListValue, thrown, typeName, type Value } from "../../value/index.ts";
import type { CompactionSettings } from "../compaction/settings.ts";
import { toolPolicy } from "../permissions/gate-options.ts";
import { type PromptOverrides, readPromptOverrides } from "../prompts/render.ts";
import { readLoopCompaction } from "./compacting.ts";
import { checkOptionKinds, countAt } from "./option-kinds.ts";
import { readTurnProjection } from "./turn-context.ts";

export type NativeFallback = "reject" | "allow" | "allow_once";

/** What steers a loop, read once at its start. */
export interface LoopOptions {
  readonly sessionId: string | undefined;
  readonly maxIterations: number;
  readonly maxNudges: number;
  readonly loopUntilDone: boolean;
  /** A sentinel that was asked for; `null` when it was asked that there be none. */
  readonly doneSentinel: string | null | undefined;
  readonly tools: readonly ToolEntry[];
  /** A ceiling over the tools and over what their handlers do. */
  readonly policy: CapabilityPolicy | undefined;
  /** Holds for every command that the loop's tools and callbacks start. */
  readonly commandPolicy: DictValue | undefined;
  readonly maxConcurrentTools: number;
  readonly toolRetries: number;
  readonly toolBackoffMs: number;
  readonly nativeFallback: NativeFallback;
  readonly stopAfterTools: ReadonlySet<string>;
  /** One success out of each group is required. */
  readonly requiredTools: readonly (readonly string[])[];
  readonly tokenBudget: number | undefined;
  readonly nudge: string | undefined;
  readonly llmCaller: Value | undefined;
  readonly postTurnCallback: Value | undefined;
  readonly verifyCompletion: Value | undefined;
  readonly maxVerifyAttempts: number;
  readonly structuralValidator: Value | undefined;
  readonly scopeClassifier: Value | undefined;
  readonly compaction: CompactionSettings | undefined;
  /** What the model is shown of the conversation, when it is not all of it. */
  readonly projection: DictValue | undefined;
  readonly contextCallback: Value | undefined;
  readonly messageDecorator: Value | undefined;
  /** Stands between the model's calls and the tools. */
  readonly toolCaller: Value | undefined;
  /** Whether what middleware has left to do may overlap with the next model call. */
  readonly prefetchNextTurn: boolean;
  readonly prompts: PromptOverrides;
  /** The options of the model call. */
  readonly callOptions: DictValue;
  readonly given: DictValue;
}

interface Profile {
  readonly maxIterations: number;
  readonly maxNudges: number;
  readonly schemaRetries: number;
}

const profiles: Readonly<Record<string, Profile>> = {
  tool_using: { maxIterations: 50, maxNudges: 8, schemaRetries: 0 },
  researcher: { maxIterations: 30, maxNudges: 4, schemaRetries: 0 },
  verifier: { maxIterations: 5, maxNudges: 0, schemaRetries: 3 },
  completer: { maxIterations: 1, maxNudges: 0, schemaRetries: 0 },
};

const profileRetries = 2;
const defaultVerifyAttempts = 20;
const defaultToolBackoffMs = 1000;

export function readLoopOptions(given: DictValue | undefined): LoopOptions {
  const options = given ?? new DictValue();
  if (options.get("persistent") !== undefined && options.get("persistent") !== null) {
    throw thrown("agent_loop: the `persistent` option was removed. Use `loop_until_done: true` instead.");
  }
  checkOptionKinds(options);
  const profile = profiles[textAt(options, "profile") ?? "tool_using"];
  if (profile === undefined)
    throw thrown("agent_loop: profile must be one of tool_using, researcher, verifier, completer");
  return {
    sessionId: textAt(options, "session_id"),
    maxIterations: countAt(options, "max_iterations", profile.maxIterations),
    maxNudges: Math.max(0, intAt(options, "max_nudges") ?? profile.maxNudges),
    loopUntilDone: boolAt(options, "loop_until_done") ?? false,
    doneSentinel: sentinelOf(options),
    tools: readTools(options.get("tools")),
    policy: toolPolicy(options),
    commandPolicy: commandPolicyOf(options),
    maxConcurrentTools: countAt(options, "max_concurrent_tools", 1, [">= 1", "an integer or nil"]),
    toolRetries: Math.max(0, intAt(options, "tool_retries") ?? 0),
    toolBackoffMs: Math.max(0, intAt(options, "tool_backoff_ms") ?? defaultToolBackoffMs),
    nativeFallback: fallbackOf(options),
    stopAfterTools: new Set(textsAt(options, "stop_after_successful_tools") ?? []),
    requiredTools: requiredOf(options),
    tokenBudget: numberAt(options, "token_budget"),
    nudge: textAt(options, "nudge"),
    llmCaller: closureAt(options, "llm_caller"),
    postTurnCallback: closureAt(options, "post_turn_callback"),
    verifyCompletion: closureAt(options, "verify_completion"),
    maxVerifyAttempts: Math.max(0, intAt(options, "max_verify_attempts") ?? defaultVerifyAttempts),
    structuralValidator: closureAt(options, "structural_validator"),
    scopeClassifier: closureAt(options, "pre_turn_scope_classifier"),
    compaction: readLoopCompaction(options),
    projection: readTurnProjection(options),
    contextCallback: closureAt(options, "context_callback") ?? closureAt(options, "context_filter"),
    messageDecorator: closureAt(options, "message_decorator") ?? closureAt(options, "decorate_message"),
    toolCaller: closureAt(options, "tool_caller"),
    prefetchNextTurn: flagAt(options, "prefetch_next_turn"),
    prompts: readPromptOverrides("agent_loop", options),
    callOptions: callOptions(options, profile),
    given: options,
  };
}

function closureAt(options: DictValue, key: string): Value | undefined {
  const value = options.get(key);
  if (value === undefined || value === null) return undefined;
  if (!isCallable(value)) throw thrown(`agent_loop: \`${key}\` must be a closure or nil; got ${typeName(value)}`);
  return value;
}

function flagAt(options: DictValue, key: string): boolean {
  const value = options.get(key) ?? null;
  if (value !== null && typeof value !== "boolean")
    throw thrown(`agent_loop: \`${key}\` must be a bool or nil; got ${typeName(value)}`);
  return value === true;
}

function sentinelOf(options: DictValue): string | null | undefined {
  if (!options.has("done_sentinel")) return undefined;
  const value = options.get("done_sentinel");
  if (value === null || value === undefined) return null;
  if (typeof value === "string" && value !== "") return value;
  throw thrown(
    `agent_loop: \`done_sentinel\` must be a non-empty string or nil; got ${value === "" ? "empty string" : typeName(value)}`,
  );
}

function commandPolicyOf(options: DictValue): DictValue | undefined {
  const value = options.get("command_policy") ?? null;
  if (value === null || isDict(value)) return value ?? undefined;
  throw thrown(`agent_loop: \`command_policy\` must be a dict or nil; got ${typeName(value)}`);
}

function fallbackOf(options: DictValue): NativeFallback {
  const word = textAt(options, "native_tool_fallback");
  return word === "allow" || word === "allow_once" ? word : "reject";
}

function requiredOf(options: DictValue): string[][] {
  const value = options.get("require_successful_tools");
  if (typeof value === "string") return [[value]];
  if (!isList(value)) return [];
  return (value as ListValue).toArray().flatMap((item) => {
    if (typeof item === "string") return [[item]];
    return isList(item) ? [item.toArray().filter((name) => typeof name === "string")] : [];
  });
}

/** What model calls of the loop are given: its own options, a profile's defaults under them, `llm_options` over them. */
function callOptions(options: DictValue, profile: Profile): DictValue {
  const isAuto = !options.has("thinking") && !options.has("reasoning_effort") && !options.has("thinking_policy");
  const defaults = record({
    llm_retries: profileRetries,
    schema_retries: profile.schemaRetries,
    reasoning_policy: isAuto ? "auto" : undefined,
  });
  const own = merged(defaults, options);
  const overrides = options.get("llm_options");
  return isDict(overrides) ? merged(own, overrides) : own;
}
