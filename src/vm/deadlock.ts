/**
 * A program that waits for itself ends with an error instead of hanging.
 *
 * D1. Every task of every root waits for what only another of them could give (`WaitReason.kind`), and no timer could end a
 *     wait: then nothing can happen any more. Whatever may come from elsewhere, in doubt, is waited for.
 * D2. The roots are told where they wait, as an error that they can catch: their cleanup runs.
 * D3. A root that waits again in the same way ends there.
 * D4. A call that waits for asynchronous code of ours may wait for the host, so it is no part of D1. A host that knows that
 *     nothing of its own is under way says so (`StuckRequest`): then it is the same for every wait there is.
 */
import { type Raise, runtimeError } from "../value/index.ts";
import type { Machine } from "./machine.ts";
import type { Task } from "./task.ts";

/** Tasks that a message names. */
const namedTasks = 12;

/** What a host aborts a run with when nothing can wake it any more: no timer, no file, no socket, no process. */
export class StuckRequest {
  /** For all roots the same, as it was before the first of them was ended. */
  message: string | undefined;
}

export class DeadlockWatch {
  readonly #machine: Machine;
  readonly #told = new WeakSet<Task>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Called when no task is ready: ends the roots when there is a deadlock. */
  check(): void {
    const { host, roots } = this.#machine;
    const { pending } = host.clock;
    if (pending === undefined || pending > 0) return;
    const stuck = stuckTasks(roots);
    if (!stuck) return;
    const message = `deadlock: every task waits for what only another could give\n${describeWaits(stuck)}`;
    for (const root of [...roots]) this.#end(root, runtimeError(message));
  }

  /** Ends a root because of what its host says (D4). */
  endStuck(root: Task, request: StuckRequest): void {
    request.message ??= `deadlock: nothing is under way that could end a wait\n${describeWaits(allTasks(this.#machine.roots))}`;
    this.#end(root, runtimeError(request.message));
  }

  #end(root: Task, error: Raise): void {
    if (this.#told.has(root)) return root.drop({ kind: "error", error });
    this.#told.add(root);
    // Its lines name the places.
    error.namesLine = true;
    root.interrupt(error);
  }
}

/** All tasks, roots first, when every one of them is stuck. */
function stuckTasks(roots: ReadonlySet<Task>): readonly Task[] | undefined {
  const found = [...roots];
  for (const task of found) {
    if (!isStuck(task)) return undefined;
    found.push(...task.children);
  }
  return found.length > 0 ? found : undefined;
}

function isStuck(task: Task): boolean {
  const reason = task.waitReason;
  if (!reason || reason.isLimited || task.isEnding) return false;
  return reason.kind === "channel" || reason.kind === "lock" || reason.kind === "task";
}

function allTasks(roots: ReadonlySet<Task>): readonly Task[] {
  const found = [...roots];
  for (const task of found) found.push(...task.children);
  return found;
}

/** One line for each task: who it is, where it stands, what it waits for, and who could give it. */
function describeWaits(tasks: readonly Task[]): string {
  const lines = tasks.slice(0, namedTasks).map(describeWait);
  const rest = tasks.length - lines.length;
  return [...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join("\n");
}

function describeWait(task: Task): string {
  const { place, waitReason } = task;
  const blockers = waitReason?.blockers?.() ?? [];
  const held = blockers.length > 0 ? `, held by ${[...new Set(blockers)].join(", ")}` : "";
  const callsBack = waitReason?.kind === "io" && task.children.some((child) => child.user === task);
  const detail = callsBack ? "what it calls back" : waitReason?.detail;
  return `  ${task.taskId}${place === undefined ? "" : ` at ${place}`} waits for ${detail ?? "nothing"}${held}`;
}
