import { serviceKey } from "../../../builtin/index.ts";
import type { DictValue, Value } from "../../../value/index.ts";
import { intOption, millisecondsOf } from "../options.ts";
import type { Arrivals } from "./arrivals.ts";
import type { ServerEvent } from "./event-frame.ts";
import type { SocketMock, SocketServer, WebSocketHandle } from "./sockets.ts";

export const defaultMaxMessages = 10_000;
const defaultReceiveTimeout = 30_000;
const defaultMaxMessageBytes = 1024 * 1024;

/** Where the events of a stream come from. */
export interface EventSource {
  /** `undefined` at the end. */
  next(): Promise<ServerEvent | undefined>;
  close(): void;
}

export interface EventStream {
  readonly source: EventSource;
  readonly arrivals: Arrivals<ServerEvent>;
  readonly maxEvents: number;
  readonly maxMessageBytes: number;
  received: number;
  isOpened: boolean;
}

export interface TransportCall {
  readonly kind: string;
  readonly url: string;
  readonly handle: string;
  readonly type?: string;
  readonly data?: string;
}

/** Mocked streams and sockets, the open ones, and what was done with the mocked ones. One per runtime. */
export class Transports {
  readonly eventMocks: { readonly pattern: string; readonly events: readonly ServerEvent[] }[] = [];
  readonly socketMocks: SocketMock[] = [];
  readonly events = new Map<string, EventStream>();
  readonly sockets = new Map<string, WebSocketHandle>();
  readonly servers = new Map<string, SocketServer>();
  readonly calls: TransportCall[] = [];

  clear(): void {
    for (const stream of this.events.values()) stream.source.close();
    for (const { socket } of this.sockets.values()) void socket.close().catch(() => {});
    this.eventMocks.length = 0;
    this.socketMocks.length = 0;
    this.calls.length = 0;
    this.events.clear();
    this.sockets.clear();
  }
}

export const transports = serviceKey<Transports>("transports", () => new Transports());

export function receiveTimeout(value: Value | undefined): number {
  return Math.max(0, millisecondsOf(value) ?? defaultReceiveTimeout);
}

export function maxMessageBytes(options: DictValue | undefined): number {
  return Math.max(1, intOption(options, "max_message_bytes") ?? defaultMaxMessageBytes);
}
