// What is told of a worker at each change: to the program's hooks, and to those who follow the session that it was made in.
import { jsonOfValue } from "../../eventlog/index.ts";
import { record } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";
import { type WorkerEvent, workerStatus } from "../events/shapes/workers.ts";
import type { Worker } from "./worker.ts";

/** For the hooks on workers. */
export function workerPayload(worker: Worker, event: WorkerEvent): DictValue {
  const { id, mode, name, task } = worker;
  const told = { id, name, task, mode, status: workerStatus(event), metadata: worker.metadata() };
  return record({ event, worker: record(told) });
}

/** For the session that the worker was made in. */
export function workerUpdate(worker: Worker, event: WorkerEvent, sessionId: string) {
  return {
    type: "worker_update",
    session_id: sessionId,
    worker_id: worker.id,
    worker_name: worker.name,
    worker_task: worker.task,
    worker_mode: worker.mode,
    event,
    status: workerStatus(event),
    metadata: jsonOfValue(worker.metadata()),
    audit: jsonOfValue(worker.audit),
  } as const;
}
