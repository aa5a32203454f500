// Who hears an emit. Triggers register bindings here; matching, filters, batches and the records of it are the channels' own.
import type { CallContext } from "../../builtin/index.ts";
import { encodeJson, isJsonObject, type Json, type JsonObject } from "../json.ts";
import { parseExactJson } from "../value-json.ts";
import type { ChannelEmit } from "./record.ts";
import type { ChannelSelector } from "./selector.ts";

/** How a handler ended, as match receipts tell it. */
export interface ChannelDispatchResult {
  readonly status: string;
  readonly attempts: number;
  readonly error?: string;
  /** The dispatch itself broke, not the handler. */
  readonly isDispatchFailure?: boolean;
}

export interface BatchPolicy {
  readonly count: number;
  readonly windowMs: number;
  /** Dotted path into the payload: events of one value are batched together. */
  readonly key: string | undefined;
  readonly onExpiry: "fire_partial" | "discard";
}

/** One trigger that listens to channels. `E` is the trigger's own event. */
export interface ChannelBinding<E = unknown> {
  /** The trigger's id. */
  readonly id: string;
  readonly version: number;
  /** `id@v1`. */
  readonly key: string;
  readonly selector: ChannelSelector;
  /** A JSON object as text: each dotted key must be equal in the payload. */
  readonly filter: string | undefined;
  readonly batch: BatchPolicy | undefined;
  readonly handlerKind: string;
  /** Makes the trigger's event of an emit, when it is heard: a batch keeps events. */
  makeEvent(context: CallContext, emit: ChannelEmit): E;
  /** Runs the handler to its end; `batch` are all events of a batch, the given one first. A failing handler is a result, no rejection. */
  dispatch(context: CallContext, event: E, batch: readonly E[] | undefined): Promise<ChannelDispatchResult>;
}

/** What a trigger event of an emit holds of its provider. */
export function providerPayload(emit: ChannelEmit): JsonObject {
  const { channel } = emit;
  return {
    provider: "channel",
    id: emit.id,
    name: channel.name,
    name_resolved: channel.resolved,
    scope: channel.scope,
    scope_id: channel.scopeId,
    payload: emit.payload,
    emitted_by: emit.emittedBy,
    [`${channel.scope}_id`]: channel.scopeId,
  };
}

export function providerHeaders({ channel }: ChannelEmit): Record<string, string> {
  return {
    harn_channel_name: channel.resolved,
    harn_channel_scope: channel.scope,
    harn_channel_scope_id: channel.scopeId,
  };
}

/** A filter that is no JSON object lets everything through; a path that leads nowhere matches nothing. */
export function passesFilter(filter: string | undefined, payload: Json): boolean {
  const wanted = filter === undefined ? undefined : jsonOrNothing(filter);
  if (!isJsonObject(wanted)) return true;
  return Object.entries(wanted).every(([path, value]) => {
    const found = valueAt(payload, path);
    return found !== undefined && value !== undefined && encodeJson(found) === encodeJson(value);
  });
}

function jsonOrNothing(text: string): Json | undefined {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

/** The value at a dotted path. */
export function valueAt(payload: Json, path: string): Json | undefined {
  let value: Json | undefined = payload;
  for (const key of path.split(".")) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}
