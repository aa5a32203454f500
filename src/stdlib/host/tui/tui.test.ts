import { describe, expect, test } from "vitest";
import { commandGateKey } from "../../../builtin/index.ts";
import { show } from "../../../value/index.ts";
import { Bench, value } from "../testing/bench.ts";

/** A bench whose host has a person at a terminal, and a pager that keeps what it was given. */
function atTerminal(hasPager: boolean, environment: Record<string, string> = {}) {
  const paged: [readonly string[], string][] = [];
  const bench = new Bench({
    environment,
    parts: ({ terminal }) => ({
      terminal: {
        ...terminal,
        isInteractive: () => true,
        size: () => ({ width: 100, height: 20 }),
        page: async (pager, text) => {
          if (hasPager) paged.push([pager, text]);
          return hasPager;
        },
      },
    }),
  });
  return { bench, paged };
}

describe("__tui_page", () => {
  test.each([
    [{ body: "a\nb" }, "a\nb\n--- end ---\n"],
    [{ body: "a\n", title: "T", footer: "F" }, "T\n───\n\na\nF\n"],
    [{ body: "", title: "Long title" }, "Long title\n──────────\n\n\n--- end of Long title ---\n"],
    [{ body: "x", title: " ", footer: "" }, "x\n"],
  ])("writes %j plainly into a pipe", async (options, text) => {
    const bench = new Bench();
    expect(await bench.shown("__tui_page", value(options))).toBe("{ok: true, paged: false}");
    expect(bench.written.stdout).toBe(text);
  });

  test("hands the text to the pager of a person at a terminal", async () => {
    const { bench, paged } = atTerminal(true, { PAGER: "most -s" });
    expect(await bench.shown("__tui_page", value({ body: "a" }))).toBe("{ok: true, paged: true}");
    expect(paged).toEqual([[["most", "-s"], "a\n--- end ---\n"]]);
    expect(bench.written.stdout).toBe("");
  });

  test.each([
    [false, {}, { body: "a" }],
    [true, { PAGER: "cat" }, { body: "a" }],
    [true, { PAGER: "" }, { body: "a" }],
    [true, {}, { body: "a", no_pager: true }],
  ])("writes by itself without a pager (%j, %j, %j)", async (hasPager, environment, options) => {
    const { bench, paged } = atTerminal(hasPager, environment);
    expect(await bench.shown("__tui_page", value(options))).toBe("{ok: true, paged: false}");
    expect([paged, bench.written.stdout]).toEqual([[], "a\n--- end ---\n"]);
  });

  test("asks the command policy about the pager, and writes by itself when that refuses", async () => {
    const { bench, paged } = atTerminal(true, { PAGER: "most -s" });
    const asked: string[] = [];
    bench.service(commandGateKey).gate = {
      pass: async (_context, { surface, request, answersRefusals }) => {
        asked.push(`${surface} ${show(request)} ${answersRefusals}`);
        return null;
      },
    };
    expect(await bench.shown("__tui_page", value({ body: "a" }))).toBe("{ok: true, paged: false}");
    expect(asked).toEqual(["__tui_page {argv: [most, -s], mode: argv} true"]);
    expect([paged, bench.written.stdout]).toEqual([[], "a\n--- end ---\n"]);
  });

  test("refuses what is no page", async () => {
    const bench = new Bench();
    expect(await bench.shown("__tui_page", value({ body: "a", format: "html" }))).toContain(
      "page: format must be 'text' or 'markdown', got 'html'",
    );
    expect(await bench.shown("__tui_page", value({ title: "a" }))).toContain(
      "parameter `options` expects {body: string",
    );
  });
});

describe("__tui_terminal_width", () => {
  test("asks $COLUMNS, then the terminal, then the default", () => {
    expect(atTerminal(true, { COLUMNS: "120" }).bench.now("__tui_terminal_width", 33)).toBe(120);
    expect(atTerminal(true).bench.now("__tui_terminal_width", 33)).toBe(100);
    expect(new Bench().now("__tui_terminal_width", 33)).toBe(33);
    expect(new Bench({ environment: { COLUMNS: "wide" } }).now("__tui_terminal_width", -5)).toBe(80);
  });
});

test("__tui_clear clears", () => {
  const bench = new Bench();
  bench.now("__tui_clear");
  expect(bench.written.stdout).toBe("\u001b[2J\u001b[H");
});
