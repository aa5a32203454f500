import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Project } from "./harn.ts";

let project: Project;
beforeEach(() => {
  project = new Project().write("messy.harn", "let a=1\nlet b = 2\n").write("neat.harn", "let a = 1\n");
});
afterEach(() => project.remove());

const content = (name: string): string => readFileSync(join(project.folder, name), "utf8");

describe("harn fmt", () => {
  it("rewrites what needs it and names it", async () => {
    expect(await project.harn("fmt", "messy.harn", "neat.harn")).toEqual({
      status: 0,
      stdout: "formatted messy.harn\n",
      stderr: "",
    });
    expect(content("messy.harn")).toBe("let a = 1\n\nlet b = 2\n");
  });

  it("goes through folders, goes on after what does not parse, and fails then", async () => {
    project.write("sub/bad.harn", "let = 1\n").write("sub/good.harn", "let c=1\n").write("sub/not.txt", "let c=1\n");
    const { status, stdout, stderr } = await project.harn("fmt", "sub");
    expect([status, stdout]).toEqual([1, "formatted sub/good.harn\n"]);
    expect(stderr).toBe("sub/bad.harn: HARN-FMT-001: Expected variable name or destructuring pattern, got = at 1:5\n");
    expect(content("sub/bad.harn")).toBe("let = 1\n");
  });

  it("--check writes nothing", async () => {
    expect(await project.harn("fmt", "--check", ".")).toEqual({
      status: 1,
      stdout: "",
      stderr: "messy.harn: HARN-FMT-002: would be reformatted\n",
    });
    expect(content("messy.harn")).toBe("let a=1\nlet b = 2\n");
  });

  it("--json tells about each file", async () => {
    const { status, stdout } = await project.harn("fmt", "--check", "--json", "messy.harn", "neat.harn", "none.harn");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      ok: false,
      data: {
        files: [
          {
            path: "messy.harn",
            status: "error",
            diff_lines_changed: 3,
            diagnostics: [{ code: "HARN-FMT-002", message: "would be reformatted" }],
          },
          { path: "neat.harn", status: "already_formatted", diff_lines_changed: 0, diagnostics: [] },
          {
            path: "none.harn",
            status: "error",
            diff_lines_changed: 0,
            diagnostics: [{ code: "io", message: expect.stringContaining("No such file") }],
          },
        ],
        summary: { formatted: 0, already_formatted: 1, skipped: 0, errors: 2 },
      },
      error: { code: "fmt_failed", message: "one or more files failed formatting checks", details: null },
      warnings: [],
    });
  });

  it("reads standard input and prints it", async () => {
    expect(await project.shell("printf 'let a=1' | harn fmt --stdin")).toMatchObject({
      status: 0,
      stdout: "let a = 1\n",
    });
    expect((await project.harn("fmt", "--stdin", "neat.harn")).status).toBe(2);
  });

  it("takes widths from the manifest and sooner from flags", async () => {
    const call = "let a = call(first_argument, second_argument)\n";
    project.write("harn.toml", "[fmt]\nline-width = 30\n").write("call.harn", call);
    expect((await project.harn("fmt", "--check", "--line-width", "100", "call.harn")).status).toBe(0);
    expect((await project.harn("fmt", "call.harn")).status).toBe(0);
    expect(content("call.harn")).toBe("let a = call(\n  first_argument,\n  second_argument,\n)\n");
    expect((await project.harn("fmt", "--line-width", "wide", "call.harn")).status).toBe(2);
  });

  it("says when there is nothing to do", async () => {
    project.write("empty/readme.txt", "");
    expect(await project.harn("fmt", "empty")).toEqual({ status: 1, stdout: "", stderr: "No .harn files found\n" });
    expect((await project.harn("fmt")).status).toBe(2);
  });
});
