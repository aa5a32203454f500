import { type Builtin, type CallContext, declare, opt, t } from "../../builtin/index.ts";
import { isObject, ListValue, runtimeError, show, type Value } from "../../value/index.ts";
import type { Machine } from "../machine.ts";
import type { Task } from "../task.ts";
import { Supervisor } from "./supervisor.ts";
import { lengthOf, readSpec } from "./supervisor-spec.ts";

const supervisors = declare("supervisor");

function idOf(builtin: string, target: Value | undefined): string {
  if (target === undefined) throw runtimeError(`${builtin}: supervisor handle or id is required`);
  if (isObject(target) && target.kind === "dict" && target.get("_type") === "supervisor") {
    const id = show(target.get("id") ?? "");
    if (id === "") throw runtimeError(`${builtin}: supervisor handle missing id`);
    return id;
  }
  const id = show(target);
  if (id === "") throw runtimeError(`${builtin}: supervisor id must not be empty`);
  return id;
}

function supervisorOf(context: CallContext, builtin: string, target: Value | undefined): Supervisor {
  const id = idOf(builtin, target);
  const supervisor = (context as Task).machine.shared.supervisors.get(id);
  if (!supervisor) throw runtimeError(`${builtin}: unknown supervisor '${id}'`);
  return supervisor;
}

/** The state of every supervisor, for runtime context. */
export function supervisorSummaries(machine: Machine): Value {
  return new ListValue([...machine.shared.supervisors.values()].map((supervisor) => supervisor.state()));
}

const start: Builtin = supervisors({
  name: "supervisor_start",
  summary: "Start tasks that are kept running as their restart policies say.",
  params: [opt("spec", t.any)],
  returns: t.dict,
  effect: "task",
  lenient: true,
  run: (context, value) => {
    const task = context as Task;
    const known = task.machine.shared.supervisors;
    const spec = readSpec(value);
    const id = spec.id ?? `supervisor_${known.size + 1}`;
    if (known.has(id)) throw runtimeError(`supervisor_start: supervisor '${id}' already exists`);
    const supervisor = new Supervisor(id, spec, task);
    known.set(id, supervisor);
    supervisor.start();
    return supervisor.handle();
  },
});

function telling(word: string, summary: string, tell: (supervisor: Supervisor) => Value): Builtin {
  const name = `supervisor_${word}`;
  return supervisors({
    name,
    summary,
    params: [opt("handle_or_id", t.any)],
    effect: "task",
    lenient: true,
    run: (context, target) => tell(supervisorOf(context, name, target)),
  });
}

const stop: Builtin = supervisors({
  name: "supervisor_stop",
  summary: "Ask supervised tasks to stop, wait for them, and end those that take too long; gives the final state.",
  params: [opt("handle_or_id", t.any), opt("timeout", t.any)],
  returns: t.dict,
  effect: "task",
  lenient: true,
  run: (context, target, timeout) => {
    const supervisor = supervisorOf(context, "supervisor_stop", target);
    return supervisor.stop(context as Task, lengthOf(timeout) ?? supervisor.spec.shutdownMs);
  },
});

export const supervisorBuiltins: readonly Builtin[] = [
  start,
  telling("state", "Status, children and counters of a supervisor.", (supervisor) => supervisor.state()),
  telling("events", "What happened to supervised tasks, oldest first.", (supervisor) => supervisor.events()),
  telling("metrics", "Counters of a supervisor.", (supervisor) => supervisor.metrics()),
  stop,
];
