import { type Builtin, type CallContext, declare, opt, t } from "../../builtin/index.ts";
import { DictValue, isInt, isObject, show, thrown } from "../../value/index.ts";

const concurrency = declare("concurrency");

function now(context: CallContext): number {
  return Math.floor(context.host.clock.now());
}

export const stopwatchBuiltins: readonly Builtin[] = [
  concurrency({
    name: "timer_start",
    summary: "Start a timer under a name.",
    params: [opt("name", t.any)],
    returns: t.dict,
    effect: "task",
    run: (context, name) => DictValue.of({ name: name === undefined ? "default" : show(name), start_ms: now(context) }),
  }),
  concurrency({
    name: "timer_end",
    summary: "Print and give the milliseconds since a timer was started.",
    params: [opt("timer", t.any)],
    returns: t.int,
    effect: "task",
    run: (context, timer) => {
      if (!isObject(timer) || timer.kind !== "dict")
        throw thrown("timer_end: argument must be a timer dict from timer_start");
      const start = timer.get("start_ms");
      const elapsed = isInt(start) ? now(context) - Number(start) : 0;
      context.write("stdout", `[timer] ${show(timer.get("name") ?? "")}: ${elapsed}ms\n`);
      return elapsed;
    },
  }),
];
