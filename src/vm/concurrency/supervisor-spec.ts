import {
  DictValue,
  FloatValue,
  isInt,
  isObject,
  ListValue,
  runtimeError,
  show,
  typeName,
  type Value,
} from "../../value/index.ts";
import { isCallable } from "../calls.ts";
import { millisecondsOf } from "./timer.ts";

export type Strategy = "one_for_one" | "one_for_all" | "rest_for_one" | "escalate_to_parent";

export interface RestartPolicy {
  readonly mode: "never" | "on_failure" | "always";
  /** Within the window; without a window, ever. */
  readonly maxRestarts: number | undefined;
  readonly windowMs: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly factor: number;
  readonly jitterMs: number;
  /** After the cap is reached, try once more when this much time has passed. */
  readonly circuitOpenMs: number | undefined;
}

export interface ChildSpec {
  readonly name: string;
  readonly kind: string;
  readonly task: Value;
  readonly restart: RestartPolicy;
  readonly activeLease: string | undefined;
}

export interface SupervisorSpec {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly strategy: Strategy;
  readonly shutdownMs: number;
  readonly children: readonly ChildSpec[];
}

const defaultPolicy: RestartPolicy = {
  mode: "on_failure",
  maxRestarts: undefined,
  windowMs: 60_000,
  backoffMs: 0,
  maxBackoffMs: 30_000,
  factor: 2,
  jitterMs: 0,
  circuitOpenMs: undefined,
};

const defaultShutdownMs = 5000;

const strategies: ReadonlyMap<string, Strategy> = new Map([
  ["one_for_one", "one_for_one"],
  ["oneforone", "one_for_one"],
  ["one_for_all", "one_for_all"],
  ["oneforall", "one_for_all"],
  ["rest_for_one", "rest_for_one"],
  ["restforone", "rest_for_one"],
  ["escalate_to_parent", "escalate_to_parent"],
  ["escalate", "escalate_to_parent"],
]);

const modes: ReadonlyMap<string, RestartPolicy["mode"]> = new Map([
  ["never", "never"],
  ["on_failure", "on_failure"],
  ["onfailure", "on_failure"],
  ["failure", "on_failure"],
  ["always", "always"],
]);

export function readSpec(value: Value | undefined): SupervisorSpec {
  if (value === undefined) throw runtimeError("supervisor_start: spec is required");
  const spec = expectDict(value, "supervisor_start");
  const strategy = textOf(spec, "strategy") ?? "one_for_one";
  const known = strategies.get(normalized(strategy));
  if (!known) throw runtimeError(`supervisor_start: unknown strategy '${normalized(strategy)}'`);
  const children = readChildren(spec.get("children"), spec.get("restart"));
  if (children.length === 0) throw runtimeError("supervisor_start: children must include at least one child");
  return {
    id: textOf(spec, "id"),
    name: textOf(spec, "name"),
    strategy: known,
    shutdownMs: timeOf(spec, "shutdown_ms", "drain_ms") ?? defaultShutdownMs,
    children,
  };
}

function readChildren(value: Value | undefined, fallback: Value | undefined): readonly ChildSpec[] {
  if (!(value instanceof ListValue)) throw runtimeError("supervisor_start: children must be a list");
  return value.toArray().map((child, index) => readChild(expectDict(child, "supervisor_start child"), index, fallback));
}

function readChild(child: DictValue, index: number, fallback: Value | undefined): ChildSpec {
  const name = textOf(child, "name") ?? `child_${index}`;
  const task = child.get("task") ?? child.get("handler");
  if (task === undefined || !isCallable(task)) {
    throw runtimeError(`supervisor_start: child '${name}' requires a task closure`);
  }
  return {
    name,
    kind: textOf(child, "kind") ?? "task",
    task,
    restart: readPolicy(child.get("restart") ?? fallback),
    activeLease: textOf(child, "active_lease") ?? textOf(child, "lease"),
  };
}

function readPolicy(value: Value | undefined): RestartPolicy {
  if (value === undefined || value === null) return defaultPolicy;
  if (typeof value === "string") return { ...defaultPolicy, mode: readMode(value) };
  if (!(value instanceof DictValue)) {
    throw runtimeError(`supervisor_start: restart policy must be a string or dict, got ${typeName(value)}`);
  }
  const mode = value.get("mode") ?? value.get("policy");
  const max = value.get("max_restarts") ?? value.get("max");
  return {
    mode: mode === undefined ? defaultPolicy.mode : readMode(show(mode)),
    maxRestarts: isInt(max) ? Math.max(0, Number(max)) : undefined,
    windowMs: timeOf(value, "window_ms", "window") ?? defaultPolicy.windowMs,
    backoffMs: timeOf(value, "backoff_ms", "backoff", "initial_backoff_ms") ?? defaultPolicy.backoffMs,
    maxBackoffMs: timeOf(value, "max_backoff_ms", "max_backoff") ?? defaultPolicy.maxBackoffMs,
    factor: Math.max(1, numberOf(value.get("factor") ?? value.get("backoff_factor")) ?? defaultPolicy.factor),
    jitterMs: timeOf(value, "jitter_ms", "jitter") ?? defaultPolicy.jitterMs,
    circuitOpenMs: timeOf(value, "circuit_open_ms", "circuit_open"),
  };
}

function readMode(text: string): RestartPolicy["mode"] {
  const mode = modes.get(normalized(text));
  if (mode) return mode;
  throw runtimeError(`supervisor_start: unknown restart mode '${normalized(text)}'`);
}

function expectDict(value: Value, what: string): DictValue {
  if (isObject(value) && value.kind === "dict") return value;
  throw runtimeError(`${what}: expected a dict`);
}

function textOf(dict: DictValue, field: string): string | undefined {
  const value = dict.get(field);
  return value === undefined || value === "" ? undefined : show(value);
}

function numberOf(value: Value | undefined): number | undefined {
  if (isInt(value)) return Number(value);
  return value instanceof FloatValue ? value.value : undefined;
}

/** `on-failure` and `On Failure` mean `on_failure`. */
function normalized(text: string): string {
  return text.trim().toLowerCase().replaceAll(/[- ]/g, "_");
}

function timeOf(dict: DictValue, ...fields: readonly string[]): number | undefined {
  const value = fields.map((field) => dict.get(field)).find((candidate) => candidate !== undefined);
  return lengthOf(value);
}

const unitMs: Readonly<Record<string, number>> = { "": 1, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds as a number, a duration, or text such as `10ms`, `1s`. */
export function lengthOf(value: Value | undefined): number | undefined {
  if (typeof value !== "string") {
    const milliseconds = millisecondsOf(value) ?? numberOf(value);
    return milliseconds === undefined ? undefined : Math.max(0, Math.floor(milliseconds));
  }
  const parts = /^\s*(\d+)\s*(ms|s|m|h|)\s*$/.exec(value);
  return parts ? Number(parts[1]) * (unitMs[parts[2] as string] as number) : undefined;
}
