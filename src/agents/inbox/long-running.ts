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
  stop(): void;
}

/** What the work is. */
type Facts = Readonly<Record<"handle_id" | "operation" | "command_or_op_descriptor" | "started_at", string>>;

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
  /** How many handles of each kind there were. */
  readonly #issued = { hso: 0, hto: 0 };

  constructor(services: LongRunningServices) {
    this.#services = services;
  }

  begin(context: CallContext, { operation, descriptor, pieces }: LongRunningWork): DictValue {
    const { clock } = this.#services;
    const handle_id = this.issue("hso");
    const facts = { handle_id, operation, command_or_op_descriptor: descriptor, started_at: instant(clock) };
    const task = spawnDetached(context as Task, operation, (own) => this.#advance(own, facts, pieces()));
    this.watch(context, handle_id, task);
    return record({ ...facts, ended_at: null, duration_ms: 0, status: "running" });
  }

  /** A handle that nothing had before: `hso` for operations of the library, `hto` for commands. */
  issue(kind: "hso" | "hto"): string {
    return `${kind}-${this.#services.processId.toString(16)}-${++this.#issued[kind]}`;
  }

  /** From now on the task can be cancelled by its handle, and ends with the loop of the caller's session. */
  watch(context: CallContext, handleId: string, task: Task): void {
    const { clock, currentSession } = this.#services;
    const sessionId = currentSession(context.taskId) ?? "";
    this.#running.set(handleId, { sessionId, begun: clock.monotonic(), stop: () => task.cancel() });
  }

  /** Tells of the end of work, unless it was cancelled: `tell` is given how many milliseconds it went on for. */
  settle(handleId: string, source: string, tell: (durationMs: number) => DictValue): void {
    const running = this.#running.get(handleId);
    if (running === undefined) return;
    this.#running.delete(handleId);
    const { clock, inbox } = this.#services;
    const told = tell(Math.trunc(clock.monotonic() - running.begun));
    inbox.push(running.sessionId, "tool_result", stringifyJson(told), source);
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

  #advance(own: CallContext, facts: Facts, work: Iterator<undefined, Value>): Outcome {
    try {
      for (let done = 0; done < piecesAtOnce; done++) {
        const piece = work.next();
        if (piece.done === true) return this.#end(facts, { status: "completed", result: piece.value });
      }
    } catch (error) {
      return this.#fail(facts, error);
    }
    own.park({ kind: "task", detail: "its next turn" }, () => {}).wake(null);
    return own.resumeWith({ resume: (resumed) => this.#advance(resumed, facts, work) });
  }

  #fail(facts: Facts, error: unknown): Outcome {
    if (!(error instanceof Raise)) throw error;
    const text = show(error.value);
    return this.#end(facts, { status: "failed", error: error.kind === "thrown" ? `Thrown: ${text}` : text });
  }

  #end(facts: Facts, end: End): null {
    const ended_at = instant(this.#services.clock);
    this.settle(facts.handle_id, "stdlib.long_running", (duration_ms) =>
      record({ ...facts, ended_at, duration_ms, ...end }),
    );
    return null;
  }
}

/** RFC 3339 with its offset written out. */
function instant(clock: HostClock): string {
  return new Date(clock.now()).toISOString().replace(/(\.000)?Z$/, "+00:00");
}
