import type { CallContext, HostFiles } from "../../builtin/index.ts";
import { intAt, isDict, record, textAt } from "../../llm/fields.ts";
import { tryParseJson } from "../../llm/json.ts";
import { messageOf } from "../../text/index.ts";
import { BuiltinValue, type DictValue, runtimeError, show, stringifyJson } from "../../value/index.ts";
import type { Pool, PoolTask } from "./pool.ts";

const separator = "\u0000";

function hash(context: CallContext, parts: readonly string[]): string {
  const digest = context.call1(new BuiltinValue("blake3"), parts.join(separator));
  return typeof digest === "string" ? digest : "";
}

/** The id of a pool that belongs to a pipeline: the same in every process. */
export function pipelinePoolId(context: CallContext, pipelineId: string, name: string): string {
  return `pool_pipeline_${hash(context, ["pipeline", pipelineId, name]).slice(0, 32)}`;
}

export function poolFile(context: CallContext, folder: string, pipelineId: string, name: string): string {
  const safe = (text: string): string => text.replace(/[^A-Za-z0-9._-]/g, "_");
  return `${folder}/${safe(pipelineId)}__${safe(name)}__${hash(context, [pipelineId, name]).slice(0, 16)}.jsonl`;
}

export function headerLine(pool: Pool): string {
  return line(
    record({
      kind: "pool",
      id: pool.id,
      name: pool.name,
      scope: pool.options.scope,
      scope_id: pool.options.scopeId,
      max_concurrent: pool.options.maxConcurrent,
      created_at: pool.createdAt,
      submit_counter: pool.sequence,
    }),
  );
}

export function taskLine(task: PoolTask, now: number): string {
  return line(
    record({
      kind: "task",
      task: record({
        id: task.id,
        pool_id: task.pool.id,
        pool_name: task.pool.name,
        priority: task.priority,
        status: task.status,
        submitted_at: task.submittedAt,
        heartbeat_at_ms: now,
        seq: task.sequence,
        key: task.key,
        started_at: task.startedAt,
        finished_at: task.finishedAt,
        error: task.error,
        rejection_reason: task.rejection?.reason,
        rejection_policy: task.rejection?.policy,
        idempotency_key: task.idempotencyKey,
        result_display: task.result === undefined ? undefined : show(task.result),
      }),
    }),
  );
}

function line(dict: DictValue): string {
  return `${stringifyJson(dict)}\n`;
}

/** Reads the tasks of a file back; the last line of each counts. What was not over when the process ended has failed. */
export function readTasks(files: HostFiles, pool: Pool, path: string): PoolTask[] {
  if (!files.exists(files.resolve(path))) return [];
  let text: string;
  try {
    text = files.readText(files.resolve(path));
  } catch (error) {
    throw runtimeError(`pool durable store: read ${path}: ${messageOf(error)}`);
  }
  const tasks = new Map<string, DictValue>();
  let hasHeader = false;
  for (const each of text.split("\n")) {
    if (each.trim() === "") continue;
    const entry = tryParseJson(each);
    if (!isDict(entry)) throw runtimeError(`pool durable store: decode ${path}: a line is no JSON object`);
    if (entry.get("kind") === "pool") hasHeader = true;
    const task = entry.get("task");
    if (isDict(task)) tasks.set(textAt(task, "id") ?? "", task);
  }
  return hasHeader ? [...tasks.values()].map((task) => restored(pool, task)) : [];
}

function restored(pool: Pool, stored: DictValue): PoolTask {
  const id = textAt(stored, "id") ?? "";
  const status = textAt(stored, "status");
  const isStale = status !== "completed" && status !== "failed" && status !== "rejected";
  const reason = textAt(stored, "rejection_reason");
  return {
    id,
    pool,
    body: undefined,
    priority: intAt(stored, "priority") ?? 0,
    key: textAt(stored, "key"),
    idempotencyKey: textAt(stored, "idempotency_key"),
    submittedAt: textAt(stored, "submitted_at") ?? "",
    submittedBy: "reloaded",
    queuedAtMs: intAt(stored, "heartbeat_at_ms") ?? 0,
    sequence: intAt(stored, "seq") ?? 0,
    status: isStale ? "failed" : status,
    startedAt: textAt(stored, "started_at"),
    runner: undefined,
    finishedAt: textAt(stored, "finished_at"),
    result: textAt(stored, "result_display"),
    error: isStale ? `pool: task ${id} reloaded as stale after process restart` : textAt(stored, "error"),
    rejection: reason === undefined ? undefined : { reason, policy: textAt(stored, "rejection_policy") ?? "" },
  };
}
