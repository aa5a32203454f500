/** The events that `register_session_hook` takes. */
export const sessionEvents = [
  "SessionStart",
  "SessionEnd",
  "UserPromptSubmit",
  "PreCompact",
  "PostCompact",
  "PostTurn",
  "PermissionAsked",
  "PermissionReplied",
  "FileEdited",
  "SessionError",
  "SessionIdle",
  "PreFinish",
  "PostFinish",
  "OnUnsettledDetected",
  "PreSuspend",
  "PostSuspend",
  "PreResume",
  "PostResume",
  "PreDrain",
  "PostDrain",
  "OnDrainDecision",
  "LoopCheckpoint",
] as const;

export type SessionEvent = (typeof sessionEvents)[number];

/** What happens to a worker. */
export const workerEvents = [
  "WorkerSpawned",
  "WorkerProgressed",
  "WorkerWaitingForInput",
  "WorkerSuspended",
  "WorkerResumed",
  "WorkerCompleted",
  "WorkerFailed",
  "WorkerCancelled",
] as const;

/** What happens to workers and to an agent's turns: a project's manifest alone can have its handlers told. */
export const workEvents = ["PreAgentTurn", "PostAgentTurn", ...workerEvents] as const;

export type WorkEvent = (typeof workEvents)[number];

const byName = new Map<string, SessionEvent>(
  sessionEvents.flatMap((event) => [
    [event, event],
    [snakeCase(event), event],
  ]),
).set("error", "SessionError");

/** By its own name or in snake case. */
export function findSessionEvent(name: string): SessionEvent | undefined {
  return byName.get(name.trim());
}

export function isSessionEvent(event: SessionEvent | WorkEvent): event is SessionEvent {
  return byName.has(event);
}

function snakeCase(event: string): string {
  return event.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

/** What `LoopCheckpoint` tells in its `kind`. */
export const checkpointKinds = [
  "iteration_start",
  "pre_tool_dispatch",
  "post_tool_dispatch",
  "iteration_end",
  "pre_compact",
  "post_compact",
  "daemon_idle_pre",
  "daemon_idle_post",
  "loop_exit",
] as const;
