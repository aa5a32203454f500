import { describe, expect, it } from "vitest";
import { inlineProgram } from "./compile-entry.ts";

describe("inlineProgram", () => {
  it("makes code the body of a pipeline", () => {
    expect(inlineProgram("log(1)").text).toBe("pipeline main(task) {log(1)\n}\n");
  });

  it("leaves imports at the top and every line where it was", () => {
    const { text } = inlineProgram('import "std/text"\nimport { a } from "lib"\nlog(a)\nlog(2)');
    expect(text.split("\n").slice(0, 4)).toEqual([
      'import "std/text"',
      'import { a } from "lib"',
      "pipeline main(task) {log(a)",
      "log(2)",
    ]);
  });

  it("keeps a comment at the end of the code from hiding the brace", () => {
    expect(inlineProgram("log(1) // done").text).toBe("pipeline main(task) {log(1) // done\n}\n");
  });
});
