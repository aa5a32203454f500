// What the outside sees of a program, and when, with a log whose commits the test holds back.
import { describe, expect, test } from "vitest";
import { delayedLog } from "../eventlog/testing/delayed-log.ts";
import { memoryHost } from "../host/testing/index.ts";
import { memoryReader } from "../modules/index.ts";
import { DictValue } from "../value/index.ts";
import { Harn, type HarnOptions } from "./harn.ts";

/** Runs the body of a pipeline that has appended an event right before. */
function subject(body: string, options: Partial<HarnOptions> = {}) {
  const seen: string[] = [];
  const delayed = delayedLog({ onSyncNow: () => seen.push("sync") });
  const host = memoryHost({
    input: "typed\n",
    http: ({ url }) => {
      seen.push(`request ${url}`);
      return { chunks: ["answer"] };
    },
    process: ({ args, command }) => {
      seen.push(`process ${[command, ...args].join(" ")}`);
      return { exitCode: 0 };
    },
  });
  const files = new Proxy(host.files, {
    get(target, name: keyof typeof host.files) {
      const member = target[name];
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        if (/^(write|append|make|remove|rename|copy)/.test(name)) seen.push(`file ${name}`);
        return Reflect.apply(member, target, args);
      };
    },
  });
  const harn = new Harn({
    host: { ...host, files },
    reader: memoryReader({}),
    openLog: () => delayed.log,
    library: { requiresEgressPolicy: false },
    functions: { tell: () => void seen.push("tell") },
    ...options,
  });
  const text = `pipeline main() {\n  event_log.emit("steps", "step", 1)\n  ${body}\n}`;
  return { delayed, seen, result: harn.run({ path: "main.harn", text }) };
}

/** Until the run waits for the log, or has gone as far as it can. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("after an append", () => {
  test.each([
    ["a request", 'http_get("https://api.test/a")', "request https://api.test/a"],
    ["a process", 'exec("date")', "process date"],
  ])("%s leaves when the append is durable, and not before", async (_name, body, effect) => {
    const { delayed, result, seen } = subject(body);
    await settled();
    expect([seen, delayed.waiting]).toEqual([[], 1]);
    delayed.settle();
    await result;
    expect(seen).toEqual([effect]);
  });

  test.each([
    ["write_file", 'write_file("a.txt", "text")', "file writeText"],
    ["append_file", 'append_file("a.txt", "text")', "file appendText"],
    ["mkdir", 'mkdir("folder")', "file makeFolder"],
    ["a function of the embedder", "tell()", "tell"],
  ])("%s has the log synced first", async (_name, body, effect) => {
    const { result, seen } = subject(body);
    await result;
    expect(seen.slice(0, 2)).toEqual(["sync", effect]);
  });

  test("a question at the terminal is asked when it is durable", async () => {
    const { delayed, result } = subject("read_line()");
    await settled();
    expect(delayed.waiting).toBe(1);
    delayed.settle();
    expect(await result).toBe("typed");
  });

  test("a question to a person leaves for the embedder when it is durable", async () => {
    const asked: string[] = [];
    const bridge = {
      capabilities: [],
      call: async (_capability: string, operation: string) => {
        asked.push(operation);
        return DictValue.of({ answer: "yes" });
      },
      tools: async () => [],
      callTool: async () => null,
    };
    const { delayed, result } = subject('ask_user("Go on?")', {
      library: { bridge },
    });
    await settled();
    expect(asked).toEqual([]);
    delayed.settle();
    expect([await result, asked]).toEqual(["yes", ["question"]]);
  });

  test("what only looks does not wait, and what follows a sync goes straight through", async () => {
    const { result, seen } = subject(
      'file_exists("a.txt")\n  write_file("a.txt", "1")\n  write_file("a.txt", "2")\n  read_file("a.txt")',
    );
    expect(await result).toBe("2");
    expect(seen).toEqual(["sync", "file writeText", "file writeText"]);
  });

  test("many tasks share one commit", async () => {
    const body = 'parallel each [1, 2, 3] { n -> event_log.emit("steps", "n", n)\n http_get("https://api.test/${n}") }';
    const { delayed, result, seen } = subject(body);
    await settled();
    expect([seen, delayed.waiting]).toEqual([[], 3]);
    delayed.settle();
    await result;
    expect(seen.sort()).toEqual([1, 2, 3].map((n) => `request https://api.test/${n}`));
  });

  test("nothing leaves when the log cannot keep it, and the program is told why", async () => {
    const { delayed, result, seen } = subject('try { exec("date") } catch e { "${e}" }');
    await settled();
    delayed.settle(new Error("disk is full"));
    expect(await result.catch((error: unknown) => String(error))).toContain("disk is full");
    expect(seen).toEqual([]);
  });
});
