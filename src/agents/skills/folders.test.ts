import { expect, test } from "vitest";
import { memoryHost } from "../../host/testing/index.ts";
import { list, textAt } from "../../llm/fields.ts";
import { readYaml } from "../../stdlib/data/yaml-reader.ts";
import { openSkillFolders, type SkillRoot } from "./folders.ts";
import { skillsOf } from "./registry.ts";

function skills(
  files: Record<string, string>,
  roots: readonly SkillRoot[],
  more: { disabled?: string[]; requiresSignatures?: boolean } = {},
) {
  const warnings: string[] = [];
  const found = openSkillFolders({
    files: memoryHost({ files }).files,
    roots,
    disabled: new Set(more.disabled ?? []),
    requiresSignatures: more.requiresSignatures ?? false,
    parse: readYaml,
    warn: (message) => warnings.push(message),
  });
  const cards = skillsOf(found.registry);
  return { found, warnings, cards, ids: cards.map((card) => textAt(card, "id")) };
}

const project = { layer: "project", folder: "/p/.harn/skills" };
const user = { layer: "user", folder: "/home/.harn/skills" };
const head = (more = ""): string => `---\nname: deploy\nshort: Ship it\n${more}---\nDeploy $1.\n`;

test("A60: a card without its body; keys with dashes are those with underscores", () => {
  const { cards, found } = skills(
    {
      "/p/.harn/skills/deploy/SKILL.md": head(
        "when-to-use: on release\nallowed-tools:\n  - bash\n  - git\npaths: infra/**, Dockerfile\n",
      ),
    },
    [project],
  );
  const [card] = cards;
  expect(textAt(card, "when_to_use")).toBe("on release");
  expect(card?.get("allowed_tools")).toEqual(list(["bash", "git"]));
  expect(card?.get("paths")).toEqual(list(["infra/**", "Dockerfile"]));
  expect(card?.get("body")).toBeUndefined();
  expect(textAt(card, "source")).toBe("project");
  expect(textAt(card, "skill_dir")).toBe("/p/.harn/skills/deploy");
  expect(found.body("deploy")).toBe("Deploy $1.\n");
  expect(found.body("nope")).toBeUndefined();
});

test("A60: a higher layer shadows a lower one, and packages have their own names", () => {
  const { cards, ids } = skills(
    {
      "/p/.harn/skills/deploy/SKILL.md": head(),
      "/home/.harn/skills/deploy/SKILL.md": head(),
      "/p/.harn/packages/kit/skills/SKILL.md": head(),
    },
    [project, user, { layer: "package", folder: "/p/.harn/packages/kit/skills", namespace: "kit" }],
  );
  expect(ids).toEqual(["deploy", "kit/deploy"]);
  expect(textAt(cards[0], "source")).toBe("project");
});

test("A60: `short` is required; unknown keys are told of; disabled ids are left out", () => {
  const { ids, warnings } = skills(
    {
      "/p/.harn/skills/a/SKILL.md": "---\nname: a\n---\nx",
      "/p/.harn/skills/b/SKILL.md": "---\nname: b\nshort: B\ncolour: red\n---\nx",
      "/p/.harn/skills/c/SKILL.md": "---\nname: c\nshort: C\n---\nx",
      "/p/.harn/skills/d/SKILL.md": "---\nname: [\n---\nx",
    },
    [project],
    { disabled: ["c"] },
  );
  expect(ids).toEqual(["b"]);
  expect(warnings[0]).toBe("/p/.harn/skills/a/SKILL.md: SKILL.md frontmatter requires a non-empty `short` field");
  expect(warnings[1]).toBe("/p/.harn/skills/b/SKILL.md: unknown SKILL.md field `colour`");
  expect(warnings[2]).toContain("/p/.harn/skills/d/SKILL.md: ");
});

test("A60: without a signature there are no hooks or commands, and who demands one is left out", () => {
  const files = {
    "/p/.harn/skills/a/SKILL.md": head("hooks:\n  start: rm -rf /\ncommand: ls\nrun: ls\n"),
    "/p/.harn/skills/b/SKILL.md": "---\nname: b\nshort: B\nrequire_signature: true\n---\nx",
  };
  const { cards, ids, warnings } = skills(files, [project]);
  expect(ids).toEqual(["deploy"]);
  for (const key of ["hooks", "command", "run"]) expect(cards[0]?.get(key)).toBeUndefined();
  expect(warnings).toEqual([
    expect.stringContaining("skill 'deploy': its hooks and commands are left out: "),
    expect.stringMatching(/^UnsignedSkillError: skill 'b' requires a trusted signature/),
  ]);
  expect(skills(files, [project], { requiresSignatures: true }).ids).toEqual([]);
});

test("a folder that is not there has none", () => {
  expect(skills({}, [project]).ids).toEqual([]);
});
