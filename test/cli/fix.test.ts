import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { Project } from "./harn.ts";

const messy = 'fn main() {\n  let x = 1\n  var y = 2\n  println(read_file("é"))\n  log( y)\n}\n';

let project: Project;
beforeEach(() => {
  project = new Project().write("a.harn", messy);
});
afterEach(() => project.remove());

function text(): string {
  return readFileSync(join(project.folder, "a.harn"), "utf8");
}

describe("harn fix", () => {
  it("plans without changing anything", async () => {
    const { status, stdout } = await project.harn("fix", "--plan", "a.harn");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^a\.harn: 6 repairable diagnostic\(s\)\n/);
    expect(stdout).toContain("HARN-LNT-018  behavior-preserving");
    expect(text()).toBe(messy);
  });

  it("plans as JSON, with places in bytes", async () => {
    const { stdout } = await project.harn("fix", "--plan", "--json", "a.harn");
    const plan = JSON.parse(stdout);
    expect(plan).toMatchObject({
      schemaVersion: 2,
      path: "a.harn",
      safetyLevels: ["format-only", "behavior-preserving", "scope-local", "surface-changing"],
      skippedFiles: [],
    });
    const rewrite = plan.repairs.find((each: { diagnostic_code: string }) => each.diagnostic_code === "HARN-LNT-054");
    expect(rewrite).toMatchObject({
      impact: { classification: "local-ambient-rewrite" },
      edits: [{ span: { start: 46, end: 55, line: 4, column: 11, end_line: 4 }, replacement: "harness.fs.read_text" }],
      applies_cleanly: true,
    });
  });

  it("applies what a class of safety allows, and says what it left", async () => {
    const { status, stdout } = await project.harn("fix", "--apply", "--safety", "behavior-preserving", "a.harn");
    expect(status).toBe(0);
    expect(stdout).toContain("applied 3 repair(s), skipped 3; post-apply diagnostics: 3\n");
    expect(stdout).toContain(
      "skipped HARN-NAM-101 bindings/thread-harness-needs-param in a.harn: above_safety_ceiling",
    );
    expect(text()).toBe('fn main() {\n  let _x = 1\n  let y = 2\n  println(read_file("é"))\n  log(y)\n}\n');
  });

  it("applies everything that a machine can, and then has nothing left to do", async () => {
    await project.harn("fix", "--apply", "--safety", "surface-changing", "a.harn");
    expect(text()).toBe(
      'fn main(harness: Harness) {\n  let _x = 1\n  let y = 2\n  harness.stdio.println(harness.fs.read_text("é"))\n  log(y)\n}\n',
    );
    expect((await project.harn("fix", "--plan", "a.harn")).stdout).toBe("a.harn: 0 repairable diagnostic(s)\n");
  });

  it("--dry-run changes nothing", async () => {
    const { stdout } = await project.harn("fix", "--apply", "--safety", "scope-local", "--dry-run", "--json", "a.harn");
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 2, dryRun: true, post_apply_diagnostics_count: 1 });
    expect(text()).toBe(messy);
  });

  it("passes over files that do not parse, and fails", async () => {
    project.write("bad.harn", "let =\n");
    const { status, stdout, stderr } = await project.harn("fix", "--plan", "--json", ".");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      skippedFiles: [{ path: "bad.harn", reason: "parse_error", diagnostics: [{ code: "HARN-PAR-001" }] }],
    });
    expect(stderr).toContain("skipped 1 file(s)");
    expect((await project.harn("fix", "--plan", "gone.harn")).status).toBe(1);
  });

  it("wants to know what to do, and how far it may go", async () => {
    for (const args of [[], ["--apply"], ["--apply", "--safety", "needs-human"], ["--plan", "--dry-run"]])
      expect((await project.harn("fix", ...args, "a.harn")).status).toBe(2);
  });
});

describe("harn fix --harness-threading thread-params", () => {
  const files = new Project();
  afterAll(() => files.remove());
  const threading = ["--harness-threading", "thread-params"];
  const before = `fn inner(x) {
  println(x)
  return read_file("a")
}

fn shared<T>(y: T) {
  return inner(y)
}

fn named() {
  println("n")
  return 1
}

fn main(harness: Harness) {
  println("a")
  shared<int>(4)
  let add = { x -> inner(x) }
  log([add(1), [1].map(named)])
}
`;

  it("gives functions the parameter and their callers the argument, up to one that has it", async () => {
    files.write("t.harn", before);
    const { stdout } = await files.harn("fix", "--plan", "--json", ...threading, "t.harn");
    const plan = JSON.parse(stdout) as {
      harnessThreading: string;
      repairs: { diagnostic_code: string; edits: unknown[]; impact: object }[];
    };
    const ambient = plan.repairs.filter(({ diagnostic_code }) => diagnostic_code.startsWith("HARN-LNT-05"));
    expect(plan.harnessThreading).toBe("thread-params");
    expect(ambient.map(({ edits }) => edits.length)).toEqual([6, 6, 0, 1]);
    expect(ambient[0]?.impact).toEqual({
      classification: "local-signature-threading",
      strategy: "thread-params",
      signatureChanges: [
        { callable: "inner", isExported: false, isEntrypoint: false },
        { callable: "shared", isExported: false, isEntrypoint: false },
      ],
      requiresCrossModuleCallerUpdates: false,
      notes: [],
    });
    await files.harn("fix", "--apply", "--safety", "surface-changing", ...threading, "t.harn");
    expect(readFileSync(join(files.folder, "t.harn"), "utf8")).toBe(
      before
        .replace("inner(x) {\n  println(x)", "inner(harness: Harness, x) {\n  harness.stdio.println(x)")
        .replace("read_file(", "harness.fs.read_text(")
        .replace("shared<T>(y", "shared<T>(harness: Harness, y")
        .replace("inner(y)", "inner(harness, y)")
        .replace('println("a")', 'harness.stdio.println("a")')
        .replace("shared<int>(4)", "shared<int>(harness, 4)")
        .replace("inner(x) }", "inner(harness, x) }"),
    );
    expect((await files.harn("check", "t.harn")).status).toBe(0);
  });

  it("says when callers in other files have to follow", async () => {
    files
      .write("lib/a.harn", "pub fn say(x) {\n  println(x)\n}\n")
      .write("lib/b.harn", 'import { say } from "./a"\n\nsay(1)\n');
    const { stdout } = await files.harn("fix", "--plan", "--json", ...threading, "lib");
    const { repairs } = JSON.parse(stdout) as { repairs: { impact: { strategy: string | null } }[] };
    expect(repairs.map(({ impact }) => impact).find(({ strategy }) => strategy === "thread-params")).toMatchObject({
      classification: "public-signature-change",
      requiresCrossModuleCallerUpdates: true,
    });
  });
});

describe("harn explain", () => {
  it("prints what a code means", async () => {
    const { status, stdout } = await project.harn("explain", "lnt-018");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^HARN-LNT-018 — a `var` that never changes\n\n/);
    expect(stdout).toContain("Repair: `bindings/make-immutable` [behavior-preserving]");
    expect(stdout).toContain("See also: HARN-OWN-001\n");
  });

  it("is JSON when asked", async () => {
    const { stdout } = await project.harn("explain", "HARN-LNT-018", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, code: "HARN-LNT-018", related: ["HARN-OWN-001"] });
    const all = JSON.parse((await project.harn("explain", "--catalog", "--json")).stdout);
    expect([all.categories.length, all.codes.length]).toEqual([20, 188]);
  });

  it("says so when there is no such code", async () => {
    const { status, stderr } = await project.harn("explain", "HARN-TYP-999");
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^Unknown Harn diagnostic code `HARN-TYP-999`\./)]);
    expect((await project.harn("explain")).status).toBe(2);
  });
});

describe("harn check", () => {
  it("tells what a program would miss, in imported files too, each once", async () => {
    project
      .write("main.harn", 'import { hi } from "./lib"\n\nlog(hi())\n')
      .write("lib.harn", '/** Hi. */\npub fn hi() {\n  return render("gone.prompt")\n}\n');
    const { status, stderr } = await project.harn("check", "main.harn", "lib.harn");
    expect(status).toBe(1);
    expect(stderr.match(/HARN-PRM-007/g)).toHaveLength(1);
    expect((await project.harn("check", "--preflight", "off", "main.harn")).status).toBe(0);
    const { stdout } = await project.harn("check", "--json", "main.harn");
    expect(JSON.parse(stdout).data.files[0].diagnostics[0]).toMatchObject({
      code: "HARN-PRM-007",
      source: "preflight",
      path: expect.stringContaining("lib.harn"),
    });
  });

  it("reads what the host adds from a file", async () => {
    project.write("main.harn", 'log(host_call("foo.bar", {}))\n').write("caps.json", '{"foo": ["bar"]}');
    expect((await project.harn("check", "main.harn")).stderr).toContain("unknown host capability/operation 'foo.bar'");
    expect((await project.harn("check", "--host-capabilities", "caps.json", "main.harn")).status).toBe(0);
    const { status, stderr } = await project.harn("check", "--host-capabilities", "gone.json", "main.harn");
    expect([status, stderr]).toEqual([1, expect.stringContaining("cannot read host capabilities from gone.json")]);
  });

  it("--workspace checks what the manifest lists, from its folder", async () => {
    project.write("harn.toml", '[workspace]\npipelines = ["a.harn"]\n');
    expect((await project.harn("check", "--workspace")).stderr).toContain("HARN-LNT-014");
    project.write("harn.toml", "[workspace\n");
    const { status, stderr } = await project.harn("check", "a.harn");
    expect([status, stderr]).toEqual([1, expect.stringContaining("harn.toml")]);
  });

  it("draws a caret line under every place", async () => {
    project.write("main.harn", "log(lenght([1]))\n");
    expect((await project.harn("check", "main.harn")).stderr).toMatch(/HARN-NAM-002[\s\S]*\n {3}\| {5}\^+\n/);
  });
});
