import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { list } from "../../llm/fields.ts";
import { runtimeError, show, stringifyJson, type Value } from "../../value/index.ts";
import { entryDict } from "../inbox/entry.ts";
import { feedbackMessage } from "../loop/feedback.ts";
import { type AgentService, agentService } from "../service.ts";
import { present } from "./present.ts";

const sessions = declare("sessions");
const config = declare("llm-config");
const internal = declare("internal");

function service(context: CallContext): AgentService {
  return context.service(agentService);
}

/** Texts are posted as they are, other values as JSON. */
function contentText(content: Value): string {
  return typeof content === "string" ? content : stringifyJson(content);
}

function drain(context: CallContext, sessionId: string): Value {
  return list(service(context).inbox.drain(sessionId).map(entryDict));
}

/** At once, past the inbox: the model sees it with its next call. */
function inject(context: CallContext, sessionId: string, kind: string, text: string): null {
  const session = service(context).sessions.get(sessionId);
  if (session === undefined) throw runtimeError(`agent_session_inject: unknown session id '${sessionId}'`);
  session.add(feedbackMessage(kind, text));
  return null;
}

function displayText(value: Value | undefined): string {
  return value === undefined || value === null ? "" : show(value);
}

export const inboxBuiltins: readonly Builtin[] = [
  sessions({
    name: "agent_session_post_event",
    summary: "Puts an event into a session's inbox; a loop shows it to the model at its next turn.",
    params: [req("id", t.string), req("kind", t.string), req("content", t.any), opt("source", t.string)],
    returns: t.nil,
    effect: "state",
    run: (context, sessionId, kind, content, source) => {
      service(context).inbox.push(sessionId, kind, contentText(content), source || "harn.post_event");
      return null;
    },
  }),
  sessions({
    name: "agent_session_drain_inbox",
    summary: "Takes the events out of a session's inbox, oldest first.",
    params: [req("id", t.string)],
    returns: t.list,
    effect: "state",
    run: drain,
  }),
  config({
    name: "agent_inject_feedback",
    summary: "Adds a message of feedback to a session at once.",
    params: [req("session_id", t.string), req("kind", t.string), req("content", t.string)],
    returns: t.nil,
    effect: "state",
    run: inject,
  }),
  internal({
    name: "__host_agent_session_post_event",
    summary: "What the library posts events with.",
    params: [opt("session_id", t.any), opt("kind", t.any), opt("content", t.any), opt("source", t.any)],
    returns: t.nil,
    effect: "state",
    lenient: true,
    run: (context, sessionId, kind, content, source) => {
      const builtin = "__host_agent_session_post_event";
      service(context).inbox.push(
        present(builtin, "session_id", sessionId),
        present(builtin, "kind", kind),
        content === undefined ? "" : contentText(content),
        typeof source === "string" && source !== "" ? source : "host.post_event",
      );
      return null;
    },
  }),
  internal({
    name: "__host_agent_session_drain_feedback",
    summary: "What the library drains an inbox with.",
    params: [opt("session_id", t.any)],
    returns: t.list,
    effect: "state",
    lenient: true,
    run: (context, sessionId) =>
      drain(context, present("__host_agent_session_drain_feedback", "session_id", sessionId)),
  }),
  internal({
    name: "__host_agent_session_inject_feedback",
    summary: "What the library adds feedback to a session with.",
    params: [opt("session_id", t.any), opt("kind", t.any), opt("content", t.any)],
    returns: t.nil,
    effect: "state",
    lenient: true,
    run: (context, sessionId, kind, content) =>
      inject(context, displayText(sessionId), displayText(kind), displayText(content)),
  }),
];
