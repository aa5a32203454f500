import { encodeJson } from "../json.ts";
import { type ChannelBinding, valueAt } from "./delivery.ts";
import type { ChannelEmit } from "./record.ts";

export interface Heard {
  readonly emit: ChannelEmit;
  readonly event: unknown;
}

interface Buffer {
  readonly binding: ChannelBinding;
  /** Unix milliseconds of its first event. */
  readonly startedAt: number;
  readonly heard: Heard[];
}

const mostHeard = 1024;

/** Events that wait for company, one buffer for each binding and key. */
export class ChannelBatches {
  readonly #buffers = new Map<string, Buffer>();
  readonly #warn: (message: string) => void;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Keeps the event; gives all that wait once there are enough of them. */
  add(binding: ChannelBinding, heard: Heard, now: number): readonly Heard[] | undefined {
    const { batch } = binding;
    if (batch === undefined) return [heard];
    const key = bufferKey(binding, heard.emit);
    const buffer = this.#buffers.get(key) ?? { binding, startedAt: now, heard: [] };
    this.#buffers.set(key, buffer);
    buffer.heard.push(heard);
    if (buffer.heard.length > mostHeard) {
      buffer.heard.shift();
      this.#warn(
        `triggers.aggregation.buffer_overflow: ${binding.key} holds ${mostHeard} events; the oldest was dropped`,
      );
    }
    if (buffer.heard.length < batch.count) return undefined;
    this.#buffers.delete(key);
    return buffer.heard;
  }

  /** Takes out what has waited too long. Buffers of bindings that are gone are dropped, and so are those that are to be discarded. */
  takeExpired(
    bindings: readonly ChannelBinding[],
    now: number,
  ): readonly (readonly [ChannelBinding, readonly Heard[]])[] {
    const live = new Map(bindings.map((binding) => [binding.key, binding]));
    const expired: (readonly [ChannelBinding, readonly Heard[]])[] = [];
    for (const [key, buffer] of [...this.#buffers]) {
      const { batch } = buffer.binding;
      const binding = live.get(buffer.binding.key);
      if (binding !== undefined && batch !== undefined && now - buffer.startedAt < batch.windowMs) continue;
      this.#buffers.delete(key);
      if (binding !== undefined && batch?.onExpiry === "fire_partial") expired.push([binding, buffer.heard]);
    }
    return expired;
  }
}

/** Events without the key share one buffer. */
function bufferKey(binding: ChannelBinding, emit: ChannelEmit): string {
  const path = binding.batch?.key;
  const value = path === undefined ? undefined : valueAt(emit.payload, path);
  return `${binding.key} ${value === undefined ? "" : encodeJson(value)}`;
}
