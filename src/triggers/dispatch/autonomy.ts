import type { CallContext } from "../../builtin/index.ts";
import type { JsonObject } from "../../eventlog/index.ts";
import { approvalPayload, beginRequest, finishRequest, humanDesk } from "../../hitl/index.ts";
import { decisionsThisHour, decisionsToday } from "../bindings/binding.ts";
import { targetUri } from "../bindings/handler.ts";
import type { Dispatch, DispatchLog } from "./dispatch-log.ts";

const reviewers = ["operator"];
const dayMs = 24 * 3_600_000;

/** Which limit on decisions without a person is used up, if any. Only triggers that act on their own have one. */
export function exhaustedAutonomy({ binding }: Dispatch, now: number): string | undefined {
  const { tier, budget } = binding.spec;
  if (tier !== "act_auto") return undefined;
  if (budget.decisionsPerHour !== null && decisionsThisHour(binding, now) >= budget.decisionsPerHour)
    return "hourly_autonomy_budget_exceeded";
  if (budget.decisionsPerDay !== null && decisionsToday(binding, now) >= budget.decisionsPerDay)
    return "daily_autonomy_budget_exceeded";
  return undefined;
}

export function countDecision({ binding }: Dispatch, now: number): void {
  if (binding.spec.tier !== "act_auto") return;
  binding.metrics.decisions++;
  binding.decidedAt = [...binding.decidedAt.filter((at) => at > now - dayMs), now];
}

/** Asks an operator in the trigger's place, and gives what its dispatch waits for. */
export async function requestAutonomyApproval(
  context: CallContext,
  dispatch: Dispatch,
  log: DispatchLog,
  reason: string,
): Promise<JsonObject> {
  const { binding, event, replayOf } = dispatch;
  const { spec } = binding;
  const desk = context.service(humanDesk);
  const start = { ...beginRequest(context, "approval", desk.now), agent: spec.id, traceId: event.traceId };
  const gate = {
    trigger_id: spec.id,
    event_id: event.id,
    reason,
    from_tier: "act_auto",
    requested_tier: "act_with_approval",
    replay_of_event_id: replayOf,
  };
  const where = { binding_key: binding.key, handler_kind: spec.handler.kind, target_uri: targetUri(spec.handler) };
  const detail = {
    ...gate,
    ...where,
    autonomous_decisions_hour: decisionsThisHour(binding, desk.now),
    autonomous_decisions_today: decisionsToday(binding, desk.now),
    max_autonomous_decisions_per_hour: spec.budget.decisionsPerHour,
    max_autonomous_decisions_per_day: spec.budget.decisionsPerDay,
  };
  const payload = approvalPayload(start, `approve autonomous dispatch for trigger '${spec.id}' after ${reason}`, {
    detail,
    args: detail,
    quorum: 1,
    reviewers,
    timeoutMs: dayMs,
    principal: spec.id,
    evidenceRefs: [],
    undoMetadata: null,
    capabilitiesRequested: [],
  });
  await desk.submit(finishRequest(start, "approval", desk.runId, payload));
  const requestId = start.requestId;
  log.lifecycle(dispatch, "autonomy.budget_exceeded", { ...gate, request_id: requestId, reviewers });
  const shown = { ...gate, ...where, request_id: requestId, reviewers };
  log.graph(dispatch, { kind: "approval", detail: shown, reason, requestId });
  return { approval_required: true, request_id: requestId, reason, reviewers };
}
