// Waits at a WebSocket end with their task, and the connection with the run. The other side is a server made by hand.
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import type { PlainOutput } from "../../src/program/index.ts";
import { end, passesAnHour, start } from "./running.ts";

let server: Server | undefined;
const sockets = new Set<Duplex>();

afterEach(async () => {
  const closing = server;
  server = undefined;
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise<void>((resolve) => (closing === undefined ? resolve() : closing.close(() => resolve())));
});

interface Served {
  readonly url: string;
  /** Settles when a client asks to be connected. */
  readonly asked: Promise<null>;
  /** Settles when its connection is gone. */
  readonly gone: Promise<null>;
  /** Sends a short text to the client that is connected. */
  say(text: string): void;
}

/** Something that happens once. */
function moment(): { readonly came: Promise<null>; come(): void } {
  let come = (): void => {};
  const came = new Promise<null>((resolve) => {
    come = () => resolve(null);
  });
  return { came, come: () => come() };
}

async function serve({ agrees }: { readonly agrees: boolean }): Promise<Served> {
  const asking = moment();
  const leaving = moment();
  let client: Duplex | undefined;
  const started = createServer();
  started.on("upgrade", (request, socket) => {
    client = socket;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => leaving.come());
    // Nothing that a client says is of interest but its end.
    socket.on("end", () => socket.end()).resume();
    if (agrees) {
      const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash("sha1").update(key).digest("base64");
      const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
      socket.write([...head, `Sec-WebSocket-Accept: ${accept}`, "", ""].join("\r\n"));
    }
    asking.come();
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return {
    url: `ws://127.0.0.1:${(started.address() as AddressInfo).port}/`,
    asked: asking.came,
    gone: leaving.came,
    // A final frame of text (0x81) without a mask.
    say: (text) => void client?.write(Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)])),
  };
}

const ways: readonly (readonly [how: string, program: (body: string) => string])[] = [
  ["cancel", (body) => `let h = spawn { ${body} }\nready()\ncancel(h)`],
  ["cancel_graceful", (body) => `let h = spawn { ${body} }\nready()\ncancel_graceful(h, 5s)`],
  ["a deadline", (body) => `${passesAnHour}\ntry { deadline 1h { ${body} } } catch (e) { }`],
];

describe("waiting for a message", () => {
  it.each(ways)("ends with its task, by %s, and loses none", async (_how, program) => {
    const { asked, gone, say, url } = await serve({ agrees: true });
    const notes: PlainOutput[] = [];
    const run = start(
      `pipeline main() {
        let s = websocket_connect("${url}")
        ${program('defer { note("deferred") }; try { websocket_receive(s, 60s) } finally { note("finally") }; note("never")')}
        say()
        note(websocket_receive(s, 60s).data)
      }`,
      async () => {
        await asked;
        // The task is at its wait by then; should it not be, it ends all the same.
        await new Promise((resolve) => setTimeout(resolve, 50));
        return null;
      },
      "",
      undefined,
      notes,
      { say: () => say("there") },
    );
    expect(await end(run)).toBe("completed");
    expect(notes).toEqual(["finally", "deferred", "there"]);
    await gone;
  });

  it("is no deadlock, whoever else waits for what it brings", async () => {
    const { asked, say, url } = await serve({ agrees: true });
    const notes: PlainOutput[] = [];
    const run = start(
      `pipeline main() {
        let s = websocket_connect("${url}")
        let c = channel("c")
        spawn { send(c, websocket_receive(s, 60s).data) }
        note(receive(c))
      }`,
      () => asked,
      "",
      undefined,
      notes,
    );
    await asked;
    setTimeout(() => say("late"), 100);
    expect([await end(run), notes]).toEqual(["completed", ["late"]]);
  });
});

describe("asking to be connected", () => {
  it.each(ways)("ends with its task, by %s", async (_how, program) => {
    const { asked, gone, url } = await serve({ agrees: false });
    const run = start(`pipeline main() {\n${program(`websocket_connect("${url}")`)}\n}`, () => asked);
    await gone;
    expect(await end(run)).toBe("completed");
  });
});

describe("a connection", () => {
  it("that nobody reads keeps no deadlock from being found, and is gone with the run", async () => {
    const { gone, url } = await serve({ agrees: true });
    const run = start(
      `pipeline main() { let s = websocket_connect("${url}")\nreceive(channel("c")) }`,
      async () => null,
    );
    expect(await end(run)).toContain("deadlock: every task waits for what only another could give");
    await gone;
  });

  it("that a program leaves open is gone with the run", async () => {
    const { gone, url } = await serve({ agrees: true });
    const run = start(`pipeline main() { let s = websocket_connect("${url}") }`, async () => null);
    expect(await end(run)).toBe("completed");
    await gone;
  });
});
