import { type Builtin, type CallContext, declare, req, t } from "../../builtin/index.ts";
import type { DaemonRegistry } from "../daemons/registry.ts";
import { agentService } from "../service.ts";

const daemons = declare("daemon");
const handle = req("handle", t.any);

function registry(context: CallContext): DaemonRegistry {
  return context.service(agentService).daemons;
}

export const daemonBuiltins: readonly Builtin[] = [
  daemons({
    name: "daemon_spawn",
    summary: "Starts an agent that waits for events: `{task, persist_path, name?, system?, session_id?, ...}`.",
    params: [req("config", t.record("DaemonConfig"))],
    returns: t.record("DaemonSummary"),
    effect: "agent",
    run: (context, config) => context.async(() => registry(context).spawn(context, config)),
  }),
  daemons({
    name: "daemon_trigger",
    summary: "Gives a daemon an event. Events are delivered in order, one at a time; a full queue is an error.",
    params: [handle, req("event", t.any)],
    returns: t.record("DaemonSummary"),
    effect: "agent",
    run: (context, target, event) => context.async(() => registry(context).trigger(context, target, event)),
  }),
  daemons({
    name: "daemon_snapshot",
    summary: "What a daemon wrote down last, with its queue.",
    params: [handle],
    returns: t.record("DaemonSummary"),
    effect: "state",
    run: (context, target) => registry(context).find(target).fullSnapshot(),
  }),
  daemons({
    name: "daemon_stop",
    summary: "Stops a daemon once it is idle. What it had not settled is queued again.",
    params: [handle],
    returns: t.record("DaemonSummary"),
    effect: "agent",
    run: (context, target) => context.async(() => registry(context).stop(context, target)),
  }),
  daemons({
    name: "daemon_resume",
    summary: "Starts the daemon of a folder again, with what its queue held.",
    params: [req("path", t.string)],
    returns: t.record("DaemonSummary"),
    effect: "agent",
    run: (context, path) => context.async(() => registry(context).resume(context, path)),
  }),
];
