// What a cancelled task had under way in the real world ends too: processes with their children, requests, streams of models.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { PlainOutput } from "../../src/program/index.ts";
import { end, passesAnHour, start } from "./running.ts";

let server: Server | undefined;

afterEach(async () => {
  const closing = server;
  server = undefined;
  closing?.closeAllConnections();
  await new Promise<void>((resolve) => (closing === undefined ? resolve() : closing.close(() => resolve())));
});

interface Served {
  readonly url: string;
  /** Settles when a request is there. */
  readonly arrived: Promise<null>;
  /** Settles when a client goes away before it has its answer. */
  readonly gone: Promise<string>;
}

async function serve(answer: (response: ServerResponse) => void): Promise<Served> {
  let noteArrival: (nothing: null) => void;
  let noteGone: (url: string) => void;
  const arrived = new Promise<null>((resolve) => {
    noteArrival = resolve;
  });
  const gone = new Promise<string>((resolve) => {
    noteGone = resolve;
  });
  const started = createServer((request, response) => {
    response.on("close", () => {
      if (!response.writableEnded) noteGone(String(request.url));
    });
    request.resume();
    request.on("end", () => {
      answer(response);
      noteArrival(null);
    });
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(started.address() as AddressInfo).port}`, arrived, gone };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function poll(isDone: () => boolean): Promise<null> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 10));
  return null;
}

describe.skipIf(process.platform === "win32")("a process with children", () => {
  let folder = "";

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ends: readonly (readonly [how: string, ending: string, outcome: string])[] = [
    ["cancel", "cancel(h)", "completed"],
    ["cancel_graceful", "cancel_graceful(h, 5s)", "completed"],
    ["a deadline", "try { deadline 1ms { await(h) } } finally { cancel(h) }", "failed: Deadline exceeded"],
    ["a deadline of its own", "pass_an_hour()\nawait(h)", "failed: Deadline exceeded"],
    ["the end of the program", "", "completed"],
  ];

  it.each(ends)("ends with its task: %s", async (how, ending, outcome) => {
    folder = mkdtempSync(join(tmpdir(), "harn-cancelling-"));
    const files = ["inner", "outer"].map((name) => join(folder, name));
    const pids = (): number[] => files.map((file) => Number(existsSync(file) ? readFileSync(file, "utf8") : 0));
    // A shell that starts another, which sleeps; both say who they are.
    writeFileSync(
      join(folder, "tree.sh"),
      `sh -c 'echo $$ > "${folder}/inner"; sleep 60' &\necho $$ > "${folder}/outer"\nwait\n`,
    );
    const body = `harness.process.spawn_captured({cmd: "sh", args: ["${folder}/tree.sh"]})`;
    const run = start(
      `pipeline main() {
        let h = spawn { ${how === "a deadline of its own" ? `deadline 1h { ${body} }` : body} }
        ready()
        ${ending}
      }`,
      () => poll(() => pids().every((pid) => pid > 0)),
    );
    expect(await end(run)).toBe(outcome);
    await poll(() => !pids().some(isAlive));
  });
});

describe("a request", () => {
  it.each([
    ["before the answer", (): void => {}],
    ["in the middle of it", (response: ServerResponse): void => void response.write("some")],
  ])("is aborted when its task is cancelled, %s", async (_when, answer) => {
    const { url, arrived, gone } = await serve(answer);
    const run = start(
      `pipeline main() {
        let h = spawn { harness.net.get("${url}/thing") }
        ready()
        cancel(h)
      }`,
      () => arrived,
    );
    expect(await gone).toBe("/thing");
    expect(await end(run)).toBe("completed");
  });

  it("is aborted by a deadline", async () => {
    const { url, arrived, gone } = await serve(() => {});
    const run = start(
      `pipeline main() { ${passesAnHour}\ndeadline 1h { harness.net.get("${url}/late") } }`,
      () => arrived,
    );
    expect(await gone).toBe("/late");
    expect(await end(run)).toBe("failed: Deadline exceeded");
  });

  it("is aborted with the whole run", async () => {
    const controller = new AbortController();
    const { url, arrived, gone } = await serve(() => {});
    const run = start(`pipeline main() { harness.net.get("${url}/run") }`, () => arrived, "", controller.signal);
    await arrived;
    controller.abort();
    expect(await gone).toBe("/run");
    expect(await end(run)).toBe("cancelled");
  });
});

describe("a connection that stays open", () => {
  it.each([
    ["events", (url: string) => `sse_connect("GET", "${url}")`],
    ["bytes", (url: string) => `http_stream_open("${url}")`],
  ])("of %s and that nobody reads keeps no deadlock from being found", async (_what, open) => {
    const { url, gone } = await serve((response) => void response.writeHead(200).write(": nothing yet\n\n"));
    const run = start(`pipeline main() { let s = ${open(url)}\nreceive(channel("c")) }`, async () => null);
    expect(await end(run)).toContain("deadlock: every task waits for what only another could give");
    await gone;
  });

  it("and that somebody reads lets the others wait for what it brings", async () => {
    const { url } = await serve((response) => {
      response.writeHead(200).write(": nothing yet\n\n");
      setTimeout(() => response.end("data: there\n\n"), 50);
    });
    const notes: PlainOutput[] = [];
    const run = start(
      `pipeline main() {
        let s = sse_connect("GET", "${url}")
        let c = channel("c")
        spawn { sse_receive(s); send(c, sse_receive(s).data) }
        note(receive(c))
      }`,
      async () => null,
      "",
      undefined,
      notes,
    );
    expect([await end(run), notes]).toEqual(["completed", ["there"]]);
  });
});

describe("a model that streams its answer", () => {
  const first = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "Once" } }] })}\n\n`;
  const options = '{provider: "local", model: "tiny", stream: true}';

  it.each([
    ["cancel", `let h = spawn { llm_call("a story", nil, ${options}) }\nready()\ncancel(h)`],
    ["a deadline", `${passesAnHour}\ntry { deadline 1h { llm_call("a story", nil, ${options}) } } catch (e) { }`],
    ["a loop over it that ends early", `for part in llm_stream_call("a story", nil, ${options}) { break }`],
    [
      "a loop over it that fails",
      `try { for part in llm_stream_call("a story", nil, ${options}) { throw "no" } } catch (e) { }`,
    ],
  ])("is told to stop by %s", async (_what, text) => {
    const { url, arrived, gone } = await serve((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(first);
    });
    const run = start(`pipeline main() {\n${text}\n}`, () => arrived, url);
    expect(await gone).toBe("/v1/chat/completions");
    expect(await end(run)).toBe("completed");
  });
});

describe.skipIf(process.platform === "win32")(
  "what is under way ends before its finalizers run, innermost first",
  () => {
    const effects: readonly (readonly [what: string, effect: (url: string) => string])[] = [
      // The process asks the server and never gets an answer: so it is known to be there, and to be gone.
      [
        "a process",
        (url) => `harness.process.spawn_captured({cmd: "${process.execPath}", args: ["-e", "fetch('${url}')"]})`,
      ],
      ["exec", (url) => `exec("${process.execPath}", "-e", "fetch('${url}')")`],
      ["shell", (url) => `shell("'${process.execPath}' -e \\"fetch('${url}')\\"; echo never")`],
      ["a stream of bytes", (url) => `let s = http_stream_open("${url}"); while true { http_stream_read(s) }`],
      ["a stream of events", (url) => `let s = sse_connect("GET", "${url}"); while true { sse_receive(s, 60000) }`],
      ["a request", (url) => `harness.net.get("${url}")`],
      ["a model's answer", () => `llm_call("a story", nil, {provider: "local", model: "tiny", stream: true})`],
      ["a model's stream", () => `for p in llm_stream_call("a story", nil, {provider: "local", model: "tiny"}) { }`],
    ];
    interface Way {
      readonly how: string;
      readonly program: (body: string) => string;
      /** What finalizers wait with. */
      readonly pause: string;
      readonly last: readonly string[];
    }
    const ways: readonly Way[] = [
      {
        how: "cancel",
        program: (body) => `let h = spawn { ${body} }\nready()\ncancel(h)`,
        pause: "sleep(5ms);",
        last: [],
      },
      {
        how: "cancel_graceful",
        program: (body) => `let h = spawn { ${body} }\nready()\ncancel_graceful(h, 5s)`,
        pause: "yield_now();",
        last: [],
      },
      {
        how: "a deadline",
        program: (body) => `${passesAnHour}\ntry { deadline 1h { ${body} } } catch (e) { note("caught") }`,
        // Nothing may wait any more in what is over because of its deadline.
        pause: "",
        last: ["caught"],
      },
    ];
    const all = effects.flatMap(([what, effect]) => ways.map((way) => ({ what, effect, ...way })));

    it.each(all)("$what, by $how", async ({ effect, program, pause, last }) => {
      const { url, arrived, gone } = await serve((response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(": nothing yet\n\n");
      });
      const notes: PlainOutput[] = [];
      const body = `
      defer { note("defer of the body") }
      if true {
        defer { ${pause} note("defer, first") }
        defer { note("defer, last") }
        try { try { ${effect(url)} } finally { ${pause} note("inner finally") } } finally { note("outer finally") }
        note("never")
      }`;
      const run = start(`pipeline main() {\n${program(body)}\n}`, () => arrived, url, undefined, notes);
      await gone;
      expect(await end(run)).toBe("completed");
      expect(notes).toEqual([
        "inner finally",
        "outer finally",
        "defer, last",
        "defer, first",
        "defer of the body",
        ...last,
      ]);
    });
  },
);
