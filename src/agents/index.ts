import { type CatalogPart, namespace } from "../builtin/index.ts";
import { agentValueBuiltins } from "./builtins/agent-values.ts";
import { artifactBuiltins } from "./builtins/artifacts.ts";
import { commandPolicyBuiltins } from "./builtins/command-policy.ts";
import { compactionBuiltins } from "./builtins/compaction.ts";
import { daemonBuiltins } from "./builtins/daemons.ts";
import { evalPackBuiltins } from "./builtins/eval-packs.ts";
import { agentEventBuiltins } from "./builtins/events.ts";
import { fileEditBuiltins } from "./builtins/file-edits.ts";
import { hostToolBuiltins } from "./builtins/host-tools.ts";
import { inboxBuiltins } from "./builtins/inbox.ts";
import { loopBuiltins } from "./builtins/loops.ts";
import { pathScopeBuiltins } from "./builtins/path-scope.ts";
import { personaHookBuiltins } from "./builtins/persona-hooks.ts";
import { policyScopeBuiltins } from "./builtins/policy-scopes.ts";
import { poolBuiltins } from "./builtins/pools.ts";
import { reminderBuiltins } from "./builtins/reminders.ts";
import { sessionStepBuiltins } from "./builtins/session-steps.ts";
import { sessionBuiltins } from "./builtins/sessions.ts";
import { skillBuiltins } from "./builtins/skills.ts";
import { toolHookBuiltins } from "./builtins/tool-hooks.ts";
import { toolBuiltins } from "./builtins/tools.ts";
import { transcriptBuiltins } from "./builtins/transcripts.ts";
import { workerBuiltins } from "./builtins/workers.ts";
import { workflowMessageBuiltins } from "./builtins/workflow-messages.ts";
import { workflowBuiltins } from "./builtins/workflows.ts";
import { workspaceBuiltins } from "./builtins/workspace.ts";

export { type PersistedAgentEvent, parsePersistedEvent, printPersistedEvent } from "./events/envelope.ts";
export {
  type AgentEvent,
  type AgentEventOf,
  type AgentEventType,
  agentEventTypes,
  decodeAgentEvent,
  encodeAgentEvent,
} from "./events/event.ts";
export { agentEventTopic, EventLogSink } from "./events/event-log-sink.ts";
export { AgentEventHub, type AgentEventObserver, eventDict } from "./events/hub.ts";
export { JsonlEventSink, type JsonlSinkOptions } from "./events/jsonl-sink.ts";
export { MultiSink } from "./events/multi-sink.ts";
export { readPersistedEvents } from "./events/persisted-events.ts";
export { loadSessionEvents, type ReplayedAgentEvent } from "./events/replay.ts";
export { AgentEventError } from "./events/shapes/shape.ts";
export { type ToolCallErrorCategory, toolErrorCategory } from "./events/shapes/tool-calls.ts";
export { isTerminalWorkerEvent, type WorkerEvent, workerStatus } from "./events/shapes/workers.ts";
export type { AgentEventSink } from "./events/sink.ts";
export { Deliveries, type Delivery, type DeliveryMode, deliveryMode, pendingDict } from "./inbox/deliveries.ts";
export type { InboxEntry } from "./inbox/entry.ts";
export { Inbox } from "./inbox/inbox.ts";
export type { ApprovalQuestion, Approver } from "./permissions/approver.ts";
export { StepObserver } from "./persona-hooks/step-observer.ts";
export { readReminder, withReminder } from "./reminders/reminder.ts";
export { AgentService, type AgentServiceOptions, agentService, createAgentService } from "./service.ts";
export { openSkillFolders, type SkillFolders, type SkillRoot } from "./skills/folders.ts";
export { splitSkillFile } from "./skills/frontmatter.ts";
export { scoreSkill } from "./skills/match.ts";
export { checkProvenance, type SignerCheck, type SkillProvenance } from "./skills/provenance.ts";

/** What this room gives to programs. */
export const agentsCatalog: CatalogPart = {
  builtins: [
    ...toolBuiltins,
    ...skillBuiltins,
    ...transcriptBuiltins,
    ...sessionBuiltins,
    ...sessionStepBuiltins,
    ...workspaceBuiltins,
    ...hostToolBuiltins,
    ...inboxBuiltins,
    ...agentEventBuiltins,
    ...loopBuiltins,
    ...evalPackBuiltins,
    ...agentValueBuiltins,
    ...compactionBuiltins,
    ...policyScopeBuiltins,
    ...artifactBuiltins,
    ...workerBuiltins,
    ...daemonBuiltins,
    ...workflowBuiltins,
    ...poolBuiltins,
    ...commandPolicyBuiltins,
    ...toolHookBuiltins,
    ...pathScopeBuiltins,
    ...personaHookBuiltins,
    ...fileEditBuiltins,
    ...reminderBuiltins,
    ...workflowMessageBuiltins,
  ],
  globals: {
    transcript: namespace("transcript", ["inject_reminder", "clear_reminders"]),
    workflow: namespace("workflow", [
      "signal",
      "query",
      "publish_query",
      "update",
      "respond_update",
      "receive",
      "pause",
      "resume",
      "status",
      "continue_as_new",
    ]),
  },
};
export type { ToolObserver } from "./tools/dispatch.ts";
export type { ResumeTriggers } from "./workers/auto-resume.ts";
