import type { CallContext } from "../builtin/index.ts";
import { type ActiveLog, type ChannelBinding, EventIndex, isJsonObject, type JsonObject } from "../eventlog/index.ts";
import type { AutonomyTier, Binding, TriggerSpec } from "./bindings/binding.ts";
import { dispatchMetadata } from "./bindings/handler.ts";
import { TriggerRegistry } from "./bindings/registry.ts";
import { channelBindings } from "./channel-bindings.ts";
import { DeadLetters } from "./dead-letters.ts";
import { DestinationCircuits } from "./dispatch/circuits.ts";
import type { Dispatch } from "./dispatch/dispatch-log.ts";
import { Dispatcher } from "./dispatch/dispatcher.ts";
import type { HandlerPorts } from "./dispatch/handlers.ts";
import type { DispatchOutcome } from "./dispatch/outcome.ts";
import { eventJson, readEvent, type TriggerEvent } from "./events/event.ts";
import { DedupeIndex } from "./inbox/dedupe.ts";
import { type Envelope, TriggerInbox } from "./inbox/inbox.ts";
import { WebhookIntakes } from "./intake/webhook-intakes.ts";
import { strandedEnvelopes } from "./operations/backlog.ts";
import type { SchedulerSettings } from "./queue/scheduler.ts";
import { WorkerQueue } from "./queue/worker-queue.ts";
import { eventsTopic } from "./topics.ts";
import { Corrections } from "./trust/corrections.ts";
import { TrustGraph, type TrustOutcome } from "./trust/trust-graph.ts";

export interface TriggerServiceOptions {
  readonly log: ActiveLog;
  /** Unix milliseconds, as the program sees time. */
  readonly now: () => number;
  /** Unix milliseconds of the machine. */
  readonly machineNow: () => number;
  /** A version 7 UUID. */
  readonly uuid: () => string;
  readonly scheduler?: SchedulerSettings;
  readonly ports?: HandlerPorts;
}

/** What a program is told about a dispatch that it asked for. */
export interface FiredDispatch {
  readonly outcome: DispatchOutcome;
  readonly binding: Binding;
  readonly deadLetterId: string | null;
}

export class UnknownEventError extends Error {
  override readonly name = "UnknownEventError";
}

const byEventId = new EventIndex(({ kind, payload }) => {
  if (kind !== "trigger_event" || !isJsonObject(payload) || !isJsonObject(payload.event)) return undefined;
  return typeof payload.event.id === "string" ? payload.event.id : undefined;
});

/** Everything about triggers that one runtime remembers. */
export class TriggerService {
  readonly registry: TriggerRegistry;
  readonly queue: WorkerQueue;
  readonly inbox: TriggerInbox;
  readonly dedupe: DedupeIndex;
  readonly deadLetters: DeadLetters;
  readonly trust: TrustGraph;
  readonly corrections: Corrections;
  readonly intakes: WebhookIntakes;
  readonly dispatcher: Dispatcher;
  readonly log: ActiveLog;
  /** Destinations of events that arrive by themselves: a receiver that is down is down for all of them. */
  readonly #circuits = new DestinationCircuits();
  readonly #options: TriggerServiceOptions;

  constructor(options: TriggerServiceOptions) {
    const { log, now, machineNow, uuid, scheduler } = options;
    const keeping = { log, now, uuid };
    this.#options = options;
    this.log = log;
    this.registry = new TriggerRegistry(log, now);
    this.queue = new WorkerQueue({ log, machineNow, claimId: uuid, ...(scheduler && { scheduler }) });
    this.inbox = new TriggerInbox(log, now);
    this.dedupe = new DedupeIndex(log, machineNow);
    this.deadLetters = new DeadLetters(keeping);
    this.trust = new TrustGraph(keeping);
    this.corrections = new Corrections(keeping);
    this.intakes = new WebhookIntakes(keeping, this.dedupe);
    this.dispatcher = new Dispatcher({
      log,
      registry: this.registry,
      queue: this.queue,
      ports: options.ports ?? {},
      tierOf: ({ spec }) => this.trust.tierOf(spec.id, spec.tier),
      onFinished: (dispatch, tier, outcome) => this.#recordTrust(dispatch, tier, outcome),
    });
  }

  get now(): number {
    return this.#options.now();
  }

  /** Unix milliseconds of the machine. */
  get machineNow(): number {
    return this.#options.machineNow();
  }

  uuid = (): string => this.#options.uuid();

  register(spec: TriggerSpec): Binding {
    return this.registry.register(spec);
  }

  /** Dispatches an event that a program made, past the inbox. */
  async fire(context: CallContext, binding: Binding, event: TriggerEvent): Promise<FiredDispatch> {
    this.#recordEvent(binding, event, null);
    const outcome = await this.dispatcher.dispatch(context, { binding, event, circuits: new DestinationCircuits() });
    const letter = outcome.status === "dlq" ? this.deadLetters.add(binding, event, outcome.error ?? "") : undefined;
    return { outcome, binding, deadLetterId: letter?.id ?? null };
  }

  /** Dispatches an event again that was dispatched before. */
  async replay(context: CallContext, eventId: string): Promise<FiredDispatch> {
    const recorded = await this.#findRecorded(eventId);
    if (recorded === undefined) throw new UnknownEventError(`unknown event id '${eventId}'`);
    const { triggerId, bindingVersion = 0, event } = recorded;
    const binding = this.registry.resolveForReplay(triggerId ?? "", bindingVersion, event.receivedAt);
    return this.replayAt(context, binding, event);
  }

  /** Dispatches a recorded event again at a binding; its id stays. */
  async replayAt(context: CallContext, binding: Binding, event: TriggerEvent): Promise<FiredDispatch> {
    this.#recordEvent(binding, event, event.id);
    const circuits = new DestinationCircuits();
    const outcome = await this.dispatcher.dispatch(context, { binding, event, replayOf: event.id, circuits });
    const isDecided = outcome.status === "dlq" || outcome.status === "succeeded";
    const error = outcome.status === "dlq" ? (outcome.error ?? "") : null;
    const letter = isDecided ? await this.deadLetters.noteReplay(binding, event, error) : undefined;
    return { outcome, binding, deadLetterId: outcome.status === "dlq" ? (letter?.id ?? null) : null };
  }

  /** The triggers that listen to channels now. */
  channelBindings(): readonly ChannelBinding[] {
    const { uuid } = this;
    const fire: TriggerService["fire"] = (context, binding, event) => this.fire(context, binding, event);
    return this.registry.bindings
      .filter(({ state, spec }) => state === "active" && spec.provider === "channel")
      .flatMap((binding) => channelBindings(binding, { now: this.#options.now, uuid, fire })) as ChannelBinding[];
  }

  /** Dispatches what an envelope of the inbox asks for. */
  async deliver(
    context: CallContext,
    { triggerId, bindingVersion, event }: Envelope,
  ): Promise<readonly DispatchOutcome[]> {
    const target = triggerId ?? cronTarget(event);
    if (target === undefined) return this.dispatcher.dispatchMatching(context, event, this.#circuits);
    const binding = this.registry.resolve(target, triggerId === undefined ? undefined : bindingVersion);
    return [await this.dispatcher.dispatch(context, { binding, event, circuits: this.#circuits })];
  }

  /**
   * Dispatches what was taken in and never begun, because the process ended first. An event keeps its id, so that what it
   * asked people or waited for is found again.
   */
  async recover(context: CallContext, minAgeMs = 0): Promise<readonly DispatchOutcome[]> {
    const open = new Set((await strandedEnvelopes(this, minAgeMs)).map((item) => item.event_id));
    const outcomes: DispatchOutcome[] = [];
    for (const { envelope } of await this.inbox.since(0)) {
      const { event, triggerId, bindingVersion } = envelope;
      if (!open.has(event.id) || triggerId === undefined) continue;
      const binding = this.registry.resolve(triggerId, bindingVersion);
      outcomes.push(
        await this.dispatcher.dispatch(context, { binding, event, replayOf: event.id, circuits: this.#circuits }),
      );
    }
    return outcomes;
  }

  /** Goes on with an event that is not done: what it asked and waited for is found again by its id. */
  redispatch(context: CallContext, binding: Binding, event: TriggerEvent): Promise<DispatchOutcome> {
    return this.dispatcher.dispatch(context, { binding, event, circuits: this.#circuits });
  }

  #recordEvent(binding: Binding, event: TriggerEvent, replayOf: string | null): void {
    this.log.getOrCreate().append(eventsTopic, {
      kind: "trigger_event",
      payload: {
        binding_id: binding.spec.id,
        binding_version: binding.version,
        replay_of_event_id: replayOf,
        event: eventJson(event),
      },
    });
  }

  async #findRecorded(eventId: string): Promise<Envelope | undefined> {
    const log = this.log.get();
    const [found] = log === undefined ? [] : await byEventId.find(log, eventsTopic, eventId);
    const payload = found?.payload;
    if (isJsonObject(payload)) {
      const { binding_id: id, binding_version: version, event } = payload;
      return { triggerId: String(id), bindingVersion: Number(version), event: readEvent(event ?? null) };
    }
    return this.inbox.find(eventId);
  }

  async #recordTrust({ binding, event }: Dispatch, tier: AutonomyTier, outcome: DispatchOutcome): Promise<void> {
    const { handler } = binding.spec;
    const metadata: JsonObject = {
      ...dispatchMetadata(handler),
      attempt_count: outcome.attemptCount,
      binding_key: binding.key,
      binding_version: binding.version,
      error: outcome.error ?? undefined,
      event_kind: event.kind,
      handler_kind: handler.kind,
      provider: event.provider,
      target_uri: outcome.targetUri,
      terminal_status: outcome.status,
    };
    await this.trust.record({
      agent: binding.spec.id,
      action: `${event.provider}.${event.kind}`,
      approver: null,
      outcome: trustOutcomeOf(outcome),
      traceId: event.traceId,
      tier,
      costUsd: null,
      metadata,
    });
  }
}

/** A tick of a schedule is for the trigger that has the schedule. */
function cronTarget({ provider, providerPayload }: TriggerEvent): string | undefined {
  const id = provider === "cron" ? providerPayload.cron_id : undefined;
  return typeof id === "string" ? id : undefined;
}

function trustOutcomeOf({ status, error }: DispatchOutcome): TrustOutcome {
  switch (status) {
    case "succeeded":
      return "success";
    case "skipped":
    case "waiting":
      return "denied";
    case "failed":
    case "dlq":
    case "cancelled":
      return error !== null && /timed? ?out|deadline/i.test(error) ? "timeout" : "failure";
  }
}
