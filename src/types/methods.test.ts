import { describe, expect, it } from "vitest";
import { Catalog } from "../builtin/index.ts";
import { loadModuleGraph, memoryReader } from "../modules/index.ts";
import { check } from "./index.ts";
import { findings } from "./testing/findings.ts";

describe("a method that no value of the type has", () => {
  it.each([
    ["a text", 'let s = "tide"\nlog(s.trimm())', "string has no method `trimm`"],
    ["a list", "log([1].mapp({ n -> n }))", "list<int> has no method `mapp`"],
    ["a number", "log((3).len())", "int has no method `len`"],
    ["a truth value", "fn f(b: bool) {\n  log(b.flip())\n}", "bool has no method `flip`"],
    [
      "a handle",
      'fn f(harness: Harness) {\n  harness.fs.append_text("a", "b")\n}',
      "HarnessFs has no method `append_text`",
    ],
    ["behind `?.`", 'log("tide"?.trimm())', "string has no method `trimm`"],
  ])("%s", (_about, text, message) => {
    const found = findings(text).filter((finding) => finding.includes("TYP-103"));
    expect(found).toEqual([expect.stringContaining(message)]);
  });

  it("is silent where a value may bring the method along", () => {
    const texts = [
      "fn f(x) {\n  log(x.trimm())\n}",
      "log({trimm: { -> 1 }}.trimm())",
      "fn f(x: string | list) {\n  log(x.trimm())\n}",
      "fn f(x: string | nil) {\n  log(x?.trimm())\n}",
      "struct P { x: int }\nimpl P {\n  fn go(self) {\n    return 1\n  }\n}\nlog(P {x: 1}.go())",
      'log("a b".split(" ").map({ w -> w }).first())',
    ];
    expect(texts.flatMap((text) => findings(text)).filter((finding) => finding.includes("TYP-103"))).toEqual([]);
  });

  it("is silent where a host has no methods of the kind at all", () => {
    const text = 'log("tide".trimm())';
    const graph = loadModuleGraph({ path: "main.harn", text }, memoryReader({ "main.harn": text }));
    expect(
      check(graph, new Catalog([]), { ambientStdio: "warn" }).filter(({ code }) => code === "HARN-TYP-103"),
    ).toEqual([]);
  });
});
