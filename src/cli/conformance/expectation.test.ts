import { describe, expect, it } from "vitest";
import type { Observation } from "../test-runs/observation.ts";
import { type Expectation, judge } from "./expectation.ts";

function seen(parts: Partial<Observation>): Observation {
  return { stdout: "", stderr: "", findings: [], codes: [], durationMs: 1, ...parts };
}

const failed = (text: string): Observation => seen({ error: { text, rendered: text } });

describe("judge", () => {
  const output = (text: string): Expectation => ({ kind: "output", text });

  it("compares output without what trails at its end", () => {
    expect(judge(output("a\nb\n\n\n"), seen({ stdout: "a\nb" }))).toBeUndefined();
    expect(judge(output("a \nb"), seen({ stdout: "a\nb" }))).toBe("- a \n+ a\n  b");
  });

  it("does not compare how long a timer ran", () => {
    expect(judge(output("[timer] load: 3ms"), seen({ stdout: "[timer] load: 1250ms\n" }))).toBeUndefined();
    expect(judge(output("load: 3ms"), seen({ stdout: "load: 4ms\n" }))).toBeDefined();
  });

  it("takes an error for a failure of a program with expected output", () => {
    expect(judge(output(""), failed("Thrown: boom"))).toBe("runtime error: Thrown: boom");
  });

  it("finds an expected error by any of its lines", () => {
    const either: Expectation = { kind: "error", patterns: ["one", "re:^Thrown: t.o$"] };
    expect(judge(either, failed("Thrown: two"))).toBeUndefined();
    expect(judge(either, failed("Thrown: three"))).toContain("actual error: Thrown: three");
    expect(judge(either, seen({}))).toContain("but the program succeeded");
    expect(judge({ kind: "error", patterns: ["re:("] }, failed("("))).toBeDefined();
  });

  it("wants every expected finding", () => {
    const lint: Expectation = { kind: "lint", lines: ["HARN-LNT-014", "lint[unused-import]"] };
    expect(judge(lint, seen({ findings: ["HARN-LNT-014 warning lint[unused-variable]: x"] }))).toContain(
      "lint[unused-import]",
    );
    expect(
      judge(lint, seen({ findings: ["HARN-LNT-014 warning: x", "HARN-LNT-017 warning lint[unused-import]: y"] })),
    ).toBeUndefined();
  });

  it("says when time ran out, whatever was expected", () => {
    expect(judge({ kind: "error", patterns: ["x"] }, { ...failed("x"), timedOutAfterMs: 50 })).toBe(
      "timed out after 50ms",
    );
  });
});
