import { describe, expect, test } from "vitest";
import { type DictValue, show, type Value } from "../../../value/index.ts";
import { Bench, callable, value } from "../testing/bench.ts";

const get = (dict: Value | undefined, key: string): Value => (dict as DictValue).get(key) ?? null;

function served() {
  const seen: Value[] = [];
  const bench = new Bench({
    callables: {
      echo: (request) => {
        seen.push(request ?? null);
        return value({
          status: 201,
          body: `${show(get(request, "method"))} ${show(get(request, "params"))} ${show(get(request, "query"))} ${show(get(request, "body"))}`,
        });
      },
      text: () => "plain",
      nothing: () => null,
      mark: (request) => (request as DictValue).with("method", "MARKED"),
      block: () => value({ status: 403, body: "no" }),
      stamp: (response) => (response as DictValue).with("headers", value({ "X-Stamp": "1" })),
      no: () => false,
      note: () => {
        seen.push("shut down");
        return null;
      },
    },
  });
  const server = bench.now("http_server", value({ max_body_bytes: 8 }));
  const request = (method: string, path: string, more: object = {}) =>
    bench.start("http_server_test", server, value({ method, path, ...more }));
  return { bench, server, request, seen };
}

describe("in-process servers", () => {
  test("match methods and path templates, and hand the request over", async () => {
    const { bench, server, request, seen } = served();
    bench.now("http_server_route", server, "get", "/users/{id}/:tab", callable("echo"));
    const response = await request("GET", "/users/a%20b/x?q=1&r=two+words", {
      headers: { "X-A": 1 },
      query: { q: "stated" },
      client_ip: "::1",
    });
    expect([get(response, "status"), get(response, "body")]).toEqual([
      201,
      "GET {id: a b, tab: x} {q: stated, r: two words} ",
    ]);
    expect([
      show(get(seen[0], "headers")),
      get(seen[0], "client_ip"),
      get(seen[0], "remote_addr"),
      get(seen[0], "body_bytes"),
    ]).toEqual(["{x-a: 1}", "::1", null, 0]);
    for (const [method, path] of [
      ["POST", "/users/a/x"],
      ["GET", "/users/a"],
      ["GET", "/"],
    ] as const) {
      expect(await request(method, path)).toMatchObject({});
      expect(get(await request(method, path), "body")).toBe(`no route for ${method} ${path}`);
    }
  });

  test("take texts and nil as answers", async () => {
    const { bench, server, request } = served();
    bench.now("http_server_route", server, "*", "/t", callable("text"));
    bench.now("http_server_route", server, "*", "/n", callable("nothing"));
    expect([
      get(await request("PUT", "/t"), "body"),
      get(await request("PUT", "/t"), "status"),
      get(await request("PUT", "/n"), "status"),
    ]).toEqual(["plain", 200, 204]);
  });

  test("run closures before and after handlers", async () => {
    const { bench, server, request } = served();
    bench.now("http_server_route", server, "GET", "/", callable("echo"));
    bench.now("http_server_before", server, callable("mark"));
    bench.now("http_server_after", server, callable("stamp"));
    const response = await request("GET", "/");
    expect([get(response, "body"), show(get(response, "headers"))]).toEqual([
      "MARKED {} {} ",
      "{X-Stamp: 1, content-type: text/plain; charset=utf-8}",
    ]);
    bench.now("http_server_before", server, callable("block"));
    expect(get(await request("GET", "/"), "status")).toBe(403);
  });

  test("refuse bodies that are too large, and everything when not ready or shut down", async () => {
    const { bench, server, request, seen } = served();
    bench.now("http_server_route", server, "POST", "/", callable("text"), value({ max_body_bytes: 4 }));
    expect(get(await request("POST", "/", { body: "12345" }), "body")).toBe("request body too large: 5 > 4 bytes");
    bench.now("http_server_set_ready", server, false);
    expect(get(await request("POST", "/"), "body")).toBe("server is not ready");
    bench.now("http_server_set_ready", server, true);
    bench.now("http_server_readiness", server, callable("no"));
    expect([await bench.start("http_server_ready", server), get(await request("POST", "/"), "status")]).toEqual([
      false,
      503,
    ]);
    bench.now("http_server_on_shutdown", server, callable("note"));
    expect([
      await bench.start("http_server_shutdown", server),
      await bench.start("http_server_shutdown", server),
    ]).toEqual([true, false]);
    expect([seen, get(await request("POST", "/"), "body")]).toEqual([["shut down"], "server is shut down"]);
  });

  test.each<[string, Value[], string]>([
    ["http_server_route", ["nope", "GET", "/", callable("text")], "http_server_route: unknown server 'nope'"],
    [
      "http_server_route",
      [value({ id: "http-server-1" }), "GET", "x", callable("text")],
      "http_server_route: path template must start with '/'",
    ],
    [
      "http_server_route",
      [value({ id: "http-server-1" }), "", "/", callable("text")],
      "http_server_route: method is required",
    ],
    ["http_server_request", ["nope", value({})], "http_server_request: unknown server handle 'nope'"],
    ["http_server_ready", [value({})], "http_server_ready: handle dict must contain id"],
    ["http_server", [value({ max_body_bytes: -1 })], "http_server: max_body_bytes must be non-negative"],
  ])("%s fails", async (name, args, message) => {
    expect(await served().bench.shown(name, ...args)).toBe(`!! ${message}`);
  });

  test("say what TLS they are behind", async () => {
    const bench = new Bench({ files: { "c.pem": "", "k.pem": "" } });
    const edge = bench.now(
      "http_server_tls_edge",
      value({ hsts_max_age_seconds: 300, hsts_include_subdomains: true, hsts_preload: true }),
    );
    expect(await bench.shown("http_server_security_headers", edge)).toBe(
      "{strict-transport-security: max-age=300; includeSubDomains; preload}",
    );
    expect(await bench.shown("http_server_security_headers", bench.now("http_server_tls_plain"))).toBe("{}");
    expect(
      await bench.shown("http_server_security_headers", bench.now("http_server_tls_pem", "c.pem", "k.pem")),
    ).toMatch("max-age=31536000");
    expect(await bench.shown("http_server_tls_pem", "c.pem", "x.pem")).toBe(
      "!! http_server_tls_pem: private key not found: x.pem",
    );
  });
});
