import { describe, expect, it } from "vitest";
import { emptySpan, Source } from "../text/index.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { ansiPalette } from "./palette.ts";
import { renderDiagnostic, renderDiagnostics } from "./render-terminal.ts";

const source = new Source("main.harn", "pipeline main() {\n  let match = 5\n}\n");

function finding(changes: Partial<Diagnostic> = {}): Diagnostic {
  return {
    code: "HARN-PAR-001",
    severity: "error",
    message: "expected a name, found 'match'",
    source,
    span: { start: 24, end: 29 },
    ...changes,
  };
}

function lines(text: string): string[] {
  return text.split("\n");
}

describe("renderDiagnostic", () => {
  it("shows the line and underlines the span with the label", () => {
    expect(lines(renderDiagnostic(finding({ label: "unexpected token" })))).toEqual([
      "error[HARN-PAR-001]: expected a name, found 'match'",
      "  --> main.harn:2:7",
      "   |",
      " 2 |   let match = 5",
      "   |       ^^^^^ unexpected token",
    ]);
  });

  it("draws bare carets without a label", () => {
    expect(lines(renderDiagnostic(finding())).slice(2)).toEqual(["   |", " 2 |   let match = 5", "   |       ^^^^^"]);
  });

  it("gives help, then the code's repair, then notes, then other places", () => {
    const other = { source, span: { start: 0, end: 8 }, text: "in this pipeline" };
    const rendered = renderDiagnostic(
      finding({ code: "HARN-OWN-001", severity: "warning", hint: "try this", notes: ["know that"], labels: [other] }),
    );
    expect(lines(rendered)).toEqual([
      "warning[HARN-OWN-001]: expected a name, found 'match'",
      "  --> main.harn:2:7",
      "   |",
      " 2 |   let match = 5",
      "   |       ^^^^^",
      "   = help: try this",
      "   = repair: bindings/make-mutable [scope-local] — declare it with `var`",
      "   = note: know that",
      "   = note: in this pipeline",
      "  --> main.harn:1:1",
      "   |",
      " 1 | pipeline main() {",
      "   | ^^^^^^^^ in this pipeline",
    ]);
  });

  it("makes room for the widest line number", () => {
    const long = new Source("long.harn", `${"\n".repeat(11)}oops`);
    const span = { start: 11, end: 15 };
    expect(lines(renderDiagnostic(finding({ source: long, span, label: "here" })))).toEqual([
      "error[HARN-PAR-001]: expected a name, found 'match'",
      "   --> long.harn:12:1",
      "    |",
      " 12 | oops",
      "    | ^^^^ here",
    ]);
  });

  it("shows no line for the end of a text that ends with a line break", () => {
    const end = source.text.length;
    const rendered = lines(renderDiagnostic(finding({ span: { start: end, end }, label: "file ends here" })));
    expect(rendered).toEqual([rendered[0], "  --> main.harn:4:1", "   |"]);
  });

  it("keeps carets of a span of several lines on the first", () => {
    const rendered = renderDiagnostic(finding({ span: { start: 0, end: 30 }, label: "all of it" }));
    expect(lines(rendered)[4]).toBe(`   | ${"^".repeat(17)} all of it`);
  });

  it("counts characters, not code units, and keeps tabs under tabs", () => {
    const odd = new Source("odd.harn", "\t\u{1F600}\u{1F600} x");
    const rendered = renderDiagnostic(finding({ source: odd, span: { start: 1, end: 5 }, label: "faces" }));
    expect(lines(rendered).slice(1)).toEqual([
      "  --> odd.harn:1:2",
      "   |",
      " 1 | \t\u{1F600}\u{1F600} x",
      "   | \t^^ faces",
    ]);
  });

  it("prints only the headline and the repair of a finding without a place", () => {
    const rendered = renderDiagnostic(finding({ span: emptySpan, code: "HARN-FMT-002", label: "x", hint: "y" }));
    expect(lines(rendered)).toEqual([
      "error[HARN-FMT-002]: expected a name, found 'match'",
      "  = repair: format/reformat [format-only] — format the file",
    ]);
  });

  it("leaves out brackets when there is no code", () => {
    expect(renderDiagnostic(finding({ code: "" }))).toMatch(/^error: expected/);
  });

  it("normalizes the path that it shows", () => {
    const nested = new Source("./lib/../lib\\a.harn", "x");
    expect(renderDiagnostic(finding({ source: nested, span: { start: 0, end: 1 } }))).toContain("--> lib/a.harn:1:1");
  });

  it("colours each part by what it is", () => {
    const rendered = renderDiagnostic(finding({ label: "here", hint: "try" }), ansiPalette);
    expect(rendered).toContain("\u001b[1;31merror\u001b[0m[HARN-PAR-001]");
    expect(rendered).toContain("\u001b[34m-->\u001b[0m");
    expect(rendered).toContain("\u001b[31m^^^^^\u001b[0m here");
    expect(rendered).toContain("\u001b[1;36mhelp\u001b[0m: try");
  });
});

describe("renderDiagnostics", () => {
  it("sorts by place and says nothing twice", () => {
    const late = finding({ message: "late", span: { start: 20, end: 21 } });
    const early = finding({ message: "early", span: { start: 0, end: 1 } });
    const rendered = renderDiagnostics([late, early, { ...late }]);
    expect(rendered.match(/late|early/g)).toEqual(["early", "late"]);
    expect(rendered.endsWith("\n")).toBe(true);
  });

  it("is empty for no findings", () => {
    expect(renderDiagnostics([])).toBe("");
  });
});
