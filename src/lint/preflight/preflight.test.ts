import { describe, expect, it } from "vitest";
import { loadModuleGraph, memoryReader } from "../../modules/index.ts";
import { hostCapabilities } from "./host-capabilities.ts";
import { type PreflightOptions, preflight } from "./preflight.ts";
import { toolReferences } from "./prompt-tools.ts";

type Files = Readonly<Record<string, string>>;

/** `CODE line: message` of each finding in `main.harn`. */
function found(text: string, files: Files = {}, options: PreflightOptions = {}, capabilities: unknown = {}): string[] {
  const reader = memoryReader({ ...files, "main.harn": text });
  const { entry } = loadModuleGraph({ path: "main.harn", text }, reader);
  const host = {
    reader,
    capabilities: hostCapabilities(capabilities),
    templateProblem: (template: string) => (template.includes("BROKEN") ? "at 1:1: broken" : undefined),
  };
  return preflight(entry, host, options).map(
    ({ code, source, span, message }) => `${code.slice(5)} ${source.lines.lineAt(span.start)}: ${message}`,
  );
}

describe("imports", () => {
  const lib = { "a.harn": "pub fn f() { return 1 }\n", "b.harn": "pub fn f() { return 2 }\n" };

  it("reports what is not there", () => {
    expect(found('import "nope"\n')).toEqual(["MOD-001 1: preflight: unresolved import 'nope'"]);
  });

  it("reports a name that the file does not have, unless a call of it is reported", () => {
    expect(found('import { f, ff, gone } from "./a"\nlog([1].map(ff), gone())\n', lib)).toEqual([
      "IMP-002 1: preflight: 'ff' is not defined in './a'",
    ]);
    expect(found('import { x } from "./half"\nlog(x)\n', { "half.harn": 'pub import "./gone"\n' })).toEqual([]);
    expect(found('import { x } from "./bad"\nlog(x)\n', { "bad.harn": "let =\n" })).toEqual([]);
  });

  it("reports a name that two imports bring, once for each import", () => {
    expect(found('import "./a"\nimport "./b"\n', lib)).toEqual([
      "MOD-005 2: preflight: import collision — 'f' is exported by both './a' and './b'",
    ]);
    expect(found('import { f } from "./a"\nimport { f } from "./a"\n', lib)).toEqual([]);
  });

  it("reports a re-export of what is declared here as well", () => {
    expect(found('pub import "./a"\n\npub fn f() { return 3 }\n', lib)).toEqual([
      "MOD-006 1: preflight: re-export conflict — 'f' is re-exported (or locally defined) by multiple sources: ./a, this file",
    ]);
  });
});

describe("templates", () => {
  it("reports one that is missing or does not parse", () => {
    expect(found('render("a.prompt")\n')[0]).toMatch(
      /^PRM-007 1: preflight: render target 'a.prompt' does not exist at /,
    );
    expect(found('render_prompt("a.prompt")\n', { "a.prompt": "BROKEN" })).toEqual([
      "PRM-001 1: preflight: template 'a.prompt' has a syntax error: at 1:1: broken",
    ]);
    expect(found('render("a.prompt")\n', { "a.prompt": "fine" })).toEqual([]);
    expect(found('host_call("template.render", {path: "b.prompt"})\n')[0]).toMatch(/^PRM-007/);
  });

  it("leaves paths alone that are computed", () => {
    expect(found("render(path)\n")).toEqual([]);
  });

  it("resolves paths from the project and its asset folders", () => {
    const files = { "harn.toml": '[asset_roots]\npp = "prompts"\n', "prompts/a.prompt": "fine" };
    expect(found('render("@/prompts/a.prompt")\n\nrender("@pp/a.prompt")\n', files)).toEqual([]);
    expect(found('render("@qq/a.prompt")\n', files)[0]).toMatch(
      /^IMP-001 1: preflight: asset alias 'qq' is not defined/,
    );
    expect(found('render("@/../a.prompt")\n', files)[0]).toMatch(
      /^IMP-001 1: preflight: invalid project-root asset path/,
    );
    expect(found('render("@/a.prompt")\n')[0]).toMatch(/^IMP-001 1: preflight: package-root prompt path/);
  });
});

describe("host calls", () => {
  it("reports operations that no host is known to offer, and names that are not literal", () => {
    expect(found('host_call("project.scan", {})\n')).toEqual([]);
    expect(
      found('host_call("foo.bar", {})\n\nhost_call(name, {})\n\nhost_call("nodot", {})\n').map((line) =>
        line.slice(0, 10),
      ),
    ).toEqual(["CAP-005 1:", "CAP-006 3:", "CAP-006 5:"]);
    expect(found('host_invoke("project", "scan", {})\n')[0]).toMatch(/^STD-001/);
  });

  it("knows what the project declares, in each of the forms", () => {
    for (const declared of [
      { foo: ["bar"] },
      { capabilities: { foo: { operations: ["bar"] } } },
      { foo: { operations: { bar: {} } } },
      { foo: { bar: {} } },
    ])
      expect(found('host_call("foo.bar", {})\n', {}, {}, declared)).toEqual([]);
  });

  it("reports tools bound to what the host does not have", () => {
    const tool = (config: string): string[] =>
      found(`tool_define(tool_registry(), "t", "d", {${config}})\n`).map((line) => line.slice(0, 7));
    expect(tool('executor: "weird"')).toEqual(["ORC-005"]);
    expect(tool('executor: "host_bridge"')).toEqual(["CAP-007"]);
    expect(tool('executor: "host_bridge", host_capability: "nodot"')).toEqual(["CAP-007"]);
    expect(tool('executor: "host_bridge", host_capability: "foo.bar"')).toEqual(["CAP-005"]);
    expect(tool('executor: "host_bridge", host_capability: "interaction.ask"')).toEqual([]);
  });
});

describe("folders", () => {
  it("reports those that commands and workers would start in", () => {
    const text = `exec_at("gone", "ls")\n
spawn_agent({execution: {cwd: "gone"}})\n
spawn_agent({execution: {worktree: {repo: "gone"}}})\n
exec_at("there", "ls")\n`;
    expect(found(text, { "there/a.txt": "" }).map((line) => line.split(" does")[0])).toEqual([
      "ORC-010 1: preflight: execution directory 'gone'",
      "ORC-010 3: preflight: worker execution cwd 'gone'",
      "ORC-010 5: preflight: worker worktree repo 'gone'",
    ]);
  });
});

describe("tools in prompts", () => {
  const text = `tool_define(tool_registry(), "look", "d", {})\n
tool_define(tool_registry(), "late", "d", {defer_loading: true})\n
render("a.prompt")\n`;

  it("reports tools that are not declared, and deferred ones that cannot be searched for", () => {
    expect(
      found(text, { "a.prompt": "Call look({}), late({}) or gone({})." }).map((line) => line.split(":")[2]),
    ).toEqual([" TOOL_SURFACE_UNKNOWN_PROMPT_TOOL", " TOOL_SURFACE_DEFERRED_TOOL_PROMPT_REFERENCE"]);
    expect(found('render("a.prompt")\n', { "a.prompt": "Call gone({})." })).toEqual([]);
  });

  it("reads a prompt's calls, not its prose, its code or its marked lines", () => {
    const prompt = `Use look({}) and <tool_call> find({}).
The file(s) in Berlin (the city), x.y(1), {{ name | default("a") }}.
\`\`\`
fenced({})
\`\`\`
marked({}) {{# harn-tool-surface: ignore-line #}}
{{# harn-tool-surface: ignore-next-line #}}
next({})
last({})`;
    expect([...toolReferences(prompt)].sort()).toEqual(["find", "last", "look"]);
  });
});

describe("settings", () => {
  const text = 'host_call("foo.bar", {})\n';

  it("lets capabilities pass by tag", () => {
    for (const tag of ["*", "foo", "foo.*", "foo.bar"]) expect(found(text, {}, { allow: [tag] })).toEqual([]);
    expect(found(text, {}, { allow: ["foo.baz"] })).toHaveLength(1);
  });

  it("can be off", () => {
    expect(found(text, {}, { severity: "off" })).toEqual([]);
  });
});
