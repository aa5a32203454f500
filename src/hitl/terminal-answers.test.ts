import { describe, expect, it, test } from "vitest";
import type { CallContext, Stop } from "../builtin/index.ts";
import type { JsonObject } from "../eventlog/index.ts";
import { StopSource } from "../runtime/index.ts";
import type { RequestKind } from "./kinds.ts";
import { TerminalAnswers } from "./terminal-answers.ts";

/** A terminal at which somebody types these lines, and then nothing more; what it shows is kept. */
class FakeTerminal {
  shown = "";
  readonly #lines: string[];
  isThere = true;

  constructor(...lines: string[]) {
    this.#lines = lines;
  }

  get context(): CallContext {
    const host = {
      input: { readLine: (stop?: Stop) => this.#readLine(stop), readAll: async () => "" },
      terminal: { isInteractive: () => this.isThere },
      system: { username: "ada" },
    };
    const write = (_stream: string, text: string): void => {
      this.shown += text;
    };
    return { host, write, scoped: () => undefined } as unknown as CallContext;
  }

  #readLine(stop: Stop | undefined): Promise<string | undefined> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    return new Promise((resolve) => stop?.addEventListener("abort", () => resolve(undefined)));
  }
}

async function answered(kind: RequestKind, request: JsonObject, ...lines: string[]): Promise<unknown> {
  const terminal = new FakeTerminal(...lines);
  const answer = await new TerminalAnswers().answer(terminal.context, kind, request, new StopSource());
  return [terminal.shown, answer];
}

describe("the person at the terminal", () => {
  const question = { prompt: "How many?", schema: null, default: null };

  test.each([
    ["a text", question, "41", "How many? ", "41"],
    ["what the schema asks for", { ...question, schema: { type: "integer" } }, " 41 ", "How many? ", 41],
    ["a text where the schema asks for one", { ...question, schema: { type: "string" } }, "41", "How many? ", "41"],
    ["what is no JSON, for the schema to refuse", { ...question, schema: { type: "integer" } }, "x", "How many? ", "x"],
    ["the default for an empty line", { ...question, default: 3 }, "", "How many? [3] ", 3],
    ["an empty line without a default", question, "", "How many? ", ""],
  ])("answers a question with %s", async (_what, request, line, shown, answer) => {
    expect(await answered("question", request, line)).toEqual([shown, { answer, reviewer: "ada" }]);
  });

  const approval = { action: "drop it", detail: { table: "orders" }, reviewers: [] };

  test.each([
    ["y", 'Approve drop it ({"table":"orders"})? [y/N] ', { approved: true, reviewer: "ada" }],
    ["YES", 'Approve drop it ({"table":"orders"})? [y/N] ', { approved: true, reviewer: "ada" }],
  ])("approves with %s", async (line, shown, answer) => {
    expect(await answered("approval", approval, line)).toEqual([shown, answer]);
  });

  it("refuses by anything else, and says why", async () => {
    const shown = 'Approve drop it ({"table":"orders"})? [y/N] Why not? ';
    expect(await answered("approval", approval, "", "too risky")).toEqual([
      shown,
      { approved: false, reviewer: "ada", reason: "too risky" },
    ]);
    expect(await answered("dual_control", approval, "n", "")).toEqual([shown, { approved: false, reviewer: "ada" }]);
  });

  it("says as whom, where certain people were asked", async () => {
    const request = { action: "ship", detail: null, reviewers: ["ann", "bo"] };
    expect(await answered("approval", request, "y", "bo")).toEqual([
      "Approve ship? [y/N] As whom (ann, bo)? ",
      { approved: true, reviewer: "bo" },
    ]);
    const own = { ...request, reviewers: ["ann", "ada"] };
    expect(await answered("approval", own, "y")).toEqual(["Approve ship? [y/N] ", { approved: true, reviewer: "ada" }]);
  });

  it("leaves an escalation it does not accept to others", async () => {
    const request = { role: "oncall", reason: "disk full" };
    const shown = "For oncall: disk full. Accept? [y/N] ";
    expect(await answered("escalation", request, "y")).toEqual([shown, { accepted: true, reviewer: "ada" }]);
    expect(await answered("escalation", request, "n")).toEqual([shown, undefined]);
  });

  it("is asked one request after the other, and no more about one that has ended", async () => {
    const terminal = new FakeTerminal();
    const desk = new TerminalAnswers();
    const [first, second, third] = [new StopSource(), new StopSource(), new StopSource()];
    const ask = (prompt: string, ended: StopSource) =>
      desk.answer(terminal.context, "question", { ...question, prompt }, ended);
    const answers = [ask("one", first), ask("two", second), ask("three", third)];
    await new Promise(setImmediate);
    expect(terminal.shown).toBe("one ");
    second.abort(undefined);
    first.abort(undefined);
    await new Promise(setImmediate);
    expect(terminal.shown).toBe("one \nthree ");
    third.abort(undefined);
    expect(await Promise.all(answers)).toEqual([undefined, undefined, undefined]);
  });

  it("is nobody where there is no terminal", () => {
    const terminal = new FakeTerminal("41");
    terminal.isThere = false;
    expect(new TerminalAnswers().answer(terminal.context, "question", question, new StopSource())).toBeUndefined();
  });
});
