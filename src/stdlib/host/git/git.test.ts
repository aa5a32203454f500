import { describe, expect, test } from "vitest";
import type { ProcessRequest } from "../../../builtin/index.ts";
import { Bench } from "../testing/bench.ts";
import { branchOf, statusEntries } from "./porcelain.ts";

describe("what git prints about a work tree", () => {
  test.each([
    ["## main...origin/main [ahead 1]\n", "main"],
    ["## a.b/c\n", "a.b/c"],
    ["## No commits yet on main\n", "main"],
    ["## HEAD (no branch)\n", undefined],
    ["", undefined],
  ])("branch of %j", (output, expected) => {
    expect(branchOf(output)).toBe(expected);
  });

  test("paths are what they are on the disk, renamed ones with where they came from", () => {
    const entries = statusEntries('R  old name -> "e \\303\\251\\t\\"x\\""\nUU a -> b\n?? plain\n');
    expect(entries.map(({ path, origin, conflict }) => [path, origin, conflict])).toEqual([
      ['e é\t"x"', "old name", undefined],
      ["b", "a", "both_modified"],
      ["plain", undefined, undefined],
    ]);
  });
});

function answering(asked: ProcessRequest[], exitCode: number): Bench {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const run = async (request: ProcessRequest) => {
    asked.push(request);
    const streams = { stdout: encode("out"), stderr: encode(""), signal: undefined, timedOut: false };
    return { ...streams, exitCode, durationMs: 1, pid: 7 };
  };
  const unused = (): never => {
    throw new Error("not to be called");
  };
  return new Bench({
    environment: { PATH: "/bin", GIT_DIR: "/elsewhere" },
    parts: () => ({ processes: { run, runSync: unused } }),
  });
}

describe("git builtins", () => {
  test("run git with words and without variables that point elsewhere", async () => {
    const asked: ProcessRequest[] = [];
    expect(await answering(asked, 128).shown("git.merge_base", "r", "a", "$(b)")).toContain("exit_category: git_fatal");
    expect(asked).toMatchObject([
      { command: "git", args: ["merge-base", "a", "$(b)"], cwd: "/desk/r", clearEnv: true },
    ]);
    expect(asked[0]?.env).toEqual({ PATH: "/bin", GIT_TERMINAL_PROMPT: "0" });
  });

  test("refuse what git would take for an option, before anything runs", async () => {
    const asked: ProcessRequest[] = [];
    const bench = answering(asked, 0);
    for (const call of [
      ["git.fetch", ".", "--upload-pack=x"],
      ["git.push", ".", "origin", "-f"],
      ["git.worktree.create", ".", "b", "--x"],
      ["git.diff", ".", "--output=x"],
    ] as const)
      expect(await bench.shown(call[0], ...call.slice(1))).toContain('must not start with "-"');
    expect(asked).toEqual([]);
  });

  test("name a folder that is not there", async () => {
    expect(await new Bench().shown("git.status", "gone")).toBe("!! git.status: there is no folder at /desk/gone");
  });

  test("say that git could not be started", async () => {
    expect(await new Bench().shown("git.status", ".")).toContain("git.status: git could not be started");
  });
});
