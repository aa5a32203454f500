import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, test } from "vitest";
import { format } from "../../src/format/index.ts";
import { Source } from "../../src/text/index.ts";
import { root } from "../architecture/imports.ts";
import { Project } from "../cli/harn.ts";

const folder = join(root, "docs");
const pages = [
  ...readdirSync(join(folder, "guide"))
    .filter((name) => name !== "README.md")
    .map((name) => `guide/${name}`),
  ...readdirSync(join(folder, "skills")).map((name) => `skills/${name}/SKILL.md`),
];

const project = new Project();
afterAll(() => project.remove());

interface Example {
  readonly line: number;
  readonly program: string;
  readonly prints: string;
}

/** The blocks of one language, each with the text block that follows it at once. */
function examplesOf(page: string, language: string): readonly Example[] {
  const text = readFileSync(join(folder, page), "utf8");
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`\\n(?:\\n\`\`\`text\\n(.*?)^\`\`\`)?`, "gms");
  return [...text.matchAll(block)].map(({ 1: program = "", 2: prints = "", index }) => ({
    line: text.slice(0, index).split("\n").length,
    program,
    prints,
  }));
}

describe.each(pages)("docs/%s", (page) => {
  const examples = examplesOf(page, "harn");

  test.each(examples)("the program at line $line prints what stands below it", async ({ line, program, prints }) => {
    const name = `${page.replaceAll("/", "-")}-${line}.harn`;
    project.write(name, program);
    const checked = await project.harn("check", name);
    expect([checked.status, checked.stdout]).toEqual([0, `${name}: ok\n`]);
    const run = await project.harn("run", name);
    expect([run.status, run.stdout]).toEqual([0, prints]);
  });

  test.each(examples)("the program at line $line has the layout of harn fmt", ({ program }) => {
    expect(format(new Source("guide.harn", program))).toMatchObject({ text: program });
  });
});

it("runs a program inside another one as docs/guide/embedding.md shows", () => {
  const [example] = examplesOf("guide/embedding.md", "js");
  const file = join(root, "examples", "embedding", `guide-${process.pid}.mjs`);
  writeFileSync(file, example?.program ?? "");
  try {
    const run = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect([run.stderr, run.stdout]).toEqual(["", example?.prints]);
  } finally {
    rmSync(file);
  }
});
