import { type Builtin, declare, rest, t } from "../../builtin/index.ts";
import { DictValue, runtimeError, typeName, type Value } from "../../value/index.ts";
import { activeLogKey } from "../active-log.ts";
import { durableId } from "../dispatch-scope.ts";
import { EventLogError } from "../error.ts";
import { isCallable, millisecondsOf } from "../option-fields.ts";
import { valueOfJson } from "../value-json.ts";
import { type MonitorOptions, monitor } from "./monitor.ts";

const name = "monitor_wait_for_native";
const usualIntervalMs = 10_000;

export const monitorBuiltins: readonly Builtin[] = [
  declare("monitors")({
    name,
    summary: "Ask a source for its state until a condition holds or the time is up; give the record of the wait.",
    params: [rest("args", t.any)],
    returns: t.any,
    effect: "state",
    lenient: true,
    run(context, given) {
      const options = optionsOf(given);
      const { waitId, ...rest } = options;
      return context.async(async () => {
        const log = context.service(activeLogKey).getOrCreate();
        try {
          return valueOfJson(await monitor(context, log, waitId ?? durableId(context, "monitor_wait"), rest));
        } catch (error) {
          throw error instanceof EventLogError ? runtimeError(error.message) : error;
        }
      });
    },
  }),
];

function optionsOf(given: Value | undefined): MonitorOptions & { readonly waitId: string | undefined } {
  if (given === undefined) throw runtimeError(`${name}: options are required`);
  if (!(given instanceof DictValue)) throw runtimeError(`${name}: expected dict options, got ${typeName(given)}`);
  const condition = closureIn(given, "condition", name);
  const source = sourceOf(given.get("source"));
  const timeout = given.get("timeout");
  if (timeout === undefined) throw runtimeError(`${name}: timeout is required`);
  const interval = given.get("poll_interval");
  const intervalMs = interval === undefined ? usualIntervalMs : durationOf(interval);
  if (intervalMs === 0) throw runtimeError(`${name}: poll_interval must be greater than zero`);
  return { condition, ...source, timeoutMs: durationOf(timeout), intervalMs, waitId: textIn(given, "wait_id") };
}

function sourceOf(given: Value | undefined): Pick<MonitorOptions, "poll" | "pushFilter" | "prefersPush" | "label"> {
  if (given === undefined) throw runtimeError(`${name}: source is required`);
  if (isCallable(given)) return { poll: given, pushFilter: undefined, prefersPush: false, label: undefined };
  if (!(given instanceof DictValue))
    throw runtimeError(`${name}: source must be a closure or dict, got ${typeName(given)}`);
  return {
    poll: closureIn(given, "poll", `${name} source`),
    pushFilter: optionalClosureIn(given, "push_filter", `${name} source`),
    prefersPush: flagIn(given, "prefers_push"),
    label: textIn(given, "label"),
  };
}

function closureIn(options: DictValue, field: string, where: string): Value {
  const closure = optionalClosureIn(options, field, where);
  if (closure === undefined) throw runtimeError(`${where}: ${field} must be a closure`);
  return closure;
}

function optionalClosureIn(options: DictValue, field: string, where: string): Value | undefined {
  const value = options.get(field) ?? null;
  if (value === null) return undefined;
  if (!isCallable(value)) throw runtimeError(`${where}: ${field} must be a closure, got ${typeName(value)}`);
  return value;
}

function durationOf(value: Value): number {
  const milliseconds = millisecondsOf(value);
  if (milliseconds === undefined)
    throw runtimeError(`${name}: expected duration or non-negative millisecond count, got ${typeName(value)}`);
  return milliseconds;
}

function textIn(options: DictValue, field: string): string | undefined {
  const value = options.get(field) ?? null;
  if (value === null || (typeof value === "string" && value.trim() === "")) return undefined;
  if (typeof value === "string") return value;
  throw runtimeError(`${name}: ${field} must be a string, got ${typeName(value)}`);
}

function flagIn(options: DictValue, field: string): boolean {
  const value = options.get(field) ?? false;
  if (typeof value === "boolean") return value;
  throw runtimeError(`${name}: ${field} must be a bool, got ${typeName(value)}`);
}
