import { describe, expect, test } from "vitest";
import type { RunEvent } from "../eventlog/index.ts";
import { memoryHost } from "../host/testing/index.ts";
import { memoryReader } from "../modules/index.ts";
import { Harn, HarnCompileError, HarnError, type HarnOptions } from "./harn.ts";

function harn(options: Partial<HarnOptions> = {}, files: Record<string, string> = {}): Harn {
  return new Harn({ host: memoryHost(), reader: memoryReader(files), ...options });
}

function source(text: string): { path: string; text: string } {
  return { path: "main.harn", text };
}

describe("run", () => {
  test("gives the pipeline's value as a plain one", async () => {
    const value = await harn().run(source("pipeline main() { {sum: 1 + 2, parts: [1, 2.5, nil]} }"));
    expect(value).toEqual({ sum: 3, parts: [1, 2.5, null] });
  });

  test("hands inputs in by name", async () => {
    const value = await harn().run(source('pipeline main(task) { "${task.name}: ${task.size + 1}" }'), {
      inputs: { task: { name: "box", size: 41 } },
    });
    expect(value).toBe("box: 42");
  });

  test("follows imports through the reader", async () => {
    const files = { "lib.harn": "pub fn twice(n) { return n * 2 }" };
    expect(await harn({}, files).run(source('import { twice } from "lib"\npipeline main() { twice(21) }'))).toBe(42);
  });

  test("gives the status of exit", async () => {
    expect(await harn().run(source("pipeline main() { exit(3) }"))).toBe(3);
  });

  test("throws a HarnError with the thrown value and its places", async () => {
    const program = source("fn fail() { throw {code: 7} }\npipeline main() { fail() }");
    const error = await harn()
      .run(program)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(HarnError);
    expect((error as HarnError).value).toEqual({ code: 7 });
    expect((error as HarnError).places.map(({ name, line }) => [name, line])).toEqual([
      ["fail", 1],
      ["pipeline", 2],
    ]);
  });
});

describe("analysis", () => {
  test("knows the functions of the embedding program, and says what changed", () => {
    const analysis = harn({ functions: { stock: () => 1 } }).analysis();
    const look = (text: string) => {
      const { findings, checked } = analysis.check("main.harn", text);
      return { checked, codes: [...findings.values()].flat().map(({ code }) => code) };
    };
    expect(look("pipeline main() { stock() }")).toEqual({ checked: 1, codes: [] });
    expect(look("pipeline main() { stock() }")).toEqual({ checked: 0, codes: [] });
    expect(look("pipeline main() { stok() }")).toEqual({ checked: 1, codes: ["HARN-NAM-002"] });
  });
});

describe("compile", () => {
  test("throws all findings of a broken program at once", () => {
    const compile = (): unknown => harn().compile(source("pipeline main() { let x = \n }\nfn f( {}"));
    expect(compile).toThrow(HarnCompileError);
  });

  test("a program compiles once and runs often", async () => {
    const engine = harn();
    const program = engine.compile(source("var n = 0\npipeline main() { n = n + 1\n n }"));
    expect([await engine.run(program), await engine.run(program)]).toEqual([1, 1]);
  });
});

describe("events", () => {
  test("output is events, in order", async () => {
    const run = harn().start(source('pipeline main() { log("a")\n log("b") }'));
    const events: RunEvent[] = [];
    for await (const event of run.events) events.push(event);
    expect(events).toEqual([
      { event_type: "stdout", payload: "[harn] a\n" },
      { event_type: "stdout", payload: "[harn] b\n" },
    ]);
    expect((await run.outcome).kind).toBe("completed");
  });
});

describe("host functions", () => {
  test("are called by name, with plain values, and may be asynchronous", async () => {
    const engine = harn({
      functions: {
        lookup: async (key) => ({ found: key === "a" }),
        add: (a, b) => Number(a) + Number(b),
      },
    });
    expect(
      await engine.run(source('pipeline main() { [add(1, 2), lookup("a").found, [1, 2].map({ n -> add(n, 1) })] }')),
    ).toEqual([3, true, [2, 3]]);
  });

  test("their errors can be caught", async () => {
    const engine = harn({ functions: { risky: () => Promise.reject(new Error("no luck")) } });
    expect(await engine.run(source("pipeline main() { try { risky() } catch (e) { e } }"))).toBe("no luck");
  });

  test.each([
    ["at once", "at_once()"],
    ["later", "later()"],
    ["in a task", "parallel each [1, 2] { n -> later() }"],
  ])("an error that nobody catches is the cause of the run's: %s", async (_when, call) => {
    const failure = new RangeError("out of stock");
    const functions = {
      at_once: () => {
        throw failure;
      },
      later: () => Promise.reject(failure),
    };
    const error: unknown = await harn({ functions })
      .run(source(`pipeline main() { ${call} }`))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "error", value: "out of stock", cause: failure });
  });
});

describe("abort", () => {
  test("cancels a wait, and finalizers run", async () => {
    const controller = new AbortController();
    const run = harn().start(
      source('pipeline main() { try { log("waiting")\n sleep(1h) } finally { log("cleaned") } }'),
      {
        signal: controller.signal,
      },
    );
    const output: string[] = [];
    for await (const event of run.events) {
      if (event.event_type === "stdout") output.push(event.payload);
      controller.abort();
    }
    expect((await run.outcome).kind).toBe("cancelled");
    expect(output).toEqual(["[harn] waiting\n", "[harn] cleaned\n"]);
  });

  test("is told from a failure and from a deadline, and keeps its reason", async () => {
    const reason = new Error("the user left");
    const signal = AbortSignal.abort(reason);
    const host = memoryHost();
    const failed = (text: string, options = {}) =>
      harn({
        host,
        functions: {
          pass: () => {
            host.clock.advance(3_600_000);
            return null;
          },
        },
      })
        .run(source(`pipeline main() { ${text} }`), options)
        .catch((thrown: unknown) => thrown);
    expect(await failed("sleep(1h)", { signal })).toMatchObject({ kind: "cancelled", cause: reason });
    expect(await failed("deadline 1ms { pass()\n sleep(1h) }")).toMatchObject({ kind: "deadline" });
    expect(await failed("throw 1")).toMatchObject({ kind: "error" });
  });

  test("before the start, nothing runs", async () => {
    const run = harn().start(source('pipeline main() { log("never") }'), { signal: AbortSignal.abort() });
    expect((await run.outcome).kind).toBe("cancelled");
    for await (const event of run.events) expect(event).toBeUndefined();
  });

  test("stops the top level of an import", async () => {
    const controller = new AbortController();
    const files = { "lib.harn": "let x = sleep(1h)\npub fn f() { return x }" };
    const run = harn({}, files).start(source('import { f } from "lib"\npipeline main() { f() }'), {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 5);
    expect((await run.outcome).kind).toBe("cancelled");
  });

  test("stops a loop that never waits", async () => {
    const controller = new AbortController();
    const run = harn().start(source("pipeline main() { while true { } }"), { signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    expect((await run.outcome).kind).toBe("cancelled");
  });
});

describe("isolation", () => {
  test("two runtimes side by side do not see each other", async () => {
    const text =
      "var seen = []\npipeline main(tag) { for i in 1 to 50 { seen = seen.push(tag)\n yield_now() }\n seen.unique() }";
    const [first, second] = await Promise.all([
      harn().run(source(text), { inputs: { tag: "one" } }),
      harn().run(source(text), { inputs: { tag: "two" } }),
    ]);
    expect([first, second]).toEqual([["one"], ["two"]]);
  });
});
