export { type AuditEntry, auditTopic, entryJson } from "./audit-log.ts";
export { lifecycleCatalog } from "./catalog.ts";
export { finishRun } from "./finish.ts";
export type { Handoff } from "./handoffs.ts";
export { allow, type Decision, type HookAnswer } from "./hooks/answer.ts";
export { tellOfHook } from "./hooks/run-event.ts";
export {
  checkpointKinds,
  findSessionEvent,
  type SessionEvent,
  sessionEvents,
  type WorkEvent,
  workEvents,
  workerEvents,
} from "./hooks/session-events.ts";
export { type HookWitness, SessionHooks } from "./hooks/session-hooks.ts";
export { Lifecycle, type LifecycleOptions, lifecycleKey } from "./lifecycle.ts";
export {
  cancelRequestKind,
  cancelRequestsTopic,
  inboxTopic,
  outboxTopic,
  queuedTriggers,
} from "./unsettled/queued-triggers.ts";
export type { ItemSource, SubagentControl, UnsettledSources } from "./unsettled/sources.ts";
export type { Bucket, UnsettledState } from "./unsettled/state.ts";
export {
  ackJob,
  claimsTopic,
  findJob,
  jobsTopic,
  knownQueues,
  openJobs,
  queueCatalogTopic,
  readQueue,
  type WorkerJob,
} from "./unsettled/worker-queue.ts";
