import { type CallContext, serviceKey } from "../builtin/index.ts";
import type { JsonObject } from "./json.ts";

/**
 * The trigger dispatch that a task works for. A dispatcher sets it for the task of each handler (`setScoped`); waits then take
 * ids that a replay of the same event finds again.
 */
export interface DispatchScope {
  readonly eventId: string;
  /** The event that this dispatch repeats. */
  readonly replayOfEventId: string | undefined;
  readonly traceId: string;
  readonly agentId: string;
  readonly bindingId: string;
  readonly bindingVersion: number;
  /** Whether recorded answers are to be given, and nothing waited for. */
  readonly isReplay: boolean;
  /** The event itself, as it was ingested. */
  readonly event: JsonObject;
  /** 1, 2, 3 … for each kind of id within this dispatch. */
  next(kind: string): number;
}

export const dispatchScope = serviceKey<DispatchScope>("dispatch scope");

/** Makes the ids of one runtime. */
export interface UuidSource {
  /** A version 7 UUID. */
  uuid(): string;
}

export const uuidSource = serviceKey<UuidSource>("uuids");

/** `prefix_<event>_<n>` within a dispatch, so that a replay makes the same one; `prefix_<uuid>` elsewhere. */
export function durableId(context: CallContext, prefix: string): string {
  const scope = context.scoped(dispatchScope);
  if (scope === undefined) return `${prefix}_${context.service(uuidSource).uuid()}`;
  return `${prefix}_${scope.replayOfEventId ?? scope.eventId}_${scope.next(prefix)}`;
}

export function traceIdOf(context: CallContext): string {
  return context.scoped(dispatchScope)?.traceId ?? `trace_${context.service(uuidSource).uuid()}`;
}

/** Whether waits answer from what was recorded: a replayed dispatch, or `HARN_REPLAY` in the environment. */
export function isReplaying(context: CallContext): boolean {
  if (context.scoped(dispatchScope)?.isReplay === true) return true;
  const set = context.host.environment?.get("HARN_REPLAY")?.trim() ?? "";
  return set !== "" && set !== "0";
}
