import { isJsonObject, type Json, type JsonObject, rfc3339 } from "../eventlog/index.ts";
import { compareText } from "../value/index.ts";
import { type ArtifactServices, completeArtifact, estimateTokens, objectOf } from "./artifacts.ts";
import { RunRecordError } from "./error.ts";
import { ShapeError } from "./schema/codec.ts";
import { type ArtifactRecord, artifact } from "./shapes/artifact.ts";
import { type HandoffRecord, handoff } from "./shapes/handoff.ts";
import type { RunRecord } from "./shapes/run-record.ts";

type Target = HandoffRecord["target_persona_or_human"];
type ReceiptLink = HandoffRecord["receipt_links"][number];

const targetKinds: Readonly<Record<string, string>> = {
  human: "human",
  persona: "persona",
  a2a: "a2a",
  external_a2a: "a2a",
  worker: "worker",
  queue: "worker",
};

/** A handoff from a program: complete, or refused with what it lacks. */
export function readHandoff(json: Json, services: ArtifactServices, builtin = "handoff"): HandoffRecord {
  const given = handoffIn(json);
  if (given === undefined) throw new RunRecordError(`${builtin}: invalid handoff payload`);
  return normalizeHandoff(given, services);
}

/** The handoff that JSON holds: itself, in an artifact's data, or in the state that an agent hands over. */
export function handoffIn(json: Json | undefined): HandoffRecord | undefined {
  if (json === undefined || !isJsonObject(json)) return undefined;
  if (json._type === "handoff_artifact" || (json.source_persona !== undefined && json.task !== undefined))
    return decoded(json);
  if (json._type === "agent_state_handoff") return handoffIn(json.handoff ?? json.summary);
  return json.kind === "handoff" || json._type === "artifact" ? handoffIn(json.data) : undefined;
}

function decoded(json: JsonObject): HandoffRecord | undefined {
  try {
    const { target_persona_or_human: target, ...rest } = json;
    const read = handoff.read(
      { ...rest, target_persona_or_human: typeof target === "string" ? { id: target } : (target ?? {}) },
      "",
    );
    const { id, label } = read.target_persona_or_human;
    const isComplete = [read.source_persona, read.task, read.reason, id ?? label].every(
      (each) => (each ?? "").trim() !== "",
    );
    return isComplete ? read : undefined;
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

export function normalizeHandoff(
  given: HandoffRecord,
  services: ArtifactServices,
  parentRunId?: string,
): HandoffRecord {
  return {
    ...given,
    _type: given._type === "" ? "handoff_artifact" : given._type,
    kind: given.kind.trim() === "" ? "handoff" : given.kind.trim(),
    id: given.id === "" ? services.ids.next("handoff") : given.id,
    parent_run_id: given.parent_run_id ?? parentRunId ?? null,
    source_persona: given.source_persona.trim(),
    target_persona_or_human: normalizeTarget(given.target_persona_or_human),
    task: given.task.trim(),
    reason: given.reason.trim(),
    files_or_entities_touched: distinct(given.files_or_entities_touched),
    open_questions: distinct(given.open_questions),
    blocked_on: distinct(given.blocked_on),
    requested_capabilities: distinct(given.requested_capabilities),
    allowed_side_effects: distinct(given.allowed_side_effects),
    confidence: given.confidence === null ? null : Math.min(1, Math.max(0, given.confidence)),
    receipt_links: given.receipt_links.map(normalizeLink),
    route_decision: given.route_decision && {
      ...given.route_decision,
      matched_when: given.route_decision.matched_when === "" ? "always" : given.route_decision.matched_when,
    },
    created_at: given.created_at === "" ? rfc3339(services.now()) : given.created_at,
  };
}

function normalizeTarget({ id, kind, label, uri, ...rest }: Target): Target {
  return {
    ...rest,
    kind: targetKinds[kind.trim()] ?? "persona",
    id: blankAsNull(id),
    label: blankAsNull(label),
    uri: blankAsNull(uri),
  };
}

function normalizeLink(link: ReceiptLink): ReceiptLink {
  return {
    ...link,
    kind: link.kind.trim() === "" ? "run_receipt" : link.kind.trim(),
    label: blankAsNull(link.label),
    run_id: blankAsNull(link.run_id),
    artifact_id: blankAsNull(link.artifact_id),
    path: blankAsNull(link.path),
    href: blankAsNull(link.href),
  };
}

function blankAsNull(value: string | null): string | null {
  const trimmed = value?.trim() ?? "";
  return trimmed === "" ? null : trimmed;
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values.map((value) => value.trim()).filter((value) => value !== ""))];
}

function labelOf({ id, label }: Target): string {
  return label ?? id ?? "unknown";
}

/** A handoff as a model reads it. */
export function renderHandoff(given: HandoffRecord): string {
  const { budget_remaining: budget, confidence, deadline_checkback: deadline, target_persona_or_human: target } = given;
  const items = (name: string, values: readonly string[]): string[] =>
    values.length === 0 ? [] : [`<${name}>`, ...values.map((value) => `- ${value}`), `</${name}>`];
  return [
    "<handoff>",
    `<kind>${given.kind}</kind>`,
    `<source_persona>${given.source_persona}</source_persona>`,
    `<target kind="${target.kind}">${labelOf(target)}</target>`,
    `<task>${given.task}</task>`,
    `<reason>${given.reason}</reason>`,
    ...items("files_or_entities_touched", given.files_or_entities_touched),
    ...items("open_questions", given.open_questions),
    ...items("blocked_on", given.blocked_on),
    ...items("requested_capabilities", given.requested_capabilities),
    ...items("allowed_side_effects", given.allowed_side_effects),
    ...items("evidence_refs", given.evidence_refs.map(evidenceLine)),
    ...(budget === null
      ? []
      : [
          `<budget_remaining tokens="${budget.tokens ?? ""}" tool_calls="${budget.tool_calls ?? ""}" dollars="${budget.dollars?.toFixed(4) ?? ""}" />`,
        ]),
    ...(deadline === null
      ? []
      : [`<deadline_checkback deadline="${deadline.deadline ?? ""}" checkback_at="${deadline.checkback_at ?? ""}" />`]),
    ...(confidence === null ? [] : [`<confidence>${confidence.toFixed(2)}</confidence>`]),
    "</handoff>",
  ].join("\n");
}

function evidenceLine({ artifact_id, kind, label, path, uri }: HandoffRecord["evidence_refs"][number]): string {
  const named: readonly (readonly [string, string | null])[] = [
    ["artifact_id", artifact_id],
    ["path", path],
    ["uri", uri],
    ["kind", kind],
  ];
  const parts = named.flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]));
  return [...(label === null ? [] : [label]), ...parts].join(" | ");
}

/** Each handoff of a run stands among its handoffs and among its artifacts, and links to the run's receipt. */
export function syncHandoffs(run: RunRecord, services: ArtifactServices): RunRecord {
  const stored = new Map(run.handoffs.map((each) => [each.id, each]));
  const byId = new Map<string, HandoffRecord>();
  for (const each of stored.values()) {
    const normal = normalizeHandoff(each, services);
    byId.set(normal.id, normal);
  }
  for (const each of run.artifacts) {
    const held = each.kind === "handoff" ? handoffIn(each.data) : undefined;
    if (held === undefined) continue;
    const normal = normalizeHandoff(held, services);
    const known = byId.get(normal.id);
    byId.set(normal.id, known === undefined ? normal : merged(known, normal));
  }
  if (byId.size === 0) return run;
  const linked = [...byId.values()]
    .sort((left, right) => compareText(left.created_at, right.created_at) || compareText(left.id, right.id))
    .map((each) => linkedTo(run, each));
  return {
    ...run,
    handoffs: linked,
    artifacts: linked.reduce((all, each) => withArtifact(all, each, services), run.artifacts),
  };
}

function merged(known: HandoffRecord, other: HandoffRecord): HandoffRecord {
  const entries = Object.entries(other).map(([key, value]): [string, unknown] => {
    const present = (known as unknown as Record<string, unknown>)[key];
    const isEmpty = present === null || present === "" || (Array.isArray(present) && present.length === 0);
    return [key, isEmpty ? value : present];
  });
  return {
    ...(Object.fromEntries(entries) as unknown as HandoffRecord),
    receipt_links: unitedLinks(known.receipt_links, other.receipt_links),
    metadata: { ...other.metadata, ...known.metadata },
  };
}

function unitedLinks(left: readonly ReceiptLink[], right: readonly ReceiptLink[]): readonly ReceiptLink[] {
  const keyOf = ({ artifact_id, href, kind, path, run_id }: ReceiptLink): string =>
    JSON.stringify([kind, run_id, artifact_id, path, href]);
  const known = new Set(left.map(keyOf));
  return [...left, ...right.filter((link) => !known.has(keyOf(link)))];
}

function linkedTo({ id, persisted_path, workflow_id, workflow_name }: RunRecord, given: HandoffRecord): HandoffRecord {
  const receipt: ReceiptLink = {
    kind: "run_receipt",
    label: workflow_name ?? workflow_id,
    run_id: id,
    artifact_id: null,
    path: persisted_path,
    href: null,
  };
  return {
    ...given,
    parent_run_id: given.parent_run_id ?? id,
    receipt_links: unitedLinks(given.receipt_links, [receipt]),
  };
}

const handoffPriority = 85;

function withArtifact(
  artifacts: readonly ArtifactRecord[],
  given: HandoffRecord,
  services: ArtifactServices,
): readonly ArtifactRecord[] {
  const at = artifacts.findLastIndex(({ data, metadata }) => (metadata.handoff_id ?? objectOf(data).id) === given.id);
  const earlier = artifacts[at];
  const content = renderHandoff(given);
  const target = given.target_persona_or_human;
  const base = earlier ?? {
    ...artifact.empty,
    id: `artifact_${given.id}`,
    title: `Handoff to ${labelOf(target)}`,
    source: given.source_persona,
    freshness: "fresh",
    priority: handoffPriority,
  };
  const next = completeArtifact(
    {
      ...base,
      kind: "handoff",
      source: base.source ?? given.source_persona,
      freshness: base.freshness ?? "fresh",
      created_at: base.created_at === "" ? given.created_at : base.created_at,
      text: content,
      data: handoff.toJson(given),
      relevance: given.confidence ?? 1,
      estimated_tokens: estimateTokens(content),
      metadata: {
        ...base.metadata,
        handoff_id: given.id,
        handoff_kind: given.kind,
        target_kind: target.kind,
        target_label: labelOf(target),
      },
    },
    services,
  );
  return earlier === undefined ? [...artifacts, next] : artifacts.with(at, next);
}
