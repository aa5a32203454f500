// A program that is told to stop ends what it has under way in the real world, cleans up, and says so by its status.
import type { ChildProcess } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endOf, Project } from "../cli/harn.ts";

interface Served {
  readonly url: string;
  readonly arrived: Promise<void>;
  readonly gone: Promise<void>;
}

let project: Project;
let server: Server;

beforeEach(() => {
  project = new Project();
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  project.remove();
});

/** Answers nothing, or a stream that never gets anywhere. */
async function serve(streams: boolean): Promise<Served> {
  let noteArrival = (): void => {};
  let noteGone = (): void => {};
  const arrived = new Promise<void>((resolve) => {
    noteArrival = resolve;
  });
  const gone = new Promise<void>((resolve) => {
    noteGone = resolve;
  });
  server = createServer((request, response) => {
    response.on("close", noteGone);
    request.resume();
    if (streams) response.writeHead(200, { "content-type": "text/event-stream" }).write(": nothing yet\n\n");
    noteArrival();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrived, gone };
}

describe.skipIf(process.platform === "win32")("a signal ends", () => {
  // A process is known to be there, and to be gone, by what it asks the server; the one that asks is a child of a child.
  const fetches = (url: string): string => `'${process.execPath}' -e \\"fetch('${url}')\\"`;
  const waits: readonly (readonly [what: string, streams: boolean, body: (url: string) => string])[] = [
    ["a process with a child", false, (url) => `exec("sh", "-c", "${fetches(url)} & wait")`],
    ["a shell that ignores it", false, (url) => `shell("trap '' INT TERM; ${fetches(url)}; sleep 60")`],
    ["a request", false, (url) => `http_get("${url}")`],
    ["a slow stream", true, (url) => `let s = http_stream_open("${url}"); while true { http_stream_read(s) }`],
    ["a stream of events", true, (url) => `let s = sse_connect("GET", "${url}"); while true { sse_receive(s, 60000) }`],
    ["a model's stream", true, () => `for p in llm_stream_call("go", nil, {provider: "local", model: "tiny"}) { }`],
  ];

  it.each(waits.flatMap((wait) => (["SIGINT", "SIGTERM"] as const).map((signal) => [...wait, signal] as const)))(
    "%s",
    async (_what, streams, body, signal) => {
      const { url, arrived, gone } = await serve(streams);
      project.write(
        "main.harn",
        `pipeline main() {
          defer { harness.stdio.println("deferred") }
          try { ${body(url)} } finally { harness.stdio.println("finally") }
          harness.stdio.println("never")
        }`,
      );
      const child: ChildProcess = await project.startWith(
        { LOCAL_LLM_BASE_URL: url },
        "run",
        "--no-sandbox",
        "main.harn",
      );
      const ended = endOf(child);
      await arrived;
      child.kill(signal);
      await gone;
      const { status, stdout } = await ended;
      expect([status, stdout]).toEqual([124, "finally\ndeferred\n"]);
    },
  );
});
