import { dictAt, float, isDict, itemsAt, list, numberAt, record, textAt, textsAt } from "../../llm/fields.ts";
import { DictValue, runtimeError, type Value } from "../../value/index.ts";
import type { ArtifactSource } from "./artifact.ts";

const targetKinds: Readonly<Record<string, string>> = {
  human: "human",
  persona: "persona",
  a2a: "a2a",
  external_a2a: "a2a",
  worker: "worker",
  queue: "worker",
};

/** A handoff with every field, from what a program or an artifact says of it. */
export function makeHandoff(source: ArtifactSource, given: DictValue): DictValue {
  const payload = given.get("_type") === "artifact" ? (dictAt(given, "data") ?? given) : given;
  const persona = (textAt(payload, "source_persona") ?? "").trim();
  const target = targetOf(payload.get("target_persona_or_human"));
  const task = (textAt(payload, "task") ?? "").trim();
  const reason = (textAt(payload, "reason") ?? "").trim();
  if (persona === "" || target === undefined || task === "" || reason === "")
    throw runtimeError("handoff: invalid handoff payload");
  const confidence = numberAt(payload, "confidence");
  return record({
    _type: "handoff_artifact",
    kind: nonBlank(payload, "kind") ?? "handoff",
    id: nonBlank(payload, "id") ?? `handoff_${source.newId()}`,
    parent_run_id: nonBlank(payload, "parent_run_id") ?? null,
    source_persona: persona,
    target_persona_or_human: target,
    task,
    reason,
    evidence_refs: list(dicts(payload, "evidence_refs").map((each) => fields(each, evidenceKeys))),
    files_or_entities_touched: list(distinct(payload, "files_or_entities_touched")),
    open_questions: list(distinct(payload, "open_questions")),
    blocked_on: list(distinct(payload, "blocked_on")),
    requested_capabilities: list(distinct(payload, "requested_capabilities")),
    allowed_side_effects: list(distinct(payload, "allowed_side_effects")),
    policy_override: dictAt(payload, "policy_override"),
    reminder_propagation: nonEmpty(payload, "reminder_propagation"),
    effects: nonEmpty(payload, "effects"),
    budget_remaining: optional(payload, "budget_remaining", ["tokens", "tool_calls", "dollars"]),
    deadline_checkback: optional(payload, "deadline_checkback", ["deadline", "checkback_at"]),
    confidence: confidence === undefined ? null : float(Math.min(1, Math.max(0, confidence))),
    receipt_links: list(
      dicts(payload, "receipt_links").map((each) =>
        fields(each, linkKeys).with("kind", nonBlank(each, "kind") ?? "run_receipt"),
      ),
    ),
    route_decision: dictAt(payload, "route_decision") ?? null,
    created_at: nonBlank(payload, "created_at") ?? source.now(),
    metadata: dictAt(payload, "metadata") ?? new DictValue(),
  });
}

const evidenceKeys = ["artifact_id", "kind", "label", "path", "uri"];
const linkKeys = ["kind", "label", "run_id", "artifact_id", "path", "href"];

function targetOf(given: Value | undefined): DictValue | undefined {
  if (!isDict(given)) return undefined;
  const id = nonBlank(given, "id");
  const label = nonBlank(given, "label");
  if (id === undefined && label === undefined) return undefined;
  const kind = targetKinds[textAt(given, "kind") ?? ""] ?? "persona";
  return record({ kind, id: id ?? null, label: label ?? null, uri: nonBlank(given, "uri") ?? null });
}

function nonBlank(dict: DictValue, key: string): string | undefined {
  const text = textAt(dict, key)?.trim();
  return text === undefined || text === "" ? undefined : text;
}

function dicts(dict: DictValue, key: string): DictValue[] {
  return (itemsAt(dict, key) ?? []).filter(isDict);
}

function fields(dict: DictValue, keys: readonly string[]): DictValue {
  return record(Object.fromEntries(keys.map((key) => [key, nonBlank(dict, key) ?? null])));
}

function distinct(dict: DictValue, key: string): string[] {
  const texts = (textsAt(dict, key) ?? []).map((text) => text.trim()).filter((text) => text !== "");
  return [...new Set(texts)];
}

function nonEmpty(dict: DictValue, key: string): Value | undefined {
  const items = itemsAt(dict, key) ?? [];
  return items.length === 0 ? undefined : list(items);
}

function optional(dict: DictValue, key: string, keys: readonly string[]): Value {
  const given = dictAt(dict, key);
  if (given === undefined) return null;
  return record(Object.fromEntries(keys.map((each) => [each, given.get(each) ?? null])));
}

/** A handoff as whoever takes it over reads it. */
export function renderHandoff(handoff: DictValue): string {
  const target = dictAt(handoff, "target_persona_or_human");
  const budget = dictAt(handoff, "budget_remaining");
  const deadline = dictAt(handoff, "deadline_checkback");
  const confidence = numberAt(handoff, "confidence");
  const shown = (dict: DictValue, key: string): string => {
    const value = dict.get(key) ?? null;
    return value === null ? "" : String(value);
  };
  return [
    "<handoff>",
    `<kind>${textAt(handoff, "kind") ?? ""}</kind>`,
    `<source_persona>${textAt(handoff, "source_persona") ?? ""}</source_persona>`,
    `<target kind="${textAt(target, "kind") ?? ""}">${textAt(target, "label") ?? textAt(target, "id") ?? ""}</target>`,
    `<task>${textAt(handoff, "task") ?? ""}</task>`,
    `<reason>${textAt(handoff, "reason") ?? ""}</reason>`,
    ...evidenceLines(handoff),
    ...section(handoff, "files_or_entities_touched"),
    ...section(handoff, "open_questions"),
    ...section(handoff, "blocked_on"),
    ...section(handoff, "requested_capabilities"),
    ...section(handoff, "allowed_side_effects"),
    ...(budget === undefined
      ? []
      : [
          `<budget_remaining tokens="${shown(budget, "tokens")}" tool_calls="${shown(budget, "tool_calls")}" dollars="${shown(budget, "dollars")}" />`,
        ]),
    ...(deadline === undefined
      ? []
      : [
          `<deadline_checkback deadline="${shown(deadline, "deadline")}" checkback_at="${shown(deadline, "checkback_at")}" />`,
        ]),
    ...(confidence === undefined ? [] : [`<confidence>${confidence.toFixed(2)}</confidence>`]),
    "</handoff>",
  ].join("\n");
}

function section(handoff: DictValue, key: string): string[] {
  const items = textsAt(handoff, key) ?? [];
  return items.length === 0 ? [] : [`<${key}>`, ...items.map((item) => `- ${item}`), `</${key}>`];
}

function evidenceLines(handoff: DictValue): string[] {
  const refs = dicts(handoff, "evidence_refs").map((ref) => {
    const parts = evidenceKeys.map((key) => nonBlank(ref, key)).filter((part) => part !== undefined);
    return `- ${parts.join(" ")}`;
  });
  return refs.length === 0 ? [] : ["<evidence_refs>", ...refs, "</evidence_refs>"];
}
