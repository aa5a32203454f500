import { describe, expect, it } from "vitest";
import { loadModuleGraph, type Module, memoryReader } from "./index.ts";

function load(files: Readonly<Record<string, string>>, entry = "main.harn"): Module {
  return loadModuleGraph({ path: entry, text: files[entry] ?? "" }, memoryReader(files)).entry;
}

function bound(module: Module): string[] {
  return module.imports.flatMap((found) =>
    found.bindings.map((binding) => `${binding.name}=${binding.exported.kind}@${binding.exported.module.id}`),
  );
}

function problems(module: Module): (string | undefined)[] {
  return module.imports.map((found) => found.problem);
}

describe("wildcard imports", () => {
  it("bring what is public, and types whether marked or not", () => {
    const lib = [
      "pub fn open() { return 1 }",
      "fn shut() { return 2 }",
      "pub struct Point { x: int }",
      "struct Hidden { x: int }",
      "pub enum Tone { High }",
      "type Label = string",
      "interface Show { fn show(self) -> string }",
      "let size = 3",
    ].join("\n");
    expect(bound(load({ "main.harn": 'import "lib"', "lib.harn": lib }))).toEqual([
      "open=function@lib.harn",
      "Point=struct@lib.harn",
      "Tone=enum@lib.harn",
      "Label=type@lib.harn",
      "Show=interface@lib.harn",
    ]);
  });

  it("bring every function of a module that marks none", () => {
    expect(bound(load({ "main.harn": 'import "lib"', "lib.harn": "fn a() { }\ngen fn b() { emit 1 }" }))).toEqual([
      "a=function@lib.harn",
      "b=stream@lib.harn",
    ]);
  });

  it("find a module of the standard library", () => {
    const files = { "main.harn": 'import "std/text"', "<stdlib>/text.harn": "pub fn dedent(s) { return s }" };
    expect(bound(load(files))).toEqual(["dedent=function@<stdlib>/text.harn"]);
  });
});

describe("selective imports", () => {
  it("may name what is not public, and types", () => {
    const lib = "pub fn a() { }\nfn b() { }\nstruct P { x: int }\nenum E { V }";
    const main = load({ "main.harn": 'import { b, P, E } from "lib"', "lib.harn": lib });
    expect(bound(main)).toEqual(["b=function@lib.harn", "P=struct@lib.harn", "E=enum@lib.harn"]);
    expect(problems(main)).toEqual([undefined]);
  });

  it("say which name a module lacks; variables are not importable", () => {
    const main = load({ "main.harn": 'import { a, size } from "lib"', "lib.harn": "fn a() { }\nlet size = 1" });
    expect(problems(main)).toEqual(["Import error: 'size' is not defined in lib.harn"]);
    expect(bound(main)).toEqual(["a=function@lib.harn"]);
  });

  it("do not reach through a module's own imports", () => {
    const files = { "main.harn": 'import { a } from "b"', "b.harn": 'import { a } from "a"', "a.harn": "fn a() { }" };
    expect(problems(load(files))).toEqual(["Import error: 'a' is not defined in b.harn"]);
  });
});

describe("collisions", () => {
  const two = { "one.harn": "pub fn f() { return 1 }", "two.harn": "pub fn f() { return 2 }" };

  it("of two functions are a problem of the later import", () => {
    expect(problems(load({ ...two, "main.harn": 'import "one"\nimport "two"' }))).toEqual([
      undefined,
      `Import collision: 'f' is already defined when importing two.harn. Use selective imports to disambiguate: import { f } from "..."`,
    ]);
  });

  it("of a function with itself are none", () => {
    const main = 'import "one"\nimport "./one.harn"\nimport { f } from "one"\nimport "again"';
    const entry = load({ ...two, "again.harn": 'pub import "one"', "main.harn": main });
    expect(problems(entry)).toEqual([undefined, undefined, undefined, undefined]);
    expect(bound(entry)).toEqual(["f=function@one.harn"]);
  });

  it("of types are none: the first is taken", () => {
    const files = { "a.harn": "type T = int", "b.harn": "type T = string", "main.harn": 'import "a"\nimport "b"' };
    expect(problems(load(files))).toEqual([undefined, undefined]);
  });
});

describe("re-exports", () => {
  it("pass through any number of modules, keeping where a name is declared", () => {
    const files = {
      "main.harn": 'import { f, g } from "outer"',
      "outer.harn": 'pub import "middle"',
      "middle.harn": 'pub import { f } from "inner"\npub fn g() { }',
      "inner.harn": "fn f() { }",
    };
    expect(bound(load(files))).toEqual(["f=function@inner.harn", "g=function@middle.harn"]);
  });

  it("make a module's own unmarked functions private", () => {
    const files = {
      "main.harn": 'import "facade"',
      "facade.harn": 'pub import "inner"\nfn helper() { }',
      "inner.harn": "fn f() { }",
    };
    expect(bound(load(files))).toEqual(["f=function@inner.harn"]);
  });

  it("may not contradict each other", () => {
    const files = {
      "main.harn": 'import "facade"',
      "facade.harn": 'pub import "inner"\npub fn f() { }',
      "inner.harn": "fn f() { }",
    };
    const graph = loadModuleGraph({ path: "main.harn", text: files["main.harn"] }, memoryReader(files));
    expect(problems(graph.modules.get("facade.harn") as Module)).toEqual([
      "Re-export collision: 'f' is defined here and also re-exported from 'inner'",
    ]);
  });
});

describe("cycles", () => {
  it("bind on both sides, also through re-exports", () => {
    const files = {
      "main.harn": 'import { even } from "even"',
      "even.harn": 'import { odd } from "odd"\npub fn even(n) { return odd(n) }',
      "odd.harn": 'pub import { even } from "even"\npub import "main"\npub fn odd(n) { return even(n) }',
    };
    const graph = loadModuleGraph({ path: "main.harn", text: files["main.harn"] }, memoryReader(files));
    expect([...graph.modules.keys()]).toEqual(["main.harn", "even.harn", "odd.harn"]);
    expect([...graph.modules.values()].map(bound)).toEqual([
      ["even=function@even.harn"],
      ["odd=function@odd.harn"],
      ["even=function@even.harn"],
    ]);
    expect([...graph.modules.values()].flatMap(problems)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("include a module that imports itself", () => {
    expect(problems(load({ "main.harn": 'import { f } from "main"\nfn f() { }' }))).toEqual([undefined]);
  });
});

describe("imports that fail", () => {
  it("carry the error that running them raises", () => {
    const main = load({ "main.harn": 'import "nope"\nimport "std/nope"\nimport "bad"', "bad.harn": "fn (" });
    const [absent, std, broken] = problems(main);
    expect(absent).toBe("Import error: cannot read 'nope.harn': No such file or directory (os error 2)");
    expect(std).toBe("Unknown stdlib module: std/nope");
    expect(broken).toMatch(/^Import parse error in bad\.harn: /);
  });

  it("leave the rest of a program as it is", () => {
    const main = load({ "main.harn": 'import "nope"\nimport "lib"\nfn f() { return g() }', "lib.harn": "fn g() { }" });
    expect(bound(main)).toEqual(["g=function@lib.harn"]);
    expect([...main.exports.keys()]).toEqual(["f"]);
  });
});

it("gives one module to all who import it, by whatever path", () => {
  const files = {
    "app/main.harn": 'import "lib/a"\nimport "../app/lib/b"',
    "app/lib/a.harn": 'import "b"',
    "app/lib/b.harn": "fn f() { }",
  };
  const graph = loadModuleGraph({ path: "app/main.harn", text: files["app/main.harn"] }, memoryReader(files));
  expect([...graph.modules.keys()]).toEqual(["app/main.harn", "app/lib/a.harn", "app/lib/b.harn"]);
});
