// Both ends of real connections, as programs see them.
import { afterEach, describe, expect, test } from "vitest";
import { openConnections } from "../../builtin/index.ts";
import { Bench, value } from "../../stdlib/host/testing/bench.ts";
import { BytesValue, type DictValue, show, type Value } from "../../value/index.ts";
import { systemClock } from "./clock.ts";
import { nodeWebSockets } from "./web-sockets.ts";

const benches: Bench[] = [];

function newBench(): Bench {
  const bench = new Bench({ parts: () => ({ webSockets: nodeWebSockets, clock: systemClock }) });
  benches.push(bench);
  return bench;
}

afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.service(openConnections).closeAll();
});

/** A server with one route, and both ends of a connection to it. */
async function connected(route: unknown = {}, options: unknown = {}) {
  const bench = newBench();
  const server = (await bench.start("websocket_server")) as DictValue;
  const url = show(server.get("url") as Value);
  bench.now("websocket_route", server, "/chat", value(route));
  const client = await bench.start("websocket_connect", `${url}/chat?x=1`, value(options));
  const accepted = (await bench.start("websocket_accept", server, 120_000)) as DictValue;
  const receive = (socket: Value) => bench.shown("websocket_receive", socket, 120_000);
  return { bench, server, url, client, accepted, receive };
}

describe("messages", () => {
  test("texts, bytes, pings and the good-bye, both ways", async () => {
    const { accepted, bench, client, receive } = await connected();
    expect(show(accepted.get("path") as Value)).toBe("/chat");
    await bench.start("websocket_send", client, "grüße");
    await bench.start("websocket_send", client, new BytesValue(Uint8Array.of(1, 255)));
    await bench.start("websocket_send", client, "p", value({ type: "ping" }));
    expect([await receive(accepted), await receive(accepted), await receive(accepted)]).toEqual([
      "{data: grüße, type: text}",
      "{data_base64: Af8=, type: binary}",
      "{data_base64: cA==, type: ping}",
    ]);
    expect(await receive(client)).toBe("{data_base64: cA==, type: pong}");
    await bench.start("websocket_send", accepted, value({ type: "close", code: 4000, reason: "enough" }));
    expect(await receive(client)).toBe("{code: 4000, reason: enough, type: close}");
    expect(await receive(client)).toBe("nil");
    expect(await bench.shown("websocket_send", client, "late")).toBe("!! websocket_send: failed: connection closed");
  });

  test("more than anybody reads stay in order", async () => {
    const { accepted, bench, client } = await connected();
    const sending = (async () => {
      for (let n = 0; n < 500; n++) await bench.start("websocket_send", client, String(n));
    })();
    const got: string[] = [];
    for (let n = 0; n < 500; n++) {
      const message = (await bench.start("websocket_receive", accepted, 120_000)) as DictValue;
      got.push(show(message.get("data") as Value));
    }
    await sending;
    expect(got).toEqual(Array.from({ length: 500 }, (_, n) => String(n)));
  });

  test("one that is too long ends the connection", async () => {
    const { accepted, bench, client, receive } = await connected({ max_message_bytes: 3 });
    await bench.start("websocket_send", client, "long");
    expect(await receive(accepted)).toBe("!! websocket_receive: message exceeded max_message_bytes (3)");
    expect(await receive(client)).toContain("code: 1009");
    expect(await bench.shown("websocket_send", accepted, "long")).toBe(
      "!! websocket_send: message exceeded max_message_bytes (3)",
    );
  });

  test("a full buffer refuses", async () => {
    const { accepted, bench } = await connected({ send_buffer_messages: 0 });
    expect(await bench.shown("websocket_send", accepted, "x")).toBe("!! websocket_send: send buffer full");
  });
});

describe("waits", () => {
  test("end with their time, and lose nothing", async () => {
    const { accepted, bench, client, receive } = await connected();
    expect(await bench.shown("websocket_receive", accepted, 0)).toBe("{type: timeout}");
    await bench.start("websocket_send", client, "kept");
    expect(await receive(accepted)).toBe("{data: kept, type: text}");
  });

  test("two receivers get a message each", async () => {
    const { accepted, bench, client, receive } = await connected();
    const both = Promise.all([receive(accepted), receive(accepted)]);
    for (const text of ["a", "b"]) await bench.start("websocket_send", client, text);
    expect(await both).toEqual(["{data: a, type: text}", "{data: b, type: text}"]);
  });

  test("end with their task", async () => {
    const { accepted, bench, server } = await connected();
    const waits = [
      bench.start("websocket_receive", accepted, 120_000),
      bench.start("websocket_accept", server, 120_000),
    ].map((wait) => expect(wait).rejects.toThrow("task is over"));
    await new Promise(setImmediate);
    bench.abort(new Error("task is over"));
    await Promise.all(waits);
  });

  test("a silent connection is closed", async () => {
    const { accepted, client, receive } = await connected({ idle_timeout_ms: 1000 });
    expect(await receive(accepted)).toBe("{code: 1001, reason: idle timeout, type: close}");
    expect(await receive(client)).toBe("{code: 1001, reason: idle timeout, type: close}");
  });
});

describe("admission", () => {
  test("paths and bearers", async () => {
    const { bench, server, url } = await connected();
    bench.now("websocket_route", server, "/secure", value({ auth: { bearer: "s3cret" } }));
    const connect = (path: string, options = {}) => bench.shown("websocket_connect", url + path, value(options));
    expect(await connect("/other")).toContain("!! websocket_connect: failed: Unexpected server response: 404");
    expect(await connect("/secure")).toContain("response: 401");
    expect(await connect("/secure", { auth: { bearer: "s3cre" } })).toContain("response: 401");
    expect(await connect("/secure", { auth: { bearer: "s3cret" } })).toMatch(/^websocket-\d+$/);
    expect(await bench.shown("websocket_accept", server, 120_000)).toContain("path: /secure");
  });

  test("nobody comes, and nobody listens", async () => {
    const { bench, server, url } = await connected();
    expect(await bench.shown("websocket_accept", server, 0)).toBe("{type: timeout}");
    expect(await bench.start("websocket_server_close", server)).toBe(true);
    expect(bench.now("websocket_server_close", server)).toBe(false);
    expect(await bench.shown("websocket_accept", server, 0)).toBe(
      "!! websocket_accept: unknown server 'websocket-server-1'",
    );
    expect(await bench.shown("websocket_connect", `${url}/chat`)).toContain("failed: Connection refused");
  });

  test("an accept that waits when the server closes gets nil; what was accepted stays", async () => {
    const { accepted, bench, client, receive, server } = await connected();
    const waiting = bench.start("websocket_accept", server, 120_000);
    await bench.start("websocket_server_close", server);
    expect(await waiting).toBe(null);
    await bench.start("websocket_send", client, "still");
    expect(await receive(accepted)).toBe("{data: still, type: text}");
  });

  test("misuse", async () => {
    const { bench, server } = await connected();
    expect(await bench.shown("websocket_server", "nonsense")).toBe(
      "!! websocket_server: bind failed: invalid socket address",
    );
    expect(await bench.shown("websocket_server", "127.0.0.1:0", value({ path: "x" }))).toBe(
      "!! websocket_server: path must start with '/'",
    );
    expect(await bench.shown("websocket_route", server, "x")).toBe("!! websocket_route: path must start with '/'");
    expect(await bench.shown("websocket_connect", "http://127.0.0.1:1/")).toBe(
      "!! websocket_connect: URL must start with ws:// or wss://, got 'http://127.0.0.1:1/'",
    );
    const taken = show(server.get("addr") as Value);
    expect(await bench.shown("websocket_server", taken)).toContain("bind failed: Address already in use");
  });
});
