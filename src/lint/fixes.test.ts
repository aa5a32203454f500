import { describe, expect, it } from "vitest";
import type { Diagnostic, TextEdit } from "../diagnostics/index.ts";
import { emptySpan, Source } from "../text/index.ts";
import { applyFixes } from "./fixes.ts";

function finding(...fix: readonly TextEdit[]): Diagnostic {
  return { code: "", severity: "warning", message: "", source: new Source("a", ""), span: emptySpan, fix };
}

function edit(start: number, end: number, text: string): TextEdit {
  return { span: { start, end }, text };
}

describe("applyFixes", () => {
  it("carries out fixes wherever they stand", () => {
    expect(applyFixes("abcdef", [finding(edit(4, 5, "E"), edit(0, 1, "A")), finding(edit(2, 3, ""))])).toEqual({
      text: "AbdEf",
      count: 2,
    });
  });

  it("leaves out a fix that overlaps an earlier one, whole", () => {
    expect(applyFixes("abcdef", [finding(edit(1, 4, "X")), finding(edit(3, 5, "Y"), edit(0, 1, "Z"))])).toEqual({
      text: "aXef",
      count: 1,
    });
  });
});
