import type { CallContext } from "../../builtin/index.ts";
import type { JsonObject } from "../../eventlog/index.ts";
import type { Value } from "../../value/index.ts";

/** Lists the unsettled items of one kind as they are now. `now` is Unix milliseconds as the program sees time. */
export type ItemSource = (now: number) => readonly JsonObject[];

/**
 * What other parts of the runtime tell the lifecycle about their unfinished work. A part that a runtime does not have
 * leaves its source alone: the bucket is empty then. Triggers need no source, as the event log tells about them.
 */
export interface UnsettledSources {
  /** Workers that are parked, and those that wait for their next input. */
  suspendedSubagents: ItemSource;
  inFlightModelCalls: ItemSource;
  /** Queued and running tasks of pools. */
  poolPendingTasks: ItemSource;
}

/** What `harness.resume_subagent` and `cancel_subagent` ask for. Both give the worker's summary. */
export interface SubagentControl {
  /** `input` is absent when the program gave none. */
  resume(context: CallContext, handle: Value, input: Value | undefined): Promise<Value>;
  cancel(context: CallContext, handle: Value): Promise<Value>;
}

export function noSources(): UnsettledSources {
  const none: ItemSource = () => [];
  return { suspendedSubagents: none, inFlightModelCalls: none, poolPendingTasks: none };
}
