import { describe, expect, test } from "vitest";
import { renderedForKey } from "../../../builtin/index.ts";
import { DictValue, RangeValue, SetValue } from "../../../value/index.ts";
import { Bench, value } from "../testing/bench.ts";
import { promptRegistry } from "./template.ts";

const render = (source: string, bindings: unknown = {}) => new Bench().shown("render_string", source, value(bindings));

describe("interpolation", () => {
  test.each<[string, unknown, string]>([
    ["hi {{name}}!", { name: "Ann" }, "hi Ann!"],
    ["hi {{ name }}!", {}, "hi {{name}}!"],
    [
      "{{ user.name }}|{{ xs[1] }}|{{ xs[-1] }}|{{ d['a-b'] }}",
      { user: { name: "A" }, xs: [1, 2, 3], d: { "a-b": "k" } },
      "A|2|3|k",
    ],
    ["[{{ a.b.c }}{{ xs[9] }}{{ n }}]", { xs: [], n: null }, "[]"],
    ['{{ "lit" }} {{ 1.50 }} {{ -2 }} {{ true }}', {}, "lit 1.5 -2 true"],
    ["{{# gone #}}a{{x}}", { x: [1, null] }, "a[1, nil]"],
    ["{{ raw }}{{ not-a-directive }}{{ endraw }}", {}, "{{ not-a-directive }}"],
    ["{{ 'it''s' | upper }}", {}, "!! at 1:1: unexpected `text` in expression"],
    ['don\'t {{ x | default: "}}" }}', {}, "don't }}"],
    ["{{ {a: 1} }}", {}, "!! at 1:1: unexpected `{` in expression"],
  ])("%s", async (source, bindings, expected) => {
    expect(await render(source, bindings)).toBe(expected);
  });
});

describe("conditions", () => {
  test.each<[string, unknown, string]>([
    ["{{if x}}A{{else}}B{{end}}", { x: "  " }, "B"],
    ["{{if n == 1}}one{{elif n == 2}}two{{else}}many{{end}}", { n: 2 }, "two"],
    ["{{if n >= 5 and not (n > 9 || off)}}ok{{end}}", { n: 5 }, "ok"],
    ["{{if a < b}}lt{{end}}{{if a < 1}}!{{end}}", { a: "x", b: "y" }, "lt"],
    ["{{if !xs}}none{{end}}", { xs: [] }, "none"],
    ["{{ a or 'b' }}{{ a and 'c' }}", { a: "" }, "b"],
    ["{{ if x }}open", { x: 1 }, "!! at 1:1: missing `{{ end }}` for `{{ if }}`"],
    ["a\n  {{ end }}", {}, "!! at 2:3: unexpected `{{ end }}`"],
    ["{{if x}}{{else}}{{elif y}}{{end}}", {}, "!! at 1:17: unexpected `{{ elif }}`"],
  ])("%s", async (source, bindings, expected) => {
    expect(await render(source, bindings)).toBe(expected);
  });
});

describe("loops", () => {
  test.each<[string, unknown, string]>([
    [
      "{{for x in xs}}{{loop.index}}/{{loop.length}}:{{x}}{{if !loop.last}},{{end}}{{end}}",
      { xs: ["a", "b"] },
      "1/2:a,2/2:b",
    ],
    ["{{for k, v in m}}{{k}}={{v}};{{end}}", { m: { b: 2, a: 1 } }, "a=1;b=2;"],
    ["{{for i, x in xs}}{{i}}{{x}}{{end}}", { xs: ["a", "b"] }, "0a1b"],
    ["{{for x in xs}}A{{else}}empty{{end}}", { xs: null }, "empty"],
    ["{{for x in r}}{{x}}{{end}}", { r: new RangeValue(1, 3, false) }, "123"],
    ["{{for x in s}}{{x}}{{end}}", { s: new SetValue(["q", "p"]) }, "qp"],
    [
      "{{for x in xs}}{{for y in ys}}{{x}}{{y}} {{end}}{{end}}{{x}}",
      { xs: [1, 2], ys: ["a"], x: "outer" },
      "1a 2a outer",
    ],
    ["{{for x in 5}}{{end}}", {}, "!! at 1:1: for-loop expects a list, dict, set, or range"],
    ["{{for x}}{{end}}", {}, "!! at 1:1: expected `in` in for-loop"],
    ["{{for a.b in xs}}{{end}}", {}, "!! at 1:1: invalid for-loop variable"],
  ])("%s", async (source, bindings, expected) => {
    expect(await render(source, bindings)).toBe(expected);
  });
});

describe("blank control", () => {
  test.each<[string, unknown, string]>([
    ["line1\n  {{- x -}}  \nline2", { x: "v" }, "line1vline2"],
    ["Items:\n{{- for x in xs -}}\n  {{ x }},\n{{- end -}}\nDONE", { xs: ["a", "b", "c"] }, "Items:  a,  b,  c,DONE"],
    ["a\n\n{{- x }}\n b", { x: "v" }, "a\nv\n b"],
    ["{{ -1 }}{{- -1 }}", {}, "-1-1"],
  ])("%j", async (source, bindings, expected) => {
    expect(await render(source, bindings)).toBe(expected);
  });
});

describe("filters", () => {
  test.each<[string, unknown, string]>([
    ["{{ n | upper }}{{ n | lower }}{{ n | capitalize }}{{ 'a bC' | title }}", { n: "éX" }, "ÉXéxÉxA Bc"],
    ["{{ '  x ' | trim }}|{{ xs | length }}|{{ 'é🙂' | length }}|{{ nil | length }}", { xs: [1, 2] }, "x|2|2|0"],
    ["{{ xs | first }}{{ xs | last }}{{ 'añ' | last }}{{ xs | reverse | join: '' }}", { xs: ["a", "b"] }, "abñba"],
    ["{{ n | default: 'anon' | upper }}", { n: 0 }, "ANON"],
    ["{{ x | json }} {{ x | json: true }}", { x: { a: [1] } }, '{"a":[1]} {\n  "a": [\n    1\n  ]\n}'],
    ["{{ t | indent: 2 }}|{{ t | indent: 2, true }}", { t: "a\n\nb" }, "a\n\n  b|  a\n\n  b"],
    ["{{ 'a\\nb' | lines | join: '+' }}", {}, "a+b"],
    ["{{ '*a_' | escape_md }}{{ 'a.b.' | replace: '.', '$&' }}", {}, "\\*a\\_a$&b$&"],
    ["{{ x | bogus }}", { x: 1 }, "!! at 1:1: unknown filter `bogus`"],
    ["{{ x | join }}", { x: [] }, "!! at 1:1: filter `join` got wrong number of arguments"],
    ["{{ 5 | join: ',' }}", {}, "!! at 1:1: `join` requires a list (got int)"],
    ["{{ true | length }}", {}, "!! at 1:1: `length` not defined for bool"],
    ["{{ x | indent: 'a' }}", { x: "" }, "!! at 1:1: `indent` requires an integer width"],
  ])("%s", async (source, bindings, expected) => {
    expect(await render(source, bindings)).toBe(expected);
  });
});

describe("faults", () => {
  test.each([
    ["ab {{ x", "at 1:4: unterminated directive"],
    ["{{# x", "at 1:1: unterminated comment"],
    ["\né {{ raw }} x", "at 2:3: unterminated `{{ raw }}` block"],
    ["{{ }}", "at 1:1: empty directive"],
    ["{{ a. }}", "at 1:1: expected a field name after `.`"],
    ["{{ (a }}", "at 1:1: expected `)`"],
    ["{{ a ~ b }}", "at 1:1: unexpected character `~` in expression"],
    [`{{ ${"(".repeat(200)}a${")".repeat(200)} }}`, "at 1:1: expression is nested too deeply"],
    ["{{if a}}".repeat(200), "template is nested too deeply"],
  ])("%s", async (source, message) => {
    expect(await render(source)).toContain(message);
  });
});

describe("files", () => {
  const files = {
    "main.prompt": 'M{{ include "parts/item.prompt" with { item: x, style: "b" } }}',
    "parts/item.prompt": '[{{ item }}{{ style }}{{ include "./leaf.prompt" }}]',
    "parts/leaf.prompt": "{{ x }}",
    "a.prompt": '{{ include "b.prompt" }}',
    "b.prompt": 'x\n{{ include "a.prompt" }}',
    "bad.prompt": "ok\n{{ y | nope }}",
    "outer.prompt": '{{ include "bad.prompt" }}',
    "lost.prompt": '{{ include "gone.prompt" }}',
    "number.prompt": "{{ include 5 }}",
    "/proj/harn.toml": "",
    "/proj/prompts/p.prompt": "P",
    "/proj/src/deep/f.prompt": '{{ include "@/prompts/p.prompt" }}{{ include "@lib/q.prompt" }}',
    "/proj/shared/q.prompt": "Q",
  };
  const make = (sourceFolder = "/desk") =>
    new Bench({
      files,
      services: { place: { sourceFolder, assetRoot: (_root, alias) => ({ lib: "shared", bad: "../x" })[alias] } },
    });

  test("include each other from their own folders, with bindings on top of the scope", async () => {
    expect(await make().shown("render", "main.prompt", value({ x: "X" }))).toBe("M[XbX]");
  });

  test.each([
    ["a.prompt", "/desk/b.prompt at 2:1: circular include detected: /desk/a.prompt → /desk/b.prompt → /desk/a.prompt"],
    ["outer.prompt", "/desk/bad.prompt at 2:1: unknown filter `nope`"],
    [
      "lost.prompt",
      "/desk/lost.prompt at 1:1: failed to read included template /desk/gone.prompt: No such file or directory (os error 2)",
    ],
    ["number.prompt", "/desk/number.prompt at 1:1: include path must be a string"],
    ["none.prompt", "Failed to read template /desk/none.prompt: No such file or directory (os error 2)"],
    ["@/x.prompt", "package-root prompt path '@/x.prompt' has no project root: no harn.toml found above /desk"],
  ])("%s fails", async (path, message) => {
    expect(await make().shown("render_prompt", path)).toBe(`!! ${message}`);
  });

  test("are found below the project's root and its asset folders, and nowhere else", async () => {
    const bench = make("/proj/src/deep");
    expect(await bench.shown("render", "f.prompt")).toBe("PQ");
    expect(await bench.shown("render", "@/prompts/p.prompt")).toBe("P");
    expect(await bench.shown("render", "@/../outside/main.prompt")).toBe(
      "!! invalid project-root asset path '@/../outside/main.prompt'",
    );
    expect(await bench.shown("render", "@nope/q.prompt")).toBe(
      "!! asset alias 'nope' is not defined in [asset_roots] of /proj/harn.toml",
    );
    expect(await bench.shown("render", "@bad/q.prompt")).toMatch(
      "!! asset alias 'bad' resolves to an unsafe path '../x'",
    );
  });

  test("include depth has an end", async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`c${at}.prompt`, `{{ include "c${at + 1}.prompt" }}`]),
    );
    expect(await new Bench({ files: chain }).shown("render", "c0.prompt")).toMatch(
      "include depth exceeded (32 levels)",
    );
  });
});

describe("provenance", () => {
  test("tells what each piece of output came from, in bytes", () => {
    const bench = new Bench({ files: { "p.prompt": "é{{ name }}\n{{for x in xs}}<{{ x.v }}>{{end}}" } });
    const made = bench.now(
      "render_with_provenance",
      "p.prompt",
      value({ name: "Ann", xs: [{ v: "1" }, { v: "x".repeat(90) }] }),
    ) as DictValue;
    expect([made.get("prompt_id"), made.get("template_uri")]).toEqual(["prompt-1", "/desk/p.prompt"]);
    const text = new TextEncoder().encode(made.get("text") as string);
    const spans = [...(made.get("spans") as Iterable<DictValue>)].map((span) => {
      const cut = new TextDecoder().decode(
        text.slice(span.get("output_start") as number, span.get("output_end") as number),
      );
      return [
        span.get("kind"),
        span.get("template_line"),
        span.get("template_col"),
        cut.slice(0, 3),
        String(span.get("bound_value") ?? "").length,
      ];
    });
    expect(spans).toEqual([
      ["text", 1, 1, "é", 0],
      ["legacy_bare", 1, 2, "Ann", 3],
      ["text", 1, 12, "\n", 0],
      ["text", 2, 16, "<", 0],
      ["expr", 2, 17, "1", 1],
      ["text", 2, 26, ">", 0],
      ["for_iteration", 2, 1, "<1>", 0],
      ["text", 2, 16, "<", 0],
      ["expr", 2, 17, "xxx", 80],
      ["text", 2, 26, ">", 0],
      ["for_iteration", 2, 1, "<xx", 0],
    ]);
    expect([bench.now("prompt_mark_rendered", "prompt-1"), bench.now("prompt_mark_rendered", "prompt-1")]).toEqual([
      1, 2,
    ]);
    expect(bench.service(promptRegistry).marksOf("prompt-1")).toEqual([1, 2]);
  });

  test("templates see the model they are rendered for", async () => {
    const bench = new Bench();
    const models = bench.service(renderedForKey);
    models.push(DictValue.of({ provider: "openai", model: "m" }));
    expect(await bench.shown("render_string", "{{ llm.provider }}/{{ llm.model }}")).toBe("openai/m");
    models.pop();
    expect(await bench.shown("render_string", "{{ llm.provider }}")).toBe("");
  });
});
