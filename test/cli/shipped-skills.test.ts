import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { Project } from "./harn.ts";

const project = new Project();
afterAll(() => project.remove());

it("skills list shows the skills about Harn", async () => {
  const { stdout } = await project.harn("skills", "list");
  expect(stdout).toContain("Skills about Harn (8):\n  harn-agent          An agent with tools");
  const { data } = JSON.parse((await project.harn("skills", "list", "--json")).stdout);
  expect(Object.keys(data.skills[0])).toEqual(["name", "short", "description", "when_to_use"]);
  for (const skill of data.skills) for (const text of Object.values(skill)) expect(text).toMatch(/\S/u);
});

it("skills get prints one, with --full all of it", async () => {
  const short = await project.harn("skills", "get", "harn-language");
  expect(short.stdout).toMatch(/^name: {8}harn-language\nshort: {7}.+\ndescription: .+\nwhen_to_use: .+\n$/u);
  const full = await project.harn("skills", "get", "harn-language", "--full", "--json");
  expect(JSON.parse(full.stdout).data).toMatchObject({
    name: "harn-language",
    body: expect.stringContaining("# Writing Harn"),
  });
  const { status, stderr } = await project.harn("skills", "get", "nope");
  expect([status, stderr]).toEqual([
    1,
    expect.stringContaining("no skill named `nope`.\nhint: there are harn-agent, "),
  ]);
  expect(JSON.parse((await project.harn("skills", "get", "nope", "--json")).stdout)).toMatchObject({
    ok: false,
    error: {
      code: "skill_not_found",
      details: { requested: "nope", available: expect.arrayContaining(["harn-agent"]) },
    },
  });
});

it("skills dump writes them where programs find them, and over nothing that is there", async () => {
  expect(await project.harn("skills", "dump")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("requires `--all`"),
  });
  const { stdout } = await project.harn("skills", "dump", "--all", "--out", ".harn/skills");
  expect(stdout).toContain("Wrote 8 skill(s) to .harn/skills\n  .harn/skills/harn-agent/SKILL.md\n");
  expect((await project.harn("skills", "resolved")).stdout).toContain("  harn-tracing        [project]");
  const again = await project.harn("skills", "dump", "--all", "--out", ".harn/skills");
  expect([again.status, again.stderr]).toEqual([1, expect.stringContaining("harn-agent/SKILL.md already exists")]);
  const file = join(project.folder, ".harn/skills/harn-probe/SKILL.md");
  project.write(".harn/skills/harn-probe/SKILL.md", "mine");
  expect((await project.harn("skills", "dump", "--all", "--out", ".harn/skills", "--force")).status).toBe(0);
  expect(readFileSync(file, "utf8")).toContain("name: harn-probe");
  expect(existsSync(join(project.folder, "skills"))).toBe(false);
});
