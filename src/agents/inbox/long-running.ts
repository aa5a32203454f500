// Work that goes on beside the program, and is told of in the inbox of the session it was begun in (agent-inbox §7.1).
//
// L1. Who began it has the handle first: no piece of the work is done before the program waits or ends its turn.
// L2. A handle leads to one entry in the inbox, or to none: it is forgotten before the entry is pushed, and who was cancelled
//     pushes nothing.
import type { CallContext, HostClock, LongRunning, LongRunningWork, Outcome } from "../../builtin/index.ts";
import { record } from "../../llm/fields.ts";
import { type DictValue, Raise, show, stringifyJson, type Value } from "../../value/index.ts";
import { spawnDetached, type Task } from "../../vm/index.ts";
import type { Inbox } from "./inbox.ts";

interface Running {
  readonly sessionId: string;
  readonly begun: number;
  readonly facts: Readonly<Record<"handle_id" | "operation" | "command_or_op_descriptor" | "started_at", string>>;
  stop(): void;
}

type End =
  | { readonly status: "completed"; readonly result: Value }
  | { readonly status: "failed"; readonly error: string };

export interface LongRunningServices {
  readonly inbox: Inbox;
  readonly clock: HostClock;
  /** Marks the handles of this process. */
  readonly processId: number;
  readonly currentSession: (taskId: string) => string | undefined;
}

/** How much is done before other tasks have their turn. */
const piecesAtOnce = 64;

export class LongRunningHandles implements LongRunning {
  readonly #running = new Map<string, Running>();
  readonly #services: LongRunningServices;
  #issued = 0;

  constructor(services: LongRunningServices) {
    this.#services = services;
  }

  begin(context: CallContext, { operation, descriptor, pieces }: LongRunningWork): DictValue {
    const { clock, currentSession, processId } = this.#services;
    const handle_id = `hso-${processId.toString(16)}-${++this.#issued}`;
    const facts = { handle_id, operation, command_or_op_descriptor: descriptor, started_at: instant(clock) };
    const task = spawnDetached(context as Task, operation, (own) => this.#advance(own, handle_id, pieces()));
    this.#running.set(handle_id, {
      sessionId: currentSession(context.taskId) ?? "",
      begun: clock.monotonic(),
      facts,
      stop: () => task.cancel(),
    });
    return record({ ...facts, ended_at: null, duration_ms: 0, status: "running" });
  }

  /** Whether there was something to cancel. */
  cancel(handleId: string): boolean {
    const running = this.#running.get(handleId);
    this.#running.delete(handleId);
    running?.stop();
    return running !== undefined;
  }

  /** Nobody listens any longer for what the session began. */
  cancelOf(sessionId: string): void {
    for (const [id, running] of this.#running) if (running.sessionId === sessionId) this.cancel(id);
  }

  #advance(own: CallContext, id: string, work: Iterator<undefined, Value>): Outcome {
    try {
      for (let done = 0; done < piecesAtOnce; done++) {
        const piece = work.next();
        if (piece.done === true) return this.#end(id, { status: "completed", result: piece.value });
      }
    } catch (error) {
      return this.#fail(id, error);
    }
    own.park({ kind: "task", detail: "its next turn" }, () => {}).wake(null);
    return own.resumeWith({ resume: (resumed) => this.#advance(resumed, id, work) });
  }

  #fail(id: string, error: unknown): Outcome {
    if (!(error instanceof Raise)) throw error;
    const text = show(error.value);
    return this.#end(id, { status: "failed", error: error.kind === "thrown" ? `Thrown: ${text}` : text });
  }

  #end(id: string, end: End): null {
    const running = this.#running.get(id);
    if (running === undefined) return null;
    this.#running.delete(id);
    const { clock, inbox } = this.#services;
    const duration_ms = Math.trunc(clock.monotonic() - running.begun);
    const told = record({ ...running.facts, ended_at: instant(clock), duration_ms, ...end });
    inbox.push(running.sessionId, "tool_result", stringifyJson(told), "stdlib.long_running");
    return null;
  }
}

/** RFC 3339 with its offset written out. */
function instant(clock: HostClock): string {
  return new Date(clock.now()).toISOString().replace(/(\.000)?Z$/, "+00:00");
}
