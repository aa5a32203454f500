import type { AgentEvent } from "./event.ts";
import { type AgentEventSink, deliver, type SinkFault } from "./sink.ts";

/**
 * Several sinks as one. A sink may emit, or push a sink, while it is handed an event: each delivery is to those that were
 * there when it began.
 */
export class MultiSink implements AgentEventSink {
  #sinks: readonly AgentEventSink[] = [];
  readonly #onFault: SinkFault;

  constructor(onFault: SinkFault = () => {}) {
    this.#onFault = onFault;
  }

  push(sink: AgentEventSink): void {
    this.#sinks = [...this.#sinks, sink];
  }

  get length(): number {
    return this.#sinks.length;
  }

  get isEmpty(): boolean {
    return this.#sinks.length === 0;
  }

  handle(event: AgentEvent): void {
    deliver(this.#sinks, event, this.#onFault);
  }

  async flush(): Promise<void> {
    for (const sink of this.#sinks) await sink.flush?.();
  }
}
