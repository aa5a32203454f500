import { describe, expect, it } from "vitest";
import { Source } from "../text/index.ts";
import { DictValue, plainError, Raise, runtimeError, thrown } from "../value/index.ts";
import { errorText, renderProblem, renderUncaught } from "./uncaught.ts";

const source = new Source("./lib/main.harn", "fn f(x) {\n  let y = x / 0\n}\n\npipeline default(task) {\n  f(1)\n}\n");

function raisedAt(error: Raise): Raise {
  error.trace.push(
    { name: "f", source, span: { start: 24, end: 25 } },
    { name: "pipeline", source, span: { start: 56, end: 60 } },
  );
  return error;
}

describe("renderUncaught", () => {
  it("shows the place, carets below it, and who called", () => {
    expect(renderUncaught(raisedAt(plainError("Division by zero")))).toBe(
      [
        "error: Runtime error: Division by zero (line 2)",
        "  --> lib/main.harn:2:15",
        "   |",
        " 2 |   let y = x / 0",
        "   |               ^",
        "  = note: called from pipeline at lib/main.harn:6",
        "",
      ].join("\n"),
    );
  });

  it("is one line for an error without a place", () => {
    expect(renderUncaught(thrown("boom"))).toBe("error: Thrown: boom\n");
  });
});

describe("errorText", () => {
  it.each([
    [thrown(DictValue.of({ code: 3 })), "Thrown: {code: 3}"],
    [thrown(null), "Thrown: nil"],
    [runtimeError("no"), "Runtime error: no (line 2)"],
    [
      new Raise("arity", "Arity mismatch: 'f' expects 1 argument, got 2"),
      "Arity mismatch: 'f' expects 1 argument, got 2",
    ],
    [new Raise("cancelled", "kind:cancelled:VM cancelled by host"), "Thrown: kind:cancelled:VM cancelled by host"],
  ])("of %o", (error, text) => {
    expect(errorText(raisedAt(error))).toBe(text);
  });
});

describe("renderProblem", () => {
  it("names the line in its text and shows it", () => {
    const rendered = renderProblem({ message: "break outside of loop", source, span: { start: 12, end: 15 } });
    expect(rendered.split("\n")[0]).toBe("error: compile error: Compile error at line 2: break outside of loop");
    expect(rendered).toContain(" 2 |   let y = x / 0\n   |   ^^^\n");
  });
});
