import { type DictValue, thrown, typeName, type Value } from "../../value/index.ts";
import type { Capabilities } from "../catalog/capabilities.ts";
import { boolAt, intAt, isDict, textAt } from "../fields.ts";
import type { EffortLevel, Thinking } from "../model.ts";

const efforts: readonly EffortLevel[] = ["none", "minimal", "low", "medium", "high", "xhigh"];

/** The thinking that options ask for; `undefined` when they leave it open. */
export function readThinking(options: DictValue | undefined): Thinking | undefined {
  const thinking = parseThinking(options?.get("thinking"));
  const effort = options?.get("reasoning_effort");
  if (effort === undefined || effort === null) return thinking;
  if (thinking !== undefined && thinking.mode !== "disabled") {
    throw thrown("reasoning_effort cannot be combined with a non-disabled thinking option");
  }
  const level = typeof effort === "string" ? effortNamed(effort) : undefined;
  if (level === undefined) {
    throw thrown(
      `reasoning_effort: expected one of ${efforts.join(", ")}, got ${typeof effort === "string" ? `"${effort}"` : typeName(effort)}`,
    );
  }
  return { mode: "effort", level };
}

function effortNamed(word: string): EffortLevel | undefined {
  return efforts.find((level) => level === word);
}

function parseThinking(value: Value | undefined): Thinking | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean") return value ? { mode: "enabled", budgetTokens: undefined } : { mode: "disabled" };
  if (typeof value === "string") return parseWord(value, undefined, undefined);
  if (!isDict(value)) throw thrown(`thinking: expected bool, string, or dict, got ${typeName(value)}`);
  if (boolAt(value, "enabled") === false) return { mode: "disabled" };
  const budget = intAt(value, "budget_tokens");
  if (budget !== undefined && budget < 0) throw thrown("thinking.budget_tokens: expected a non-negative int");
  const mode = textAt(value, "mode");
  const level = textAt(value, "level");
  if (mode === undefined)
    return level === undefined ? { mode: "enabled", budgetTokens: budget } : parseWord(level, budget, level);
  return parseWord(mode, budget, level);
}

function parseWord(word: string, budget: number | undefined, level: string | undefined): Thinking {
  switch (word) {
    case "disabled":
    case "off":
      return { mode: "disabled" };
    case "enabled":
    case "on":
    case "true":
      return { mode: "enabled", budgetTokens: budget };
    case "adaptive":
      return { mode: "adaptive" };
    case "effort": {
      const named = level === undefined ? undefined : effortNamed(level);
      if (named === undefined) throw thrown('thinking.level is required when thinking.mode is "effort"');
      return { mode: "effort", level: named };
    }
    default: {
      const named = effortNamed(word);
      if (named === undefined) {
        throw thrown(
          `thinking: expected bool, dict, or one of "disabled", "enabled", "adaptive", ${efforts.map((e) => `"${e}"`).join(", ")}, got "${word}"`,
        );
      }
      return { mode: "effort", level: named };
    }
  }
}

type Scale = "small" | "medium" | "large" | "auto";

/** Turns a reasoning policy into a thinking request that the model takes; `undefined` when there is no policy. */
export function applyReasoningPolicy(
  options: DictValue | undefined,
  capabilities: Capabilities,
  pinned: string | undefined,
): Thinking | undefined {
  const policy = textAt(options, "reasoning_policy") ?? textAt(options, "thinking_policy") ?? pinned;
  if (policy === undefined) return undefined;
  const wanted = policy === "auto" ? automaticLevel(options, capabilities) : policy;
  return lower(wanted, capabilities);
}

function automaticLevel(options: DictValue | undefined, capabilities: Capabilities): string {
  const task = taskOf(options);
  const known = capabilities.autoReasoningOverrides?.[task];
  if (known !== undefined) return known;
  const scale = (textAt(options, "reasoning_scale") ?? textAt(options, "problem_scale") ?? "auto") as Scale;
  if (task === "summarize") return "off";
  if (task === "verify") return "low";
  if (task === "chat" && scale !== "large") return "off";
  return scale === "small" ? "low" : scale === "large" ? "high" : "medium";
}

function taskOf(options: DictValue | undefined): string {
  const named = textAt(options, "reasoning_task") ?? textAt(options, "task_kind") ?? textAt(options, "task");
  if (named !== undefined) return named;
  const profile = textAt(options, "profile");
  if (profile === "verifier") return "verify";
  if (profile === "completer") return "summarize";
  const tools = options?.get("tools");
  return tools === undefined || tools === null ? "chat" : "agent";
}

function lower(level: string, capabilities: Capabilities): Thinking {
  const modes = capabilities.thinkingModes;
  if (level === "off" || level === "none") {
    if (capabilities.reasoningNoneSupported) return { mode: "effort", level: "none" };
    return modes.length === 1 && modes[0] === "effort" ? { mode: "effort", level: "minimal" } : { mode: "disabled" };
  }
  const effort = effortNamed(level);
  if (effort === undefined)
    throw thrown(`reasoning_policy: expected "auto", "off", or one of ${efforts.join(", ")}, got "${level}"`);
  if (modes.includes("effort")) return { mode: "effort", level: effort };
  if (modes.includes("enabled")) return { mode: "enabled", budgetTokens: budgetOf(effort) };
  return modes.includes("adaptive") ? { mode: "adaptive" } : { mode: "disabled" };
}

function budgetOf(effort: EffortLevel): number {
  if (effort === "minimal" || effort === "low") return 1024;
  return effort === "medium" ? 4096 : 12_000;
}
