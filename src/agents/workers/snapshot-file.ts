import { type CallContext, HostError, type HostFiles } from "../../builtin/index.ts";
import { jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { dictAt, isDict, itemsAt, record, textAt, textsAt } from "../../llm/fields.ts";
import { tryParseJson } from "../../llm/json.ts";
import { messageOf } from "../../text/index.ts";
import { DictValue, runtimeError, stringifyJson } from "../../value/index.ts";
import { readCarry } from "./carry.ts";
import { type Suspension, Worker, type WorkerMode, type WorkerStatus } from "./worker.ts";

const statuses: readonly WorkerStatus[] = [
  "running",
  "awaiting",
  "suspended",
  "completed",
  "failed",
  "cancelled",
  "interrupted",
];
const modes: readonly WorkerMode[] = ["workflow", "stage", "sub_agent", "top_level_agent", "delegated_stage"];

export function snapshotFolder(context: CallContext): string {
  return context.host.environment?.get("HARN_WORKER_STATE_DIR") ?? ".harn/workers";
}

/** Writes the worker's file, whole or not at all. A host without files keeps nothing. */
export function saveWorker(files: HostFiles | undefined, worker: Worker): void {
  if (files === undefined) return;
  const path = files.resolve(worker.snapshotPath);
  try {
    files.makeFolder(files.resolve(path, ".."));
    files.writeAtomic(path, stringifyJson(valueOfJson(jsonOfValue(worker.snapshot())), 2));
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw runtimeError(`the state of worker ${worker.id} could not be kept: ${error.message}`);
  }
}

/** The worker that a file tells of. One that was running when it was written has been interrupted. */
export function loadWorker(files: HostFiles | undefined, path: string): Worker {
  const fail = (problem: string): never => {
    throw runtimeError(`HARN-SUS-004: resume_agent: failed to load snapshot \`${path}\`: ${problem}`);
  };
  if (files === undefined) return fail("this host has no files");
  let text: string;
  try {
    text = files.readText(files.resolve(path));
  } catch (error) {
    return fail(messageOf(error));
  }
  const snapshot = tryParseJson(text);
  if (!isDict(snapshot) || snapshot.get("_type") !== "worker_snapshot") return fail("it is no worker snapshot");
  return workerOf(snapshot, path);
}

function workerOf(snapshot: DictValue, path: string): Worker {
  const id = textAt(snapshot, "id") ?? "";
  const request = dictAt(snapshot, "request");
  const worker = new Worker({
    id,
    name: textAt(snapshot, "name") ?? "worker",
    mode: modes.find((mode) => mode === textAt(snapshot, "mode")) ?? "sub_agent",
    task: textAt(snapshot, "task") ?? "",
    createdAt: textAt(snapshot, "created_at") ?? "",
    config: dictAt(dictAt(snapshot, "config"), "spec") ?? new DictValue(),
    request: {
      task: textAt(request, "task") ?? "",
      system: request?.get("system") ?? null,
      payload: request?.get("payload") ?? null,
      researchQuestions: request?.get("research_questions") ?? null,
      actionItems: request?.get("action_items") ?? null,
      workflowStages: request?.get("workflow_stages") ?? null,
      verificationSteps: request?.get("verification_steps") ?? null,
    },
    carry: readCarry(dictAt(snapshot, "carry_policy")),
    audit: dictAt(snapshot, "audit") ?? record({}),
    execution: dictAt(snapshot, "execution") ?? record({}),
    parentWorkerId: textAt(snapshot, "parent_worker_id"),
    parentStageId: textAt(snapshot, "parent_stage_id"),
    parentSessionId: textAt(dictAt(snapshot, "audit"), "parent_session_id"),
    snapshotPath: textAt(snapshot, "snapshot_path") ?? path,
  });
  const status = statuses.find((known) => known === textAt(snapshot, "status")) ?? "running";
  worker.status = status === "running" ? "interrupted" : status;
  worker.startedAt = textAt(snapshot, "started_at") ?? worker.createdAt;
  worker.finishedAt = textAt(snapshot, "finished_at");
  worker.awaitingStartedAt = textAt(snapshot, "awaiting_started_at");
  worker.history = textsAt(snapshot, "history") ?? [];
  worker.latestPayload = snapshot.get("latest_payload") ?? null;
  worker.result = worker.latestPayload;
  worker.error = textAt(snapshot, "latest_error");
  worker.transcript = dictAt(snapshot, "transcript");
  worker.artifacts = itemsAt(snapshot, "artifacts") ?? [];
  worker.childRunId = textAt(snapshot, "child_run_id");
  worker.childRunPath = textAt(snapshot, "child_run_path");
  worker.suspension = suspensionOf(dictAt(snapshot, "suspension"), worker.snapshotPath);
  return worker;
}

function suspensionOf(given: DictValue | undefined, path: string): Suspension | undefined {
  if (given === undefined) return undefined;
  return {
    reason: textAt(given, "reason") ?? "",
    initiator: textAt(given, "initiator") ?? "operator",
    suspendedAt: textAt(given, "suspended_at") ?? "",
    snapshotRef: textAt(given, "snapshot_ref") ?? path,
    conditions: given.get("conditions") ?? null,
    autoResumeTrigger: dictAt(given, "auto_resume_trigger"),
  };
}
