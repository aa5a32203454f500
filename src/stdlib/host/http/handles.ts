import { type CallContext, serviceKey } from "../../../builtin/index.ts";
import type { DictValue, Value } from "../../../value/index.ts";
import { show } from "../../../value/index.ts";
import { fail } from "../faults.ts";
import { asDict } from "../options.ts";
import type { Exchange } from "./exchange.ts";
import type { ServerEventStream } from "./server-events.ts";

export const handleLimit = 64;

export interface OpenStream {
  readonly exchange: Exchange;
  readonly chunks: AsyncIterator<Uint8Array>;
  /** Read from the network but not yet by the program. */
  pending: Uint8Array;
}

/** What programs hold by name: sessions, streams, responses of events. One per runtime. */
export class TransportHandles {
  readonly sessions = new Map<string, DictValue>();
  readonly streams = new Map<string, OpenStream>();
  readonly serverEvents = new Map<string, ServerEventStream>();
  #count = 0;

  next(prefix: string): string {
    return `${prefix}-${++this.#count}`;
  }
}

export const transportHandles = serviceKey<TransportHandles>("transport handles", () => new TransportHandles());

export function openHandle<T>(
  context: CallContext,
  builtin: string,
  prefix: string,
  what: string,
  open: Map<string, T>,
  value: T,
): string {
  if (open.size >= handleLimit) throw fail(`${builtin}: maximum open ${what} (${handleLimit}) reached`);
  const id = context.service(transportHandles).next(prefix);
  open.set(id, value);
  return id;
}

/** A handle is its name or a dict with an `id`. */
export function handleId(value: Value, builtin: string): string {
  if (typeof value === "string") return value;
  const id = asDict(value)?.get("id");
  if (id === undefined || show(id) === "") throw fail(`${builtin}: handle dict must contain id`);
  return show(id);
}
