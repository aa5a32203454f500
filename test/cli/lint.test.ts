import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Project } from "./harn.ts";

let project: Project;
beforeEach(() => {
  project = new Project()
    .write("neat.harn", "let a = 1\n\nlog(a)\n")
    .write("idle.harn", "let idle = 1\n")
    .write("stray.harn", "break\n");
});
afterEach(() => project.remove());

describe("harn lint", () => {
  it("warns without failing, and says where nothing was found", async () => {
    const { status, stdout, stderr } = await project.harn("lint", "neat.harn", "idle.harn");
    expect([status, stdout]).toEqual([0, "neat.harn: no issues found\n"]);
    expect(stderr).toMatch(
      /^warning\[HARN-LNT-014\]: variable `idle` is declared but never used\n {2}--> idle\.harn:1:/,
    );
    expect(stderr).toContain("lint[unused-variable]");
  });

  it("fails on an error", async () => {
    expect((await project.harn("lint", "stray.harn")).status).toBe(1);
  });

  it("--fix writes what can be put right", async () => {
    const { status, stdout } = await project.harn("lint", "--fix", "idle.harn");
    expect([status, stdout]).toEqual([0, "idle.harn: applied 1 fix(es)\n"]);
    expect(readFileSync(join(project.folder, "idle.harn"), "utf8")).toBe("let _idle = 1\n");
  });

  it("--json counts and never writes", async () => {
    const { status, stdout } = await project.harn("lint", "--json", "--fix", "idle.harn");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      data: {
        files: [{ path: "idle.harn", status: "warning", fixable: 1, fixed: 0, diagnostics: [{ source: "lint" }] }],
        summary: { warnings: 1, errors: 0, diagnostics: 1, fixable: 1 },
      },
    });
    expect(readFileSync(join(project.folder, "idle.harn"), "utf8")).toBe("let idle = 1\n");
  });

  it("--json counts files by their state, and goes on past one that cannot be read", async () => {
    for (const command of ["check", "lint"]) {
      const { status, stdout } = await project.harn(command, "--json", "gone.harn", "idle.harn");
      const { data, error } = JSON.parse(stdout);
      expect([status, error.code]).toEqual([1, `${command}_failed`]);
      expect(data.files.map((file: { path: string; status: string }) => `${file.path} ${file.status}`)).toEqual([
        "gone.harn error",
        "idle.harn warning",
      ]);
      expect(data.files[0].diagnostics).toEqual([
        { source: "io", severity: "error", message: expect.stringContaining("No such file or directory") },
      ]);
      expect(data.summary).toMatchObject({ ok: 0, warnings: 1, errors: 1, diagnostics: 2 });
    }
    expect((await project.harn("check", "gone.harn", "idle.harn")).stderr).toMatch(/^error: cannot read gone\.harn/);
  });

  it("reads `[lint]` of the manifest and `[check]`, and `check` its own section alone", async () => {
    project.write("harn.toml", '[lint]\ndisabled = ["unused-variable"]\n');
    expect((await project.harn("lint", "idle.harn")).stdout).toBe("idle.harn: no issues found\n");
    expect((await project.harn("check", "idle.harn")).stderr).toContain("HARN-LNT-014");
    project.write("harn.toml", '[check]\ndisable_rules = ["unused-variable"]\n');
    expect((await project.harn("check", "idle.harn")).stdout).toBe("idle.harn: ok\n");
    expect((await project.harn("lint", "idle.harn")).stdout).toBe("idle.harn: no issues found\n");
    project.write("harn.toml", "[check]\nstrict = true\n");
    expect((await project.harn("lint", "idle.harn")).status).toBe(1);
    project.write("harn.toml", "");
  });

  it("counts what another file of the run imports as used", async () => {
    project
      .write("lib.harn", "fn helper() { return 1 }\n")
      .write("use.harn", 'import { helper } from "./lib"\n\nlog(helper())\n');
    expect((await project.harn("lint", "lib.harn")).stderr).toContain("HARN-LNT-019");
    expect((await project.harn("lint", "lib.harn", "use.harn")).stderr).toBe("");
  });
});
