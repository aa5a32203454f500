import type { Outcome } from "../builtin/index.ts";
import type { Value } from "../value/index.ts";
import type { Frame } from "./frame.ts";
import type { Task } from "./task.ts";

/** A way to execute frames. All tiers agree on value, error, place and visible state, and mix freely on one stack. */
export interface Tier {
  /** From `frame.resumeAt` to the frame's end, an error, or a suspension. */
  run(task: Task, frame: Frame): Outcome;
  /** Goes on with a captured frame whose suspended instruction now has its value. */
  resume(task: Task, frame: Frame, value: Value): Outcome;
  /**
   * Goes on with a captured frame whose suspended instruction failed. `undefined` when the frame has no handler for the error,
   * which then leaves it: when thousands of tasks are ended together, throwing would be most of the work.
   */
  fail(task: Task, frame: Frame, error: unknown): Outcome | undefined;
}
