import { type Builtin, declare, opt, req, type Ty, t } from "../../builtin/index.ts";
import {
  DictValue,
  isInt,
  isObject,
  ListValue,
  runtimeError,
  truthy,
  typeError,
  typeName,
  type Value,
} from "../../value/index.ts";
import type { Task } from "../task.ts";
import type { Interrupts } from "./interrupts.ts";
import { millisecondsOf } from "./timer.ts";

const tasks = declare("tasks");

const knownSignals = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
const usualSignal = "SIGINT";

/** `restore` is accepted for the sake of programs that say it: what a signal does without handlers always comes back. */
const handlerOptions: Ty<DictValue | null> = t.nilable({
  spec: {
    kind: "shape",
    fields: ["once", "restore"].map((name) => ({ name, isOptional: true, type: t.bool.spec })),
  },
});

function interruptsOf(task: Task): Interrupts {
  return task.machine.interrupts;
}

function signalOf(name: string): string {
  if ((knownSignals as readonly string[]).includes(name)) return name;
  throw runtimeError(`on_interrupt: unsupported signal '${name}' — known are ${knownSignals.join(", ")}`);
}

/** Sorted, each once. */
function signalsOf(value: Value | undefined): readonly string[] {
  if (value === undefined || value === null) return [usualSignal];
  const names = value instanceof ListValue ? value.toArray() : [value];
  if (!names.every((name) => typeof name === "string"))
    throw typeError(`on_interrupt: signals must be a string or list<string>, got ${typeName(value)}`);
  if (names.length === 0) throw runtimeError("on_interrupt: signals must not be empty");
  return [...new Set(names.map((name) => signalOf(name)))].sort();
}

function limitOf(value: Value | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const milliseconds = millisecondsOf(value);
  if (milliseconds !== undefined && milliseconds >= 0) return milliseconds;
  throw typeError(`on_interrupt: graceful_timeout_ms must be a non-negative int or duration, got ${typeName(value)}`);
}

const onInterrupt: Builtin = tasks({
  name: "__signal_on_interrupt",
  summary: "Call a closure when the program is asked to stop: `{handle, once, signals}`.",
  params: [req("handler", t.closure), opt("options", handlerOptions)],
  returns: t.dict,
  effect: "task",
  run: (context, callee, options) => {
    const option = (name: string): Value | undefined => options?.get(name);
    const once = option("once");
    const { id, isOnce, signals } = interruptsOf(context as Task).add({
      callee,
      signals: signalsOf(option("signals")),
      isOnce: once === undefined || truthy(once),
      limitMs: limitOf(option("graceful_timeout_ms")),
    });
    return DictValue.of({ handle: id, once: isOnce, signals: new ListValue([...signals]) });
  },
});

const offInterrupt: Builtin = tasks({
  name: "__signal_off_interrupt",
  summary: "Forget a handler of `__signal_on_interrupt`, given its answer or its number.",
  params: [req("handle", t.any)],
  returns: t.nil,
  effect: "task",
  run: (context, handle) => {
    const id = isObject(handle) && handle.kind === "dict" ? handle.get("handle") : handle;
    if (id === undefined) throw runtimeError("off_interrupt: handle dict is missing `handle`");
    if (!isInt(id)) throw typeError(`off_interrupt: expected handle int or dict, got ${typeName(id)}`);
    interruptsOf(context as Task).remove(Number(id));
    return null;
  },
});

const raise: Builtin = tasks({
  name: "__signal_raise",
  summary:
    "What a signal does, without one: calls the handlers, or throws `kind:interrupted:SIGNAL` when there are none.",
  params: [opt("signal", t.string)],
  returns: t.nil,
  effect: "task",
  run: (context, signal = usualSignal) => {
    const task = context as Task;
    return interruptsOf(task).raise(task, signalOf(signal));
  },
});

const isInterrupted: Builtin = tasks({
  name: "__signal_interrupted",
  summary: "Whether there has been a signal.",
  params: [],
  returns: t.bool,
  effect: "task",
  run: (context) => interruptsOf(context as Task).hasFired,
});

export const signalBuiltins: readonly Builtin[] = [onInterrupt, offInterrupt, raise, isInterrupted];
