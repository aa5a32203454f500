// Scenarios of `trigger_test_harness`: each runs the parts of this room on a stage of its own and tells what they did.
import type { CallContext } from "../../builtin/index.ts";
import { type Json, type JsonObject, jsonNumber, rfc3339 } from "../../eventlog/index.ts";
import { inboxTopic } from "../../lifecycle/index.ts";
import { encodeBase64, thrown, toHex } from "../../value/index.ts";
import { bindingSnapshot } from "../bindings/binding.ts";
import { silentBindings } from "../bindings/silence.ts";
import { pushEvent, signToken } from "../connectors/a2a-push.ts";
import { CronSchedule, cronEvent } from "../connectors/cron.ts";
import { hmacSha256, SignatureError } from "../connectors/signature.ts";
import { webhookEvent } from "../connectors/webhook.ts";
import { DestinationCircuits } from "../dispatch/circuits.ts";
import type { HandlerPorts } from "../dispatch/handlers.ts";
import { exhaustedSpending } from "../dispatch/spending.ts";
import type { TriggerEvent } from "../events/event.ts";
import { IngestLimit } from "../inbox/ingest-limit.ts";
import { attemptsTopic, tenantTopic } from "../topics.ts";
import { emittedJson, type Finding, type HarnessAttempt, type HarnessDeadLetter } from "./report.ts";
import { type Stage, stagedSpec } from "./stage.ts";

export interface Scenario {
  readonly summary: string;
  readonly run: (stage: Stage) => Promise<Finding>;
  /** When it plays, RFC 3339. */
  readonly start?: string;
}

const minute = 60_000;
const dayMs = 24 * 60 * minute;

/** A handler that does what the scenario says for each call, counted from 1. */
function handler(body: (call: number, event: TriggerEvent) => Json): HandlerPorts {
  let calls = 0;
  return { firePersona: async (_context: CallContext, _name: string, event) => body(++calls, event) };
}

function failing(message: string): never {
  throw thrown(message);
}

async function cronFires(stage: Stage): Promise<Finding> {
  const schedule = new CronSchedule("* * * * *");
  const id = "cron.fixture";
  const at = schedule.next(stage.clock.now());
  stage.clock.advance(at - stage.clock.now());
  const event = cronEvent({ triggerId: id, schedule, at, receivedAt: stage.clock.now(), uuid: stage.uuid });
  return {
    ok: at === stage.clock.start + minute,
    emitted: [emittedJson(event, "cron_tick", { id })],
    details: { clock_ms: stage.clock.monotonic() },
  };
}

async function cronMonth(stage: Stage): Promise<Finding> {
  const schedule = new CronSchedule("0 0 * * *");
  const ticks = new Set<string>();
  for (let at = schedule.next(stage.clock.now()); at <= stage.clock.start + 30 * dayMs; at = schedule.next(at))
    ticks.add(cronEvent({ triggerId: "cron.month", schedule, at, receivedAt: at, uuid: stage.uuid }).dedupeKey);
  return { ok: ticks.size === 30, details: { ticks: ticks.size } };
}

const utf8 = new TextEncoder();
const secret = "scenario-secret";

function githubDelivery(stage: Stage, provider: "webhook" | "github"): TriggerEvent {
  const body = utf8.encode('{"zen":"keep it simple"}');
  const headers = {
    "Content-Type": "application/json",
    "X-GitHub-Event": "ping",
    "X-GitHub-Delivery": "delivery-123",
    "X-Hub-Signature-256": `sha256=${toHex(hmacSha256(utf8.encode(secret), body))}`,
  };
  const source = { provider, scheme: "github" as const, secret, uuid: stage.uuid };
  return webhookEvent({ headers, body, receivedAt: stage.clock.now() }, source);
}

async function webhookVerifies(stage: Stage): Promise<Finding> {
  const event = githubDelivery(stage, "webhook");
  const source = { provider: "webhook", scheme: "github", secret: "another", uuid: stage.uuid } as const;
  let isForgeryRefused = false;
  try {
    const headers = { "X-GitHub-Event": "ping", "X-Hub-Signature-256": "sha256=00" };
    webhookEvent({ headers, body: utf8.encode("{}"), receivedAt: stage.clock.now() }, source);
  } catch (error) {
    isForgeryRefused = error instanceof SignatureError;
  }
  return {
    ok: event.signature.state === "verified" && isForgeryRefused,
    emitted: [emittedJson(event, "verified", { id: "webhook.fixture" })],
    details: { provider: event.provider },
  };
}

async function dedupeSwallows(stage: Stage): Promise<Finding> {
  const service = stage.service();
  const id = "msg_1";
  const body = utf8.encode('{"type":"webhook"}');
  const stamp = Math.floor(stage.clock.now() / 1000).toString();
  const signed = hmacSha256(utf8.encode(secret), utf8.encode(`${id}.${stamp}.{"type":"webhook"}`));
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": stamp,
    "webhook-signature": `v1,${encodeBase64(signed)}`,
  };
  const source = { provider: "webhook", scheme: "standard", secret, uuid: stage.uuid } as const;
  const deliver = (): TriggerEvent => webhookEvent({ headers, body, receivedAt: stage.clock.now() }, source);
  const event = deliver();
  const binding = "webhook.fixture";
  const first = await service.dedupe.claim(binding, event.dedupeKey, 7 * dayMs);
  const second = await service.dedupe.claim(binding, deliver().dedupeKey, 7 * dayMs);
  const error = `duplicate delivery \`${event.dedupeKey}\` for binding \`${binding}\` dropped by post-normalize dedupe`;
  return {
    ok: first && !second,
    emitted: [emittedJson(event, "first_delivery", { id: binding })],
    details: { dedupe_key: event.dedupeKey, first_claim: first, second_claim: second, duplicate_error: error },
  };
}

async function webhookDedupe(stage: Stage): Promise<Finding> {
  const { dedupe, inbox } = stage.service();
  const appended: boolean[] = [];
  const event = githubDelivery(stage, "github");
  for (const delivery of [event, githubDelivery(stage, "github")]) {
    const isNew = await dedupe.claim("github.webhook.fixture", delivery.dedupeKey, 7 * dayMs);
    if (isNew) inbox.enqueue(delivery, { triggerId: "github.webhook.fixture", version: 1 });
    appended.push(isNew);
  }
  const [first, second] = appended;
  return {
    ok: first === true && second === false && (await inbox.since(0)).length === 1,
    emitted: [emittedJson(event, "first_delivery", { id: "github.webhook.fixture" })],
    details: { delivery_id: event.dedupeKey, first_appended: first, second_appended: second },
  };
}

async function retries(stage: Stage): Promise<Finding> {
  const id = "dispatcher.retry";
  const backoff = { kind: "exponential", baseMs: 100, capMs: 10_000 } as const;
  const service = stage.service(handler((call) => (call < 3 ? failing("rate_limit") : "done")));
  const binding = service.register(stagedSpec(id, { retry: { maxAttempts: 5, backoff } }));
  const event = stage.event(id, "retry-key");
  const { outcome } = await stage.clock.runUntil(service.fire(stage.context, binding, event));
  const waits = (await stage.records(attemptsTopic, "retry_scheduled")).map((record) => jsonNumber(record.delay_ms));
  const attempts = (await stage.records(attemptsTopic, "attempt_recorded")).map((record, index): HarnessAttempt => {
    const wait = waits[index];
    const isLast = record.outcome === "success";
    return {
      attempt: index + 1,
      at: String(record.started_at),
      atMs: stage.since(record.started_at),
      status: isLast ? "dispatched" : "retryable_error",
      ...(isLast ? {} : { error: String(record.error_msg) }),
      ...(wait === undefined ? {} : { backoffMs: wait }),
    };
  });
  return {
    ok: outcome.status === "succeeded" && attempts.map(({ atMs }) => atMs).join() === "0,100,300",
    emitted: [emittedJson(event, "dispatched_after_retry", { id })],
    attempts,
  };
}

function harnessLetter(id: string, binding: string, event: TriggerEvent, replayed: boolean): HarnessDeadLetter {
  return {
    id,
    event_id: event.id,
    binding_id: binding,
    state: replayed ? "replayed" : "pending",
    attempts: replayed ? 2 : 1,
    error: "permanent_failure",
    replayed,
  };
}

function attemptAt(stage: Stage, attempt: number, status: string, more: Partial<HarnessAttempt> = {}): HarnessAttempt {
  return { attempt, at: rfc3339(stage.clock.now()), atMs: stage.clock.monotonic(), status, ...more };
}

async function permanentFailure(stage: Stage): Promise<Finding> {
  const id = "dispatcher.dlq";
  const service = stage.service(handler(() => failing("permanent_failure")));
  const event = stage.event(id, "dlq-key");
  const { outcome } = await service.fire(stage.context, service.register(stagedSpec(id)), event);
  const [letter] = await service.deadLetters.pending();
  return {
    ok: outcome.status === "dlq" && letter?.event_id === event.id,
    attempts: [attemptAt(stage, 1, outcome.status, { error: outcome.error ?? "" })],
    dlq: letter === undefined ? [] : [harnessLetter(letter.id, id, event, false)],
    details: { event_id: event.id },
  };
}

async function replayFromDeadLetter(stage: Stage): Promise<Finding> {
  const id = "dispatcher.replay";
  const service = stage.service(handler((call) => (call === 1 ? failing("permanent_failure") : "done")));
  const event = stage.event(id, "replay-key");
  const first = await service.fire(stage.context, service.register(stagedSpec(id)), event);
  const failed = attemptAt(stage, 1, first.outcome.status, { error: first.outcome.error ?? "" });
  stage.clock.advance(5_000);
  const { outcome } = await service.replay(stage.context, event.id);
  const pending = await service.deadLetters.pending();
  const replayOf = outcome.replayOfEventId ?? "";
  return {
    ok: outcome.status === "succeeded" && pending.length === 0,
    emitted: [emittedJson(event, "replayed_from_dlq", { id, replayOf })],
    attempts: [failed, attemptAt(stage, 2, "replayed", { replayOf })],
    dlq: [harnessLetter(first.deadLetterId ?? "", id, event, pending.length === 0)],
    details: { replay_of_event_id: replayOf },
  };
}

async function throttles(stage: Stage): Promise<Finding> {
  const id = "rate.limit";
  const service = stage.service(handler(() => "done"));
  const throttle = { key: null, periodMs: minute, max: 1 };
  const binding = service.register(stagedSpec(id, { flowControl: { throttle } }));
  const attempts: HarnessAttempt[] = [];
  const emitted: JsonObject[] = [];
  for (const [index, note] of ["immediate", "after_throttle"].entries()) {
    const event = stage.event(id, `rate-limit-${index + 1}`);
    const before = stage.clock.monotonic();
    await stage.clock.runUntil(service.fire(stage.context, binding, event));
    const waited = stage.clock.monotonic() - before;
    const status = waited > 0 ? "dispatched_after_throttle" : "dispatched";
    attempts.push(attemptAt(stage, index + 1, status, waited > 0 ? { backoffMs: waited } : {}));
    emitted.push(emittedJson(event, note, { id }));
  }
  const throttledFor = attempts[1]?.backoffMs ?? 0;
  return { ok: throttledFor === minute, emitted, attempts, details: { throttled_for_ms: throttledFor } };
}

async function silence(stage: Stage): Promise<Finding> {
  const service = stage.service();
  service.register(stagedSpec("deadman.fixture"));
  stage.clock.advance(5 * minute);
  const silent = silentBindings(service.registry.bindings, 5 * minute, stage.clock.now());
  return {
    ok: silent.length === 1,
    alerts: silent.map(({ binding }) => ({
      kind: "dead_man_switch",
      binding_id: binding.spec.id,
      at: rfc3339(stage.clock.now()),
      message: `no events observed for ${binding.spec.id} within the silent window`,
    })),
    details: { silent_for_ms: silent[0]?.silentForMs ?? 0 },
  };
}

async function recovers(stage: Stage): Promise<Finding> {
  const id = "recovery.fixture";
  const event = stage.event("recovery.event", "recover-key");
  const crashed = stage.service();
  crashed.inbox.enqueue(event, { triggerId: id, version: crashed.register(stagedSpec(id)).version });
  const restarted = stage.service(handler(() => "done"));
  restarted.register(stagedSpec(id));
  const outcomes = await restarted.recover(stage.context);
  const isOnce = (await restarted.recover(stage.context)).length === 0;
  return {
    ok: outcomes.length === 1 && outcomes[0]?.status === "succeeded" && isOnce,
    emitted: outcomes.map(({ replayOfEventId }) => emittedJson(event, "recovered", { id, replayOf: replayOfEventId })),
    details: { recovered_event_ids: outcomes.map(({ eventId }) => eventId) },
  };
}

async function costGuard(stage: Stage): Promise<Finding> {
  const [limit, projected] = [1, 1.25];
  const spec = stagedSpec("cost.fixture");
  const service = stage.service();
  const binding = service.register({ ...spec, budget: { ...spec.budget, dailyCostUsd: limit } });
  const reason = exhaustedSpending(binding, projected, stage.clock.now());
  return {
    ok: reason !== undefined,
    attempts: reason === undefined ? [] : [attemptAt(stage, 1, "cost_guard_blocked", { error: reason })],
    details: { limit_usd: limit, projected_cost_usd: projected },
  };
}

async function hotReload(stage: Stage): Promise<Finding> {
  const { registry } = stage.service();
  const spec = stagedSpec("reload.fixture", { handler: { kind: "worker", queue: "reload" }, provider: "github" });
  registry.install([spec]);
  const old = registry.resolve("reload.fixture");
  registry.begin(old);
  registry.install([{ ...spec, events: ["issues.opened"] }]);
  const isDraining = old.state === "draining";
  old.metrics.dispatched++;
  registry.end(old);
  const { bindings } = registry;
  return {
    ok: isDraining && bindings.map(({ state }) => state).join() === "terminated,active",
    bindings: bindings.map((binding) => bindingSnapshot(binding, stage.clock.now())),
  };
}

async function replayAfterCollection(stage: Stage): Promise<Finding> {
  const { registry } = stage.service();
  const id = "replay.gc.fixture";
  for (const version of [1, 2, 3, 4]) {
    registry.install([stagedSpec(id, { events: [`version-${version}`] })]);
    stage.clock.advance(minute);
  }
  // While the third version was active; the first one is forgotten by now.
  const receivedAt = rfc3339(stage.clock.start + 2.5 * minute);
  const resolved = registry.resolveForReplay(id, 1, receivedAt).version;
  return {
    ok: resolved === 3,
    details: { trigger_id: id, recorded_version: 1, resolved_version: resolved, received_at: receivedAt },
  };
}

async function tenants(stage: Stage): Promise<Finding> {
  const { inbox } = stage.service();
  const events = ["tenant-a", "tenant-b"].map((tenantId) => stage.event("tenant.event", tenantId, { tenantId }));
  for (const event of events) inbox.enqueue(event, { triggerId: "tenant.fixture", version: 1 });
  const log = stage.log.getOrCreate();
  const seen = await Promise.all(
    ["tenant-a", "tenant-b"].map((tenant) => log.readRange(tenantTopic(inboxTopic, tenant), undefined, 10)),
  );
  const shared = await log.readRange(inboxTopic, undefined, 10);
  const isLeaking = seen.some((own, at) => own.some((event) => event.headers.tenant_id !== events[at]?.tenantId));
  const [a = [], b = []] = seen;
  return {
    ok: a.length === 1 && b.length === 1 && shared.length === 0 && !isLeaking,
    emitted: events.map((event) => emittedJson(event, event.dedupeKey.replace("-", "_"), { id: "tenant.fixture" })),
    details: {
      tenant_a_events: a.length,
      tenant_b_events: b.length,
      cross_tenant_leak: isLeaking,
      cross_tenant_denied: shared.length === 0,
    },
  };
}

function pushOf(
  stage: Stage,
  jti: string,
): { request: Parameters<typeof pushEvent>[0]; source: Parameters<typeof pushEvent>[1] } {
  const key = utf8.encode("push-key");
  const expiry = Math.floor(stage.clock.now() / 1000) + 300;
  const token = signToken({ iss: "reviewer.prod", aud: "scenario", jti, exp: expiry }, key);
  const body = { taskId: "task-123", status: { state: "completed" } };
  return {
    request: { body, token, receivedAt: stage.clock.now() },
    source: {
      bindingId: "a2a.push.fixture",
      key,
      audience: "scenario",
      dedupe: stage.service().dedupe,
      uuid: stage.uuid,
    },
  };
}

async function pushCompleted(stage: Stage): Promise<Finding> {
  const { request, source } = pushOf(stage, "a2a-jti-completed");
  const event = await pushEvent(request, source);
  const { task_id: task, task_state: state } = event.providerPayload;
  return {
    ok: state === "completed",
    emitted: [emittedJson(event, "completed", { id: source.bindingId })],
    details: { kind: event.kind, task_id: task, task_state: state, dedupe_claimed: true },
  };
}

async function pushReplayed(stage: Stage): Promise<Finding> {
  const jti = "a2a-jti-replay";
  const { request, source } = pushOf(stage, jti);
  await pushEvent(request, source);
  let isRefused = false;
  try {
    await pushEvent(request, source);
  } catch (error) {
    isRefused = error instanceof SignatureError;
  }
  return { ok: isRefused, details: { jti, replay_rejected: isRefused } };
}

async function ingestSaturation(stage: Stage): Promise<Finding> {
  const limit = new IngestLimit(1, minute, () => stage.clock.monotonic());
  const [first, second] = [limit.admit("tenant"), limit.admit("tenant")];
  const { retryAfterMs } = second;
  const attempts = [
    attemptAt(stage, 1, "ingest_admitted"),
    attemptAt(stage, 2, "ingest_saturated", { error: "503 Retry-After", backoffMs: retryAfterMs }),
  ];
  stage.clock.advance(retryAfterMs);
  return {
    ok: first.isAdmitted && !second.isAdmitted && limit.admit("tenant").isAdmitted,
    attempts,
    details: {
      status: 503,
      retry_after_ms: retryAfterMs,
      metric: 'harn_backpressure_events_total{dimension="ingest", action="reject"}',
    },
  };
}

async function circuitTrips(stage: Stage): Promise<Finding> {
  const id = "circuit.fixture";
  const circuits = new DestinationCircuits();
  const service = stage.service({
    callAgent: async () => (stage.clock.monotonic() === 0 ? failing("provider 503") : "done"),
  });
  const target = "reviewer.prod/triage";
  const binding = service.register(
    stagedSpec(id, {
      handler: { kind: "a2a", target, allowsCleartext: false },
      retry: { maxAttempts: 7, backoff: { kind: "linear", delayMs: 0 } },
    }),
  );
  const send = (dedupeKey: string) =>
    service.dispatcher.dispatch(stage.context, { binding, event: stage.event("circuit.event", dedupeKey), circuits });
  const first = await send("one");
  const tried = await stage.records(attemptsTopic, "attempt_recorded");
  const second = await send("two");
  stage.clock.advance(minute);
  const probe = await send("three");
  const isOpened = first.status === "dlq" && first.attemptCount === 5;
  const isFast = second.status === "dlq" && second.attemptCount === 0;
  return {
    ok: isOpened && isFast && probe.status === "succeeded",
    attempts: tried.map((record, index) => ({
      attempt: index + 1,
      at: String(record.started_at),
      atMs: stage.since(record.started_at),
      status: index + 1 === circuits.threshold ? "circuit_opened" : "failed",
      error: String(record.error_msg),
    })),
    dlq: [
      {
        id: "dlq_circuit_fixture",
        event_id: first.eventId,
        binding_id: id,
        state: "pending",
        attempts: first.attemptCount,
        error: "destination circuit open",
        replayed: false,
      },
    ],
    details: {
      destination: `a2a://${target}`,
      opened: isOpened,
      fast_failed: isFast,
      probe_closes_after_success: probe.status === "succeeded",
      metric: 'harn_backpressure_events_total{dimension="circuit", action="opened"}',
    },
  };
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  cost_guard_short_circuits: { summary: "a spent budget stops a dispatch before it begins", run: costGuard },
  crash_recovery_replays_in_flight_events: {
    summary: "a restarted dispatcher dispatches what was taken in and never begun, once",
    run: recovers,
  },
  cron_fires_on_schedule: { summary: "a schedule makes a tick at the time it names", run: cronFires },
  cron_30_days: { summary: "a daily schedule makes thirty ticks in thirty days", run: cronMonth },
  dead_man_switch_alerts_on_silent_binding: { summary: "a trigger that hears nothing raises an alert", run: silence },
  dedupe_swallows_duplicate_key: { summary: "a delivery that comes twice is taken once", run: dedupeSwallows },
  dispatcher_retries_with_exponential_backoff: {
    summary: "failures that may pass are tried again, each time after twice as long",
    run: retries,
  },
  dlq_on_permanent_failure: {
    summary: "an event that cannot be delivered becomes a dead letter",
    run: permanentFailure,
  },
  a2a_push_completed: { summary: "a pushed change of a task becomes an event with its state", run: pushCompleted },
  a2a_push_rejects_replay: { summary: "the token of a push works once", run: pushReplayed },
  manifest_hot_reload_preserves_in_flight: {
    summary: "a changed manifest lets the old version finish what it has",
    run: hotReload,
  },
  multi_tenant_isolation_stub: { summary: "events of tenants are kept in topics of their own", run: tenants },
  orchestrator_backpressure_ingest_saturation: {
    summary: "what comes too fast is refused, with the time when there is room again",
    run: ingestSaturation,
  },
  orchestrator_circuit_breaker_trips: {
    summary: "a destination that keeps failing is left alone until a probe succeeds",
    run: circuitTrips,
  },
  rate_limit_throttles: { summary: "a throttled dispatch waits for its turn", run: throttles },
  replay_binding_gc_fallback: {
    summary: "a replay finds the version that was active when its event arrived",
    run: replayAfterCollection,
  },
  replay_refires_from_dlq: { summary: "a dead letter is dispatched again and says so", run: replayFromDeadLetter },
  webhook_dedupe_blocks_duplicates: { summary: "a delivery that comes twice is appended once", run: webhookDedupe },
  webhook_verifies_hmac: { summary: "a signed delivery is verified, a forged one refused", run: webhookVerifies },
};
