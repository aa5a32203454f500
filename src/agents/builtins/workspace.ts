import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { boolAt, record, textAt } from "../../llm/fields.ts";
import { transcriptEvent } from "../../llm/transcript/event.ts";
import { messageOf } from "../../text/index.ts";
import { type DictValue, thrown, type Value } from "../../value/index.ts";
import { compactSession } from "../compaction/session-compaction.ts";
import { defaultKeepLast, readCompaction } from "../compaction/settings.ts";
import { agentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";
import {
  anchorDict,
  isSameAnchor,
  policyDict,
  readAnchor,
  readMountMode,
  readPolicy,
  rootList,
  type WorkspaceAnchor,
  withoutRoot,
  withRoot,
} from "../sessions/workspace.ts";

const sessions = declare("sessions");
const id = req("id", t.string);
const anchorInput = t.record("WorkspaceAnchorInput");

function now(context: CallContext): string {
  return new Date(context.host.clock.now()).toISOString();
}

function known(context: CallContext, builtin: string, sessionId: string): Session {
  const session = context.service(agentService).sessions.get(sessionId);
  if (session === undefined) throw thrown(`${builtin}: unknown session id '${sessionId}'`);
  return session;
}

function onlyKeys(builtin: string, options: DictValue | undefined, keys: readonly string[]): void {
  for (const key of options?.keys() ?? [])
    if (!keys.includes(key))
      throw thrown(`${builtin}: unknown option key '${key}' (expected one of: ${keys.join(", ")})`);
}

/** A session with an anchor, or what is amiss. */
function anchored(context: CallContext, sessionId: string): { session: Session; anchor: WorkspaceAnchor } | string {
  const session = context.service(agentService).sessions.get(sessionId);
  if (session === undefined) return `agent session '${sessionId}' does not exist`;
  const anchor = session.workspaceAnchor;
  return anchor === undefined ? `agent session '${sessionId}' has no workspace anchor` : { session, anchor };
}

function refusal(error: string): DictValue {
  return record({ ok: false, error });
}

function note(context: CallContext, session: Session, kind: string, metadata: DictValue): void {
  const { newId } = context.service(agentService);
  session.addEvent(transcriptEvent(newId, { kind, role: "system", visibility: "internal", text: "", metadata }));
}

function pathOf(context: CallContext, root: string): string {
  const { files } = context.host;
  return files === undefined ? root : files.realPath(files.resolve(root));
}

/** Why the folder cannot be mounted, if it cannot. */
function folderProblem(context: CallContext, root: string): string | undefined {
  const { files } = context.host;
  if (files === undefined) return `workspace root '${root}' must exist and be readable: this host has no files`;
  try {
    const isFolder = files.stat(files.resolve(root), true).kind === "directory";
    return isFolder ? undefined : `workspace root '${root}' must be a directory`;
  } catch (error) {
    const words = messageOf(error);
    return `workspace root '${root}' must exist and be readable: ${words}`;
  }
}

function addRoot(context: CallContext, sessionId: string, root: string, options: DictValue | undefined): Value {
  const builtin = "agent_session_add_root";
  onlyKeys(builtin, options, ["mount_mode", "reason"]);
  const word = textAt(options, "mount_mode");
  const mode = word === undefined ? undefined : readMountMode(builtin, word);
  const problem = folderProblem(context, root);
  if (problem !== undefined) return refusal(problem);
  const found = anchored(context, sessionId);
  if (typeof found === "string") return refusal(found);
  const { session, anchor } = found;
  const mountMode = mode ?? session.workspacePolicy.defaultMountMode;
  const mounted = { path: pathOf(context, root), mountMode, mountedAt: now(context) };
  session.workspaceAnchor = withRoot(anchor, mounted);
  const facts = { path: mounted.path, mount_mode: mountMode, mounted_at: mounted.mountedAt };
  note(context, session, "RootMounted", record({ ...facts, reason: textAt(options, "reason") ?? null }));
  return record({ ok: true, mounted_at: mounted.mountedAt });
}

async function reanchor(
  context: CallContext,
  sessionId: string,
  given: DictValue,
  options: DictValue | undefined,
): Promise<Value> {
  const builtin = "agent_session_reanchor";
  onlyKeys(builtin, options, ["carry_transcript", "compact", "reason"]);
  const origin = known(context, builtin, sessionId);
  const next = readAnchor(builtin, "new_anchor", given, origin.workspacePolicy, now(context));
  const carries = boolAt(options, "carry_transcript") ?? true;
  const compacts = boolAt(options, "compact") ?? false;
  if (compacts && !carries) throw thrown(`${builtin}: \`compact: true\` requires \`carry_transcript: true\``);
  const previous = origin.workspaceAnchor;
  const answer = { ok: true, error: null };
  if (previous !== undefined && isSameAnchor(previous, next))
    return record({ ...answer, changed: false, session_id: origin.id, anchor: anchorDict(previous), compacted: false });
  const service = context.service(agentService);
  const session = carries ? origin : emptyFork(context, origin);
  session.workspaceAnchor = next;
  if (compacts)
    await compactSession(
      context,
      service,
      session,
      readCompaction(undefined, { keepLast: defaultKeepLast, threshold: 0 }),
      "manual",
    );
  const change = {
    previous: previous === undefined ? null : anchorDict(previous),
    current: anchorDict(next),
    carry_transcript: carries,
    compacted: compacts,
    reason: textAt(options, "reason") ?? null,
  };
  note(context, session, "AnchorChanged", record(change));
  service.events.publish(context, {
    type: "anchor_changed",
    session_id: session.id,
    ...change,
    previous: jsonOfValue(change.previous),
    current: jsonOfValue(change.current),
  });
  return record({
    ...answer,
    changed: true,
    session_id: session.id,
    anchor: anchorDict(next),
    compacted: compacts,
  });
}

function emptyFork(context: CallContext, origin: Session): Session {
  const service = context.service(agentService);
  const fork = service.sessions.fork(origin, undefined, { current: service.currentSession(context.taskId) });
  fork.reset();
  return fork;
}

export const workspaceBuiltins: readonly Builtin[] = [
  sessions({
    name: "agent_session_workspace_anchor",
    summary: "Where a session works; nil when nobody has said.",
    params: [id],
    returns: t.nilable(t.record("WorkspaceAnchorSnapshot")),
    effect: "state",
    run: (context, sessionId) => {
      const { workspaceAnchor } = known(context, "agent_session_workspace_anchor", sessionId);
      return workspaceAnchor === undefined ? null : anchorDict(workspaceAnchor);
    },
  }),
  sessions({
    name: "agent_session_set_workspace_anchor",
    summary: "Says where a session works, or takes it back; false when there was nothing to take.",
    params: [id, req("anchor", t.nilable(anchorInput))],
    returns: t.bool,
    effect: "state",
    run: (context, sessionId, given) => {
      const builtin = "agent_session_set_workspace_anchor";
      const session = known(context, builtin, sessionId);
      const had = session.workspaceAnchor !== undefined;
      session.workspaceAnchor =
        given === null ? undefined : readAnchor(builtin, "anchor", given, session.workspacePolicy, now(context));
      return had || given !== null;
    },
  }),
  sessions({
    name: "agent_session_workspace_policy",
    summary: "How folders are mounted in a session.",
    params: [id],
    returns: t.record("WorkspacePolicy"),
    effect: "state",
    run: (context, sessionId) =>
      policyDict(known(context, "agent_session_workspace_policy", sessionId).workspacePolicy),
  }),
  sessions({
    name: "agent_session_set_workspace_policy",
    summary: "Sets how folders are mounted in a session; whether that is a change.",
    params: [id, req("policy", t.record("WorkspacePolicy"))],
    returns: t.bool,
    effect: "state",
    run: (context, sessionId, given) => {
      const builtin = "agent_session_set_workspace_policy";
      const session = known(context, builtin, sessionId);
      const policy = readPolicy(builtin, given);
      const isChange = policy.defaultMountMode !== session.workspacePolicy.defaultMountMode;
      session.workspacePolicy = policy;
      return isChange;
    },
  }),
  sessions({
    name: "agent_session_list_roots",
    summary: "The folders that a session works in.",
    params: [id],
    returns: t.record("AgentSessionListRootsResult"),
    effect: "state",
    run: (context, sessionId) => {
      const found = anchored(context, sessionId);
      if (typeof found === "string") throw thrown(`agent_session_list_roots: ${found}`);
      return record({ primary: found.anchor.primary, additional: rootList(found.anchor) });
    },
  }),
  sessions({
    name: "agent_session_add_root",
    summary: "Mounts a further folder in a session.",
    params: [id, req("root", t.string), opt("opts", t.record("AgentSessionAddRootOpts"))],
    returns: t.record("AgentSessionRootMutationResult"),
    effect: "state",
    run: addRoot,
  }),
  sessions({
    name: "agent_session_remove_root",
    summary: "Takes a mounted folder away again.",
    params: [id, req("root", t.string)],
    returns: t.record("AgentSessionRootMutationResult"),
    effect: "state",
    run: (context, sessionId, root) => {
      const found = anchored(context, sessionId);
      if (typeof found === "string") return refusal(found);
      found.session.workspaceAnchor = withoutRoot(found.anchor, pathOf(context, root));
      return record({ ok: true });
    },
  }),
  sessions({
    name: "agent_session_reanchor",
    summary: "Moves a session to another place, with its transcript or, in a session of its own, without.",
    params: [id, req("new_anchor", anchorInput), opt("opts", t.nilable(t.dict))],
    returns: t.dict,
    effect: "state",
    run: (context, sessionId, given, options) =>
      context.async(() => reanchor(context, sessionId, given, options ?? undefined)),
  }),
];
