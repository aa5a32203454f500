import { type Builtin, type CallContext, declare, type Outcome, opt, req, t } from "../../builtin/index.ts";
import { isInt, ListValue, runtimeError, show, type Value } from "../../value/index.ts";
import type { Task } from "../task.ts";
import { type Lock, Permit } from "./lock.ts";
import { timeoutOf } from "./select.ts";

const concurrency = declare("concurrency");
const tasks = declare("tasks");

/** The mutex that `mutex { }` takes. */
const defaultMutex = "__default__";
/** How many readers may share a read-write lock. */
const readerLimit = 1_000_000;

function lockOf(context: CallContext, kind: string, key: string, capacity: number): Lock {
  return (context as Task).machine.shared.lock(kind, key, capacity, context.host.clock);
}

function keyOf(value: Value | undefined, fallback: string): string {
  return value === undefined || value === null ? fallback : show(value);
}

function positiveOf(builtin: string, value: Value | undefined): number {
  const count = isInt(value) ? Number(value) : 1;
  if (count <= 0) throw runtimeError(`${builtin}: value must be positive`);
  return count;
}

const enterMutex: Builtin = tasks({
  name: "%mutex_enter",
  summary: "Begin a `mutex` block.",
  params: [],
  effect: "task",
  run: (context) => lockOf(context, "mutex", defaultMutex, 1).acquire(context as Task, 1, undefined),
});

const exitMutex: Builtin = tasks({
  name: "%mutex_exit",
  summary: "Leave a `mutex` block, however it ended.",
  params: [req("permit", t.any)],
  effect: "task",
  run: (_context, permit) => (permit as Permit).release(),
});

const acquireMutex: Builtin = concurrency({
  name: "sync_mutex_acquire",
  summary: "Take the mutex of a name. Nil when the time is up.",
  params: [opt("key", t.any), opt("timeout_ms", t.any)],
  effect: "task",
  lenient: true,
  run: (context, key, timeout) =>
    lockOf(context, "mutex", keyOf(key, defaultMutex), 1).acquire(context as Task, 1, timeoutOf(timeout)),
});

const acquireSemaphore: Builtin = concurrency({
  name: "sync_semaphore_acquire",
  summary: "Take permits of the semaphore of a name. Nil when the time is up.",
  params: [opt("key", t.any), opt("capacity", t.any), opt("permits", t.any), opt("timeout_ms", t.any)],
  effect: "task",
  lenient: true,
  run: (context, key, capacity, permits, timeout) => {
    const name = "sync_semaphore_acquire";
    const lock = lockOf(context, "semaphore", keyOf(key, "default"), positiveOf(name, capacity));
    return lock.acquire(context as Task, positiveOf(name, permits), timeoutOf(timeout));
  },
});

const acquireGate: Builtin = concurrency({
  name: "sync_gate_acquire",
  summary: "Be let through the gate of a name, which holds so many at a time. Nil when the time is up.",
  params: [opt("key", t.any), opt("limit", t.any), opt("timeout_ms", t.any)],
  effect: "task",
  lenient: true,
  run: (context, key, limit, timeout) =>
    lockOf(context, "gate", keyOf(key, "default"), positiveOf("sync_gate_acquire", limit)).acquire(
      context as Task,
      1,
      timeoutOf(timeout),
    ),
});

const acquireReadWrite: Builtin = concurrency({
  name: "sync_rwlock_acquire",
  summary: "Take the read-write lock of a name, to `read` with others or to `write` alone. Nil when the time is up.",
  params: [opt("key", t.any), opt("mode", t.any), opt("timeout_ms", t.any)],
  effect: "task",
  lenient: true,
  run: (context, key, mode, timeout): Outcome => {
    const wanted = keyOf(mode, "read");
    if (wanted !== "read" && wanted !== "write") throw runtimeError("sync_rwlock_acquire: mode must be read or write");
    const lock = lockOf(context, "rwlock", keyOf(key, "default"), readerLimit);
    return lock.acquire(context as Task, wanted === "read" ? 1 : readerLimit, timeoutOf(timeout));
  },
});

const release: Builtin = concurrency({
  name: "sync_release",
  summary: "Give a permit back; false when it was given back before.",
  params: [opt("permit", t.any)],
  returns: t.bool,
  effect: "task",
  lenient: true,
  run: (_context, permit) => {
    if (!(permit instanceof Permit)) throw runtimeError("sync_release: first argument must be a sync permit");
    return permit.release();
  },
});

const metrics: Builtin = concurrency({
  name: "sync_metrics",
  summary: "Counters of one lock by kind and name, or of all that fit as a list.",
  params: [opt("kind", t.any), opt("key", t.any)],
  effect: "task",
  lenient: true,
  run: (context, kind, key) => {
    const locks = (context as Task).machine.shared.locks();
    const wantedKind = kind === undefined || kind === null ? undefined : show(kind);
    const wantedKey = key === undefined || key === null ? undefined : show(key);
    const found = locks.filter(
      (lock) =>
        (wantedKind === undefined || lock.kind === wantedKind) && (wantedKey === undefined || lock.key === wantedKey),
    );
    if (wantedKind !== undefined && wantedKey !== undefined) return found[0]?.metrics() ?? null;
    return new ListValue(found.map((lock) => lock.metrics()));
  },
});

/** What runtime context says that a task holds. */
export function heldSynchronization(task: Task): Value {
  return new ListValue((task.held ?? []).flatMap((holding) => (holding instanceof Permit ? [holding.show()] : [])));
}

export const lockBuiltins: readonly Builtin[] = [
  enterMutex,
  exitMutex,
  acquireMutex,
  acquireSemaphore,
  acquireGate,
  acquireReadWrite,
  release,
  metrics,
];
