import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "../architecture/imports.ts";

const folder = mkdtempSync(join(tmpdir(), "harn-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function harn(...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [join(root, "dist", "cli.cjs"), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HARN_LLM_PROVIDER: "mock" },
  });
}

test("the main job reads a real folder through its tools, writes its report, and leaves a record that says so", () => {
  const example = join(root, "examples", "code-report");
  const recording = join(example, "recorded.llm-mock.jsonl");
  const run = harn(
    "run",
    "--read",
    root,
    "--llm-mock",
    recording,
    join(example, "main.harn"),
    "--",
    join(root, "src", "text"),
    "out.md",
  );
  expect(run.stdout).toBe("Wrote out.md: 5 looks at the code, 4 turns of the model\n");
  expect(run.status).toBe(0);
  const report = readFileSync(join(folder, "out.md"), "utf8");
  expect(report).toContain("| TypeScript |");
  expect(report.split("\n").filter((line) => /^- `(list|search|read)`/.test(line))).toHaveLength(5);
  const record = /run record: (.*)\n/.exec(run.stderr)?.[1] ?? "";
  const told = harn("runs", "inspect", record).stdout;
  expect(told).toContain("Status: completed");
  expect(told).toContain("Tool calls: 5");
  expect(told).toContain("- tool search [mock_call_2]");
});
