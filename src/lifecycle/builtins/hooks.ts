import { type CallContext, declare, opt, req, rest, t } from "../../builtin/index.ts";
import { Closure, DictValue, ListValue, runtimeError, show, typeName, type Value } from "../../value/index.ts";
import type { HookAnswer } from "../hooks/answer.ts";
import { tellOfHook } from "../hooks/run-event.ts";
import { checkpointKinds, findSessionEvent, type SessionEvent } from "../hooks/session-events.ts";
import { lifecycleKey } from "../lifecycle.ts";

const workflow = declare("workflow");
const internal = declare("internal");

export const hookBuiltins = [
  workflow({
    name: "register_session_hook",
    summary:
      "Call a closure when something happens to a session, an agent or the run; a pattern narrows which payloads it sees.",
    params: [rest("args", t.any)],
    effect: "agent",
    run(context, ...args) {
      const name = "register_session_hook";
      if (args.length < 2 || args.length > 3)
        throw runtimeError(`${name} expects 2 or 3 arguments (event, pattern?, handler); got ${args.length}`);
      const event = sessionEvent(name, args[0] ?? null);
      const pattern = args.length === 3 ? (args[1] ?? null) : null;
      const handler = closure(name, args.at(-1) ?? null);
      context.service(lifecycleKey).hooks.register({ event, pattern: pattern === null ? "" : show(pattern), handler });
      return null;
    },
  }),
  workflow({
    name: "register_checkpoint_hook",
    summary: "Call a closure at checkpoints of agent loops: a kind, a list of kinds, or nil for all.",
    params: [req("kinds", t.any), req("handler", t.any)],
    effect: "agent",
    run(context, kinds, handler) {
      const name = "register_checkpoint_hook";
      const wanted = checkpoints(name, kinds ?? null);
      const called = closure(name, handler ?? null);
      const { hooks } = context.service(lifecycleKey);
      for (const pattern of wanted.length === 0 ? [""] : wanted.map((kind) => `kind == '${kind}'`))
        hooks.register({ event: "LoopCheckpoint", pattern, handler: called });
      return null;
    },
  }),
  workflow({
    name: "clear_session_hooks",
    summary: "Forget all session hooks.",
    params: [],
    effect: "agent",
    run(context) {
      context.service(lifecycleKey).hooks.clear();
      return null;
    },
  }),
  internal({
    name: "__host_fire_session_hook",
    summary: "Ask the hooks of an event, and tell observers of the run what they said.",
    params: [opt("event", t.any), opt("payload", t.any)],
    effect: "agent",
    run(context, event, payload) {
      if (event === undefined) throw runtimeError("__host_fire_session_hook: missing event");
      return context.async(() => fire(context, event, payload ?? null));
    },
  }),
];

async function fire(context: CallContext, name: Value, given: Value): Promise<Value> {
  const event = sessionEvent("__host_fire_session_hook", name);
  const { hooks } = context.service(lifecycleKey);
  const fields = given instanceof DictValue ? given : new DictValue();
  const payload = fields.has("event") ? fields : fields.with("event", event);
  const answer = await hooks.control(context, event, payload);
  tellOfHook(context, show(name), answer, payload);
  return answerValue(answer);
}

function answerValue(answer: HookAnswer): Value {
  switch (answer.kind) {
    case "allow":
      return null;
    case "block":
      return DictValue.of({ block: true, reason: answer.reason });
    case "modify":
      return DictValue.of({ modify: answer.payload });
    case "decision":
      return DictValue.of({ decision: answer.decision, reason: answer.reason ?? null });
  }
}

function sessionEvent(builtin: string, name: Value): SessionEvent {
  const event = findSessionEvent(show(name));
  if (event === undefined) throw runtimeError(`${builtin}: unknown session hook event \`${show(name)}\``);
  return event;
}

function closure(builtin: string, handler: Value): Closure {
  if (handler instanceof Closure) return handler;
  throw runtimeError(`${builtin}: handler must be a closure, got ${typeName(handler)}`);
}

/** None means all. */
function checkpoints(builtin: string, kinds: Value): readonly string[] {
  if (kinds === null) return [];
  const wanted = kinds instanceof ListValue ? kinds.toArray().map(show) : [show(kinds)];
  if (wanted.includes("*")) return [];
  const unknown = wanted.find((kind) => !checkpointKinds.some((known) => known === kind));
  if (unknown !== undefined)
    throw runtimeError(`${builtin}: unknown kind \`${unknown}\` (expected one of: ${checkpointKinds.join(", ")})`);
  return wanted;
}
