import { describe, expect, it } from "vitest";
import { type Builtin, type CallContext, declare, HostError, Refusal, req, t } from "../builtin/index.ts";
import { runProgram } from "./testing/run-program.ts";

const testing = declare("testing");

function later(context: CallContext, milliseconds: number): Promise<void> {
  return new Promise((resolve) => context.host.clock.schedule(milliseconds, resolve));
}

/** Asynchronous code that nothing stops: it goes on after its wait was abandoned, and calls back whenever it can. */
function stubborn(name: string, signals: boolean[] = []): Builtin {
  return testing({
    name,
    summary: "Call back every three milliseconds, four times, whatever happens.",
    params: [req("callee", t.closure)],
    effect: "host",
    run: (context, callee) =>
      context.async(async () => {
        for (let round = 0; round < 4; round++) {
          await later(context, 3);
          signals.push(context.signal.aborted);
          await context.callAsync(callee, []).catch(() => null);
        }
        return null;
      }),
  });
}

async function linesOf(text: string, signals?: boolean[]): Promise<readonly string[]> {
  const { lines } = await runProgram(text, { parts: [{ builtins: [stubborn("stubborn", signals)] }] });
  return lines;
}

describe("a failure of the host that a builtin has no words for", () => {
  const failing = (name: string, error: HostError): readonly Builtin[] => [
    testing({ name: `${name}_now`, summary: "Fail.", params: [], effect: "state", run: () => throwing(error) }),
    testing({
      name: `${name}_later`,
      summary: "Fail a turn later.",
      params: [],
      effect: "state",
      run: (context) =>
        context.async(async () => {
          await later(context, 1);
          throw error;
        }),
    }),
  ];
  const throwing = (error: HostError): never => {
    throw error;
  };

  it.each([
    [
      "gone",
      new HostError("ENOENT", "No such file or directory (os error 2)"),
      "No such file or directory (os error 2)",
    ],
    [
      "refused",
      new Refusal("attempted to read '/etc/x' outside workspace_roots [/desk]", { isAboutPath: true }),
      "Error [tool_rejected]: HARN-CAP-201: sandbox violation: attempted to read '/etc/x' outside workspace_roots [/desk]",
    ],
  ])("is an error that the program can catch: %s", async (name, error, words) => {
    const attempt = (call: string): string => `try { ${call}() } catch (e) { println(e) }`;
    const text = `${attempt(`${name}_now`)}\n${attempt(`${name}_later`)}`;
    const { lines } = await runProgram(text, { parts: [{ builtins: failing(name, error) }] });
    expect(lines).toEqual([words, words]);
  });
});

describe("asynchronous code whose wait was abandoned", () => {
  it.each([
    ["sleeps", "sleep(30)"],
    ["calls back as well", 'stubborn({ -> println("own") })'],
    ["waits for a child that does", 'await(spawn { stubborn({ -> println("own") }) })'],
  ])("by a deadline calls back no more while its task %s", async (_name, next) => {
    const text = `
      try { deadline 4ms { stubborn({ -> println("late") }) } } catch (e) { println("over") }
      ${next}
      sleep(30)`;
    const own = next.includes("own") ? ["own", "own", "own", "own"] : [];
    expect(await linesOf(text)).toEqual(["late", "over", ...own]);
  });

  it("by a deadline calls back no more, twice in one task", async () => {
    const attempt = (word: string): string =>
      `try { deadline 4ms { stubborn({ -> println("${word}") }) } } catch (e) { println("over") }`;
    const text = `${attempt("first")}\n${attempt("second")}\nstubborn({ -> println("third") })\nsleep(30)`;
    expect(await linesOf(text)).toEqual(["first", "over", "second", "over", "third", "third", "third", "third"]);
  });

  it("by a graceful cancel calls back no more", async () => {
    const text = `
      let h = spawn {
        try { stubborn({ -> println("late") }) } catch (e) { println("over") }
        stubborn({ -> println("own") })
      }
      sleep(4)
      println(cancel_graceful(h, 100))`;
    expect(await linesOf(text)).toEqual(["late", "over", "own", "own", "own", "own", "Result.Ok(nil)"]);
  });

  it("sees an aborted signal, and its successor does not", async () => {
    const signals: boolean[] = [];
    const text = `
      try { deadline 4ms { stubborn({ -> nil }) } } catch (e) { }
      sleep(30)
      stubborn({ -> nil })`;
    await linesOf(text, signals);
    expect(signals).toEqual([false, true, true, true, false, false, false, false]);
  });
});
