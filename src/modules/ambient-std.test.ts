import { expect, test } from "vitest";
import { loadModuleGraph } from "./graph.ts";
import { memoryReader } from "./memory-reader.ts";

const std = { "<stdlib>/agent/turn.harn": "pub fn agent_turn(prompt) { return prompt }\n" };

function importsOf(text: string, files: Record<string, string> = {}): string[] {
  const { entry } = loadModuleGraph({ path: "main.harn", text }, memoryReader({ ...files, ...std }));
  return entry.imports.flatMap(({ bindings, target }) => bindings.map(({ name }) => `${name} of ${target?.id}`));
}

test("a name that is called and nowhere declared comes from its std module", () => {
  expect(importsOf('pipeline main() { agent_turn("x") }')).toEqual(["agent_turn of <stdlib>/agent/turn.harn"]);
});

test("a declaration, an import and a mention take precedence", () => {
  expect(importsOf("fn agent_turn(x) { x }\npipeline main() { agent_turn(1) }")).toEqual([]);
  expect(importsOf("pipeline main() { let agent_turn = { x -> x }\nagent_turn(1) }")).toEqual([]);
  expect(importsOf('// agent_turn\npipeline main() { log("agent_turn") }')).toEqual([]);
  const files = { "lib.harn": "pub fn agent_turn(x) { x }" };
  expect(importsOf('import { agent_turn } from "lib"\npipeline main() { agent_turn(1) }', files)).toEqual([
    "agent_turn of lib.harn",
  ]);
});

test("a wildcard that brings the name goes first", () => {
  const files = { "lib.harn": "pub fn agent_turn(x) { x }" };
  const { entry } = loadModuleGraph(
    { path: "main.harn", text: 'import "lib"\npipeline main() { agent_turn(1) }' },
    memoryReader({ ...files, ...std }),
  );
  expect(entry.imports[0]?.bindings.map(({ name }) => name)).toEqual(["agent_turn"]);
  expect(entry.imports[1]?.bindings).toEqual([]);
});
