import { describe, expect, it } from "vitest";
import { Source } from "../text/index.ts";
import { defineDiagnostic, diagnose } from "./define.ts";

const unknownName = defineDiagnostic<{ name: string; nearest?: string }>({
  code: "HARN-NAM-001",
  severity: "error",
  message: ({ name }, place) => `\`${name}\` is not defined at line ${place().line}`,
  hint: ({ nearest }) => (nearest ? `did you mean \`${nearest}\`?` : undefined),
});

const source = new Source("a.harn", "x\ny");

describe("diagnose", () => {
  it("makes a finding from facts, with the wording of its definition", () => {
    expect(diagnose(unknownName, source, { start: 2, end: 3 }, { name: "y", nearest: "x" })).toEqual({
      code: "HARN-NAM-001",
      severity: "error",
      message: "`y` is not defined at line 2",
      source,
      span: { start: 2, end: 3 },
      hint: "did you mean `x`?",
    });
  });

  it("leaves out a part whose wording is silent", () => {
    expect(diagnose(unknownName, source, { start: 0, end: 1 }, { name: "x" })).not.toHaveProperty("hint");
  });
});
