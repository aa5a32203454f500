import { describe, expect, test } from "vitest";
import { handoffEffects } from "../records/handoff-effects.ts";
import { type CapabilityPolicy, unrestrictedPolicy } from "../runtime/index.ts";
import { standardCatalog } from "./catalog.ts";
import { sourceCalls } from "./source-calls.ts";

function effects(source: string, ceiling: Partial<CapabilityPolicy> = {}): string[] {
  const found = handoffEffects(sourceCalls(source, standardCatalog), { ...unrestrictedPolicy, ...ceiling });
  return found.map((effect) => JSON.stringify(effect));
}

describe("effects of a source", () => {
  test("the ambient name, the harness and a handle of it do the same, once", () => {
    const read = ['{"kind":{"kind":"fs"},"resource":"a","scope":"read"}'];
    expect(effects('fn f() { read_file("a") }')).toEqual(read);
    expect(effects('fn f(h: Harness, fs: HarnessFs) { h.fs.read_text("a")\n fs.read_text("a") }')).toEqual(read);
  });

  test("a name that the source declares is its own, and a value that is no harness has no effects", () => {
    expect(effects('fn exec(x) { x }\nfn f(a) { exec("ls")\n a.fs.read_text("a") }')).toEqual([]);
  });

  test("only what stands in the source is told as name or resource", () => {
    expect(effects("fn f(p) { read_file(p)\n host_tool_call(p, {}) }")).toEqual([
      '{"kind":{"kind":"fs"},"scope":"read"}',
      '{"kind":{"kind":"tool"},"scope":"write"}',
    ]);
  });

  test("a tool without a name is covered by no list of tools", () => {
    expect(effects("fn f(p) { host_tool_call(p, {}) }", { tools: ["search"] })).toEqual([]);
  });

  test("an operation of the host without a name needs the widest level", () => {
    expect(effects("fn f(p) { host_call(p, {}) }", { side_effect_level: "process_exec" })).toEqual([]);
    expect(effects("fn f(p) { host_call(p, {}) }")).toHaveLength(1);
  });

  test("reading does not cover listing", () => {
    const ceiling = { capabilities: { workspace: ["read_text"] } };
    expect(effects('fn f() { list_dir("a") }', ceiling)).toEqual([]);
    expect(effects('fn f() { read_file("a") }', ceiling)).toHaveLength(1);
  });

  test("a source that does not parse is refused by its line", () => {
    expect(() => effects("fn f() {}\nfn g(")).toThrow("line 2: ");
  });
});
