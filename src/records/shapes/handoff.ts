import { anyJson, count, float, type Infer, list, map, nullable, omitEmpty, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";
import { capabilityPolicy } from "./policy.ts";

const target = record("HandoffTargetRecord", {
  kind: text,
  id: nullable(text),
  label: nullable(text),
  uri: nullable(text),
});

const evidence = record("HandoffEvidenceRefRecord", {
  artifact_id: nullable(text),
  kind: nullable(text),
  label: nullable(text),
  path: nullable(text),
  uri: nullable(text),
});

const receiptLink = record("HandoffReceiptLinkRecord", {
  kind: text,
  label: nullable(text),
  run_id: nullable(text),
  artifact_id: nullable(text),
  path: nullable(text),
  href: nullable(text),
});

const routeDecision = record("HandoffRouteDecisionRecord", {
  route_id: text,
  route_index: count,
  target_index: count,
  handoff_id: text,
  handoff_kind: text,
  source_persona: text,
  target: text,
  target_persona_or_human: target,
  matched_when: text,
  selected_at: text,
  dispatch_kind: text,
  dispatch_status: text,
  dispatch_receipt: anyJson,
  metadata: map(anyJson),
});

/** Work that one persona passed on to another, or to a human. */
export const handoff = record("HandoffArtifact", {
  _type: text,
  kind: text,
  id: text,
  parent_run_id: nullable(text),
  source_persona: text,
  target_persona_or_human: target,
  task: text,
  reason: text,
  evidence_refs: list(evidence),
  files_or_entities_touched: list(text),
  open_questions: list(text),
  blocked_on: list(text),
  requested_capabilities: list(text),
  allowed_side_effects: list(text),
  policy_override: omitEmpty(nullable(capabilityPolicy)),
  reminder_propagation: omitEmpty(list(anyJson)),
  effects: omitEmpty(list(anyJson)),
  budget_remaining: nullable(
    record("HandoffBudgetRecord", { tokens: nullable(count), tool_calls: nullable(count), dollars: nullable(float) }),
  ),
  deadline_checkback: nullable(
    record("HandoffDeadlineRecord", { deadline: nullable(text), checkback_at: nullable(text) }),
  ),
  confidence: nullable(float),
  receipt_links: list(receiptLink),
  route_decision: nullable(routeDecision),
  created_at: text,
  metadata: map(anyJson),
});

export type HandoffRecord = Infer<typeof handoff>;
