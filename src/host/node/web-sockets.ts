import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  HostError,
  type HostWebSocket,
  type HostWebSocketServer,
  type HostWebSockets,
  type WebSocketLimits,
  type WebSocketMessage,
  type WebSocketUpgrade,
} from "../../builtin/index.ts";
import { hostError } from "./errors.ts";
import { lazy, requirePackage } from "./lazy-modules.ts";

// The part of the `ws` package that is used here.
interface Library {
  readonly WebSocket: new (url: string, options: Readonly<Record<string, unknown>>) => Peer;
  readonly WebSocketServer: new (
    options: Readonly<Record<string, unknown>>,
  ) => {
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, admitted: (peer: Peer) => void): void;
  };
}

interface Peer {
  readonly readyState: number;
  on(event: "open", listener: () => void): void;
  on(event: "message", listener: (bytes: Uint8Array, isBinary: boolean) => void): void;
  on(event: "ping" | "pong", listener: (bytes: Uint8Array) => void): void;
  on(event: "close", listener: (code: number, reason: Uint8Array) => void): void;
  on(event: "error", listener: (error: unknown) => void): void;
  send(bytes: Uint8Array, options: { readonly binary: boolean }, sent: (error?: Error) => void): void;
  ping(bytes: Uint8Array, mask: undefined, sent: (error?: Error) => void): void;
  pong(bytes: Uint8Array, mask: undefined, sent: (error?: Error) => void): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
}

/** The `ws` package, loaded for the first connection. */
export const nodeWebSockets: HostWebSockets = {
  async connect({ headers, signal, url, ...limits }) {
    const { WebSocket } = library();
    const peer = new WebSocket(url, { headers, maxPayload: limits.maxMessageBytes, perMessageDeflate: false });
    const onAbort = (): void => peer.terminate();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      return await new Promise<HostWebSocket>((resolve, reject) => {
        const connection = new Connection(peer, limits);
        peer.on("open", () => resolve(connection));
        peer.on("error", reject);
      });
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : hostError(error);
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  },

  async listen(host, port) {
    const { createServer } = lazy.http;
    const server = createServer(
      (_request, response) => void response.writeHead(426).end("WebSocket connections only\n"),
    );
    const listening = new Listener(server);
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(hostError(error)));
      server.listen(port, host, resolve);
    });
    return listening;
  },
};

function library(): Library {
  return requirePackage("ws") as Library;
}

/** Hands out what comes in, one each, to one who asks. */
class Queue<T> {
  readonly #items: T[] = [];
  #waiting: { readonly resolve: (item: T | undefined) => void; readonly reject: (error: unknown) => void } | undefined;
  #failure: unknown;
  #isEnded = false;

  get length(): number {
    return this.#items.length;
  }

  add(item: T): void {
    if (this.#isEnded) return;
    if (this.#waiting === undefined) this.#items.push(item);
    else this.#settle()?.resolve(item);
  }

  /** After what is there, comes nothing, or once this error. */
  end(failure?: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (failure !== undefined && this.#waiting !== undefined) this.#settle()?.reject(failure);
    else this.#failure = failure;
    this.#settle()?.resolve(undefined);
  }

  next(): Promise<T | undefined> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift());
    if (this.#isEnded) return this.#last();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #last(): Promise<undefined> {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure === undefined ? Promise.resolve(undefined) : Promise.reject(failure);
  }

  #settle() {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}

const isOpen = 1;
/** Messages that were read but not asked for; beyond that the sender has to wait. */
const mostUnread = 64;
/** How long the other side has to answer a good-bye. */
const farewellMs = 2_000;

class Connection implements HostWebSocket {
  readonly #peer: Peer;
  readonly #received = new Queue<WebSocketMessage>();
  readonly #idle: IdleTimer;

  constructor(peer: Peer, { idleTimeoutMs, maxMessageBytes }: WebSocketLimits) {
    this.#peer = peer;
    this.#idle = new IdleTimer(idleTimeoutMs, () => this.#closeIdle());
    peer.on("message", (bytes, isBinary) => this.#receive(isBinary ? "binary" : "text", bytes));
    peer.on("ping", (bytes) => this.#receive("ping", bytes));
    peer.on("pong", (bytes) => this.#receive("pong", bytes));
    peer.on("error", (error) => this.#received.end(receiveError(error, maxMessageBytes)));
    peer.on("close", (code, reason) => {
      this.#idle.stop();
      // 1005 and 1006 stand for what nobody said.
      this.#received.add(closing(code === 1005 || code === 1006 ? undefined : code, Buffer.from(reason).toString()));
      this.#received.end();
    });
  }

  async receive(): Promise<WebSocketMessage | undefined> {
    const message = await this.#received.next();
    if (this.#received.length < mostUnread && this.#peer.readyState === isOpen) this.#peer.resume();
    return message;
  }

  async send({ bytes, code, reason, type }: WebSocketMessage): Promise<void> {
    if (this.#peer.readyState !== isOpen) throw new HostError("EPIPE", "connection closed");
    this.#idle.restart();
    if (type === "close") return this.#peer.close(code, reason);
    await new Promise<void>((resolve, reject) => {
      const sent = (error?: Error): void =>
        error === undefined || error === null ? resolve() : reject(hostError(error));
      if (type === "ping") this.#peer.ping(bytes, undefined, sent);
      else if (type === "pong") this.#peer.pong(bytes, undefined, sent);
      else this.#peer.send(bytes, { binary: type === "binary" }, sent);
    });
  }

  async close(): Promise<void> {
    this.#idle.stop();
    this.#peer.close();
    setTimeout(() => this.#peer.terminate(), farewellMs).unref();
  }

  #receive(type: WebSocketMessage["type"], bytes: Uint8Array): void {
    this.#idle.restart();
    this.#received.add({ type, bytes: new Uint8Array(bytes), code: undefined, reason: undefined });
    if (this.#received.length >= mostUnread) this.#peer.pause();
  }

  #closeIdle(): void {
    this.#received.add(closing(1001, "idle timeout"));
    this.#received.end();
    this.#peer.close(1001, "idle timeout");
    setTimeout(() => this.#peer.terminate(), farewellMs).unref();
  }
}

function closing(code: number | undefined, reason: string): WebSocketMessage {
  return { type: "close", bytes: new Uint8Array(), code, reason: reason === "" ? undefined : reason };
}

function receiveError(error: unknown, maxMessageBytes: number): HostError {
  const { code } = error as { readonly code?: unknown };
  if (code !== "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") return hostError(error);
  return new HostError("EMSGSIZE", `message exceeded max_message_bytes (${maxMessageBytes})`);
}

class IdleTimer {
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number | undefined, onIdle: () => void) {
    this.#timer = milliseconds === undefined ? undefined : setTimeout(onIdle, Math.min(milliseconds, 2 ** 31 - 1));
  }

  restart(): void {
    this.#timer?.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

class Listener implements HostWebSocketServer {
  readonly #server: Server;
  readonly #asking = new Queue<WebSocketUpgrade>();
  /** Those who have not been admitted. */
  readonly #pending = new Set<Duplex>();

  constructor(server: Server) {
    this.#server = server;
    server.on("upgrade", (request, socket, head) => this.#ask(request, socket as Socket, head));
  }

  get address(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return family === "IPv6" ? `[${address}]:${port}` : `${address}:${port}`;
  }

  accept(): Promise<WebSocketUpgrade | undefined> {
    return this.#asking.next();
  }

  async close(): Promise<void> {
    this.#asking.end();
    for (const socket of this.#pending) socket.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #ask(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const { pathname } = new URL(request.url ?? "/", "ws://localhost");
    this.#pending.add(socket);
    socket.on("close", () => this.#pending.delete(socket));
    socket.on("error", () => socket.destroy());
    this.#asking.add({
      path: pathname,
      headers: headersOf(request),
      peer: `${socket.remoteAddress}:${socket.remotePort}`,
      admit: (limits) => this.#admit(request, socket, head, limits),
      refuse: async (status, reason) => {
        const { STATUS_CODES } = lazy.http;
        const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\nContent-Type: text/plain`;
        socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`);
      },
    });
  }

  #admit(request: IncomingMessage, socket: Duplex, head: Buffer, limits: WebSocketLimits): Promise<HostWebSocket> {
    const { WebSocketServer } = library();
    const handshake = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: limits.maxMessageBytes,
      perMessageDeflate: false,
    });
    return new Promise((resolve, reject) => {
      const onClose = (): void => reject(new HostError("ECONNRESET", "Connection reset by peer"));
      socket.once("close", onClose);
      handshake.handleUpgrade(request, socket, head, (peer) => {
        socket.off("close", onClose);
        this.#pending.delete(socket);
        resolve(new Connection(peer, limits));
      });
    });
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const texts = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]);
  return Object.fromEntries(texts.filter(([, value]) => value !== undefined));
}
