import type { Host } from "../../builtin/index.ts";
import type { ActiveLog } from "../../eventlog/index.ts";
import { EventLogSink } from "../events/event-log-sink.ts";
import type { AgentEventHub } from "../events/hub.ts";
import { JsonlEventSink } from "../events/jsonl-sink.ts";
import type { AgentEventSink, SinkFault } from "../events/sink.ts";

const folderVariable = "HARN_EVENT_LOG_DIR";

/**
 * Keeps the events of every session: in the event log, or where there is none, in a file of the folder that the environment
 * names. A session is opened whatever becomes of its log.
 */
export class EventPersistence {
  readonly #host: Host;
  readonly #log: ActiveLog | undefined;
  readonly #hub: AgentEventHub;
  readonly #onFault: SinkFault;
  readonly #own = new Map<string, AgentEventSink>();

  constructor(host: Host, log: ActiveLog | undefined, hub: AgentEventHub, onFault: SinkFault) {
    this.#host = host;
    this.#log = log;
    this.#hub = hub;
    this.#onFault = onFault;
  }

  /** A session is new. What is current when it is opened hears of it too. */
  begin(sessionId: string, current: string | undefined): void {
    if (current !== undefined) this.#hub.mirrorSinks(current, sessionId);
    const known = this.#own.get(sessionId);
    // One that was pushed out and is opened again has kept its sinks.
    if (known !== undefined && this.#hub.sinksOf(sessionId).includes(known)) return;
    try {
      const sink = this.#sinkFor(sessionId);
      if (sink === undefined) return;
      this.#own.set(sessionId, sink);
      this.#hub.registerSink(sessionId, sink);
    } catch (error) {
      this.#onFault(error);
    }
  }

  end(sessionId: string): void {
    this.#own.delete(sessionId);
  }

  #sinkFor(sessionId: string): AgentEventSink | undefined {
    const now = (): number => this.#host.clock.now();
    const log = this.#log?.get();
    if (log !== undefined) return new EventLogSink(log, sessionId, now, this.#onFault);
    const { files } = this.#host;
    const folder = this.#host.environment?.get(folderVariable) ?? "";
    if (folder === "" || files === undefined) return undefined;
    return JsonlEventSink.open({ files, path: files.resolve(folder, `event_log-${sessionId}.jsonl`), now });
  }
}
