// Workers as a settlement looks at them: what is still open when a pipeline ends.
import { type JsonObject, jsonOfValue } from "../../eventlog/index.ts";
import { textAt } from "../../llm/fields.ts";
import type { Worker } from "./worker.ts";

/** A parked worker, or one that waits for its next payload; nothing for others. `now` is in Unix milliseconds. */
export function unsettledItem(worker: Worker, now: number): JsonObject | undefined {
  if (worker.status === "suspended") return suspendedItem(worker, now);
  return worker.status === "awaiting" && worker.mode === "sub_agent" ? awaitingItem(worker, now) : undefined;
}

function suspendedItem(worker: Worker, now: number): JsonObject {
  const { suspension } = worker;
  const reason = suspension?.reason ?? "";
  const at = suspension?.suspendedAt ?? "";
  return {
    handle: worker.id,
    session_id: textAt(worker.audit, "session_id") ?? null,
    reason: reason === "" ? "suspended" : reason,
    conditions: suspension === undefined ? null : jsonOfValue(suspension.conditions),
    age_ms: ageOf(at, now),
    initiator: suspension?.initiator ?? "operator",
    mode: worker.mode,
    status: worker.status,
    suspended_at: at,
    snapshot_ref: suspension?.snapshotRef ?? worker.snapshotPath,
    auto_resume_trigger: suspension?.autoResumeTrigger === undefined ? null : jsonOfValue(suspension.autoResumeTrigger),
  };
}

function awaitingItem(worker: Worker, now: number): JsonObject {
  const since = worker.awaitingStartedAt ?? "";
  return {
    handle: worker.id,
    session_id: textAt(worker.audit, "session_id") ?? null,
    reason: "awaiting_input",
    conditions: { status: "awaiting", retriggerable: true, awaiting_started_at: since },
    age_ms: ageOf(since, now),
    initiator: worker.parentWorkerId ?? "pipeline",
    mode: worker.mode,
    status: worker.status,
  };
}

/** How old an identifier is that begins with its time. */
function ageOf(id: string, now: number): number {
  const at = Number.parseInt(id.replace("-", "").slice(0, 12), 16);
  return Number.isNaN(at) ? 0 : Math.max(0, now - at);
}
