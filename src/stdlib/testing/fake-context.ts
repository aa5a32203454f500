import {
  type Builtin,
  bindBuiltin,
  type CallContext,
  type Method,
  type Outcome,
  type ResumableFrame,
  SUSPENDED,
  unguarded,
} from "../../builtin/index.ts";
import { BuiltinValue, Raise, show, type Value } from "../../value/index.ts";

type Callback = (...args: Value[]) => Value;

/**
 * Enough of a task to run one native call: callbacks are JavaScript functions, and any of them may be made to suspend.
 * Frames that a suspension leaves behind are resumed innermost first, as the machine does.
 */
export class FakeContext {
  readonly #callbacks = new Map<string, Callback>();
  readonly #suspends: (call: number) => boolean;
  #calls = 0;
  #pending: Value = null;
  #frames: ResumableFrame[] = [];

  /** `suspends` tells for each call, counted from 0, whether it suspends. */
  constructor(suspends: (call: number) => boolean = () => false) {
    this.#suspends = suspends;
  }

  get context(): CallContext {
    return this as unknown as CallContext;
  }

  /** A value that calls back. */
  callback(run: Callback): Value {
    const name = `callback ${this.#callbacks.size}`;
    this.#callbacks.set(name, run);
    return new BuiltinValue(name);
  }

  call(callee: Value, args: readonly Value[]): Outcome {
    const run = callee instanceof BuiltinValue ? this.#callbacks.get(callee.name) : undefined;
    if (!run) throw new TypeError(`not a callback: ${show(callee)}`);
    return this.answer(run(...args));
  }

  call0(callee: Value): Outcome {
    return this.call(callee, []);
  }

  call1(callee: Value, a: Value): Outcome {
    return this.call(callee, [a]);
  }

  call2(callee: Value, a: Value, b: Value): Outcome {
    return this.call(callee, [a, b]);
  }

  /** The value of a call now, or after a suspension. */
  answer(value: Value): Outcome {
    if (!this.#suspends(this.#calls++)) return value;
    this.#pending = value;
    return SUSPENDED;
  }

  resumeWith(frame: ResumableFrame): typeof SUSPENDED {
    this.#frames.push(frame);
    return SUSPENDED;
  }

  /** Runs to the end, through all suspensions. */
  settle(body: (context: CallContext) => Outcome): Value {
    let outcome = body(this.context);
    let frames = this.#takeFrames();
    for (;;) {
      const value = outcome === SUSPENDED ? this.#pending : outcome;
      const [frame, ...outer] = frames;
      if (frame === undefined) return value;
      outcome = frame.resume(this.context, value);
      frames = [...this.#takeFrames(), ...outer];
    }
  }

  #takeFrames(): ResumableFrame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }
}

/** The display of what a call gives, or of the error that it raises after `!! `. */
export function shown(body: () => Value): string {
  try {
    return show(body());
  } catch (error) {
    if (error instanceof Raise) return `!! ${show(error.value)}`;
    throw error;
  }
}

export function callBuiltin(builtin: Builtin, ...args: Value[]): Value {
  return new FakeContext().settle((context) => bindBuiltin(builtin, unguarded)(context, ...args));
}

export function methodNamed<S extends Value>(methods: readonly Method<S>[], name: string): Method<S> {
  const method = methods.find((candidate) => candidate.name === name || candidate.aliases?.includes(name));
  if (!method) throw new TypeError(`no method ${name}`);
  return method;
}
