import { describe, expect, it } from "vitest";
import { linesOf, runProgram } from "../testing/run-program.ts";

describe("spawn and await", () => {
  it("starts a task when its starter first waits", async () => {
    const lines = await linesOf(`
      let h = spawn { println("task") ; 7 }
      println("starter")
      println(await(h))
    `);
    expect(lines).toEqual(["starter", "task", "7"]);
  });
});
