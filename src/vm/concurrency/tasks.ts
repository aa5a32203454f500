import {
  type Builtin,
  type CallContext,
  declare,
  type Outcome,
  opt,
  req,
  rest,
  SUSPENDED,
  t,
} from "../../builtin/index.ts";
import { ListValue, type Value } from "../../value/index.ts";
import { taskOf } from "../host-call.ts";
import type { Task } from "../task.ts";
import { SpawnIdentity, TaskLocals } from "../task-identity.ts";
import { TaskHandle } from "./task-handle.ts";
import { millisecondsOf } from "./timer.ts";

const tasks = declare("tasks");

/** How long `cancel_graceful` waits when it is not told. */
const defaultGraceMs = 5000;

/** Starts a task that runs on when its starter next waits: it calls `callee`. */
function spawn(parent: Task, callee: Value, args: readonly Value[]): TaskHandle {
  const number = parent.locals.nextSpawn();
  const child = parent.newChild(new SpawnIdentity(parent.identity, number));
  child.startCall(callee, args);
  return new TaskHandle(number, child);
}

/** Starts a task that may outlive its starter: it sees the starter's scopes and ends with the program's first task. */
export function spawnDetached(context: CallContext, name: string, body: (task: Task) => Outcome): Task {
  const starter = taskOf(context);
  const { root } = starter;
  const number = root.locals.nextSpawn();
  const identity = {
    id: `${root.taskId}:${name}:${number}`,
    name,
    parentId: starter.taskId,
    rootId: starter.identity.rootId,
    groupId: starter.identity.groupId,
  };
  const task = root.newChild(identity, new TaskLocals(starter.locals));
  task.start(body);
  return task;
}

const spawnBlock: Builtin = tasks({
  name: "%spawn",
  summary: "What a `spawn` block compiles to.",
  params: [req("body", t.closure)],
  effect: "task",
  run: (context, body) => spawn(context as Task, body, []),
});

const spawnCall: Builtin = tasks({
  name: "spawn",
  summary: "Run a callable as a task of its own, with the given arguments.",
  params: [req("callee", t.closure), rest("args", t.any)],
  returns: t.handle("task_handle"),
  effect: "task",
  run: (context, callee, ...args) => spawn(context as Task, callee, args),
});

const awaitTask: Builtin = tasks({
  name: "await",
  summary: "Wait for a task and give its value, or throw its error. Its result is handed out once; then nil.",
  params: [req("handle", t.any)],
  effect: "task",
  run: (context, handle) => (handle instanceof TaskHandle ? handle.await(context as Task) : handle),
});

const cancel: Builtin = tasks({
  name: "cancel",
  summary: "End a task where it stands. Its `finally` and `defer` blocks run; nothing catches it.",
  params: [req("handle", t.any)],
  returns: t.nil,
  effect: "task",
  run: (_context, handle) => {
    if (handle instanceof TaskHandle) handle.task.cancel();
    return null;
  },
});

const cancelGraceful: Builtin = tasks({
  name: "cancel_graceful",
  summary: "Ask a task to stop and wait for its result; when it takes too long it is ended.",
  params: [req("handle", t.any), opt("timeout_ms", t.any)],
  effect: "task",
  run: (context, handle, timeout) =>
    handle instanceof TaskHandle
      ? handle.cancelGracefully(context as Task, Math.max(0, millisecondsOf(timeout) ?? defaultGraceMs))
      : null,
});

const isCancelled: Builtin = tasks({
  name: "is_cancelled",
  summary: "Whether somebody asked the running task to stop.",
  params: [],
  returns: t.bool,
  effect: "task",
  run: (context) => (context as Task).isCancelled,
});

const yieldNow: Builtin = declare("concurrency")({
  name: "yield_now",
  summary: "Let every task run that is ready before this one goes on.",
  params: [],
  returns: t.nil,
  effect: "task",
  run: (context) => {
    context.park({ kind: "task", detail: "its next turn" }, () => {}).wake(null);
    return SUSPENDED;
  },
});

/** Ids of the spawned tasks of this one that have not ended. */
export function activeTaskIds(task: Task): Value {
  return new ListValue(task.children.flatMap(({ handle }) => (handle instanceof TaskHandle ? [handle.id] : [])));
}

export const taskBuiltins: readonly Builtin[] = [
  spawnBlock,
  spawnCall,
  awaitTask,
  cancel,
  cancelGraceful,
  isCancelled,
  yieldNow,
];
