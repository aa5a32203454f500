import type { CallContext, Outcome, ResumableFrame } from "../builtin/index.ts";
import type { Value } from "../value/index.ts";
import { callValue } from "./calls.ts";
import type { Task } from "./task.ts";

/** What a task runs first. */
export class Entry implements ResumableFrame {
  readonly #body: (task: Task) => Outcome;

  constructor(body: (task: Task) => Outcome) {
    this.#body = body;
  }

  resume(context: CallContext): Outcome {
    return this.#body(context as Task);
  }
}

/** A task that calls something. */
export class CallEntry implements ResumableFrame {
  readonly #callee: Value;
  readonly #args: readonly Value[];

  constructor(callee: Value, args: readonly Value[]) {
    this.#callee = callee;
    this.#args = args;
  }

  resume(context: CallContext): Outcome {
    return callValue(context as Task, this.#callee, this.#args);
  }
}
