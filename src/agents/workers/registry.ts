// Workers: agents that work beside the program. Every change of a worker's status happens here.
//
// W1. A worker has at most one run; a run ends by itself, by `close`, or with the program.
// W2. Each change is kept in the worker's file before anybody is told of it, if its carry policy wants that; a suspension always.
// W3. Whoever waits is woken at each change and looks for himself.
import type { CallContext } from "../../builtin/index.ts";
import type { JsonObject } from "../../eventlog/index.ts";
import { lifecycleKey } from "../../lifecycle/index.ts";
import { dictAt, isDict, record, textAt } from "../../llm/fields.ts";
import { type DictValue, Raise, runtimeError, show, stringifyJson, type Value } from "../../value/index.ts";
import { spawnDetached, type Task } from "../../vm/index.ts";
import type { WorkerEvent } from "../events/shapes/workers.ts";
import { askHook } from "../hooks/ask.ts";
import type { ParkWish } from "../loop/await-resumption.ts";
import type { LoopState } from "../loop/state.ts";
import { workerScope } from "../loop/suspension.ts";
import { readReminder, withReminder } from "../reminders/reminder.ts";
import type { AgentService } from "../service.ts";
import { AutoResume, type ResumeTriggers } from "./auto-resume.ts";
import { readCarry } from "./carry.ts";
import { executeWorker } from "./execute.ts";
import { readConditions } from "./resume-conditions.ts";
import { initiatorNamed, type ResumeOptions, resumeText } from "./resume-options.ts";
import { loadWorker, saveWorker, snapshotFolder } from "./snapshot-file.ts";
import { idOf } from "./target.ts";
import { unsettledItem } from "./unsettled.ts";
import { auditDict, executionDict, requestOf, Worker, type WorkerMode, type WorkerRequest } from "./worker.ts";
import { workerPayload, workerUpdate } from "./worker-events.ts";

export interface SpawnConfig {
  readonly name: string;
  readonly mode: WorkerMode;
  readonly task: string;
  readonly config: DictValue;
  readonly request: WorkerRequest;
  readonly carry: DictValue | undefined;
  readonly audit: DictValue | undefined;
  readonly execution: DictValue | undefined;
  readonly transcript: DictValue | undefined;
  readonly artifacts: readonly Value[];
}

export class WorkerRegistry {
  readonly #service: AgentService;
  readonly #workers = new Map<string, Worker>();
  readonly #autoResume: AutoResume;

  constructor(service: AgentService, triggers: () => ResumeTriggers | undefined) {
    this.#service = service;
    this.#autoResume = new AutoResume(triggers, service.newId);
  }

  /** By id. */
  list(): Worker[] {
    return [...this.#workers.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): Worker | undefined {
    return this.#workers.get(id);
  }

  /** What a program hands in for a worker: its id, or a dict that has one. */
  find(target: Value): Worker {
    const id = idOf(target);
    const worker = this.#workers.get(id);
    if (worker === undefined) throw runtimeError(`unknown worker: ${id}`);
    return worker;
  }

  async spawn(context: CallContext, config: SpawnConfig): Promise<Worker> {
    const worker = this.#make(context, config);
    this.#workers.set(worker.id, worker);
    await this.#start(context, worker, "WorkerSpawned");
    return worker;
  }

  #make(context: CallContext, config: SpawnConfig): Worker {
    const service = this.#service;
    const id = `worker_${service.newId()}`;
    const parentSessionId = service.currentSession(context.taskId);
    const worker = new Worker({
      id,
      name: config.name,
      mode: config.mode,
      task: config.task,
      createdAt: service.newId(),
      config: config.config,
      request: config.request,
      carry: readCarry(config.carry),
      audit: auditDict(service, id, config.mode, parentSessionId, config.audit),
      execution: executionDict(config.execution),
      parentWorkerId: context.scoped(workerScope)?.id,
      parentStageId: textAt(config.audit, "parent_stage_id"),
      parentSessionId,
      snapshotPath: `${snapshotFolder(context)}/${id}.json`,
    });
    worker.transcript = config.transcript;
    worker.artifacts = config.artifacts;
    return worker;
  }

  /** Begins a run in a task of its own. */
  async #start(context: CallContext, worker: Worker, event: WorkerEvent): Promise<void> {
    worker.status = "running";
    worker.startedAt = this.#service.newId();
    worker.finishedAt = undefined;
    worker.awaitingStartedAt = undefined;
    worker.error = undefined;
    worker.unseenError = undefined;
    await this.#changed(context, worker, event);
    const task = spawnDetached(context as Task, "worker", (own) => {
      own.setScoped(workerScope, {
        id: worker.id,
        get suspendedBy() {
          const { suspension } = worker;
          if (worker.status !== "suspended" || suspension === undefined) return undefined;
          return { reason: suspension.reason, initiator: suspension.initiator, conditions: suspension.conditions };
        },
        park: (inner, wish) => this.#parkSelf(inner, worker, wish),
        summary: () => worker.summary(),
      });
      return own.async(async () => {
        await this.#run(own, worker);
        return null;
      });
    });
    worker.stop = () => task.cancel();
    task.whenDone(() => {
      worker.stop = undefined;
      worker.changed.wakeAll();
    });
  }

  async #run(context: CallContext, worker: Worker): Promise<void> {
    try {
      const end = await executeWorker(context, this.#service, worker);
      worker.transcript = end.transcript ?? worker.transcript;
      if (end.kind === "parked") {
        this.#save(context, worker);
        return;
      }
      worker.result = end.result;
      worker.latestPayload = end.result;
      worker.artifacts = end.artifacts;
      worker.childRunId = end.runId ?? worker.childRunId;
      worker.childRunPath = end.runPath ?? worker.childRunPath;
      if (worker.status === "cancelled") return;
      worker.finishedAt = this.#service.newId();
      if (worker.carry.retriggerable) {
        worker.status = "awaiting";
        worker.awaitingStartedAt = worker.finishedAt;
        worker.awaitingSince = context.host.clock.monotonic();
        worker.stop = undefined;
        await this.#changed(context, worker, "WorkerWaitingForInput");
      } else {
        worker.status = "completed";
        await this.#changed(context, worker, "WorkerCompleted");
      }
    } catch (error) {
      if (worker.status === "cancelled") return;
      if (!(error instanceof Raise) || error.kind === "cancelled") throw error;
      worker.status = "failed";
      worker.error = show(error.value);
      worker.unseenError = error;
      worker.finishedAt = this.#service.newId();
      await this.#changed(context, worker, "WorkerFailed");
    }
  }

  /** Waits until the worker's task is done, or it is parked. The error of a failed one is thrown, once. */
  async wait(context: CallContext, worker: Worker): Promise<DictValue> {
    while (worker.status === "running" || worker.status === "awaiting" || !worker.isIdle) {
      if (worker.status === "cancelled" || worker.status === "failed" || worker.status === "completed") break;
      await worker.changed.untilNext(context.signal);
    }
    const { unseenError } = worker;
    if (unseenError !== undefined) {
      worker.unseenError = undefined;
      throw unseenError;
    }
    return worker.summary();
  }

  async close(context: CallContext, worker: Worker): Promise<DictValue> {
    worker.status = "cancelled";
    worker.error = "worker cancelled";
    worker.unseenError = undefined;
    worker.suspension = undefined;
    this.#autoResume.end(worker.id);
    worker.finishedAt ??= this.#service.newId();
    worker.stop?.();
    await this.#changed(context, worker, "WorkerCancelled");
    return worker.summary();
  }

  async suspend(
    context: CallContext,
    target: Value,
    reason: string,
    options: DictValue | undefined,
  ): Promise<DictValue> {
    const id = idOf(target);
    const given = textAt(options, "initiator") ?? "operator";
    const initiator = initiatorNamed(given);
    const conditions = options?.get("conditions") ?? null;
    const hook = await askHook(context, this.#service, undefined, "PreSuspend", () => ({
      worker: record({ id }),
      reason,
      initiator,
      conditions,
    }));
    const worker = this.find(target);
    if (hook.kind === "block") return worker.summary().with("pre_suspend_denied", hook.reason);
    const said = hook.kind === "modify" && isDict(hook.payload) ? textAt(hook.payload, "reason") : undefined;
    if (worker.status === "suspended") return worker.summary();
    if (worker.status !== "running")
      throw runtimeError(`HARN-SUS-001: suspend_agent: worker ${worker.id} is not running (status=${worker.status})`);
    await this.#suspend(context, worker, said ?? reason, initiator, conditions);
    await askHook(context, this.#service, undefined, "PostSuspend", () => ({
      worker: record({ id }),
      reason: worker.suspension?.reason ?? reason,
      snapshot_path: worker.snapshotPath,
    }));
    return worker.summary();
  }

  async #suspend(
    context: CallContext,
    worker: Worker,
    reason: string,
    initiator: string,
    conditions: Value,
  ): Promise<void> {
    worker.status = "suspended";
    worker.suspension = {
      reason,
      initiator,
      suspendedAt: this.#service.newId(),
      snapshotRef: worker.snapshotPath,
      conditions,
      autoResumeTrigger: undefined,
    };
    this.#save(context, worker);
    const autoResumeTrigger = this.#autoResume.begin(context, worker.id, conditions, (own, action, triggerId) =>
      this.#timedOut(own, worker, action, triggerId),
    );
    if (autoResumeTrigger !== undefined) {
      worker.suspension = { ...worker.suspension, autoResumeTrigger };
      this.#save(context, worker);
    }
    await this.#changed(context, worker, "WorkerSuspended");
  }

  /** Parks a running worker at once: no hook is asked, and nothing wakes it by itself. */
  async interrupt(context: CallContext, worker: Worker, reason: string): Promise<void> {
    await this.#suspend(context, worker, reason, "triggered", null);
  }

  /** What a trigger found for a parked worker: it goes on with it. */
  async resumeTriggered(context: CallContext, workerId: string, input: Value): Promise<DictValue> {
    return this.resume(context, workerId, { input, continueTranscript: true, initiator: "triggered" });
  }

  /** Nothing has resumed the worker in time. */
  async #timedOut(context: CallContext, worker: Worker, action: string, triggerId: string): Promise<void> {
    if (worker.status !== "suspended") return;
    if (action === "fail") {
      this.#autoResume.end(worker.id);
      worker.suspension = undefined;
      worker.status = "failed";
      worker.error = "auto-resume timeout expired";
      worker.finishedAt = this.#service.newId();
      return this.#changed(context, worker, "WorkerFailed");
    }
    const isTold = action === "resume_with_input";
    const payload = { type: "auto_resume.timeout", worker_id: worker.id, trigger_id: triggerId, on_timeout: action };
    await this.resume(context, worker.id, {
      input: isTold ? stringifyJson(record(payload)) : undefined,
      continueTranscript: isTold,
      initiator: "timeout",
    });
  }

  async #parkSelf(context: CallContext, worker: Worker, wish: ParkWish): Promise<Value> {
    await this.#suspend(context, worker, wish.reason, "self_initiated", readConditions(wish.conditions));
    return worker.summary();
  }

  /** A loop of the program itself parks: it becomes a worker, so that it can be resumed. */
  async parkTopLevel(context: CallContext, state: LoopState, wish: ParkWish): Promise<Value> {
    const worker = this.#make(context, {
      name: "top-level-agent",
      mode: "top_level_agent",
      task: state.task,
      config: record({
        name: "top-level-agent",
        task: state.task,
        system: state.session.systemPrompt,
        session_id: state.session.id,
        options: state.options.given.with("session_id", state.session.id),
      }),
      request: requestOf(state.task, state.session.systemPrompt ?? null, undefined),
      carry: undefined,
      audit: record({ session_id: state.session.id, mutation_scope: "read_only" }),
      execution: undefined,
      transcript: state.session.transcript(),
      artifacts: [],
    });
    this.#workers.set(worker.id, worker);
    await this.#suspend(context, worker, wish.reason, "self_initiated", readConditions(wish.conditions));
    return worker.summary();
  }

  async resume(context: CallContext, target: Value, options: ResumeOptions): Promise<DictValue> {
    const worker = this.#resumable(context, target);
    if (worker.status !== "suspended") {
      const isFresh = this.#workers.get(worker.id) !== worker;
      if (!isFresh && worker.status === "cancelled")
        throw runtimeError(`HARN-SUS-010: resume_agent: worker ${worker.id} was closed and cannot be resumed`);
      if (!isFresh)
        throw runtimeError(
          `HARN-SUS-003: resume_agent: worker ${worker.id} is not suspended (status=${worker.status})`,
        );
      this.#restore(worker);
      return worker.summary();
    }
    if (!worker.isIdle)
      throw runtimeError(`resume_agent: worker ${worker.id} has not reached its suspend checkpoint yet`);
    const hook = await askHook(context, this.#service, undefined, "PreResume", () => ({
      worker: record({ id: worker.id }),
      resume_input: options.input ?? null,
      continue_transcript: options.continueTranscript,
    }));
    if (hook.kind === "block") return worker.summary().with("pre_resume_denied", hook.reason);
    const changed = hook.kind === "modify" && isDict(hook.payload) ? hook.payload.get("resume_input") : undefined;
    const input = resumeText(changed ?? options.input);
    if (worker.status !== "suspended")
      throw runtimeError(
        `HARN-SUS-006: resume_agent: worker ${worker.id} changed before resume could complete (status=${worker.status})`,
      );
    this.#autoResume.end(worker.id);
    this.#restore(worker);
    this.#continue(worker, input, options, context.scoped(workerScope) !== undefined);
    await this.#remind(context, worker, input);
    worker.suspension = undefined;
    worker.status = "running";
    await this.#changed(context, worker, "WorkerResumed");
    await this.#start(context, worker, "WorkerSpawned");
    await askHook(context, this.#service, undefined, "PostResume", () => ({ worker: record({ id: worker.id }) }));
    return worker.summary();
  }

  #resumable(context: CallContext, target: Value): Worker {
    const files = context.host.files;
    if (typeof target === "string") {
      if (target.trim() === "") throw runtimeError("HARN-SUS-004: resume_agent: missing worker id or snapshot path");
      if (target.includes("/") || target.endsWith(".json")) return loadWorker(files, target);
      return this.#workers.get(target) ?? loadWorker(files, `${snapshotFolder(context)}/${target}.json`);
    }
    const id = idOf(target);
    return this.#workers.get(id) ?? loadWorker(files, `${snapshotFolder(context)}/${id}.json`);
  }

  /** Takes a worker that came from a file in, with its conversation. */
  #restore(worker: Worker): void {
    const known = this.#workers.get(worker.id);
    if (known === worker) return;
    if (known?.isIdle === false)
      throw runtimeError(`resume_agent: worker ${worker.id} has not reached its suspend checkpoint yet`);
    this.#workers.set(worker.id, worker);
    const sessionId = textAt(worker.config, "session_id");
    if (sessionId !== undefined && worker.transcript !== undefined)
      this.#service.sessions.restore(sessionId, worker.transcript);
  }

  /** Prepares the next run: its task, and what of the conversation it goes on with. */
  #continue(worker: Worker, input: string | undefined, options: ResumeOptions, isInside: boolean): void {
    const reason = worker.suspension?.reason ?? "";
    if (input !== undefined) {
      worker.task = input;
      worker.history.push(input);
    }
    const session = this.#service.sessions.get(textAt(worker.config, "session_id") ?? "");
    if (session === undefined) return;
    if (!options.continueTranscript) {
      const digest =
        session.summary ?? session.messages.map((message) => show(message.get("content") ?? "")).join("\n");
      session.replaceMessages(digest === "" ? [] : [record({ role: "user", content: digest })]);
    }
    const cause = options.initiator ?? (isInside ? "parent" : "operator");
    const body = [
      `This run was parked (${reason}) and is resumed by ${cause}.`,
      input === undefined ? "" : `Input: ${input}`,
    ];
    const reminder = readReminder(
      "resume_agent",
      record({
        body: body.filter((line) => line !== "").join("\n"),
        ttl_turns: 1,
        preserve_on_compact: true,
        dedupe_key: "resume_continuity",
      }),
      { newId: this.#service.newId, source: "stdlib_provider" },
    );
    session.events = withReminder(session.events, reminder).events;
  }

  /** Lets the program's reminder providers speak to what goes on. */
  async #remind(context: CallContext, worker: Worker, input: string | undefined): Promise<void> {
    const session = this.#service.sessions.get(textAt(worker.config, "session_id") ?? "");
    if (session === undefined) return;
    const options = dictAt(worker.config, "options") ?? record({});
    const fields = { worker_id: worker.id, reason: worker.suspension?.reason ?? "", resume_input: input ?? null };
    await this.#service.reminders.fire(context, this.#service, session, "WorkerResumed", options, () => fields);
  }

  async sendInput(context: CallContext, worker: Worker, task: string): Promise<DictValue> {
    if (task.trim() === "") throw runtimeError("send_input: task text must not be empty");
    if (worker.status === "running") throw runtimeError(`send_input: worker ${worker.id} is still running`);
    worker.task = task;
    worker.history.push(task);
    await this.#start(context, worker, "WorkerSpawned");
    return worker.summary();
  }

  async trigger(context: CallContext, worker: Worker, payload: Value): Promise<DictValue> {
    const text = typeof payload === "string" ? payload : payload === null ? "" : stringifyJson(payload);
    if (text.trim() === "") throw runtimeError("worker_trigger: payload must not be empty");
    if (!worker.carry.retriggerable) throw runtimeError(`worker_trigger: worker ${worker.id} is not retriggerable`);
    if (worker.status === "running") throw runtimeError(`worker_trigger: worker ${worker.id} is still running`);
    if (worker.status !== "awaiting")
      throw runtimeError(`worker_trigger: worker ${worker.id} is not awaiting (status=${worker.status})`);
    worker.task = text;
    worker.history.push(text);
    worker.latestPayload = payload;
    await this.#start(context, worker, "WorkerProgressed");
    return worker.summary();
  }

  /** What a settlement has to look at. */
  unsettled(now: number): JsonObject[] {
    return this.list()
      .map((worker) => unsettledItem(worker, now))
      .filter((item) => item !== undefined);
  }

  #save(context: CallContext, worker: Worker): void {
    saveWorker(context.host.files, worker);
  }

  /** Keeps and tells of a change. */
  async #changed(context: CallContext, worker: Worker, event: WorkerEvent): Promise<void> {
    if (worker.carry.persistState) this.#save(context, worker);
    worker.changed.wakeAll();
    const { changes, hooks } = context.service(lifecycleKey);
    changes.notify();
    await hooks.tell(context, event, () => workerPayload(worker, event));
    const sessionId = worker.parentSessionId;
    if (sessionId === undefined) return;
    await this.#service.events.emit(context, workerUpdate(worker, event, sessionId));
  }
}
