import { randomUUID } from "node:crypto";
import { ActiveLog, type EventLog } from "../../src/eventlog/index.ts";
import { TriggerRegistry } from "../../src/triggers/bindings/registry.ts";
import { readEvent } from "../../src/triggers/events/event.ts";
import { stagedSpec } from "../../src/triggers/harness/stage.ts";
import { WorkerQueue } from "../../src/triggers/queue/worker-queue.ts";

export const queueName = "sorting";

export function queueOn(log: EventLog, machineNow: () => number): WorkerQueue {
  const active = new ActiveLog({ now: machineNow, onOpenFailure: () => {} });
  active.install(log);
  return new WorkerQueue({ log: active, machineNow, claimId: randomUUID });
}

/** Puts a job about an event of that name into the queue. Gives the job's id. */
export async function putJob(queue: WorkerQueue, name: string): Promise<number> {
  const unused = new ActiveLog({ now: () => 0, onOpenFailure: () => {} });
  const binding = new TriggerRegistry(unused, () => 0).register(stagedSpec("sort"));
  const event = readEvent({
    id: name,
    provider: "webhook",
    kind: "parcel",
    received_at: "2026-05-01T10:00:00Z",
    occurred_at: null,
    dedupe_key: name,
    trace_id: "t",
    tenant_id: null,
    headers: {},
    provider_payload: { provider: "webhook", source: "s", content_type: null, raw: { name } },
    signature_status: { state: "unsigned" },
  });
  const { job_event_id: id } = await queue.enqueue(queueName, { binding, event, priority: "normal" });
  return id as number;
}
