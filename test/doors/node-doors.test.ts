import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtCli } from "../cli/harn.ts";

let dist: string;
const coverage = mkdtempSync(join(tmpdir(), "harn-doors-"));

beforeAll(async () => {
  dist = dirname(await builtCli());
});
afterAll(() => rmSync(coverage, { recursive: true, force: true }));

/** What a program prints that has the doors as `door("index.node.js")`. */
function printed(program: string): string {
  const folder = pathToFileURL(`${dist}/`).href;
  const source = `const door = (name) => import(${JSON.stringify(folder)} + name);\n${program}`;
  const env = { ...process.env, NODE_V8_COVERAGE: coverage };
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", source], { encoding: "utf8", env });
  expect(run.stderr).toBe("");
  return run.stdout;
}

/** The scripts that the last program evaluated. */
function evaluated(): string[] {
  const reports = readdirSync(coverage).map((name) => JSON.parse(readFileSync(join(coverage, name), "utf8")));
  const urls = reports.flatMap(({ result }: { result: { url: string }[] }) => result.map(({ url }) => basename(url)));
  return urls.filter((name) => name.endsWith(".cjs")).sort();
}

describe("the doors in Node", () => {
  it("give the same classes, and what the plain modules give", () => {
    const program = `
      const [index, core, plainIndex, plainCore] =
        await Promise.all(["index.node.js", "core.node.js", "index.js", "core.js"].map(door));
      const names = (module) => Object.keys(module).sort().join();
      console.log(index.Harn === core.Harn, index.HarnError === core.HarnError);
      console.log(names(index) === names(plainIndex), names(core) === names(plainCore));`;
    expect(printed(program)).toBe("true true\ntrue true\n");
  });

  it("run a program, and leave the scripts alone that it does not need", () => {
    rmSync(coverage, { recursive: true, force: true });
    const program = `
      const { createHarn } = await door("index.node.js");
      console.log(await createHarn().run({ path: "a.harn", text: "pipeline main() { 6 * 7 }" }));`;
    expect(printed(program)).toBe("42\n");
    expect(evaluated()).toContain("front.cjs");
    expect(evaluated()).not.toContain("library.cjs");
  });

  it("reach a late room", () => {
    const program = `
      const { createHarn } = await door("index.node.js");
      const text = 'pipeline main() { llm_mock({text: "four"}); llm_call("2 + 2?", nil, {provider: "mock"}).text }';
      console.log(await createHarn().run({ path: "a.harn", text }));`;
    expect(printed(program)).toBe("four\n");
  });
});
