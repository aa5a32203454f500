import { createRequire } from "node:module";
import { createServer, type Server, type Socket } from "node:net";

// The part of the package that is used here.
interface PGlite {
  execProtocolRaw(message: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

const { PGlite } = createRequire(import.meta.url)("@electric-sql/pglite") as {
  readonly PGlite: { create(): Promise<PGlite> };
};

/** Postgres inside the process, at a port: the messages of all connections go to its one session. */
export class EmbeddedServer {
  readonly #database: PGlite;
  readonly #server: Server;
  readonly sockets = new Set<Socket>();
  /** How many connections there have been. */
  connections = 0;

  private constructor(database: PGlite, server: Server) {
    this.#database = database;
    this.#server = server;
  }

  static async open(): Promise<EmbeddedServer> {
    const server = createServer();
    const opened = new EmbeddedServer(await PGlite.create(), server);
    server.on("connection", (socket) => opened.#serve(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return opened;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${(this.#server.address() as { port: number }).port}/postgres`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await this.#database.close();
  }

  #serve(socket: Socket): void {
    let rest: Buffer = Buffer.alloc(0);
    let isStarted = false;
    let work = Promise.resolve();
    this.sockets.add(socket);
    this.connections++;
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
    /** The next whole message; the first ones of a connection have no letter in front of their length. */
    const next = (): Buffer | undefined => {
      const at = isStarted ? 1 : 0;
      const length = rest.length < at + 4 ? Number.POSITIVE_INFINITY : rest.readUInt32BE(at) + at;
      if (rest.length < length) return undefined;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      return message;
    };
    const answer = async (): Promise<void> => {
      for (let message = next(); message !== undefined; message = next()) {
        const asksForTls = !isStarted && message.readUInt32BE(4) === 80_877_103;
        isStarted ||= !asksForTls;
        if (asksForTls) socket.write("N");
        else if (message[0] === 88) socket.end();
        else socket.write(await this.#database.execProtocolRaw(message));
      }
    };
    socket.on("data", (chunk: Buffer) => {
      // The beginning of TLS, which was refused.
      if (!isStarted && chunk[0] === 0x16) return void socket.destroy();
      rest = Buffer.concat([rest, chunk]);
      work = work.then(answer).catch(() => void socket.destroy());
    });
  }
}
