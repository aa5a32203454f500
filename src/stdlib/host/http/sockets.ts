import type { HostWebSocket, HostWebSocketServer, WebSocketMessage } from "../../../builtin/index.ts";
import { BytesValue, DictValue, encodeBase64, show, type Value } from "../../../value/index.ts";
import { inputBytes } from "../crypto/encodings.ts";
import { lossyText } from "../crypto/percent.ts";
import { fail } from "../faults.ts";
import { asDict, intOption } from "../options.ts";
import type { Arrivals } from "./arrivals.ts";

/** A connection as a program holds it, real or mocked. */
export interface WebSocketHandle {
  readonly url: string;
  readonly socket: Pick<HostWebSocket, "close">;
  readonly maxMessages: number;
  readonly maxMessageBytes: number;
  received: number;
  readonly end: MockEnd | LiveEnd;
}

export interface MockEnd {
  readonly kind: "mock";
  readonly messages: WebSocketMessage[];
  readonly echoes: boolean;
}

export interface LiveEnd {
  readonly kind: "live";
  readonly socket: HostWebSocket;
  readonly arrivals: Arrivals<WebSocketMessage>;
  /** How many messages may be on their way out at once; without a limit the sender waits for each. */
  readonly sendBuffer: number | undefined;
  pendingSends: number;
}

export interface SocketMock {
  readonly pattern: string;
  readonly messages: readonly WebSocketMessage[];
  readonly echoes: boolean;
}

/** What a server expects of those who ask for a path. */
export interface SocketRoute {
  readonly bearer: string | undefined;
  readonly maxMessages: number;
  readonly maxMessageBytes: number;
  readonly sendBuffer: number;
  readonly idleTimeoutMs: number | undefined;
}

/** Somebody who was admitted, and whom the program has not seen yet. */
export interface AdmittedSocket {
  readonly socket: HostWebSocket;
  readonly route: SocketRoute;
  readonly path: string;
  readonly peer: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SocketServer {
  readonly server: HostWebSocketServer;
  readonly routes: Map<string, SocketRoute>;
  readonly admitted: Arrivals<AdmittedSocket>;
}

const types = ["text", "binary", "ping", "pong", "close"] as const;

function typeOf(builtin: string, stated: string): WebSocketMessage["type"] {
  const type = types.find((each) => each === stated);
  if (type === undefined) throw fail(`${builtin}: unsupported message type '${stated}'`);
  return type;
}

/** Text, bytes, or `{type, data, code?, reason?}`. */
export function messageOf(builtin: string, value: Value, stated?: string): WebSocketMessage {
  const fields = asDict(value);
  if (fields === undefined) {
    const type = stated ?? (value instanceof BytesValue ? "binary" : "text");
    return { type: typeOf(builtin, type), bytes: inputBytes(value), code: undefined, reason: undefined };
  }
  const reason = fields.get("reason");
  return {
    type: typeOf(builtin, show(fields.get("type") ?? stated ?? "text")),
    bytes: inputBytes(fields.get("data") ?? ""),
    code: intOption(fields, "code"),
    reason: reason === undefined || reason === null ? undefined : show(reason),
  };
}

export function messageValue({ type, bytes, code, reason }: WebSocketMessage): DictValue {
  if (type === "close") return DictValue.of({ type, code: code ?? null, reason: reason ?? null });
  return type === "text"
    ? DictValue.of({ type, data: lossyText(bytes) })
    : DictValue.of({ type, data_base64: encodeBase64(bytes) });
}

export function shownData({ type, bytes }: WebSocketMessage): string {
  return type === "text" ? lossyText(bytes) : encodeBase64(bytes);
}
