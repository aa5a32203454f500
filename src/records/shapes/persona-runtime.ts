import {
  anyJson,
  bool,
  count,
  float,
  type Infer,
  list,
  map,
  nullable,
  required,
  text,
  withDefault,
  word,
} from "../schema/codec.ts";
import { record } from "../schema/record.ts";

const must = { text: required(text), count: required(count), float: required(float), bool: required(bool) };

const assignment = record("PersonaAssignmentStatus", {
  work_key: must.text,
  lease_id: must.text,
  holder: must.text,
  acquired_at: must.text,
  expires_at: must.text,
});

const queuedWork = record("PersonaQueuedWork", {
  work_key: must.text,
  provider: must.text,
  kind: must.text,
  queued_at: must.text,
  reason: must.text,
  source_event_id: nullable(text),
  metadata: required(map(anyJson)),
});

const inboxItem = record("PersonaHandoffInboxItem", {
  work_key: must.text,
  handoff_id: nullable(text),
  handoff_kind: nullable(text),
  source_persona: nullable(text),
  task: nullable(text),
  queued_at: must.text,
  reason: must.text,
});

const budget = record("PersonaBudgetStatus", {
  daily_usd: nullable(float),
  hourly_usd: nullable(float),
  run_usd: nullable(float),
  max_tokens: nullable(count),
  spent_today_usd: must.float,
  spent_this_hour_usd: must.float,
  spent_last_run_usd: must.float,
  tokens_today: must.count,
  remaining_today_usd: nullable(float),
  remaining_hour_usd: nullable(float),
  exhausted: must.bool,
  reason: nullable(text),
  last_receipt_id: nullable(text),
});

const valueReceipt = record("PersonaValueReceipt", {
  kind: must.text,
  run_id: nullable(text),
  occurred_at: must.text,
  paid_cost_usd: must.float,
  avoided_cost_usd: must.float,
  deterministic_steps: must.count,
  llm_steps: must.count,
  metadata: required(anyJson),
});

/** What a persona was doing when the run was saved. */
export const personaRuntime = record("PersonaRuntimeRecord", {
  name: text,
  role: text,
  template_ref: nullable(text),
  state: word("idle", "inactive", "starting", "running", "paused", "draining", "failed", "disabled"),
  entry_workflow: text,
  current_assignment: nullable(assignment),
  queued_work: list(queuedWork),
  handoff_inbox: list(inboxItem),
  // Without the key there is no spending; with it, its own keys must be there.
  budget: withDefault(budget, {
    spent_today_usd: 0,
    spent_this_hour_usd: 0,
    spent_last_run_usd: 0,
    tokens_today: 0,
    exhausted: false,
  }),
  value_receipts: list(valueReceipt),
  last_run: nullable(text),
  last_error: nullable(text),
});

export type PersonaRuntimeRecord = Infer<typeof personaRuntime>;
