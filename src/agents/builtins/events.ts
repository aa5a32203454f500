import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { isCallable, list, record } from "../../llm/fields.ts";
import { transcriptEvent } from "../../llm/transcript/event.ts";
import { DictValue, runtimeError, type Value } from "../../value/index.ts";
import type { AgentEvent } from "../events/event.ts";
import { eventOfPayload, transcriptRole } from "../events/from-payload.ts";
import { eventDict } from "../events/hub.ts";
import { AgentEventError } from "../events/shapes/shape.ts";
import { agentService } from "../service.ts";
import { present } from "./present.ts";

const config = declare("llm-config");
const internal = declare("internal");

async function emit(context: CallContext, sessionId: Value, name: Value, payload: Value): Promise<Value> {
  const service = context.service(agentService);
  const event = eventOf(sessionId, name, payload);
  const role = transcriptRole(event.type);
  if (role !== undefined) {
    service.sessions.get(event.session_id)?.addEvent(
      transcriptEvent(service.newId, {
        kind: event.type,
        role,
        visibility: "internal",
        text: "",
        metadata: payload ?? new DictValue(),
      }),
    );
  }
  await service.events.emit(context, event);
  return null;
}

function eventOf(id: Value, type: Value, payload: Value): AgentEvent {
  const builtin = "__host_agent_emit_event";
  const sessionId = present(builtin, "session_id", id);
  const name = present(builtin, "event_type", type);
  try {
    const event = eventOfPayload(name, sessionId, payload === null ? {} : jsonOfValue(payload));
    if (event !== undefined) return event;
  } catch (error) {
    throw error instanceof AgentEventError ? runtimeError(`${builtin}: ${error.message}`) : error;
  }
  throw runtimeError(`${builtin}: unsupported event type \`${name}\``);
}

async function capture(context: CallContext, sessionId: Value, body: Value): Promise<Value> {
  const usage = "__host_agent_capture_events(session_id, body)";
  if (typeof sessionId !== "string" || sessionId === "") throw runtimeError(`${usage}: session_id must be non-empty`);
  if (!isCallable(body)) throw runtimeError(`${usage}: body must be a closure`);
  const events: DictValue[] = [];
  const result = await context.service(agentService).events.capture(
    context,
    sessionId,
    (event) => events.push(eventDict(event)),
    () => context.callAsync(body, []),
  );
  return record({ result, events: list(events) });
}

export const agentEventBuiltins: readonly Builtin[] = [
  config({
    name: "agent_subscribe",
    summary: "Calls a function with each agent event of a session, a dict with its `type`.",
    params: [req("session_id", t.string), req("callback", t.closure)],
    returns: t.nil,
    effect: "state",
    run: (context, sessionId, callback) => {
      const service = context.service(agentService);
      service.sessions.open(sessionId, service.currentSession(context.taskId));
      service.events.subscribe(sessionId, callback);
      return null;
    },
  }),
  internal({
    name: "__host_agent_emit_event",
    summary: "What the library tells of agent events with.",
    params: [opt("session_id", t.any), opt("event_type", t.any), opt("payload", t.any)],
    returns: t.nil,
    effect: "agent",
    lenient: true,
    run: (context, sessionId, name, payload) =>
      context.async(() => emit(context, sessionId ?? null, name ?? null, payload ?? null)),
  }),
  internal({
    name: "__host_agent_capture_events",
    summary: "Runs a function; gives its result, and the agent events of a session meanwhile.",
    params: [opt("session_id", t.any), opt("body", t.any)],
    returns: t.dict,
    effect: "state",
    lenient: true,
    run: (context, sessionId, body) => context.async(() => capture(context, sessionId ?? null, body ?? null)),
  }),
];
