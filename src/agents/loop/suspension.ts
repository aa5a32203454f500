import { type CallContext, type ServiceKey, serviceKey } from "../../builtin/index.ts";
import { record } from "../../llm/fields.ts";
import type { DictValue, Value } from "../../value/index.ts";
import { readReminder, withReminder } from "../reminders/reminder.ts";
import type { ParkWish } from "./await-resumption.ts";
import type { LoopState } from "./state.ts";

/** Why a loop stopped to be gone on with later. */
export interface Parked {
  readonly reason: string;
  /** `self` for a model's own wish, otherwise who asked. */
  readonly initiator: string;
  readonly conditions: Value;
  readonly iterationsCompleted: number;
  readonly resumeBy: Value | undefined;
  /** What the program resumes. */
  readonly handle: Value;
}

/** What a loop asks of the worker that it runs for. */
export interface LoopWorker {
  readonly id: string;
  /** Set by whoever suspends the worker from outside. */
  readonly suspendedBy: { readonly reason: string; readonly initiator: string; readonly conditions: Value } | undefined;
  /** The model parks itself; gives the worker's handle. */
  park(context: CallContext, wish: ParkWish): Promise<Value>;
  summary(): DictValue;
}

/** The worker that runs in this task. */
export const workerScope: ServiceKey<LoopWorker> = serviceKey("worker of the task");

/** Ends the loop where it stands, because its worker was suspended from outside. */
export function parkForWorker(state: LoopState): boolean {
  const worker = state.worker;
  const by = worker?.suspendedBy;
  if (worker === undefined || by === undefined) return false;
  park(state, { ...by, handle: worker.summary(), resumeBy: undefined });
  return true;
}

/** Ends the loop because its model wants to wait. A loop that runs for no worker gets one, so that it can be resumed. */
export async function parkBySelf(context: CallContext, state: LoopState, wish: ParkWish): Promise<void> {
  const conditions = wish.conditions ?? null;
  const isTopLevel = state.worker === undefined;
  const handle = isTopLevel
    ? await state.service.workers.parkTopLevel(context, state, wish)
    : await (state.worker as LoopWorker).park(context, wish);
  const resumeBy = isTopLevel ? (state.options.given.get("resume_by") ?? null) : undefined;
  park(state, { reason: wish.reason, initiator: "self", conditions, handle, resumeBy });
}

function park(state: LoopState, by: Omit<Parked, "iterationsCompleted">): void {
  state.parked = { ...by, iterationsCompleted: state.iteration - 1 };
  const reminder = readReminder(
    "agent_loop",
    record({ body: `This run was parked: ${by.reason}`, ttl_turns: 1, dedupe_key: "worker_suspend" }),
    { newId: state.service.newId, source: "stdlib_provider", turn: state.iteration },
  );
  state.session.events = withReminder(state.session.events, reminder).events;
  state.end("suspended", "suspended");
}

/** What a suspended result has beyond an ordinary one. */
export function parkedFields(state: LoopState, parked: Parked): Record<string, Value | undefined> {
  return {
    status: "suspended",
    handle: parked.handle,
    worker: parked.handle,
    reason: parked.reason,
    initiator: parked.initiator,
    conditions: parked.conditions,
    iterations_completed: parked.iterationsCompleted,
    session_id: state.session.id,
    resume_by: parked.resumeBy,
  };
}
