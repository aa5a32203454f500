import { type EventLog, type JsonObject, rfc3339 } from "../eventlog/index.ts";
import { messageOf } from "../text/index.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { countField, textField } from "./unsettled/json-fields.ts";
import { cancelRequestKind, cancelRequestsTopic } from "./unsettled/queued-triggers.ts";
import { ackJob } from "./unsettled/worker-queue.ts";

/** Who settles triggers, in the records that say so. */
const settler = "pipeline_lifecycle";

const defaultDeferTarget = "deferred-triggers";

type Outcome = { readonly status: "acknowledged" | "not_found" | "rejected"; readonly reason?: string };

function rejected(reason: string): Outcome {
  return { status: "rejected", reason };
}

/**
 * Takes an item of the queued triggers off its queue, so that nobody handles it. Suspended subagents and handoffs come
 * first: while there are any, nothing is taken.
 */
export async function acknowledgeTrigger(lifecycle: Lifecycle, id: string): Promise<JsonObject> {
  const method = "acknowledge_trigger";
  if (id === "") return { status: "rejected", method, reason: "missing trigger id" };
  const receipt = { method, trigger_id: id };
  const state = await lifecycle.unsettled();
  if (state.suspended_subagents.length > 0 || state.partial_handoffs.length > 0) {
    const reason = "HARN-DRN-001: cannot acknowledge trigger while suspended subagents remain";
    return { status: "rejected", ...receipt, reason };
  }
  const item = state.queued_triggers.find((candidate) => candidate.id === id);
  if (item === undefined) return { status: "not_found", ...receipt };
  const { log } = lifecycle;
  const outcome = log === undefined ? rejected("no active event log is installed") : await settle(lifecycle, log, item);
  if (outcome.status === "acknowledged") {
    lifecycle.audits.record("trigger_acknowledged", { trigger_id: id, item });
    lifecycle.changes.notify();
  }
  return { ...outcome, ...receipt, item };
}

async function settle(lifecycle: Lifecycle, log: EventLog, item: JsonObject): Promise<Outcome> {
  return item.source === "worker_queue" ? settleJob(lifecycle, log, item) : settleInboxItem(lifecycle, log, item);
}

async function settleJob(lifecycle: Lifecycle, log: EventLog, item: JsonObject): Promise<Outcome> {
  const queue = textField(item, "queue") ?? "";
  const job = countField(item, "job_event_id") ?? 0;
  try {
    const isAcked = await ackJob(log, { queue, job, consumer: settler, now: lifecycle.machineNow() });
    return { status: isAcked ? "acknowledged" : "not_found" };
  } catch (error) {
    return rejected(messageOf(error));
  }
}

function settleInboxItem(lifecycle: Lifecycle, log: EventLog, item: JsonObject): Outcome {
  const bindingKey = textField(item, "binding_key") ?? "";
  if (bindingKey === "") return rejected("queued trigger is missing binding_key");
  log.append(cancelRequestsTopic, {
    kind: cancelRequestKind,
    payload: {
      binding_key: bindingKey,
      event_id: item.event_id ?? null,
      requested_at: rfc3339(lifecycle.now()),
      requested_by: settler,
      audit_id: null,
    },
  });
  return { status: "acknowledged" };
}

/** Takes an item off its queue and hands it to another pipeline. */
export async function deferTrigger(lifecycle: Lifecycle, id: string, target: string): Promise<JsonObject> {
  const method = "defer_trigger";
  const acknowledgement = await acknowledgeTrigger(lifecycle, id);
  if (id === "") return { ...acknowledgement, method };
  const receipt = { method, trigger_id: id, acknowledgement };
  if (acknowledgement.status !== "acknowledged") return { status: acknowledgement.status, ...receipt };
  const payload = { deferred_trigger: acknowledgement.item, acknowledgement };
  const handoff = lifecycle.handoffs.add(target.trim() === "" ? defaultDeferTarget : target, payload);
  lifecycle.audits.record("trigger_deferred", { trigger_id: id, envelope_id: handoff.envelopeId });
  return { status: "deferred", ...receipt, envelope: lifecycle.handoffs.json(handoff) };
}
