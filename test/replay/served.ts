import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

// The part of the package that is used here.
interface Socket {
  on(event: "message", listener: (data: Buffer) => void): void;
  send(text: string): void;
  terminate(): void;
}
interface SocketServer {
  readonly clients: Iterable<Socket>;
  on(event: "connection", listener: (socket: Socket) => void): void;
}

const { WebSocketServer } = createRequire(import.meta.url)("ws") as {
  readonly WebSocketServer: new (options: { readonly server: Server }) => SocketServer;
};

/** What programs can be connected to: sockets that echo, events, and requests. All that arrives is kept. */
export class Served {
  readonly requests: string[] = [];
  readonly messages: string[] = [];
  readonly #http: Server;
  readonly #sockets: SocketServer;

  private constructor() {
    this.#http = createServer((request, response) => this.#answer(request, response));
    this.#sockets = new WebSocketServer({ server: this.#http });
    this.#sockets.on("connection", (socket) =>
      socket.on("message", (data) => {
        this.messages.push(String(data));
        socket.send(`echo of ${data} (${this.messages.length})`);
      }),
    );
  }

  static async open(): Promise<Served> {
    const served = new Served();
    await new Promise<void>((resolve) => served.#http.listen(0, "127.0.0.1", resolve));
    return served;
  }

  /** Host and port. */
  get place(): string {
    return `127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.close();
    this.#http.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${request.method} ${request.url}`);
    if (request.url?.startsWith("/events")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`id: 1\ndata: one\n\nid: 2\ndata: two, request ${this.requests.length}\n\n`);
      return;
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ number: this.requests.length, url: request.url }));
  }
}
