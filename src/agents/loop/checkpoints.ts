import type { CallContext } from "../../builtin/index.ts";
import { record } from "../../llm/fields.ts";
import { transcriptEvent } from "../../llm/transcript/event.ts";
import type { AgentEventOf } from "../events/event.ts";
import { askHook } from "../hooks/ask.ts";
import { feedbackMessage } from "./feedback.ts";
import type { LoopState } from "./state.ts";

export type CheckpointKind =
  | "iteration_start"
  | "pre_compact"
  | "post_compact"
  | "pre_tool_dispatch"
  | "post_tool_dispatch"
  | "loop_exit";

/** The checkpoints at which the session's inbox is shown to the model. */
const draining: ReadonlySet<CheckpointKind> = new Set(["pre_compact", "post_compact"]);

/** A point where what was posted from outside may reach the loop. It leaves an event, whether something came or not. */
export async function checkpoint(context: CallContext, state: LoopState, kind: CheckpointKind): Promise<void> {
  const { session, service } = state;
  const entries = draining.has(kind) ? service.inbox.drain(session.id) : [];
  for (const entry of entries) session.add(feedbackMessage(entry.kind, entry.content));
  const fields = { iteration: state.iteration, kind, delivered: 0 };
  session.addEvent(
    transcriptEvent(service.newId, {
      kind: "loop_checkpoint",
      role: "assistant",
      visibility: "internal",
      text: "",
      metadata: record({ ...fields, inbox_delivered: entries.length === 0 ? undefined : entries.length }),
    }),
  );
  const told = { ...fields, inbox_delivered: entries.length, dispatch_skipped: false };
  await emit(context, state, { type: "loop_checkpoint", ...told });
  await askHook(context, service, session, "LoopCheckpoint", () => ({ ...told, session_id: session.id }));
}

type LoopEventType =
  | "iteration_start"
  | "iteration_end"
  | "loop_checkpoint"
  | "loop_control_decision"
  | "judge_decision"
  | "step_judge_decision"
  | "scope_classifier_verdict"
  | "agent_loop_stall_warning"
  | "structural_validator_decision"
  | "tool_search_query"
  | "tool_search_result"
  | "skill_activated"
  | "skill_deactivated"
  | "skill_scope_tools"
  | "progress_reported"
  | "tool_call_audit"
  | "capability_gap"
  | "tool_format_override";
type LoopEvent = { readonly [T in LoopEventType]: Omit<AgentEventOf<T>, "session_id"> }[LoopEventType];

/** Tells of an event of the loop's session. */
export function emit(context: CallContext, state: LoopState, event: LoopEvent): Promise<void> {
  return state.service.events.emit(context, { ...event, session_id: state.session.id });
}
