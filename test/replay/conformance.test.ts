import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSuite } from "../../src/cli/conformance/suite.ts";
import { root } from "../architecture/imports.ts";
import { compile, record, replay } from "./rerun.ts";

/** `HARN_REPLAY=all` runs the whole suite; otherwise a part of it, and all that has to do with time and tasks. */
const isWhole = process.env.HARN_REPLAY === "all";
const suite = process.env.HARN_REPLAY_SUITE ?? join(root, "conformance");
const cases = readSuite(suite, undefined).filter(
  ({ name }, index) => isWhole || index % 5 === 0 || name.startsWith("concurrency/"),
);

describe("a run on its recording alone", () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), "harn-replay-"));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  it.each(cases.map((each) => [each.name, each.file] as const))("%s", async (_name, file) => {
    const program = compile(file);
    if (program.hasErrors) return;
    const first = await record(program, cwd);
    const second = await replay(program, "/nowhere", JSON.parse(JSON.stringify(first.entries)));
    expect(second.end).toBe(first.end);
    expect(second.output).toBe(first.output);
  });
});
