import { type Outcome, serviceKey, type Waker } from "../../builtin/index.ts";
import { DictValue, ListValue, type Value } from "../../value/index.ts";
import type { Completion, Task } from "../task.ts";
import { TaskLocals } from "../task-identity.ts";
import { errorText } from "./completion.ts";
import type { ChildSpec, RestartPolicy, SupervisorSpec } from "./supervisor-spec.ts";
import { after } from "./timer.ts";

type ChildStatus =
  | "pending"
  | "running"
  | "draining"
  | "waiting"
  | "stopped"
  | "failed"
  | "suppressed"
  | "circuit_open";
type Status = "running" | "draining" | "completed" | "stopped" | "escalated";

export interface SupervisorEvent {
  readonly seq: number;
  readonly atMs: number;
  readonly supervisorId: string;
  readonly child: string | undefined;
  readonly kind: string;
  readonly message: string | undefined;
}

/** Told of every event in the life of supervised tasks, to record it. */
export interface SupervisorObserver {
  onEvent(event: SupervisorEvent): void;
}

export const supervisorObserver = serviceKey<SupervisorObserver>("supervisor observer");

interface Child {
  readonly spec: ChildSpec;
  status: ChildStatus;
  task: Task | undefined;
  /** What was ended so that the child starts again, and still cleans up: one child never runs twice at a time. */
  leaving: Task | undefined;
  /** Its time to start again has come while that was going on. */
  isDue: boolean;
  restartCount: number;
  starts: number;
  /** When it failed, as far back as its window reaches. */
  failures: number[];
  lastError: string | undefined;
  waitReason: string | undefined;
  nextRestart: number | undefined;
  cancelRestart: () => void;
}

function isAlive({ status }: Child): boolean {
  return status === "running" || status === "draining";
}

/**
 * Keeps tasks running: starts them, starts them again as their policies say, and stops them. Its children belong to the
 * program's root, so they live on when the task that started the supervisor ends.
 */
export class Supervisor {
  readonly id: string;
  readonly name: string;
  readonly spec: SupervisorSpec;
  readonly #starter: Task;
  /** What the starter had when it started: its children are under the same policies whenever they start again. */
  readonly #locals: TaskLocals;
  readonly #children: Child[];
  readonly #events: SupervisorEvent[] = [];
  readonly #counts = { started: 0, stopped: 0, failed: 0, restarted: 0, suppressed: 0, escalated: 0 };
  #status: Status = "running";
  #isStopping = false;
  readonly #drainWaiters = new Set<Waker>();
  /** They end those that take too long, whether or not whoever asked for the stop is still there. */
  readonly #graceTimers: (() => void)[] = [];

  constructor(id: string, spec: SupervisorSpec, starter: Task) {
    this.id = id;
    this.name = spec.name ?? id;
    this.spec = spec;
    this.#starter = starter;
    this.#locals = new TaskLocals(starter.locals);
    this.#children = spec.children.map((child) => ({
      spec: child,
      status: "pending",
      task: undefined,
      leaving: undefined,
      isDue: false,
      restartCount: 0,
      starts: 0,
      failures: [],
      lastError: undefined,
      waitReason: undefined,
      nextRestart: undefined,
      cancelRestart: () => {},
    }));
  }

  start(): void {
    this.#note(undefined, "supervisor_started");
    for (const child of this.#children) this.#startChild(child);
  }

  // ------------------------------------------------------------ children

  #startChild(child: Child): void {
    if (this.#isStopping) return;
    const { spec } = child;
    const identity = {
      id: `${this.#starter.taskId}:supervisor:${this.id}:${spec.name}`,
      name: `supervisor ${spec.kind}`,
      parentId: this.#starter.taskId,
      rootId: this.#starter.identity.rootId,
      groupId: this.id,
    };
    const task = this.#starter.root.newChild(identity, new TaskLocals(this.#locals));
    const context = DictValue.of({
      supervisor_id: this.id,
      child_name: spec.name,
      child_kind: spec.kind,
      attempt: child.starts + 1,
      restart_count: child.starts,
    });
    child.starts++;
    child.task = task;
    child.status = "running";
    child.waitReason = undefined;
    child.nextRestart = undefined;
    this.#counts.started++;
    this.#note(child, "child_started");
    if (child.starts > 1) this.#note(child, "child_restart_started");
    task.whenDone((completion) => this.#onExit(child, task, completion));
    task.start(() => task.call1(spec.task, context));
  }

  #onExit(child: Child, task: Task, completion: Completion): void {
    if (child.leaving === task) return this.#onGone(child);
    if (child.task !== task) return;
    child.task = undefined;
    child.waitReason = undefined;
    // A child that was asked to stop and ends with the cancellation did what it was asked.
    const hasFailed = completion.kind === "error" && !(this.#isStopping && task.isCancelled);
    if (hasFailed) this.#noteFailure(child, errorText(completion.error));
    else this.#noteStop(child);
    if (this.#isStopping) return this.#stopIfDrained();
    if (hasFailed && this.spec.strategy === "escalate_to_parent") return this.#escalate(child);
    this.#decideRestart(child, hasFailed);
    this.#completeIfOver();
  }

  #onGone(child: Child): void {
    child.leaving = undefined;
    if (child.isDue) this.#startAgain(child);
  }

  #noteFailure(child: Child, error: string): void {
    child.status = "failed";
    child.lastError = error;
    child.failures.push(this.#now());
    this.#counts.failed++;
    this.#note(child, "child_failed", error);
  }

  #noteStop(child: Child, message?: string): void {
    child.status = "stopped";
    child.lastError = undefined;
    this.#counts.stopped++;
    this.#note(child, "child_stopped", message);
  }

  // ------------------------------------------------------------ restarting

  #decideRestart(child: Child, hasFailed: boolean): void {
    const { restart } = child.spec;
    if (restart.mode === "never" || (restart.mode === "on_failure" && !hasFailed)) return;
    if (this.#isOverCap(child, hasFailed)) return this.#suppress(child);
    const delay = delayOf(restart, child.restartCount, this.#children.indexOf(child));
    const group = hasFailed ? this.#siblingsToRestart(child) : [];
    for (const sibling of group) this.#endForRestart(sibling);
    for (const affected of this.#children) {
      if (affected === child || group.includes(affected)) this.#scheduleRestart(affected, delay);
    }
  }

  /** Those that run or wait, and whose own policy lets them start again. */
  #siblingsToRestart(failed: Child): Child[] {
    const { strategy } = this.spec;
    if (strategy !== "one_for_all" && strategy !== "rest_for_one") return [];
    const first = strategy === "one_for_all" ? 0 : this.#children.indexOf(failed);
    return this.#children
      .slice(first)
      .filter(
        (child) =>
          child !== failed && child.spec.restart.mode !== "never" && (isAlive(child) || child.status === "waiting"),
      );
  }

  #endForRestart(child: Child): void {
    const { task } = child;
    child.task = undefined;
    child.cancelRestart();
    child.leaving ??= task;
    task?.cancel();
    child.status = "waiting";
    child.waitReason = "propagation_restart";
    this.#note(child, "child_stopped", "propagation restart");
  }

  #isOverCap(child: Child, hasFailed: boolean): boolean {
    const { maxRestarts, windowMs } = child.spec.restart;
    if (windowMs > 0) child.failures = child.failures.filter((at) => this.#now() - at <= windowMs);
    if (maxRestarts === undefined) return false;
    return hasFailed && windowMs > 0 ? child.failures.length > maxRestarts : child.restartCount >= maxRestarts;
  }

  #suppress(child: Child): void {
    this.#counts.suppressed++;
    const { circuitOpenMs } = child.spec.restart;
    if (circuitOpenMs === undefined) {
      child.status = "suppressed";
      child.waitReason = "restart_cap_exceeded";
      return this.#note(child, "child_suppressed", "restart cap reached");
    }
    child.status = "circuit_open";
    child.waitReason = "circuit_open";
    child.restartCount = 0;
    child.failures = [];
    this.#startLater(child, circuitOpenMs);
    this.#note(child, "child_suppressed", "restart cap reached; circuit opened");
  }

  #scheduleRestart(child: Child, delay: number): void {
    child.restartCount++;
    child.status = "waiting";
    child.waitReason = "restart_backoff";
    this.#counts.restarted++;
    this.#startLater(child, delay);
    this.#note(child, "child_restarted", `scheduled after ${delay}ms`);
  }

  #startLater(child: Child, delay: number): void {
    child.nextRestart = this.#now() + delay;
    child.cancelRestart();
    const cancelTimer = after(this.#starter.host.clock, delay, () => this.#startAgain(child));
    child.cancelRestart = () => {
      cancelTimer();
      child.isDue = false;
    };
  }

  #startAgain(child: Child): void {
    child.isDue = child.leaving !== undefined;
    // When the program is over, nothing starts any more.
    if (!child.isDue && !this.#starter.root.completion) this.#startChild(child);
  }

  #escalate(failed: Child): void {
    this.#status = "escalated";
    this.#isStopping = true;
    this.#counts.escalated++;
    this.#note(failed, "child_escalated", "failure escalated to parent supervisor");
    for (const child of this.#children) this.#force(child);
  }

  #completeIfOver(): void {
    const isOver = this.#children.every(
      ({ status }) => status === "stopped" || status === "failed" || status === "suppressed",
    );
    if (!isOver || this.#status !== "running") return;
    this.#status = "completed";
    this.#note(undefined, "supervisor_completed");
  }

  // ------------------------------------------------------------ stopping

  /** Asks every child to stop, waits for them, and ends those that take too long. */
  stop(waiter: Task, graceMs: number): Outcome {
    if (this.#status === "stopped") return this.state();
    this.#status = "draining";
    this.#isStopping = true;
    this.#note(undefined, "supervisor_stopping");
    for (const child of this.#children) this.#askToStop(child);
    if (!this.#children.some(isAlive)) return this.#finishStop();
    this.#graceTimers.push(after(waiter.host.clock, graceMs, () => void this.#finishStop()));
    const waker = waiter.park({ kind: "task", detail: `supervisor ${this.name} to drain`, isLimited: true }, () =>
      this.#drainWaiters.delete(waker),
    );
    this.#drainWaiters.add(waker);
    return waiter.resumeWith({ resume: () => this.state() });
  }

  #askToStop(child: Child): void {
    child.cancelRestart();
    if (child.status !== "running") return;
    child.status = "draining";
    child.waitReason = "shutdown";
    child.task?.requestCancel();
  }

  #stopIfDrained(): void {
    if (this.#status === "draining" && !this.#children.some(isAlive)) this.#finishStop();
  }

  #finishStop(): Value {
    for (const cancelTimer of this.#graceTimers.splice(0)) cancelTimer();
    const late = this.#children.filter(
      (child) => isAlive(child) || child.status === "waiting" || child.status === "circuit_open",
    );
    for (const child of late) this.#force(child);
    if (this.#status !== "stopped") this.#note(undefined, "supervisor_stopped", late.length > 0 ? "forced" : "drained");
    this.#status = "stopped";
    for (const waker of this.#drainWaiters) waker.wake(null);
    this.#drainWaiters.clear();
    return this.state();
  }

  #force(child: Child): void {
    const { task } = child;
    child.task = undefined;
    child.cancelRestart();
    child.waitReason = undefined;
    child.nextRestart = undefined;
    task?.cancel();
    if (child.status !== "stopped") this.#noteStop(child, "supervisor stop");
  }

  // ------------------------------------------------------------ what it tells

  #now(): number {
    return Math.floor(this.#starter.host.clock.now());
  }

  #note(child: Child | undefined, kind: string, message?: string): void {
    const event: SupervisorEvent = {
      seq: this.#events.length,
      atMs: this.#now(),
      supervisorId: this.id,
      child: child?.spec.name,
      kind,
      message,
    };
    this.#events.push(event);
    this.#starter.machine.findService(supervisorObserver)?.onEvent(event);
  }

  handle(): Value {
    return DictValue.of({ _type: "supervisor", id: this.id, name: this.name });
  }

  state(): Value {
    return DictValue.of({
      _type: "supervisor_state",
      id: this.id,
      name: this.name,
      status: this.#status,
      strategy: this.spec.strategy,
      metrics: this.metrics(),
      children: new ListValue(this.#children.map(describeChild)),
    });
  }

  metrics(): Value {
    return DictValue.of({ ...this.#counts });
  }

  events(): Value {
    return new ListValue(
      this.#events.map(({ seq, atMs, supervisorId, child, kind, message }) =>
        DictValue.of({
          seq,
          at_ms: atMs,
          supervisor_id: supervisorId,
          child: child ?? null,
          kind,
          message: message ?? null,
        }),
      ),
    );
  }
}

function describeChild(child: Child): Value {
  return DictValue.of({
    name: child.spec.name,
    kind: child.spec.kind,
    status: child.status,
    restart_count: child.restartCount,
    last_error: child.lastError ?? null,
    current_wait_reason: child.waitReason ?? null,
    active_lease: child.spec.activeLease ?? null,
    next_restart_time: child.nextRestart ?? null,
  });
}

/** Exponential up to a limit; the jitter is spread by child and attempt, so that runs repeat. */
function delayOf(policy: RestartPolicy, restarts: number, childIndex: number): number {
  const grown = policy.backoffMs === 0 ? 0 : Math.round(policy.backoffMs * policy.factor ** restarts);
  const capped = Math.min(grown, Math.max(policy.maxBackoffMs, policy.backoffMs));
  if (policy.jitterMs === 0) return capped;
  return capped + (((childIndex + 1) * 1_103 + restarts * 9_176) % (policy.jitterMs + 1));
}
