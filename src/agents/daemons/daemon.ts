import { intAt, isDict, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { DictValue, type Value } from "../../value/index.ts";
import { WakeSignal } from "../inbox/wake-signal.ts";

export type DaemonStatus = "running" | "stopped" | "failed";

/** Something that a daemon was told of: `{seq, enqueued_at, payload}`. */
export type DaemonEvent = DictValue;

const defaultCapacity = 1024;

/** An agent that waits for events, one at a time. Its status changes only through `daemons/registry.ts`. */
export class Daemon {
  readonly id: string;
  readonly name: string;
  readonly prompt: string;
  readonly system: string | undefined;
  readonly sessionId: string;
  readonly options: DictValue;
  readonly folder: string;
  readonly capacity: number;
  status: DaemonStatus = "running";
  /** The number of the last event; they count from 1. */
  lastSequence = 0;
  pending: DaemonEvent[] = [];
  /** Delivered, and not yet in a snapshot. */
  inflight: DaemonEvent | undefined;
  snapshot: DictValue | undefined;
  result: Value = null;
  error: string | undefined;
  isStopping = false;
  lastWrite: Promise<void> = Promise.resolve();
  cancel: (() => void) | undefined;
  readonly changed = new WakeSignal();

  constructor(
    parts: Pick<Daemon, "id" | "name" | "prompt" | "system" | "sessionId" | "options" | "folder" | "capacity">,
  ) {
    this.id = parts.id;
    this.name = parts.name;
    this.prompt = parts.prompt;
    this.system = parts.system;
    this.sessionId = parts.sessionId;
    this.options = parts.options;
    this.folder = parts.folder;
    this.capacity = parts.capacity;
  }

  get snapshotPath(): string {
    return `${this.folder}/daemon.json`;
  }

  get metaPath(): string {
    return `${this.folder}/daemon.meta.json`;
  }

  get queued(): number {
    return this.pending.length + (this.inflight === undefined ? 0 : 1);
  }

  /** What is delivered was not settled: it comes first again. */
  requeue(): void {
    if (this.inflight !== undefined) this.pending.unshift(this.inflight);
    this.inflight = undefined;
  }

  summary(): DictValue {
    return record({
      id: this.id,
      name: this.name,
      status: this.status,
      session_id: this.sessionId,
      persist_path: this.folder,
      snapshot_path: this.snapshotPath,
      pending_event_count: this.pending.length,
      queued_event_count: this.queued,
      event_queue_capacity: this.capacity,
      error: this.error,
      result: this.result ?? undefined,
      daemon_state: this.snapshot?.get("daemon_state"),
      saved_at: this.snapshot?.get("saved_at"),
      inflight_event: this.inflight,
    });
  }

  /** The loop's last snapshot, with the queue. */
  fullSnapshot(): DictValue {
    const queue = {
      pending_events: list(this.pending),
      pending_event_count: this.pending.length,
      inflight_event: this.inflight ?? null,
      queued_event_count: this.queued,
      event_queue_capacity: this.capacity,
    };
    return new DictValue(
      new Map([...(this.snapshot?.entries() ?? []), ...this.summary().entries(), ...record(queue).entries()]),
    );
  }

  meta(): DictValue {
    return record({
      _type: "daemon_meta",
      id: this.id,
      name: this.name,
      prompt: this.prompt,
      system: this.system ?? null,
      session_id: this.sessionId,
      options: this.options,
      event_queue_capacity: this.capacity,
      next_event_seq: this.lastSequence,
      pending_events: list(this.pending),
      inflight_event: this.inflight ?? null,
    });
  }

  /** The daemon that a folder tells of. What was delivered when it was written is delivered again. */
  static fromMeta(meta: DictValue, folder: string): Daemon {
    const daemon = new Daemon({
      id: textAt(meta, "id") ?? "",
      name: textAt(meta, "name") ?? "",
      prompt: textAt(meta, "prompt") ?? "",
      system: textAt(meta, "system"),
      sessionId: textAt(meta, "session_id") ?? "",
      options: optionsOf(meta),
      folder,
      capacity: capacityOf(meta),
    });
    daemon.lastSequence = intAt(meta, "next_event_seq") ?? 0;
    daemon.pending = (itemsAt(meta, "pending_events") ?? []).filter(isDict);
    const inflight = meta.get("inflight_event");
    if (isDict(inflight)) daemon.pending.unshift(inflight);
    return daemon;
  }
}

function optionsOf(meta: DictValue): DictValue {
  const options = meta.get("options");
  return isDict(options) ? options : new DictValue();
}

export function capacityOf(config: DictValue): number {
  const given = intAt(config, "event_queue_capacity") ?? 0;
  return given > 0 ? given : defaultCapacity;
}
