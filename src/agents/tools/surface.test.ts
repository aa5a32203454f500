import { expect, test } from "vitest";
import { runBody } from "../testing/programs.ts";

const shell = `tool_define(tool_registry(), "run_command", "Run", {parameters: {command: "string"}, executor: "host_bridge", host_capability: "process.run",
  annotations: {kind: "execute", side_effect_level: "process_exec", emits_artifacts: true}})`;
const looking = `tool_define(tool_registry(), "look_at", "Look", {parameters: {path: "string"}, handler: { _a -> 1 },
  annotations: {kind: "read", side_effect_level: "read_only", arg_schema: {arg_aliases: {file: "path"}}}})`;

async function codes(surface: string): Promise<string> {
  const { lines } = await runBody(`
    let found = tool_surface_validate(${surface})
    println([found.valid] + found.diagnostics.map({ d -> d.code.replace("TOOL_SURFACE_", "") }))`);
  return lines.join("\n");
}

test.each([
  ["nil", "[true]"],
  [looking, "[true]"],
  [`[{name: "raw"}]`, "[true, MISSING_SCHEMA, MISSING_ANNOTATIONS, MISSING_EXECUTOR]"],
  [
    `tool_define(tool_registry(), "x", "X", {parameters: {}, handler: { _a -> 1 }, annotations: {kind: "edit"}})`,
    "[true, MISSING_SIDE_EFFECT_LEVEL]",
  ],
  [`{tools: ${shell}, policy: {side_effect_level: "process_exec"}}`, "[false, MISSING_RESULT_READER]"],
  [`{tools: [${shell}, ${looking}]}`, "[true]"],
  [`{tools: [${shell}, ${looking}], policy: {tools: ["run_command"]}}`, "[false, MISSING_RESULT_READER]"],
  [
    `{tools: [${shell}, ${looking}], policy: {side_effect_level: "read_only"}}`,
    "[false, SIDE_EFFECT_CEILING_EXCEEDED]",
  ],
  [
    `{tools: ${looking}, policy: {tool_arg_constraints: [{tool: "gone"}, {tool: "look_at", arg_key: "no"}, {tool: "look_*", arg_key: "path"}]}}`,
    "[true, UNKNOWN_ARG_CONSTRAINT_TOOL, UNKNOWN_ARG_CONSTRAINT_KEY]",
  ],
  [
    `{tools: ${looking}, approval_policy: {auto_approve: ["look*"], require_approval: ["zz"]}}`,
    "[true, APPROVAL_PATTERN_NO_MATCH]",
  ],
  [
    `{tools: ${looking}, system: "Never delete_file({}), but mystery({}) and \`other_one\` are words"}`,
    "[true, UNKNOWN_PROMPT_TOOL]",
  ],
  [
    `{tools: ${looking}, prompts: ["look_at({file: 1})"], policy: {tools: ["z"]}}`,
    "[true, PROMPT_TOOL_NOT_IN_POLICY, DEPRECATED_ARG_ALIAS]",
  ],
])("%s", async (surface, expected) => {
  expect(await codes(surface)).toBe(expected);
});

test("a prompt may speak of a deferred tool only where it can be found", async () => {
  const later = `tool_define(${looking}, "later_on", "L", {parameters: {}, defer_loading: true, handler: { _a -> 1 }, annotations: {kind: "read", side_effect_level: "none"}})`;
  expect(await codes(`{tools: ${later}, prompt: "later_on()"}`)).toBe("[true, DEFERRED_TOOL_PROMPT_REFERENCE]");
  expect(await codes(`{tools: ${later}, prompt: "later_on()", tool_search: true}`)).toBe("[true]");
  expect(await codes(`${later}, {prompt: "later_on()"}`)).toBe("[true, DEFERRED_TOOL_PROMPT_REFERENCE]");
});

test("each diagnostic names the tool and the field", async () => {
  const { lines } = await runBody(`println(json_stringify(tool_surface_validate({tools: ${shell}}).diagnostics[0]))`);
  expect(lines).toEqual([
    '{"code":"TOOL_SURFACE_MISSING_RESULT_READER","field":"result_readers","message":"execute tool \'run_command\' can emit output artifacts but has no active result reader","severity":"error","tool":"run_command"}',
  ]);
});
