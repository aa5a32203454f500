import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { wholeReference } from "../../src/cli/reference/reference.ts";
import { builtCli, Project } from "./harn.ts";

beforeAll(() => builtCli());

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

const reference = wholeReference();
const library = join(import.meta.dirname, "..", "..", "src", "stdlib", "lib");

describe("the reference", () => {
  it("has builtins, methods, capabilities and the library's functions, each with what it is for", () => {
    for (const kind of ["builtin", "method", "capability", "function"])
      expect(reference.filter((entry) => entry.kind === kind).length, kind).toBeGreaterThan(50);
    const silent = reference.filter(({ kind, description }) => kind !== "type" && description === "");
    expect(silent.map(({ group, name }) => `${group} ${name}`)).toEqual([]);
  });

  it("shows examples that are true: what they show, or an expression that shows the same", async () => {
    const examples = reference.flatMap((entry) => (entry.kind === "builtin" ? entry.examples : []));
    expect(examples.length).toBeGreaterThan(100);
    const shown = await valuesOf(examples.map(({ source }) => source));
    const expressions = await valuesOf(examples.map(({ result }) => (result.includes('"') ? result : "nil")));
    const untrue = examples.filter(({ result }, index) => ![result, expressions[index]].includes(shown[index]));
    expect(
      untrue.map(
        ({ source, result }) =>
          `${source} // ${result}: ${shown[examples.findIndex((each) => each.source === source)]}`,
      ),
    ).toEqual([]);
  });
});

describe("the library's examples", () => {
  it("are true", async () => {
    const examples = libraryExamples();
    expect(examples.length).toBeGreaterThan(300);
    const untrue: string[] = [];
    for (const { imports, examples: together } of programsOf(examples)) {
      const values = await valuesOf(
        together.flatMap(({ result, source }) => [source, result]),
        imports,
      );
      for (const [index, { source }] of together.entries())
        if (values[2 * index] !== values[2 * index + 1]) untrue.push(`${source}: ${values[2 * index]}`);
    }
    expect(untrue).toEqual([]);
  });

  it("each say what they give", () => {
    const marks = libraryModules().flatMap((module) => sourceOf(module).match(/@example/g) ?? []);
    expect(libraryExamples().length).toBe(marks.length);
  });

  it("are in every module that has functions", () => {
    const shown = new Set(libraryExamples().map(({ module }) => module));
    const without = libraryModules().filter((module) => !shown.has(module));
    // These three have types alone: the calls are builtins.
    expect(without).toEqual(["hitl", "postgres", "waitpoints"]);
    for (const module of without) expect(sourceOf(module)).not.toMatch(/^pub (?:gen )?fn/m);
  });
});

interface LibraryExample {
  readonly module: string;
  /** What it needs of other modules. */
  readonly imports: readonly string[];
  /** An expression, below the statements that it needs. */
  readonly source: string;
  readonly result: string;
}

function libraryModules(): readonly string[] {
  return readdirSync(library, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".harn"))
    .map((path) => path.replace(/\.harn$/, ""))
    .sort();
}

function sourceOf(module: string): string {
  return readFileSync(join(library, `${module}.harn`), "utf8");
}

/** Behind `@example` in the doc comments of `std/` modules: a line `CALL  // RESULT`, and above it the lines that it needs. */
function libraryExamples(): readonly LibraryExample[] {
  return libraryModules().flatMap((module) =>
    [...sourceOf(module).matchAll(/@example\n((?: \* .+\n)*?) \* {3}(.+?) {2}\/\/ (.+)\n/g)].map(
      ([, before = "", call = "", result = ""]) => {
        const lines = before.split("\n").map((line) => line.slice(" *   ".length));
        const imports = lines.filter((line) => line.startsWith("import "));
        const statements = lines.filter((line) => line !== "" && !line.startsWith("import "));
        return { module, imports, source: [...statements, call].join("\n"), result };
      },
    ),
  );
}

/** As few programs as the names that examples import allow: two modules may export the same one. */
function programsOf(examples: readonly LibraryExample[]) {
  const programs: { readonly names: Set<string>; imports: string; readonly examples: LibraryExample[] }[] = [];
  for (const module of new Set(examples.map((example) => example.module))) {
    const own = examples.filter((example) => example.module === module);
    const called = calledNames(module, own);
    const foreign = [...new Set(own.flatMap(({ imports }) => imports))];
    const names = [...called, ...foreign.flatMap((line) => /\{ (.+) \}/.exec(line)?.[1]?.split(", ") ?? [])];
    let program = programs.find((each) => names.every((name) => !each.names.has(name)));
    if (program === undefined) {
      program = { names: new Set(), imports: "", examples: [] };
      programs.push(program);
    }
    for (const name of names) program.names.add(name);
    program.imports += [`import { ${called.join(", ")} } from "std/${module}"`, ...foreign, ""].join("\n");
    program.examples.push(...own);
  }
  return programs;
}

/** What the examples of a module call of it. */
function calledNames(module: string, examples: readonly LibraryExample[]): readonly string[] {
  const exported = new Set([...sourceOf(module).matchAll(/^pub (?:gen )?fn (\w+)/gm)].map(([, name]) => name));
  const words = examples.flatMap(({ source }) => source.match(/\w+(?=[(,\]])/g) ?? []);
  return [...new Set(words)].filter((word) => exported.has(word));
}

/** What each expression shows, or its error; statements that it needs may stand above it. */
async function valuesOf(expressions: readonly string[], imports = ""): Promise<readonly string[]> {
  const lines = expressions.map((text, index) => {
    const value = text.includes("\n") ? `let value${index} = { ->\n${text}\n}\n` : "";
    const shown = value === "" ? text : `value${index}()`;
    return `${value}try {\n  harness.stdio.println("#${index} " + to_string(${shown}))\n} catch (e) {\n  harness.stdio.println("#${index} !! " + to_string(e))\n}\n`;
  });
  const { stdout, stderr } = await project
    .write("examples.harn", imports + lines.join(""))
    .harn("run", "examples.harn");
  const values = new Map(
    [...stdout.matchAll(/^#(\d+) ([\s\S]*?)\n(?=#\d+ |$(?![\s\S]))/gm)].map(([, index, value]) => [
      Number(index),
      value ?? "",
    ]),
  );
  return expressions.map((_, index) => values.get(index) ?? `no value: ${stderr.slice(0, 300)}`);
}

describe("harn doc", () => {
  it("shows everything of a name, wherever it is", async () => {
    const { status, stdout } = await project.harn("doc", "split");
    expect(status).toBe(0);
    expect(stdout).toContain("    [strings]\n");
    expect(stdout).toContain("    [methods of string]\n");
    expect(stdout).toContain('split("a,b", ",")  // [a, b]');
    expect((await project.harn("doc", "read_text")).stdout).toMatch(
      /^harness\.fs\.read_text\(path: string\) -> string/,
    );
  });

  it("finds by a part of a name, and by a word of what it does", async () => {
    expect((await project.harn("doc", "truncate")).stdout).toContain("truncate_middle  [std/text]  ");
    expect((await project.harn("doc", "std/text")).stdout).toContain("extract_paths  [std/text]");
    expect((await project.harn("doc", "milliseconds since")).stdout).toContain("now_ms");
  });

  it("is JSON when asked, also when there is nothing", async () => {
    const { stdout } = await project.harn("doc", "--json", "trim");
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, data: { match: "exact" } });
    const none = await project.harn("doc", "--json", "xyzzyx");
    expect(none.status).toBe(1);
    expect(JSON.parse(none.stdout)).toMatchObject({ ok: false, error: { code: "not_found" } });
  });

  it("names what was meant", async () => {
    const { status, stderr } = await project.harn("doc", "raed_text");
    expect([status, stderr]).toEqual([1, expect.stringContaining("did you mean `read_text`?")]);
  });

  it("--out writes a page for each group, and lists them", async () => {
    expect((await project.harn("doc", "--out", "reference")).status).toBe(0);
    const pages = readdirSync(join(project.folder, "reference"));
    expect(pages).toEqual(
      expect.arrayContaining(["README.md", "strings.md", "methods-of-list.md", "harness.fs.md", "std-text.md"]),
    );
    expect(readFileSync(join(project.folder, "reference", "std-text.md"), "utf8")).toContain(
      "## extract_paths\n\n```harn\nextract_paths(text)\n```\n",
    );
  });
});

describe("harn init, harn new", () => {
  it.each(["basic", "agent", "package"])("%s is clean, laid out, and its tests pass", async (template) => {
    expect((await project.harn("new", "fresh", "--template", template)).status).toBe(0);
    const checked = await project.harn("check", "fresh");
    expect([checked.status, checked.stderr]).toEqual([0, ""]);
    expect((await project.harn("lint", "fresh")).stderr).toBe("");
    expect((await project.harn("fmt", "--check", "fresh")).stderr).toBe("");
    expect((await project.harn("test", "fresh/tests")).stdout).toMatch(/, 0 failed, /);
  });

  it("the program of a project runs", async () => {
    await project.harn("new", "fresh");
    expect((await project.harn("run", "fresh/main.harn", "--", "you")).stdout).toBe("Hello, you!\n");
  });

  it("keeps what is there", async () => {
    project.write("main.harn", "log(1)\n");
    const { stdout } = await project.harn("init");
    expect(stdout).toContain("  skip  ./main.harn (already exists)\n");
    expect(stdout).toContain("  create  ./harn.toml\n");
    expect(readFileSync(join(project.folder, "main.harn"), "utf8")).toBe("log(1)\n");
    const again = await project.write("taken/a.txt", "").harn("new", "taken");
    expect([again.status, again.stderr]).toEqual([1, "error: Directory 'taken' already exists\n"]);
  });

  it("wants a name, and knows its kinds", async () => {
    expect((await project.harn("new")).status).toBe(2);
    expect((await project.harn("new", "robot", "x")).status).toBe(2);
    await project.harn("new", "package", "lib");
    expect(readFileSync(join(project.folder, "lib", "harn.toml"), "utf8")).toContain(
      '[exports]\ndefault = "lib/main.harn"',
    );
  });
});
