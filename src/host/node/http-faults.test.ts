import { createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HttpRequest } from "../../builtin/index.ts";
import { nodeHttp } from "./http.ts";

const ok = "HTTP/1.1 200 OK\r\n";
/** An answer that is whole says that nothing follows: otherwise the next request might go out on a connection that is closing. */
const last = `${ok}Connection: close\r\n`;

/** What a server that misbehaves writes before it closes the connection. */
const answers: Readonly<Record<string, string | Buffer>> = {
  "/cut": `${ok}Content-Length: 50\r\n\r\nshort`,
  "/cut-chunk": `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`,
  "/bad-chunk": `${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n`,
  "/two-lengths": `${ok}Content-Length: 5\r\nContent-Length: 6\r\n\r\nshort!`,
  "/not-compressed": `${last}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain`,
  "/status-99": "HTTP/1.1 99 Low\r\nContent-Length: 2\r\n\r\nhi",
  "/continue": `HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 2\r\n\r\nhi`,
  "/long-header": `${ok}X-A: ${"a".repeat(100_000)}\r\n\r\n`,
  "/silent": "",
  "/bomb": Buffer.concat([Buffer.from(`${last}Content-Encoding: gzip\r\n\r\n`), gzipSync(Buffer.alloc(10_000_000))]),
};

let server: Server;
let base: string;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.once("data", (data) => {
      const said = data.toString("latin1");
      seen.push(said);
      socket.end(answers[said.split(" ")[1] ?? ""] ?? `${last}Content-Length: 0\r\n\r\n`);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterAll(() => server.close());

async function outcome(request: Partial<HttpRequest> & { readonly path?: string }): Promise<string> {
  try {
    const response = await nodeHttp.send({
      method: "GET",
      url: `${base}${request.path ?? "/"}`,
      headers: {},
      ...request,
    });
    let size = 0;
    for await (const chunk of response.body) size += chunk.length;
    return `${response.status}, ${size}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}`.replaceAll(base, "") : String(error);
  }
}

describe("servers that misbehave", () => {
  test.each([
    ["/cut", "error decoding response body: the server closed the connection before its answer was whole"],
    ["/cut-chunk", "error decoding response body: the server closed the connection before its answer was whole"],
    [
      "/bad-chunk",
      "error decoding response body: Response does not match the HTTP/1.1 protocol (Invalid character in chunk size)",
    ],
    [
      "/two-lengths",
      "error sending request for url (/two-lengths): Response does not match the HTTP/1.1 protocol (Duplicate Content-Length)",
    ],
    ["/not-compressed", "error decoding response body: it is not compressed as its header `content-encoding` says"],
    ["/status-99", "error sending request for url (/status-99): the answer is no HTTP (its status is out of range)"],
    [
      "/continue",
      "error sending request for url (/continue): the server answered 100 Continue, which nobody had asked for",
    ],
    ["/long-header", "error sending request for url (/long-header): the headers of the answer are too long"],
    [
      "/silent",
      "error sending request for url (/silent): the server closed the connection before its answer was whole",
    ],
  ])("%s", async (path, message) => {
    expect(await outcome({ path })).toContain(message);
  });

  test("a body is read as it unfolds", async () => {
    expect(await outcome({ path: "/bomb" })).toBe("200, 10000000");
  });

  test("a host that nobody knows", async () => {
    expect(await outcome({ url: "http://no.such.host.invalid/" })).toMatch(
      /: (no host is known by the name no\.such\.host\.invalid|.*\(os error)/,
    );
  });
});

describe("a connection that is kept, and closed just when it is used again", () => {
  const asked: string[] = [];
  let fickle: Server;
  let place: string;
  beforeAll(async () => {
    fickle = createServer((socket) => {
      let isFirst = true;
      socket.on("error", () => {});
      socket.on("data", (data) => {
        asked.push(data.toString("latin1").split(" ", 1)[0] ?? "");
        if (isFirst) socket.write(`${ok}Content-Length: 2\r\n\r\nhi`);
        else socket.end();
        isFirst = false;
      });
    });
    await new Promise<void>((listening) => fickle.listen(0, "127.0.0.1", listening));
    const address = fickle.address();
    place = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
  });
  afterAll(() => fickle.close());

  // Which connection a request goes out on is the pool's own business: each is asked until it went out on a kept one.
  test("what changes nothing is asked again", async () => {
    let requests = 0;
    for (; asked.length === requests && requests < 100; requests++)
      expect(await outcome({ url: place })).toBe("200, 2");
    expect(asked.length).toBeGreaterThan(requests);
  });

  test("what may change something is not", async () => {
    asked.length = 0;
    const outcomes: string[] = [];
    while (!outcomes.at(-1)?.includes("the server closed the connection") && outcomes.length < 100)
      outcomes.push(await outcome({ url: place, method: "POST", body: "x" }));
    expect(outcomes.at(-1)).toContain("the server closed the connection");
    expect(asked).toHaveLength(outcomes.length);
  });
});

describe("requests that fetch does not send", () => {
  test.each<[Partial<HttpRequest>, string]>([
    [{ method: "TRACE" }, "the method TRACE cannot be sent from here; a program such as curl sends it"],
    [{ method: "CONNECT" }, "the method CONNECT cannot be sent from here; a program such as curl sends it"],
    [{ body: "x" }, "a GET request has no body here; send it with POST, or as `query`"],
    [{ method: "HEAD", body: "x" }, "a HEAD request has no body here; send it with POST, or as `query`"],
    [{ headers: { Connection: "upgrade" } }, "the client says the header `connection` itself; leave it out"],
    [{ headers: { host: "other.test" } }, "the header `host` is that of the URL here; put the host's name there"],
  ])("%j", async (request, message) => {
    expect(await outcome(request)).toContain(`error sending request for url (/): ${message}`);
  });

  test("the host of the URL may be said again", async () => {
    expect(await outcome({ headers: { Host: base.slice("http://".length) } })).toBe("200, 0");
  });

  test("headers go out in UTF-8", async () => {
    await outcome({ headers: { "x-a": "é€" } });
    expect(Buffer.from(seen.at(-1) ?? "", "latin1").toString()).toContain("x-a: é€\r\n");
  });
});
