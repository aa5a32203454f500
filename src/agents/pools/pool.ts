import { list, record } from "../../llm/fields.ts";
import type { DictValue, Value } from "../../value/index.ts";
import { WakeSignal } from "../inbox/wake-signal.ts";
import type { Backpressure, PoolOptions, QueueStrategy } from "./options.ts";

export type TaskStatus = "queued" | "running" | "completed" | "failed" | "rejected";

/** One piece of work in a pool. */
export interface PoolTask {
  readonly id: string;
  readonly pool: Pool;
  /** What runs; absent for one that was read back from a file. */
  readonly body: Value | undefined;
  readonly priority: number;
  readonly key: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly submittedAt: string;
  readonly submittedBy: string;
  readonly queuedAtMs: number;
  readonly sequence: number;
  status: TaskStatus;
  /** The task of the program that runs it. */
  runner: string | undefined;
  startedAt: string | undefined;
  finishedAt: string | undefined;
  result: Value | undefined;
  error: string | undefined;
  rejection: { readonly reason: string; readonly policy: string } | undefined;
}

export function isOver(task: PoolTask): boolean {
  return task.status === "completed" || task.status === "failed" || task.status === "rejected";
}

/** A pool's tasks and who waits for them. It decides nothing about time; `pools/registry.ts` runs it. */
export class Pool {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly options: PoolOptions;
  /** The options that the program gave for queue and backpressure, as it gave them. */
  readonly config: DictValue | undefined;
  readonly path: string | undefined;
  readonly tasks: PoolTask[] = [];
  readonly queue: PoolTask[] = [];
  readonly byIdempotencyKey = new Map<string, PoolTask>();
  readonly changed = new WakeSignal();
  active = 0;
  blockedSubmitters = 0;
  sequence = 0;
  #lastServed: string | undefined;

  constructor(parts: {
    readonly id: string;
    readonly name: string;
    readonly createdAt: string;
    readonly options: PoolOptions;
    readonly config: DictValue | undefined;
    readonly path: string | undefined;
  }) {
    this.id = parts.id;
    this.name = parts.name;
    this.createdAt = parts.createdAt;
    this.options = parts.options;
    this.config = parts.config;
    this.path = parts.path;
  }

  /** Whether one more task would be taken as things stand. */
  hasRoom(): boolean {
    const { backpressure, maxConcurrent } = this.options;
    if (this.active < maxConcurrent && this.queue.length === 0) return true;
    switch (backpressure.kind) {
      case "unbounded":
        return true;
      case "fail_fast":
        return false;
      case "queue":
      case "ring_buffer":
        return this.queue.length < backpressure.maxDepth;
    }
  }

  /** Takes the task that is due out of the queue. */
  next(): PoolTask | undefined {
    const at = this.#due(this.options.queue);
    return at < 0 ? undefined : this.queue.splice(at, 1)[0];
  }

  #due(strategy: QueueStrategy): number {
    if (this.queue.length === 0) return -1;
    switch (strategy.kind) {
      case "fifo":
        return 0;
      case "lifo":
        return this.queue.length - 1;
      case "priority":
        return this.queue.reduce((best, task, at) => (outranks(task, this.queue[best]) ? at : best), 0);
      case "fair_round_robin":
        return this.#nextKey();
    }
  }

  /** The first task of the key that comes after the one served last. */
  #nextKey(): number {
    const keys = [...new Set(this.queue.map((task) => task.key ?? ""))];
    const last = keys.indexOf(this.#lastServed ?? "\u0000");
    const key = keys[(last + 1) % keys.length] ?? "";
    this.#lastServed = key;
    return this.queue.findIndex((task) => (task.key ?? "") === key);
  }

  count(status: TaskStatus): number {
    return this.tasks.reduce((sum, task) => sum + (task.status === status ? 1 : 0), 0);
  }

  /** The tasks of the program that hold its slots. */
  runners(): string[] {
    return this.tasks.flatMap(({ status, runner }) => (status === "running" && runner !== undefined ? [runner] : []));
  }

  snapshot(): DictValue {
    const { options } = this;
    return record({
      _type: "pool",
      id: this.id,
      name: this.name,
      max_concurrent: options.maxConcurrent,
      created_at: this.createdAt,
      active: this.active,
      queued: this.queue.length,
      completed: this.count("completed"),
      failed: this.count("failed"),
      rejected: this.count("rejected"),
      total: this.tasks.length,
      queue_strategy: options.queue.kind,
      backpressure: backpressureDict(options.backpressure),
      blocked_submitters: this.blockedSubmitters,
      tasks: list(this.tasks.map(taskSnapshot)),
      scope: options.scope,
      scope_id: options.scopeId,
      durable: this.path !== undefined,
      stale_after_ms: options.staleAfterMs,
      config: this.config,
    });
  }
}

function outranks(task: PoolTask, best: PoolTask | undefined): boolean {
  if (best === undefined) return true;
  return task.priority > best.priority || (task.priority === best.priority && task.sequence < best.sequence);
}

function backpressureDict(policy: Backpressure): DictValue {
  return record({
    _type: "backpressure",
    kind: policy.kind,
    max_depth: "maxDepth" in policy ? policy.maxDepth : undefined,
    on_full: policy.kind === "queue" ? policy.onFull : undefined,
  });
}

/** A task with everything that is known of it. */
export function taskSnapshot(task: PoolTask): DictValue {
  return record({
    ...handleFields(task),
    priority: task.priority,
    started_at: task.startedAt,
    finished_at: task.finishedAt,
    result: task.result,
  });
}

/** What `submit` gives. */
export function taskHandle(task: PoolTask): DictValue {
  return record(handleFields(task));
}

function handleFields(task: PoolTask): Record<string, Value | undefined> {
  return {
    _type: "pool_task",
    id: task.id,
    pool_id: task.pool.id,
    pool: task.pool.name,
    status: task.status,
    submitted_at: task.submittedAt,
    key: task.key,
    error: task.error,
    rejection_reason: task.rejection?.reason,
    rejection_policy: task.rejection?.policy,
  };
}
