import type { Outcome } from "../../builtin/index.ts";
import type { FunctionCode } from "../../bytecode/index.ts";
import type { Closure, Value } from "../../value/index.ts";
import { enterClosure } from "../calls.ts";
import type { Frame } from "../frame.ts";
import { depthOf } from "../level.ts";
import type { CompiledCall, Compiler, LinkedFunction } from "../linked-function.ts";
import type { Task } from "../task.ts";
import type { Tier } from "../tier.ts";
import type { CodeMarks } from "./code-marks.ts";

/** The tier behind it, with each frame that it runs marked on the JavaScript stack. */
export class MarkedTier implements Tier {
  readonly #inner: Tier;
  readonly #marks: CodeMarks;
  readonly #tiers = new Map<FunctionCode, Tier>();

  constructor(inner: Tier, marks: CodeMarks) {
    this.#inner = inner;
    this.#marks = marks;
  }

  run(task: Task, frame: Frame): Outcome {
    return this.#of(frame).run(task, frame);
  }

  resume(task: Task, frame: Frame, value: Value): Outcome {
    return this.#of(frame).resume(task, frame, value);
  }

  fail(task: Task, frame: Frame, error: unknown): Outcome | undefined {
    return this.#of(frame).fail(task, frame, error);
  }

  #of({ code }: Frame): Tier {
    let tier = this.#tiers.get(code);
    if (tier === undefined) {
      const url = this.#marks.add({ code, form: "frame", offsets: [] });
      const make = new Function(
        "tier",
        `return {
  run(task, frame) { return tier.run(task, frame); },
  resume(task, frame, value) { return tier.resume(task, frame, value); },
  fail(task, frame, error) { return tier.fail(task, frame, error); },
};
//# sourceURL=${url}`,
      );
      this.#tiers.set(code, (tier = (make as (inner: Tier) => Tier)(this.#inner)));
    }
    return tier;
  }
}

/**
 * A compiled form that leaves all work to the interpreter: a call of a function that is not warm yet then goes by way of the
 * machine's tier, and is marked. It counts the calls as the interpreter would.
 */
export function markedCall(fn: LinkedFunction, compiler: Compiler): CompiledCall {
  const call = (task: Task, closure: Closure, level: number, ...args: readonly (Value | undefined)[]): Outcome => {
    if (fn.compiled === call && --fn.memory.callsLeft < 0) {
      fn.memory.callsLeft = Number.POSITIVE_INFINITY;
      compiler.compile(fn);
    }
    if (fn.compiled !== undefined && fn.compiled !== call) return fn.compiled(task, closure, level, ...args);
    task.depth = depthOf(level) - 1;
    return task.machine.tier.run(task, enterClosure(task, closure, args as readonly Value[], (level & 1) === 1));
  };
  return call;
}
