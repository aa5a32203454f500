import type { CallContext } from "../../builtin/index.ts";
import {
  type EventLog,
  findWaitpoint,
  isJsonArray,
  type Json,
  type JsonObject,
  type LogEvent,
  type Topic,
} from "../../eventlog/index.ts";
import { inboxTopic, outboxTopic, queuedTriggers } from "../../lifecycle/index.ts";
import type { DispatchOutcome } from "../dispatch/outcome.ts";
import { readEvent } from "../events/event.ts";
import type { TriggerService } from "../service.ts";
import { claimsOfInboxTopic } from "../topics.ts";
import { type Lineage, readLineages } from "./lineage.ts";

/** What is under way or waits, as the log of a project tells it. */
export interface Backlog {
  readonly in_flight_dispatches: readonly JsonObject[];
  readonly pending_retries: readonly JsonObject[];
  readonly waiting_dispatches: readonly JsonObject[];
  readonly stranded_envelopes: readonly JsonObject[];
  readonly inbox_envelopes_written: number;
  readonly inbox_claims_written: number;
}

export async function backlogOf(service: TriggerService): Promise<Backlog> {
  const log = service.log.getOrCreate();
  const lineages = await readLineages(log);
  const having = (status: string): readonly JsonObject[] =>
    lineages.filter((lineage) => lineage.status === status).map(dispatchJson);
  return {
    in_flight_dispatches: having("running"),
    pending_retries: having("retrying"),
    waiting_dispatches: having("waiting"),
    stranded_envelopes: await strandedEnvelopes(service, 0),
    inbox_envelopes_written: (await log.latest(inboxTopic)) ?? 0,
    inbox_claims_written: (await log.latest(claimsOfInboxTopic)) ?? 0,
  };
}

function dispatchJson({ attempt, bindingKey, eventId, outcome }: Lineage): JsonObject {
  return { event_id: eventId, binding_key: bindingKey, attempt: outcome.attempt_count ?? attempt?.number ?? null };
}

/** Events that were taken in at least so long ago, and that no dispatch has begun. */
export async function strandedEnvelopes(service: TriggerService, minAgeMs: number): Promise<readonly JsonObject[]> {
  const now = service.machineNow;
  const queued = await queuedTriggers(service.log.getOrCreate(), { now, machineNow: now });
  return queued.filter(({ age_ms: age, source }) => source === "trigger_inbox" && Number(age) >= minAgeMs);
}

/** The newest records of dispatches, the oldest of them first. */
export async function recentDispatches(service: TriggerService, count: number): Promise<readonly JsonObject[]> {
  const log = service.log.getOrCreate();
  const latest = (await log.latest(outboxTopic)) ?? 0;
  const events = await ended(log, outboxTopic, latest);
  return events.slice(-count).map(({ headers, kind, occurredAtMs, payload }) => {
    const fields = payload as JsonObject;
    return {
      kind,
      status: kind.replace("dispatch_", ""),
      occurred_at_ms: occurredAtMs,
      trigger_id: fields.trigger_id ?? headers.trigger_id ?? null,
      event_id: fields.event_id ?? headers.event_id ?? null,
      attempt: fields.attempt ?? null,
      replay_of_event_id: fields.replay_of_event_id ?? null,
      handler_kind: fields.handler_kind ?? null,
      target_uri: fields.target_uri ?? null,
      error: fields.error ?? null,
      result: fields.result ?? null,
    };
  });
}

/** How far back recent dispatches are looked for. */
const recentEvents = 1000;

async function ended(log: EventLog, name: Topic, latest: number): Promise<readonly LogEvent[]> {
  const events = await log.readRange(name, Math.max(0, latest - recentEvents), recentEvents);
  return events.filter(({ kind }) => kind !== "dispatch_started");
}

/**
 * Goes on with dispatches that ended because somebody had to answer first, once all that they wait for has ended: also those
 * of processes that are no more. The event keeps its id, and so finds the answers to what it asked.
 */
export async function resumeWaiting(
  service: TriggerService,
  context: CallContext,
  waitpointId?: string,
): Promise<readonly DispatchOutcome[]> {
  const log = service.log.getOrCreate();
  const outcomes: DispatchOutcome[] = [];
  for (const lineage of await readLineages(log)) {
    if (lineage.status !== "waiting" || lineage.isCancelRequested) continue;
    const awaited = waitpointsOf(lineage.outcome.waitpoint_ids);
    if (waitpointId !== undefined && !awaited.includes(waitpointId)) continue;
    if (awaited.length === 0 || !(await haveEnded(log, awaited))) continue;
    const binding = service.registry.resolveForReplay(
      lineage.bindingId,
      lineage.bindingVersion,
      String(lineage.event.received_at),
    );
    outcomes.push(await service.redispatch(context, binding, readEvent(lineage.event)));
  }
  return outcomes;
}

function waitpointsOf(json: Json | undefined): readonly string[] {
  return isJsonArray(json) ? json.filter((id) => typeof id === "string") : [];
}

async function haveEnded(log: EventLog, ids: readonly string[]): Promise<boolean> {
  for (const id of ids) if ((await findWaitpoint(log, id))?.status === "open") return false;
  return true;
}
