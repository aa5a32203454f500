import { describe, expect, it } from "vitest";
import { emptySpan, Source } from "../text/index.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { diagnosticToJson } from "./render-json.ts";

const source = new Source("main.harn", 'let é = "\u{1F600}" ~');
const base: Diagnostic = {
  code: "HARN-PAR-003",
  severity: "error",
  message: "Unexpected character '~' at 1:13",
  source,
  span: { start: 13, end: 14 },
};

describe("diagnosticToJson", () => {
  it("gives byte offsets and the stage that found it", () => {
    expect(diagnosticToJson(base)).toEqual({
      source: "lexer",
      severity: "error",
      code: "HARN-PAR-003",
      message: "Unexpected character '~' at 1:13",
      span: { start: 16, end: 17 },
    });
  });

  it.each([
    ["HARN-PAR-001", "parser"],
    ["HARN-TYP-002", "type"],
    ["HARN-LNT-014", "lint"],
    ["HARN-MOD-001", "preflight"],
    ["HARN-CAP-006", "preflight"],
    ["", "preflight"],
  ])("places %s in the stage %s", (code, stage) => {
    expect(diagnosticToJson({ ...base, code }).source).toBe(stage);
  });

  it("leaves out what is not there", () => {
    const json = diagnosticToJson({ ...base, code: "", span: emptySpan, hint: "help text" });
    expect(Object.keys(json)).toEqual(["source", "severity", "message", "help"]);
  });
});
