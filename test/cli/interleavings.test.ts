import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { root } from "../architecture/imports.ts";
import { Project } from "./harn.ts";

const project = new Project();
afterAll(() => project.remove());

/** The blocks of one language in docs/interleavings.md. */
function blocksOf(language: string): readonly string[] {
  const page = readFileSync(join(root, "docs", "interleavings.md"), "utf8");
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, block]) => block ?? "");
}

it("finds the race of the documentation, with what it prints, and finds it again", async () => {
  const [program = ""] = blocksOf("harn");
  const [search = ""] = blocksOf("sh");
  const [found = "", error = ""] = blocksOf("text");
  project.write("total.harn", program);
  expect(await project.harn("run", "total.harn")).toEqual({ status: 0, stdout: "", stderr: "" });
  expect((await project.shell(search)).stdout).toBe(found);
  const first = await project.harn("run", "--interleaving", "1", "total.harn");
  expect(first.status).toBe(1);
  expect(first.stderr.startsWith(error)).toBe(true);
  expect(await project.harn("run", "--interleaving", "1", "total.harn")).toEqual(first);
});
