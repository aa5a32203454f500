import type { CallContext } from "../builtin/index.ts";
import {
  type ChannelBinding,
  type ChannelDispatchResult,
  type ChannelEmit,
  parseChannelSelector,
  providerHeaders,
  providerPayload,
  rfc3339,
} from "../eventlog/index.ts";
import type { Binding } from "./bindings/binding.ts";
import { eventJson, type TriggerEvent } from "./events/event.ts";
import type { FiredDispatch } from "./service.ts";

const kind = "channel.emit";

interface Deliveries {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly uuid: () => string;
  readonly fire: (context: CallContext, binding: Binding, event: TriggerEvent) => Promise<FiredDispatch>;
}

/** A trigger that listens to channels, once for each of its selectors. */
export function channelBindings(binding: Binding, deliveries: Deliveries): readonly ChannelBinding<TriggerEvent>[] {
  const { spec, version, key } = binding;
  return spec.events.map((selector) => ({
    id: spec.id,
    version,
    key,
    selector: parseChannelSelector(selector),
    filter: spec.filter ?? undefined,
    batch: spec.aggregation,
    handlerKind: spec.handler.kind,
    makeEvent: (_context, emit) => channelEvent(emit, deliveries),
    dispatch: (context, event, batch) => deliver(context, binding, merged(event, batch), deliveries),
  }));
}

function channelEvent(emit: ChannelEmit, { now, uuid }: Deliveries): TriggerEvent {
  return {
    id: `trigger_evt_${uuid()}`,
    provider: "channel",
    kind,
    receivedAt: rfc3339(now()),
    occurredAt: rfc3339(emit.atMs),
    dedupeKey: emit.id,
    traceId: `trace_${uuid()}`,
    tenantId: emit.channel.scope === "tenant" && emit.channel.scopeId !== "default" ? emit.channel.scopeId : null,
    headers: providerHeaders(emit),
    providerPayload: providerPayload(emit),
    signature: { state: "unsigned" },
  };
}

/** The first event of a batch stands for all of them, itself included. */
function merged(event: TriggerEvent, batch: readonly TriggerEvent[] | undefined): TriggerEvent {
  return batch === undefined ? event : { ...event, batch: batch.map(eventJson) };
}

async function deliver(
  context: CallContext,
  binding: Binding,
  event: TriggerEvent,
  { fire }: Deliveries,
): Promise<ChannelDispatchResult> {
  const { outcome } = await fire(context, binding, event);
  const error = outcome.error === null ? {} : { error: outcome.error };
  return { status: outcome.status, attempts: outcome.attemptCount, ...error };
}
