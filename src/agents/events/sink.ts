import type { AgentEvent } from "./event.ts";

/** Receives the agent events of a session as they happen, on the stack of whoever emits them: be quick, and do not throw. */
export interface AgentEventSink {
  handle(event: AgentEvent): void;
  /** Makes what was received readable for others; fails with what went wrong since the last time. */
  flush?(): void | Promise<void>;
}

/** Told of faults of sinks: a broken observer must not break the run. */
export type SinkFault = (error: unknown) => void;

/** Hands the event to each sink in order. One that throws keeps none of the others from it. */
export function deliver(sinks: Iterable<AgentEventSink>, event: AgentEvent, onFault: SinkFault): void {
  for (const sink of sinks) {
    try {
      sink.handle(event);
    } catch (error) {
      onFault(error);
    }
  }
}
