import type { CallContext } from "../../builtin/index.ts";
import { record, textAt } from "../../llm/fields.ts";
import { type NewId, transcriptEvent } from "../../llm/transcript/event.ts";
import { DictValue, Shape } from "../../value/index.ts";
import type { AgentEventOf } from "../events/event.ts";
import { toldNobody } from "../events/hub.ts";
import { askHook, isHookHeard } from "../hooks/ask.ts";
import type { Delivery, DeliveryMode } from "../inbox/deliveries.ts";
import { withReminder } from "../reminders/reminder.ts";
import type { Session } from "../sessions/session.ts";
import { feedbackMessage } from "./feedback.ts";
import type { LoopState } from "./state.ts";

export type CheckpointKind =
  | "iteration_start"
  | "pre_compact"
  | "post_compact"
  | "pre_tool_dispatch"
  | "post_tool_dispatch"
  | "iteration_end"
  | "daemon_idle_pre"
  | "daemon_idle_post"
  | "loop_exit";

/** The checkpoints at which the session's inbox is shown to the model. */
const draining: ReadonlySet<CheckpointKind> = new Set(["pre_compact", "post_compact"]);

/** What a host's deliveries may arrive at a checkpoint: at the end of a turn both kinds that the model is to see. */
const taken: Readonly<Record<CheckpointKind, readonly DeliveryMode[]>> = {
  iteration_start: ["interrupt_immediate", "finish_step"],
  pre_compact: [],
  post_compact: [],
  pre_tool_dispatch: ["interrupt_immediate"],
  post_tool_dispatch: ["interrupt_immediate", "finish_step"],
  iteration_end: ["interrupt_immediate", "finish_step"],
  daemon_idle_pre: ["interrupt_immediate"],
  daemon_idle_post: ["interrupt_immediate"],
  loop_exit: ["audit_only"],
};

// A turn passes five of them, and mostly nothing has come and nobody listens.
const factsShape = Shape.of(["iteration", "kind", "delivered"]) as Shape;
const nothingCame = Promise.resolve(0);

/**
 * A point where what was posted or delivered from outside may reach the loop. It leaves an event, whether something came or not. Gives
 * the number of deliveries: before calls are made, one is enough to drop them.
 */
export function checkpoint(context: CallContext, state: LoopState, kind: CheckpointKind): Promise<number> {
  const { iteration, session, service } = state;
  const inbox_delivered = draining.has(kind) ? drainInbox(state) : 0;
  const deliveries = service.deliveries.take(session.id, taken[kind]);
  for (const delivery of deliveries) deliver(session, service.newId, delivery);
  const delivered = deliveries.length;
  const facts = new DictValue([iteration, kind, delivered], factsShape);
  if (inbox_delivered > 0) facts.setInPlace("inbox_delivered", inbox_delivered);
  session.addEvent(
    transcriptEvent(service.newId, {
      kind: "loop_checkpoint",
      role: "assistant",
      visibility: "internal",
      text: "",
      metadata: facts,
    }),
  );
  const event: AgentEventOf<"loop_checkpoint"> = {
    type: "loop_checkpoint",
    session_id: session.id,
    iteration,
    kind,
    delivered,
    inbox_delivered,
    dispatch_skipped: kind === "pre_tool_dispatch" && delivered > 0,
  };
  const telling = service.events.emit(context, event);
  if (telling !== toldNobody || isHookHeard(context, "LoopCheckpoint")) return askAfter(telling, context, state, event);
  return delivered === 0 ? nothingCame : Promise.resolve(delivered);
}

function drainInbox({ service, session }: LoopState): number {
  const entries = service.inbox.drain(session.id);
  for (const entry of entries) session.add(feedbackMessage(entry.kind, entry.content));
  return entries.length;
}

/** Hooks hear of a checkpoint when its subscribers have. */
async function askAfter(
  telling: Promise<void>,
  context: CallContext,
  { service, session }: LoopState,
  { type: _, ...told }: AgentEventOf<"loop_checkpoint">,
): Promise<number> {
  await telling;
  await askHook(context, service, session, "LoopCheckpoint", () => told);
  return told.delivered;
}

/** A delivery becomes part of the conversation; one for the audit alone is kept where no model is shown it. */
export function deliver(session: Session, newId: NewId, delivery: Delivery): void {
  if (delivery.kind === "user") {
    session.add(record({ role: "user", content: delivery.content }));
    return;
  }
  const { reminder } = delivery;
  if (delivery.mode !== "audit_only") {
    session.events = withReminder(session.events, reminder).events;
    return;
  }
  const text = textAt(reminder, "body") ?? "";
  session.addEvent(
    transcriptEvent(newId, {
      kind: "audit_reminder",
      role: "system",
      visibility: "internal",
      text,
      metadata: reminder,
    }),
  );
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
  | "daemon_watchdog_tripped"
  | "tool_call_audit"
  | "capability_gap"
  | "tool_format_override";
type LoopEvent = { readonly [T in LoopEventType]: Omit<AgentEventOf<T>, "session_id"> }[LoopEventType];

/** Tells of an event of the loop's session. */
export function emit(context: CallContext, state: LoopState, event: LoopEvent): Promise<void> {
  return state.service.events.emit(context, { ...event, session_id: state.session.id });
}
