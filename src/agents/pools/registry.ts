import { type CallContext, HostError, type WaitSubject } from "../../builtin/index.ts";
import { type ActiveLog, type JsonObject, topic } from "../../eventlog/index.ts";
import { lifecycleKey } from "../../lifecycle/index.ts";
import { isCallable, isDict, isList, list, merged, numberOf, record, textAt } from "../../llm/fields.ts";
import { type DictValue, Raise, runtimeError, show, typeName, type Value } from "../../value/index.ts";
import { spawnDetached, type Task } from "../../vm/index.ts";
import { headerLine, pipelinePoolId, poolFile, readTasks, taskLine } from "./durable-file.ts";
import { readPoolOptions } from "./options.ts";
import { isOver, Pool, type PoolTask, taskHandle, taskSnapshot } from "./pool.ts";

const auditTopic = topic("lifecycle.pool.audit");

export interface PoolServices {
  readonly newId: () => string;
  readonly log: ActiveLog | undefined;
  /** The session that a task works in. */
  readonly currentSession: (taskId: string) => string | undefined;
}

interface SubmitOptions {
  readonly priority: number;
  readonly idempotencyKey: string | undefined;
  readonly key: string | undefined;
}

/** The pools of one runtime. */
export class PoolRegistry {
  readonly #services: PoolServices;
  #pools: Pool[] = [];

  constructor(services: PoolServices) {
    this.#services = services;
  }

  list(): DictValue[] {
    return this.#pools.map((pool) => pool.snapshot());
  }

  /** By id or name. */
  get(nameOrId: string): Pool | undefined {
    return this.#pools.find((pool) => pool.id === nameOrId || pool.name === nameOrId);
  }

  /** Forgets all pools, as a process that starts again does; files stay. */
  forget(): void {
    this.#pools = [];
  }

  create(context: CallContext, given: Value): DictValue {
    if (given !== null && !isDict(given))
      throw runtimeError(`pool_create: options must be a dict (got ${typeName(given)})`);
    const dict = given ?? undefined;
    const name = textAt(dict, "name");
    const taken = name === undefined || name === "" ? undefined : this.#pools.find((pool) => pool.name === name);
    if (taken !== undefined)
      throw runtimeError(`pool_create: pool '${name}' already exists (id=${taken.id}); use pool_get to reuse`);
    const options = readPoolOptions(dict);
    const { newId } = this.#services;
    const own = options.name ?? `pool_${newId()}`;
    const isDurable = options.scope === "pipeline";
    if (isDurable && options.scopeId === undefined)
      throw runtimeError(
        "pool_create: pipeline-scope pool requires a pipeline_id (or active workflow/run context); pass options.pipeline_id explicitly when creating from outside a pipeline",
      );
    const scopeId = options.scopeId ?? "";
    const config = record({
      queue: dict?.get("queue") ?? undefined,
      backpressure: dict?.get("backpressure") ?? undefined,
      priority: dict?.get("priority") ?? undefined,
    });
    const pool = new Pool({
      id: isDurable ? pipelinePoolId(context, scopeId, own) : `pool_${newId()}`,
      name: own,
      createdAt: newId(),
      options,
      config: config.size === 0 ? undefined : config,
      path: isDurable ? poolFile(context, options.folder, scopeId, own) : undefined,
    });
    this.#load(context, pool);
    this.#pools.push(pool);
    return pool.snapshot();
  }

  #load(context: CallContext, pool: Pool): void {
    const { files } = context.host;
    if (pool.path === undefined || files === undefined) return;
    for (const task of readTasks(files, pool, pool.path)) {
      pool.tasks.push(task);
      if (task.idempotencyKey !== undefined) pool.byIdempotencyKey.set(task.idempotencyKey, task);
    }
    const now = context.host.clock.now();
    const path = files.resolve(pool.path);
    try {
      files.makeFolder(files.resolve(path, ".."));
      files.writeAtomic(path, headerLine(pool) + pool.tasks.map((task) => taskLine(task, now)).join(""));
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      throw runtimeError(`pool durable store: compact ${pool.path}: ${error.message}`);
    }
  }

  snapshot(poolId: string): DictValue {
    return this.#known(poolId).snapshot();
  }

  size(poolId: string): number {
    const pool = this.#known(poolId);
    return pool.active + pool.queue.length;
  }

  #known(poolId: string): Pool {
    const pool = this.get(poolId);
    if (pool === undefined) throw runtimeError(`pool not found: ${poolId}`);
    return pool;
  }

  async submit(context: CallContext, target: Value, body: Value | undefined, given: Value): Promise<DictValue> {
    const poolId = poolIdOf(target);
    if (body === undefined || body === null) throw runtimeError("pool.submit: closure is required");
    if (!isCallable(body)) throw runtimeError(`pool.submit: second argument must be a closure (got ${typeName(body)})`);
    if (given !== null && !isDict(given))
      throw runtimeError(`pool.submit: options must be a dict (got ${typeName(given)})`);
    const pool = this.#known(poolId);
    const options = readSubmit(pool, given ?? undefined);
    const known = options.idempotencyKey === undefined ? undefined : pool.byIdempotencyKey.get(options.idempotencyKey);
    if (known !== undefined) return taskHandle(known);
    await this.#untilTaken(context, pool);
    const task = this.#accept(context, pool, body, options);
    this.#dispatch(context, pool);
    return taskHandle(task);
  }

  /** Waits until the pool would take a task, if that is its policy; some policies refuse instead. */
  async #untilTaken(context: CallContext, pool: Pool): Promise<void> {
    const { backpressure } = pool.options;
    while (!pool.hasRoom()) {
      if (backpressure.kind === "fail_fast")
        throw failure(
          "HARN-POL-002",
          `pool.submit: pool '${pool.name}' has no immediate capacity under fail_fast backpressure`,
        );
      if (backpressure.kind !== "queue") return;
      if (backpressure.onFull === "fail_submitter")
        throw failure(
          "HARN-POL-001",
          `pool.submit: pool '${pool.name}' queue is full under fail_submitter backpressure`,
        );
      if (backpressure.onFull !== "block_submitter") return;
      pool.blockedSubmitters++;
      try {
        await pool.changed.untilNext(context.signal);
      } finally {
        pool.blockedSubmitters--;
      }
    }
  }

  #accept(context: CallContext, pool: Pool, body: Value, options: SubmitOptions): PoolTask {
    const { newId } = this.#services;
    const task: PoolTask = {
      id: `${pool.id}_task_${newId()}`,
      pool,
      body,
      priority: options.priority,
      key: options.key,
      idempotencyKey: options.idempotencyKey,
      submittedAt: newId(),
      submittedBy: this.#submitter(context),
      queuedAtMs: context.host.clock.now(),
      sequence: pool.sequence++,
      status: "queued",
      runner: undefined,
      startedAt: undefined,
      finishedAt: undefined,
      result: undefined,
      error: undefined,
      rejection: undefined,
    };
    pool.tasks.push(task);
    if (options.idempotencyKey !== undefined) pool.byIdempotencyKey.set(options.idempotencyKey, task);
    const drop = this.#makeRoom(pool, task);
    this.#receipt("pool_submit", pool, {
      task_id: task.id,
      submitted_at: task.submittedAt,
      priority: task.priority,
      key: task.key ?? null,
      idempotency_key: task.idempotencyKey ?? null,
      submitted_by: task.submittedBy,
    });
    this.#keep(context, task);
    if (drop !== undefined) {
      this.#reject(context, drop.task, drop.reason, drop.policy);
      this.#receipt(
        "pool_drop",
        pool,
        {
          task_id: drop.task.id,
          replacement_task_id: drop.task === task ? null : task.id,
          reason: drop.reason,
          policy: drop.policy,
          queue_depth: drop.depth,
          max_depth: drop.maxDepth,
          occurred_at: newId(),
        },
        drop.policy,
      );
    }
    return task;
  }

  /** Puts the task into the queue, and says which one has to go for it. */
  #makeRoom(
    pool: Pool,
    task: PoolTask,
  ):
    | {
        readonly task: PoolTask;
        readonly reason: string;
        readonly policy: string;
        readonly depth: number;
        readonly maxDepth: number;
      }
    | undefined {
    const { backpressure } = pool.options;
    const depth = pool.queue.length;
    if (pool.hasRoom() || backpressure.kind === "unbounded" || backpressure.kind === "fail_fast") {
      pool.queue.push(task);
      return undefined;
    }
    const { maxDepth } = backpressure;
    if (backpressure.kind === "queue" && backpressure.onFull === "drop_newest")
      return { task, reason: "drop_newest_queue_full", policy: "drop_newest", depth, maxDepth };
    const oldest = pool.queue.shift();
    pool.queue.push(task);
    if (oldest === undefined) return undefined;
    return backpressure.kind === "ring_buffer"
      ? { task: oldest, reason: "ring_buffer_drop_oldest", policy: "ring_buffer", depth, maxDepth }
      : { task: oldest, reason: "drop_oldest_queue_full", policy: "drop_oldest", depth, maxDepth };
  }

  #reject(context: CallContext, task: PoolTask, reason: string, policy: string): void {
    task.status = "rejected";
    task.error = reason;
    task.rejection = { reason, policy };
    task.finishedAt = this.#services.newId();
    this.#ended(context, task);
  }

  #submitter(context: CallContext): string {
    return this.#services.currentSession(context.taskId) ?? context.taskId;
  }

  /** Starts as many queued tasks as there are slots. */
  #dispatch(context: CallContext, pool: Pool): void {
    while (pool.active < pool.options.maxConcurrent) {
      const task = pool.next();
      if (task === undefined) return;
      this.#run(context, pool, task);
    }
  }

  #run(context: CallContext, pool: Pool, task: PoolTask): void {
    pool.active++;
    task.status = "running";
    task.startedAt = this.#services.newId();
    this.#receipt("pool_dequeue", pool, {
      task_id: task.id,
      dequeued_at: task.startedAt,
      queued_for_ms: Math.max(0, context.host.clock.now() - task.queuedAtMs),
      slot_index: pool.active - 1,
    });
    this.#keep(context, task);
    const work = spawnDetached(context as Task, "pool", (own) => own.call0(task.body as Value));
    task.runner = work.taskId;
    work.whenDone((completion) => {
      pool.active--;
      if (completion.kind === "value") {
        task.status = "completed";
        task.result = completion.value;
      } else {
        task.status = "failed";
        task.error = errorText(completion.error);
      }
      task.finishedAt = this.#services.newId();
      this.#ended(context, task);
      this.#dispatch(context, pool);
    });
  }

  #ended(context: CallContext, task: PoolTask): void {
    this.#keep(context, task);
    task.pool.changed.wakeAll();
    context.service(lifecycleKey).changes.notify();
  }

  #keep(context: CallContext, task: PoolTask): void {
    const { files, clock } = context.host;
    if (task.pool.path === undefined || files === undefined) return;
    try {
      files.appendText(files.resolve(task.pool.path), taskLine(task, clock.now()));
    } catch {
      // The work goes on: what could not be written is found stale after a restart.
    }
  }

  #receipt(kind: string, pool: Pool, fields: JsonObject, policy?: string): void {
    const headers = { schema: `harn.${kind}.v1`, ...(policy === undefined ? {} : { policy }) };
    this.#services.log
      ?.get()
      ?.append(auditTopic, { kind, payload: { pool_id: pool.id, pool: pool.name, ...fields }, headers });
  }

  async wait(context: CallContext, target: Value): Promise<Value> {
    if (isList(target)) {
      const done: Value[] = [];
      for (const one of target.toArray()) done.push(await this.wait(context, one));
      return list(done);
    }
    const task = this.#task(target);
    while (!isOver(task)) await task.pool.changed.untilNext(context.signal);
    return taskSnapshot(task);
  }

  /** What a report of a deadlock says of a `submit` that waits for room. */
  submitting(target: Value): WaitSubject | undefined {
    const id = isDict(target) ? textAt(target, "id") : target;
    const pool = typeof id === "string" ? this.get(id) : undefined;
    return pool && { detail: `room in pool ${pool.name}`, blockers: () => pool.runners() };
  }

  /** What it says of a `wait`: for one task, or for the first of a list that is not over. */
  waiting(target: Value): WaitSubject | undefined {
    const tasks = (isList(target) ? target.toArray() : [target]).flatMap((one) => this.#find(one) ?? []);
    const names = [...new Set(tasks.map(({ pool }) => pool.name))].join(", ");
    const blockers = (): readonly string[] => {
      const first = tasks.find((task) => !isOver(task));
      if (first?.status === "running" && first.runner !== undefined) return [first.runner];
      return first?.pool.runners() ?? [];
    };
    return tasks.length === 0 ? undefined : { detail: `a task of pool ${names}`, blockers };
  }

  #find(target: Value): PoolTask | undefined {
    if (!isDict(target)) return undefined;
    const id = textAt(target, "id");
    return this.get(textAt(target, "pool_id") ?? "")?.tasks.find((task) => task.id === id);
  }

  #task(target: Value): PoolTask {
    if (!isDict(target)) throw runtimeError(`pool_wait: expected pool task handle (got ${typeName(target)})`);
    const poolId = textAt(target, "pool_id");
    if (poolId === undefined) throw runtimeError("pool_wait: task handle missing pool_id");
    const id = textAt(target, "id");
    if (id === undefined) throw runtimeError("pool_wait: task handle missing id");
    const task = this.#known(poolId).tasks.find((each) => each.id === id);
    if (task === undefined) throw runtimeError(`pool_wait: task not found: ${id}`);
    return task;
  }

  /** Queued and running tasks, for whoever settles a run. */
  pending(now: number): JsonObject[] {
    return [...this.#pools]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .flatMap((pool) => [
        ...pool.queue,
        ...pool.tasks.filter((task) => task.status === "running").sort((a, b) => (a.id < b.id ? -1 : 1)),
      ])
      .map((task) => ({
        id: task.id,
        task_id: task.id,
        pool_id: task.pool.id,
        pool_name: task.pool.name,
        status: task.status,
        priority: task.priority,
        key: task.key ?? null,
        idempotency_key: task.idempotencyKey ?? null,
        submitted_at: task.submittedAt,
        submitted_at_ms: task.queuedAtMs,
        submitted_by: task.submittedBy,
        started_at: task.startedAt ?? null,
        age_ms: Math.max(0, now - task.queuedAtMs),
      }));
  }
}

function poolIdOf(target: Value): string {
  if (target === null) throw runtimeError("pool.submit: pool handle is required");
  if (typeof target === "string") return target;
  if (!isDict(target)) throw runtimeError("pool.submit: expected pool handle or pool id");
  const id = textAt(target, "id");
  if (id === undefined) throw runtimeError("pool.submit: pool handle missing id");
  return id;
}

function readSubmit(pool: Pool, given: DictValue | undefined): SubmitOptions {
  const options = merged(given, undefined);
  const priority = options.get("priority") ?? null;
  if (priority !== null && typeof priority !== "number")
    throw runtimeError(`pool.submit: priority must be an int (got ${typeName(priority)})`);
  const own = text(options, options.has("idempotency_key") ? "idempotency_key" : "id", "idempotency_key");
  if (own === "") throw runtimeError("pool.submit: idempotency_key cannot be empty");
  const { queue } = pool.options;
  const field = queue.kind === "fair_round_robin" && options.has(queue.field) ? queue.field : "key";
  return { priority: numberOf(priority ?? 0) ?? 0, idempotencyKey: own, key: text(options, field, field) };
}

function text(options: DictValue, key: string, shown: string): string | undefined {
  const value = options.get(key) ?? null;
  if (value === null) return undefined;
  if (typeof value !== "string") throw runtimeError(`pool.submit: ${shown} must be a string (got ${typeName(value)})`);
  return value;
}

function failure(code: string, problem: string): Raise {
  return runtimeError(`${code}: ${problem}`);
}

function errorText(error: unknown): string {
  if (!(error instanceof Raise)) return "internal error";
  return error.kind === "thrown" ? `Thrown: ${show(error.value)}` : show(error.value);
}
