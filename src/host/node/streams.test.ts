import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { nodeHttp } from "./http.ts";
import { StreamInput } from "./input.ts";
import { nodeRegexEngine } from "./regex-engine.ts";

describe("StreamInput", () => {
  test("splits lines across chunks, in any encoding state, with either line break", async () => {
    const stream = new PassThrough();
    const input = new StreamInput(() => stream);
    const bytes = Buffer.from("é1\r\ntwo\n\nlast");
    stream.write(bytes.subarray(0, 1));
    stream.end(bytes.subarray(1));
    expect([
      await input.readLine(),
      await input.readLine(),
      await input.readLine(),
      await input.readLine(),
      await input.readLine(),
    ]).toEqual(["é1", "two", "", "last", undefined]);
  });

  test("readAll gives what lines left", async () => {
    const stream = new PassThrough();
    const input = new StreamInput(() => stream);
    stream.end("a\nb\nc");
    expect(await input.readLine()).toBe("a");
    expect(await input.readAll()).toBe("b\nc");
    expect(await input.readLine()).toBeUndefined();
  });

  test("several readers each get a line", async () => {
    const stream = new PassThrough();
    const input = new StreamInput(() => stream);
    const lines = Promise.all([input.readLine(), input.readLine()]);
    stream.write("a\nb\n");
    expect(await lines).toEqual(["a", "b"]);
  });

  test("who stops waiting leaves the line to the next one, and the stream to itself", async () => {
    const stream = new PassThrough();
    const input = new StreamInput(() => stream);
    const stop = new AbortController();
    const [given, kept] = [input.readLine(stop.signal), input.readLine()];
    stop.abort();
    expect(await given).toBeUndefined();
    expect(stream.isPaused()).toBe(false);
    stream.write("a\n");
    expect(await kept).toBe("a");
    const alone = new AbortController();
    const last = input.readLine(alone.signal);
    alone.abort();
    expect([await last, stream.isPaused()]).toEqual([undefined, true]);
    expect(await input.readLine(alone.signal)).toBeUndefined();
    stream.write("b\n");
    expect(await input.readLine()).toBe("b");
  });
});

describe("nodeHttp", () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/slow") {
        response.write("first");
        return;
      }
      if (request.url === "/moved") {
        response.writeHead(302, { location: "/echo" }).end();
        return;
      }
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () =>
        response
          .writeHead(201, {
            "x-sent": String(request.headers["x-sent"]),
            "x-authorization": String(request.headers.authorization),
          })
          .end(`${request.method} ${body}`),
      );
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const read = async (body: AsyncIterable<Uint8Array>) => {
    let text = "";
    for await (const chunk of body) text += Buffer.from(chunk).toString();
    return text;
  };

  test("sends method, headers and body, and streams the answer", async () => {
    const response = await nodeHttp.send({
      method: "PUT",
      url: `${base}/echo`,
      headers: { "x-sent": "1" },
      body: "hi",
    });
    expect([response.status, response.headers["x-sent"], await read(response.body)]).toEqual([201, "1", "PUT hi"]);
  });

  test.each([
    ["a%40b:c", {}, `Basic ${Buffer.from("a@b:c").toString("base64")}`],
    ["a:%zz", {}, `Basic ${Buffer.from("a:%zz").toString("base64")}`],
    ["a:b", { Authorization: "Bearer x" }, "Bearer x"],
  ])("name and password of a URL go into the header: %s", async (credentials, headers, expected) => {
    const url = `${base.replace("//", `//${credentials}@`)}/echo`;
    const response = await nodeHttp.send({ method: "GET", url, headers });
    expect(response.headers["x-authorization"]).toBe(expected);
    expect(response.url).toBe(`${base}/echo`);
  });

  test("says which port it does not use", async () => {
    await expect(nodeHttp.send({ method: "GET", url: "http://u:p@127.0.0.1:1/", headers: {} })).rejects.toThrow(
      "error sending request for url (http://127.0.0.1:1/): HTTP clients do not use port 1",
    );
  });

  test("follows redirects unless told not to", async () => {
    const request = { method: "GET", url: `${base}/moved`, headers: {} };
    expect((await nodeHttp.send(request)).url).toBe(`${base}/echo`);
    expect((await nodeHttp.send({ ...request, followRedirects: false })).status).toBe(302);
  });

  test("an abort stops a body that hangs", async () => {
    const controller = new AbortController();
    const response = await nodeHttp.send({
      method: "GET",
      url: `${base}/slow`,
      headers: {},
      signal: controller.signal,
    });
    const reading = read(response.body);
    controller.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
  });

  test("says why nothing answered", async () => {
    const closed = createServer();
    await new Promise<void>((listening) => closed.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/`;
    await new Promise((done) => closed.close(done));
    await expect(nodeHttp.send({ method: "GET", url, headers: {} })).rejects.toMatchObject({
      code: "ECONNREFUSED",
      message: `error sending request for url (${url}): Connection refused (os error 111)`,
    });
  });
});

describe("systemClock", () => {
  test("calls back, and not after it was cancelled", async () => {
    const calls: string[] = [];
    const cancel = systemClock.schedule(1, () => calls.push("cancelled"));
    cancel();
    await new Promise<void>((done) => systemClock.schedule(5, done));
    expect(calls).toEqual([]);
  });

  test("takes delays that are longer than a timer's", () => {
    const cancel = systemClock.schedule(2 ** 40, () => {
      throw new Error("fired at once");
    });
    cancel();
  });
});

describe("nodeRegexEngine", () => {
  const engine = nodeRegexEngine();

  test("tells groups that took no part from empty ones", () => {
    expect(
      engine
        .compile("(a)|(b*)")
        .matches("ab")
        .map((match) => match.groups),
    ).toEqual([
      ["a", undefined],
      [undefined, "b"],
    ]);
  });

  test.each([
    ["(?P<g1>x)?([(]|[]()]|\\()(y)?", "g1(", [undefined, "(", undefined]],
    ["(?x) (a)? # not (a) group\n (b)", "b", [undefined, "b"]],
    ["(?i:(A))?(?<n>b)", "b", [undefined, "b"]],
  ])("finds the groups of %s", (pattern, subject, groups) => {
    expect(engine.compile(pattern).matches(subject)[0]?.groups).toEqual(groups);
  });

  test("explains what it refuses", () => {
    expect(() => engine.compile("a(?=b)")).toThrow(
      "look-around, including look-ahead and look-behind, is not supported",
    );
  });
});
