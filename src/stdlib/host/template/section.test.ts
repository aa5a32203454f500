import { describe, expect, test } from "vitest";
import { renderedForKey } from "../../../builtin/index.ts";
import { DictValue, type Value } from "../../../value/index.ts";
import { Bench } from "../testing/bench.ts";
import { promptRegistry } from "./template.ts";

/** What a template renders to for a model that can do this. */
function rendered(
  template: string,
  can?: Record<string, Value>,
  bindings: Record<string, Value> = {},
): Promise<string> {
  const bench = new Bench();
  if (can !== undefined) bench.service(renderedForKey).push(DictValue.of({ capabilities: DictValue.of(can) }));
  return bench.shown("render_string", template, DictValue.of(bindings));
}

const xml = {
  prefers_xml_scaffolding: true,
  prefers_xml_tools: true,
  structured_output_mode: "xml_tagged",
  native_tools: true,
};
const markdown = { prefers_markdown_scaffolding: true, structured_output_mode: "native_json", native_tools: true };

describe("sections", () => {
  test.each<[string, Record<string, Value> | undefined, string]>([
    ['{{ section "task" }}Go.{{ endsection }}', undefined, "Task:\nGo."],
    ['{{ section "task" }}Go.{{ endsection }}', xml, "<task>\nGo.\n</task>"],
    ['{{ section "task" }}Go.{{ endsection }}', markdown, "## Task\nGo."],
    ['{{ section "tools" }}t{{ endsection }}', xml, "<tools>\nt\n</tools>"],
    ['{{ section "tools" }}t{{ endsection }}', markdown, "## Tools\nt"],
    ['{{ section "tools" }}t{{ endsection }}', {}, "Tools:\nt"],
    ['{{ section "output_format" }}JSON{{ endsection }}', xml, "<output_format>\nJSON\n</output_format>"],
    [
      '{{ section "output_format" }}JSON{{ endsection }}',
      { structured_output_mode: "delimited" },
      "[[ ## output_format ## ]]\nJSON",
    ],
    ['a{{ section "output_format" }}JSON{{ endsection }}b', markdown, "ab"],
    ['{{ section "chain_of_thought" }}why{{ endsection }}', xml, "<reasoning>\nwhy\n</reasoning>"],
    ['{{ section "chain_of_thought" }}why{{ endsection }}', undefined, "why"],
    [
      '{{ section "examples" }}{{ section "task" }}in{{ endsection }}{{ endsection }}',
      undefined,
      "Examples:\nTask:\nin",
    ],
    ["a {{ section 'task' }}\n\n body\n{{ endsection 'task' }} b", undefined, "a Task:\nbody b"],
  ])("%s for %o", async (template, can, expected) => {
    expect(await rendered(template, can)).toBe(expected);
  });

  test("show what their argument holds behind their text", async () => {
    const tools = '{{ section "tools" tools=names }}Call:{{ endsection }}';
    expect(await rendered(tools, undefined, { names: "read" })).toBe('Tools:\nCall:\n\n"read"');
    const schema = await rendered('{{ section "output_format" schema="S" }}{{ endsection }}');
    expect(schema).toMatch(/^Output Format:\n.+:\n"S"$/);
  });

  test.each([
    ['{{ section "task" }}open', "at 1:1: missing `{{ endsection }}` for `{{ section }}`"],
    ['{{ section "task" }}x{{ end }}', "at 1:22: unexpected `{{ end }}`"],
    ['{{ section "task" }}x{{ endsection "tools" }}', "at 1:22: mismatched section end: expected `task`, got `tools`"],
    [
      '{{ section "aims" }}x{{ endsection }}',
      "at 1:1: unknown template section `aims`: there are task, examples, tools, output_format, chain_of_thought",
    ],
    ["{{ section task }}x{{ endsection }}", "at 1:1: section name must be a string literal"],
    ['{{ section "task", a: 1 }}x{{ endsection }}', "at 1:1: expected `name=value` section argument"],
    ["{{ endsection }}", "at 1:1: unexpected `{{ endsection }}`"],
  ])("%s is refused", async (template, message) => {
    expect(await rendered(template)).toBe(`!! ${message}`);
  });

  test("`section` alone is a name like any other", async () => {
    expect(await rendered("{{ section }}", undefined, { section: "intro" })).toBe("intro");
  });

  test("spans follow their text", () => {
    const files = { "p.prompt": 'a {{ section "task" }}\n  body {{ x }}\n{{ endsection }} z' };
    const bench = new Bench({ files });
    bench.now("render_with_provenance", "p.prompt", DictValue.of({ x: 1 }));
    const spans = bench.service(promptRegistry).find("prompt-1")?.rendering.spans;
    expect(spans?.map(({ kind, start, end }) => [kind, start, end])).toEqual([
      ["text", 0, 2],
      ["text", 8, 13],
      ["legacy_bare", 13, 14],
      ["section", 2, 14],
      ["text", 14, 16],
    ]);
  });
});
