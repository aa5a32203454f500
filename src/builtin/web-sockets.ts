/** WebSocket connections, made and taken. */
export interface HostWebSockets {
  /** Resolves when the other side has agreed. */
  connect(request: WebSocketRequest): Promise<HostWebSocket>;
  /** Listens at a host and port; port 0 is a free one. */
  listen(host: string, port: number): Promise<HostWebSocketServer>;
}

export interface WebSocketLimits {
  /** A longer message ends the connection, and `receive` fails with the code `EMSGSIZE`. */
  readonly maxMessageBytes: number;
  /** Without a message either way for this long, the connection is closed with the code 1001. */
  readonly idleTimeoutMs?: number | undefined;
}

export interface WebSocketRequest extends WebSocketLimits {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface WebSocketMessage {
  readonly type: "text" | "binary" | "ping" | "pong" | "close";
  readonly bytes: Uint8Array;
  readonly code: number | undefined;
  readonly reason: string | undefined;
}

export interface HostWebSocket {
  /**
   * The next message, pings and the closing one included; undefined when there are no more. One call at a time. What nobody asks for stays with
   * the sender, but for a few.
   */
  receive(): Promise<WebSocketMessage | undefined>;
  /** Resolves when the message has left. Pings are answered without being told to. */
  send(message: WebSocketMessage): Promise<void>;
  /** Says good-bye; does not wait for an answer. */
  close(): Promise<void>;
}

export interface HostWebSocketServer {
  /** `127.0.0.1:40123` */
  readonly address: string;
  /** Whoever asks next; undefined when the server is closed. */
  accept(): Promise<WebSocketUpgrade | undefined>;
  /** Stops listening. Connections that were admitted stay. */
  close(): Promise<void>;
}

/** Somebody who asks to be connected. */
export interface WebSocketUpgrade {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly peer: string;
  admit(limits: WebSocketLimits): Promise<HostWebSocket>;
  refuse(status: number, reason: string): Promise<void>;
}
