import type { CallContext } from "../../builtin/index.ts";
import { DictValue, ListValue, thrown, typeName, type Value } from "../../value/index.ts";
import type { JsonObject } from "../json.ts";
import { isCallable } from "../option-fields.ts";
import { valueOfJson } from "../value-json.ts";
import { findInjection } from "./injection.ts";
import type { ChannelEmit } from "./record.ts";

type Verdict = "allow" | "warn" | "block";

interface Judgement {
  readonly verdict: Verdict;
  readonly reason: string | undefined;
}

interface Guardrail {
  readonly id: string;
  readonly kind: "prompt_injection_signature" | "custom";
  /** Empty: to every channel. */
  readonly appliesTo: readonly string[];
  readonly labels: Readonly<Record<"warn" | "block", string>>;
  judge(context: CallContext, emit: ChannelEmit): Promise<Judgement>;
}

/** What the guardrails said about an emit: the worst verdict, and one entry for each that objected. */
export interface GuardrailReport {
  readonly verdict: Verdict;
  readonly fired: readonly JsonObject[];
  readonly reason: string | undefined;
}

const registerName = "channel_guardrail_register";

/** The guardrails of one runtime, in the order of their registration. They see every emit before anything of it is kept. */
export class ChannelGuardrails {
  readonly #guardrails = new Map<string, Guardrail>();
  #count = 0;

  /** Gives the id. One of the same id is replaced in its place. */
  register(config: DictValue): string {
    const guardrail = guardrailOf(config, `channel_guardrail_${this.#count + 1}`);
    if (!hasName(config)) this.#count++;
    this.#guardrails.set(guardrail.id, guardrail);
    return guardrail.id;
  }

  unregister(id: string): boolean {
    return this.#guardrails.delete(id);
  }

  ids(): readonly string[] {
    return [...this.#guardrails.keys()];
  }

  clear(): void {
    this.#guardrails.clear();
  }

  /** The first block ends it. An error of a scanner passes through: nothing is emitted that could not be judged. */
  async judge(context: CallContext, emit: ChannelEmit): Promise<GuardrailReport> {
    const fired: JsonObject[] = [];
    let verdict: Verdict = "allow";
    for (const guardrail of [...this.#guardrails.values()]) {
      if (!applies(guardrail.appliesTo, emit)) continue;
      const judged = await guardrail.judge(context, emit);
      if (judged.verdict === "allow") continue;
      const { id, kind, labels } = guardrail;
      const reason = judged.reason ?? `guardrail ${judged.verdict === "block" ? "blocked" : "warned"}`;
      fired.push({ id, kind, verdict_label: labels[judged.verdict], reason });
      if (judged.verdict === "block") return { verdict: "block", fired, reason };
      verdict = "warn";
    }
    return { verdict, fired, reason: undefined };
  }
}

/** A resolved name, a last part, `*`, or the beginning of any part of the resolved name: `rad*`. */
function applies(targets: readonly string[], { channel }: ChannelEmit): boolean {
  const isMeant = (target: string): boolean =>
    target === "*" ||
    target === channel.resolved ||
    target === channel.name ||
    (target.endsWith("*") && channel.resolved.includes(target.slice(0, -1)));
  return targets.length === 0 || targets.some(isMeant);
}

function guardrailOf(config: DictValue, fallbackId: string): Guardrail {
  const kind = textIn(config, "kind");
  if (kind === undefined || kind.trim() === "") throw thrown(`${registerName}: \`kind\` must be a non-empty string`);
  const base = {
    id: hasName(config) ? (textIn(config, "id") ?? fallbackId) : fallbackId,
    appliesTo: targetsIn(config.get("applies_to") ?? null),
    labels: {
      warn: textIn(config, "warn_label") ?? "channel_guardrail_warning",
      block: textIn(config, "block_label") ?? "channel_guardrail_blocked",
    },
  };
  if (kind === "custom") return { ...base, kind, judge: customJudge(config) };
  if (kind === "prompt_injection_signature") return { ...base, kind, judge: signatureJudge(config) };
  throw thrown(`${registerName}: unknown kind '${kind}' (expected 'prompt_injection_signature' or 'custom')`);
}

function signatureJudge(config: DictValue): Guardrail["judge"] {
  const verdict = config.get("on_hit") ?? "block";
  if (verdict !== "warn" && verdict !== "block") throw thrown(`${registerName}: \`on_hit\` must be "warn" or "block"`);
  return async (_context, emit) => {
    const found = findInjection(emit.payload);
    if (found === undefined) return { verdict: "allow", reason: undefined };
    return { verdict, reason: `prompt-injection signature matched: ${found}` };
  };
}

function customJudge(config: DictValue): Guardrail["judge"] {
  const scan = config.get("scan_fn") ?? null;
  if (!isCallable(scan)) throw thrown(`${registerName}: custom guardrail requires a callable \`scan_fn\``);
  return async (context, emit) => judgementOf(await context.callAsync(scan, [valueOfJson(emit.payload), about(emit)]));
}

function about({ id, channel, emittedBy }: ChannelEmit): Value {
  return valueOfJson({
    emitted_by: emittedBy,
    event_id: id,
    name: channel.name,
    name_resolved: channel.resolved,
    scope: channel.scope,
    scope_id: channel.scopeId,
  });
}

function judgementOf(answer: Value): Judgement {
  if (answer === null) return { verdict: "allow", reason: undefined };
  if (typeof answer === "string") return { verdict: verdictOf(answer), reason: undefined };
  if (!(answer instanceof DictValue))
    throw thrown(`channel guardrail: scan_fn must return a verdict string, dict, or nil, got ${typeName(answer)}`);
  const verdict = answer.get("verdict") ?? "allow";
  const reason = answer.get("reason");
  return {
    verdict: verdictOf(typeof verdict === "string" ? verdict : typeName(verdict)),
    reason: typeof reason === "string" && reason !== "" ? reason : undefined,
  };
}

function verdictOf(word: string): Verdict {
  if (word === "allow" || word === "warn" || word === "block") return word;
  if (word === "deny") return "block";
  throw thrown(`channel guardrail: unknown verdict '${word}' (expected allow|warn|block)`);
}

function targetsIn(given: Value): readonly string[] {
  if (typeof given === "string") return [given];
  return given instanceof ListValue ? given.view().filter((target) => typeof target === "string") : [];
}

function hasName(config: DictValue): boolean {
  return (textIn(config, "id") ?? "").trim() !== "";
}

function textIn(config: DictValue, key: string): string | undefined {
  const value = config.get(key);
  return typeof value === "string" ? value : undefined;
}
