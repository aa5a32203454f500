import { describe, expect, test, vi } from "vitest";
import { egressKey, HostError, type HttpRequest } from "../../../builtin/index.ts";
import type { MemoryResponse } from "../../../host/testing/index.ts";
import { BytesValue, type DictValue, show, stringifyJson, thrown, type Value } from "../../../value/index.ts";
import { Bench, value } from "../testing/bench.ts";
import { matchesUrl } from "./mocks.ts";

const get = async (result: Promise<Value>, key: string) => ((await result) as DictValue).get(key);

function networked(answer: (request: HttpRequest) => MemoryResponse) {
  const seen: HttpRequest[] = [];
  const bench = new Bench({
    http: (request) => {
      seen.push(request);
      return answer(request);
    },
  });
  return { bench, seen };
}

describe("requests", () => {
  test("carry method, headers, auth, query and body", async () => {
    const { bench, seen } = networked(() => ({ status: 201, headers: { "x-a": "1" }, chunks: ["ma", "de"] }));
    const options = {
      headers: { "X-B": 2 },
      auth: { basic: { user: "u", password: "p" } },
      query: { a: 1, b: "x y", c: null },
    };
    expect(await bench.shown("http_post", "https://h.test/u?z=0", "body", value(options))).toBe(
      "{body: made, final_url: https://h.test/u?z=0&a=1&b=x+y, headers: {x-a: 1}, ok: true, status: 201}",
    );
    expect(seen[0]).toMatchObject({
      method: "POST",
      url: "https://h.test/u?z=0&a=1&b=x+y",
      headers: { "x-b": "2", authorization: "Basic dTpw" },
      body: "body",
    });
    await bench.start("http_get", "https://h.test/", value({ auth: { bearer: "t" } }));
    expect(seen[1]?.headers).toEqual({ authorization: "Bearer t" });
    await bench.start("http_put", "https://h.test/", new BytesValue(Uint8Array.of(255)));
    expect(seen[2]?.body).toEqual(Uint8Array.of(255));
    await bench.start("http_request", "patch", "https://h.test/", value({ body: "b" }));
    expect(seen[3]).toMatchObject({ method: "PATCH", body: "b" });
  });

  test("with a form send its parts between boundaries", async () => {
    const { bench, seen } = networked(() => ({}));
    bench.host.files.writeText("f.txt", "file");
    const multipart = [
      { name: "a", value: "1" },
      { name: "f", path: "f.txt", content_type: "text/plain" },
      { name: "b", value_base64: "/w==", filename: 'q".bin' },
    ];
    await bench.start("http_post", "https://h.test/", value({ multipart }));
    const body = new TextDecoder("latin1").decode(seen[0]?.body as Uint8Array);
    const boundary = /boundary=(.+)$/.exec(seen[0]?.headers["content-type"] ?? "")?.[1] ?? "";
    expect(body.split(boundary)).toEqual([
      "--",
      '\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--',
      '\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\nfile\r\n--',
      '\r\nContent-Disposition: form-data; name="b"; filename="q%22.bin"\r\n\r\n\u00ff\r\n--',
      "--\r\n",
    ]);
  });

  test.each<[string, unknown[], string]>([
    ["http_get", [""], "http_get: URL is required"],
    ["__harness_net_get", [""], "http: URL must start with http:// or https://, got ''"],
    ["http_get", ["ftp://h"], "http: URL must start with http:// or https://, got 'ftp://h'"],
    ["http_request", ["FR OB", "https://h.test/"], "http: invalid method 'FR OB': invalid HTTP method"],
    [
      "http_get",
      ["https://h.test/", { headers: { "a b": "1" } }],
      "http: invalid header name 'a b': invalid HTTP header name",
    ],
    [
      "http_get",
      ["https://h.test/", { headers: { a: "1\r\nb: 2" } }],
      "http: invalid header value for 'a': failed to parse header value",
    ],
    ["http_get", ["http://"], "http: invalid URL 'http://': empty host"],
    ["http_get", ["http://h:99999/"], "http: invalid URL 'http://h:99999/': invalid port number"],
    ["http_get", ["http://[::1/"], "http: invalid URL 'http://[::1/': invalid IPv6 address"],
    ["http_get", ["https://h.test/", { proxy: "p" }], "http: option `proxy` is not available on this host"],
    ["http_get", ["x", { query: {} }], "http: invalid URL 'x': relative URL without a base"],
    [
      "http_post",
      ["https://h.test/", { multipart: [], body: "x" }],
      "http: body and multipart options are mutually exclusive",
    ],
    ["http_post", ["https://h.test/", { multipart: [{}] }], "http: multipart entry requires name"],
    ["http_get", ["https://h.test/", { session: "nope" }], "http_session_request: unknown HTTP session 'nope'"],
    ["http_download", ["https://h.test/", ""], "http_download: destination path is required"],
  ])("%s%j fails", async (name, args, message) => {
    expect(await networked(() => ({})).bench.shown(name, ...args.map(value))).toBe(`!! ${message}`);
  });

  test("hold no body of more than 256 MiB, and name the way out", async () => {
    const piece = "a".repeat(1024 * 1024);
    const { bench } = networked(() => ({ chunks: Array.from({ length: 257 }, () => piece) }));
    expect(await bench.shown("http_get", "https://h.test/")).toBe(
      "!! http: failed to read response body: it is larger than 256 MiB; read it in pieces with http_stream_open",
    );
  });

  test("take no body for text that is no UTF-8", async () => {
    const { bench } = networked(() => ({ chunks: [Uint8Array.of(0x61, 0xe9)] }));
    expect(await bench.shown("http_get", "https://h.test/")).toBe(
      "!! http: response body is not valid UTF-8: incomplete utf-8 byte sequence from index 1; http_stream_open and http_download take bytes",
    );
  });

  test("say why the network failed", async () => {
    const { bench } = networked(() => {
      throw new HostError("ECONNREFUSED", "Connection refused (os error 111)");
    });
    expect(await bench.shown("http_get", "https://h.test/")).toBe(
      "!! http: request failed: Connection refused (os error 111)",
    );
  });

  test("give up when their time is over, and end with the task", async () => {
    const bench = new Bench({
      parts: () => ({
        http: {
          send: (request) =>
            new Promise((_, fail) => request.signal?.addEventListener("abort", () => fail(request.signal?.reason))),
        },
      }),
    });
    const late = bench.shown("http_get", "https://h.test/", value({ timeout_ms: 50 }));
    bench.host.clock.advance(50);
    expect(await late).toBe("!! http: request failed: operation timed out (total limit of 50 ms)");
    const ended = bench.start("http_get", "https://h.test/");
    bench.abort("task over");
    await expect(ended).rejects.toBe("task over");
    expect(bench.host.clock.pending).toBe(0);
  });
});

describe("repetitions", () => {
  const flaky = (failures: number, status = 503, headers = {}) => {
    let left = failures;
    return networked(() => (left-- > 0 ? { status, headers } : { status: 200, chunks: ["up"] }));
  };

  test("happen for methods and statuses that allow it", async () => {
    const options = value({ retry: { max: 3, backoff_ms: 0 } });
    const twice = flaky(2);
    expect(await get(twice.bench.start("http_get", "https://h.test/", options), "body")).toBe("up");
    expect(twice.seen).toHaveLength(3);
    expect(await get(flaky(4).bench.start("http_get", "https://h.test/", options), "status")).toBe(503);
    expect(await get(flaky(1).bench.start("http_post", "https://h.test/", "b", options), "status")).toBe(503);
    expect(await get(flaky(1, 404).bench.start("http_get", "https://h.test/", options), "status")).toBe(404);
    const stated = value({ retry: { max: 1, backoff_ms: 0 }, retry_on: [404], retry_methods: ["post"] });
    expect(
      await get(flaky(1, 404).bench.start("http_post", "https://h.test/", "b", stated as DictValue), "status"),
    ).toBe(200);
  });

  test("wait as long as the server asks, on the program's clock", async () => {
    const { bench, seen } = flaky(1, 429, { "Retry-After": "7" });
    const answer = bench.start("http_get", "https://h.test/", value({ retry: { max: 1, backoff_ms: 0 } }));
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    bench.host.clock.advance(6_999);
    expect(seen).toHaveLength(1);
    bench.host.clock.advance(1);
    expect(await get(answer, "status")).toBe(200);
    const mocked = flaky(1, 429, { "retry-after": "7" });
    mocked.bench.now("mock_time", 0);
    await mocked.bench.start("http_get", "https://h.test/", value({ retry: { max: 1, backoff_ms: 0 } }));
    expect(mocked.bench.now("now_ms")).toBe(7_000);
  });

  test("follow a network that failed", async () => {
    let left = 1;
    const { bench } = networked(() => {
      if (left-- > 0) throw new HostError("ECONNRESET", "Connection reset by peer (os error 104)");
      return { chunks: ["up"] };
    });
    expect(await get(bench.start("http_get", "https://h.test/", value({ retries: 1, backoff: 0 })), "body")).toBe("up");
  });
});

describe("egress", () => {
  test("is asked for every hop, also before a mock answers", async () => {
    const asked: string[] = [];
    const { bench } = networked(({ url }) =>
      url.endsWith("/a") ? { status: 302, headers: { location: "https://evil.test/" } } : {},
    );
    Object.assign(bench.service(egressKey), {
      check: (surface: string, url: string) => {
        asked.push(`${surface} ${url}`);
        if (url.includes("evil")) throw thrown("blocked");
      },
    });
    expect(await bench.shown("http_get", "https://h.test/a")).toBe("!! blocked");
    bench.now("http_mock", "*", "https://evil.test/*", value({}));
    expect(await bench.shown("http_stream_open", "https://evil.test/x")).toBe("!! blocked");
    expect(asked).toEqual([
      "http_request https://h.test/a",
      "http_request https://h.test/a",
      "http_request https://evil.test/",
      "http_stream_open https://evil.test/x",
    ]);
  });

  test("is closed when the run requires a policy and nobody brings one", async () => {
    const bench = new Bench({ services: { requiresEgressPolicy: true } });
    expect(await bench.shown("http_get", "https://h.test/")).toBe(
      "!! EgressBlocked: http_request blocked for https://h.test/ (no egress policy configured)",
    );
  });
});

describe("mocks", () => {
  test("answer in order, the last response for ever, and record what they answered", async () => {
    const bench = new Bench();
    bench.now(
      "http_mock",
      "get",
      "https://h.test/*",
      value({ responses: [{ status: 500 }, { body: "b", headers: { h: 1 } }] }),
    );
    for (const status of [500, 200, 200])
      expect(await get(bench.start("http_get", "https://h.test/a?token=s"), "status")).toBe(status);
    expect(await bench.shown("http_get", "https://other.test/")).toMatch("!! http: request failed: Connection refused");
    await bench.start("http_get", "https://h.test/", value({ auth: { bearer: "t" }, headers: { "X-A": "1" } }));
    const calls = await bench.start("http_mock_calls");
    expect(stringifyJson(calls)).toContain(
      '{"body":null,"headers":{},"method":"GET","url":"https://h.test/a?token=%5Bredacted%5D"}',
    );
    expect(stringifyJson(calls)).toContain('"headers":{"authorization":"[redacted]","x-a":"1"}');
    expect(stringifyJson(bench.now("http_mock_calls", value({ redact_sensitive: false })))).toContain("Bearer t");
    bench.now("http_mock", "get", "https://h.test/*", value({ body: "replaced" }));
    expect(await get(bench.start("http_get", "https://h.test/"), "body")).toBe("replaced");
    bench.now("http_mock_clear");
    expect(await bench.shown("http_mock_calls")).toBe("[]");
  });

  test.each([
    ["*", "x", true],
    ["https://h/*/items/*", "https://h/1/items/2", true],
    ["https://h/*/items/*", "https://h/1/things/2", false],
    ["https://h/*", "https://h/", true],
    ["a*a", "a", false],
    ["a", "ab", false],
  ])("pattern %s and %s", (pattern, url, expected) => {
    expect(matchesUrl(pattern, url)).toBe(expected);
  });
});

describe("sessions and streams", () => {
  test("a session's options lie below the request's", async () => {
    const { bench, seen } = networked(() => ({}));
    const session = bench.now("http_session", value({ headers: { a: "1" }, query: { s: 1 } }));
    expect(session).toBe("http-session-1");
    await bench.start("http_session_request", session, "get", "https://h.test/", value({ headers: { b: "2" } }));
    await bench.start("http_get", "https://h.test/", value({ session }));
    expect(seen.map(({ url, headers }) => [url, headers])).toEqual([
      ["https://h.test/?s=1", { b: "2" }],
      ["https://h.test/?s=1", { a: "1" }],
    ]);
    expect([bench.now("http_session_close", session), bench.now("http_session_close", session)]).toEqual([true, false]);
  });

  test("a stream is read piece by piece", async () => {
    const { bench } = networked(() => ({ chunks: ["file", " body"], headers: { "content-type": "text/plain" } }));
    const stream = await bench.start("http_stream_open", "https://h.test/");
    expect(await bench.shown("http_stream_info", stream)).toBe(
      "{headers: {content-type: text/plain}, ok: true, status: 200}",
    );
    const read = async (size?: number) => {
      const got = await bench.start("http_stream_read", stream, ...(size === undefined ? [] : [size]));
      return got instanceof BytesValue ? new TextDecoder().decode(got.bytes) : got;
    };
    expect([await read(2), await read(), await read(), await read(), await read()]).toEqual([
      "fi",
      "le",
      " body",
      null,
      null,
    ]);
    expect([bench.now("http_stream_close", stream), bench.now("http_stream_close", stream)]).toEqual([true, false]);
    expect(await bench.shown("http_stream_read", stream)).toBe("!! http_stream_read: unknown stream 'http-stream-1'");
  });

  test("a download is stored", async () => {
    const { bench } = networked(() => ({ status: 404, chunks: ["gone"] }));
    expect(await bench.shown("http_download", "https://h.test/", "f")).toBe(
      "{bytes_written: 4, headers: {}, ok: false, status: 404}",
    );
    expect(bench.now("read_file", "f")).toBe("gone");
    expect(await bench.shown("http_download", "https://h.test/", "no/f")).toBe(
      "!! http_download: failed to write /desk/no/f: No such file or directory (os error 2)",
    );
  });
});

describe("answers", () => {
  test.each<[string, unknown[], string]>([
    [
      "http_response",
      [],
      '{"body":"nil","body_kind":"text","headers":{"content-type":"text/plain; charset=utf-8"},"ok":true,"raw_body":{"$bytes_b64":"bmls"},"status":200}',
    ],
    ["http_response", [5], '"ok":false,"raw_body":{"$bytes_b64":"bmls"},"status":500}'],
    [
      "http_response_json",
      [{ a: 1 }, { status: 201, headers: { "Content-Type": "x/y" } }],
      '{"body":"{\\"a\\":1}","body_kind":"json","headers":{"content-type":"x/y"},"ok":true',
    ],
    [
      "http_response_bytes",
      [],
      '{"body":"","body_kind":"bytes","headers":{},"ok":true,"raw_body":{"$bytes_b64":""},"status":200}',
    ],
    ["http_header", [{ headers: { "X-A": 1 } }, "x-a"], '"1"'],
    ["http_header", [{ "x-a": "2" }, "X-A"], '"2"'],
    ["http_header", [[], "x"], "null"],
  ])("%s%j", async (name, args, expected) => {
    expect(stringifyJson(new Bench().now(name, ...args.map(value)))).toContain(expected);
  });
});

describe("server-sent events", () => {
  test.each<[unknown, string]>([
    ["text", "data: text\n\n"],
    [{ event: "e", data: "l1\r\nl2", id: "7", retry_ms: 10 }, "id: 7\nevent: e\nretry: 10\ndata: l1\ndata: l2\n\n"],
    [{ event: "only" }, "event: only\ndata: \n\n"],
    [{ comment: "c" }, ": c\n\n"],
    [{ comment: "c", data: "d" }, ": c\ndata: d\n\n"],
    [{}, ":\n\n"],
    [null, "data: nil\n\n"],
    [{ data: "" }, "data: \n\n"],
  ])("%j as a frame", (event, frame) => {
    expect(new Bench().now("sse_event", value(event))).toBe(frame);
  });

  test("a served stream buffers, flushes, ends", async () => {
    const bench = new Bench();
    const made = bench.now(
      "sse_server_response",
      value({ max_buffered_events: 2, headers: { "Cache-Control": "x" } }),
    ) as DictValue;
    expect(show(made.get("headers") ?? null)).toContain("Cache-Control: x");
    const stream = made.get("id") as string;
    expect([bench.now("sse_server_send", made, "1"), bench.now("sse_server_heartbeat", stream, "beat")]).toEqual([
      true,
      true,
    ]);
    expect(await bench.shown("sse_server_send", stream, "3")).toBe(
      "!! sse_server_send: buffered events exceeded max_buffered_events (2)",
    );
    expect(bench.now("sse_server_flush", stream)).toBe(true);
    expect(await bench.shown("sse_server_mock_receive", stream)).toBe(
      "{data: 1, event: message, id: nil, raw: data: 1\n\n, retry_ms: nil, type: event}",
    );
    expect(await bench.shown("sse_server_mock_receive", stream)).toBe(
      "{comment: beat, raw: : beat\n\n, type: comment}",
    );
    expect(await bench.shown("sse_server_mock_receive", stream)).toBe("{type: timeout}");
    expect(bench.now("sse_server_cancel", stream, "enough")).toBe(true);
    expect(bench.now("sse_server_send", stream, "late")).toBe(false);
    expect(await bench.shown("sse_server_status", stream)).toMatch(
      "cancel_reason: enough, cancelled: true, closed: true, disconnected: false, flushed_events: 2",
    );
    expect(await bench.shown("sse_server_mock_receive", stream)).toBe("{server_closed: true, type: close}");
    expect(await bench.shown("sse_server_status", "nope")).toBe("!! sse_server_status: unknown stream 'nope'");
    expect(await bench.shown("sse_server_status", value({}))).toBe("!! sse_server_status: handle dict must contain id");
  });

  test("a stream is received event by event, whatever the chunks", async () => {
    const { bench, seen } = networked(() => ({
      chunks: [": hi\nid: 1\nda", "ta: a\ndata: b\r", "\n\r\nevent: x\ndata: c\n\n", "data: cut"],
    }));
    const stream = await bench.start("sse_connect", "GET", "https://h.test/");
    expect(seen[0]?.headers).toEqual({ accept: "text/event-stream" });
    const received = [];
    for (let count = 0; count < 4; count++) received.push(await bench.shown("sse_receive", stream));
    expect(received).toEqual([
      "{type: open}",
      "{data: a\nb, event: message, id: 1, retry_ms: nil, type: event}",
      "{data: c, event: x, id: 1, retry_ms: nil, type: event}",
      "nil",
    ]);
    expect([bench.now("sse_close", stream), bench.now("sse_close", stream)]).toEqual([true, false]);
  });

  test("waiting ends, and the event that was waited for is not lost", async () => {
    let release = (_text: string): void => {};
    const bench = new Bench({
      parts: () => ({
        http: {
          send: async ({ url }) => ({
            status: 200,
            statusText: "",
            url,
            headers: {},
            body: (async function* () {
              yield new TextEncoder().encode(await new Promise<string>((resolve) => (release = resolve)));
            })(),
          }),
        },
      }),
    });
    const stream = await bench.start("sse_connect", "GET", "https://h.test/");
    await bench.start("sse_receive", stream);
    const waiting = bench.shown("sse_receive", stream, 20);
    bench.host.clock.advance(20);
    expect(await waiting).toBe("{type: timeout}");
    release("data: late\n\n");
    expect(await bench.shown("sse_receive", stream)).toMatch("data: late");
  });

  test("mocked streams and sockets", async () => {
    const bench = new Bench({ parts: () => ({ webSockets: undefined as never }) });
    bench.now("sse_mock", "https://h.test/*", value(["a", { event: "e", data: "d" }]));
    const stream = await bench.start("sse_connect", "", "https://h.test/s", value({ max_events: 3 }));
    for (const expected of ["{type: open}", "data: a", "event: e"])
      expect(await bench.shown("sse_receive", stream)).toMatch(expected);
    expect(await bench.shown("sse_receive", stream)).toBe("!! sse_receive: stream 'sse-1' exceeded max_events");
    bench.now("websocket_mock", "wss://h.test/", value({ messages: ["m", { type: "close", code: 1000 }], echo: true }));
    const socket = bench.now("websocket_connect", "wss://h.test/");
    expect(bench.now("websocket_send", socket, "hello")).toBe(true);
    const received = [];
    for (let count = 0; count < 4; count++) received.push(show(bench.now("websocket_receive", socket)));
    expect(received).toEqual([
      "{data: m, type: text}",
      "{code: 1000, reason: nil, type: close}",
      "{data: hello, type: text}",
      "{type: timeout}",
    ]);
    expect([bench.now("websocket_close", socket), bench.now("websocket_close", socket)]).toEqual([true, false]);
    expect(stringifyJson(bench.now("transport_mock_calls"))).toContain(
      '{"data":"hello","handle":"websocket-2","kind":"websocket_send","type":"text","url":"wss://h.test/"}',
    );
    bench.now("transport_mock_clear");
    expect(await bench.shown("websocket_connect", "wss://h.test/")).toBe(
      "!! Runtime error: websocket_connect: this host offers no WebSocket connections",
    );
  });

  test("a socket asks for egress, and holds messages to the size agreed on", async () => {
    const bench = new Bench();
    bench.now("websocket_mock", "wss://h.test/", value({ messages: ["four", "fives"] }));
    const socket = bench.now("websocket_connect", "wss://h.test/", value({ max_message_bytes: 4 }));
    expect(await bench.shown("websocket_receive", socket)).toBe("{data: four, type: text}");
    expect(await bench.shown("websocket_receive", socket)).toBe(
      "!! websocket_receive: message exceeded max_message_bytes (4)",
    );
    const refused = vi.spyOn(bench.service(egressKey), "check").mockImplementation((surface, url) => {
      throw thrown(`blocked: ${surface} ${url}`);
    });
    expect(await bench.shown("websocket_connect", "wss://evil.test/")).toBe(
      "!! blocked: websocket_connect wss://evil.test/",
    );
    refused.mockRestore();
  });
});
