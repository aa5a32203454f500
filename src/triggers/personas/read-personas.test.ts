import { describe, expect, it } from "vitest";
import { commonTools, PersonaManifestError, readPersonas } from "./read-personas.ts";

const around = { tools: new Set(commonTools), capabilities: new Set(["git.get_diff"]) };
const right = {
  name: "captain",
  description: "d",
  entry: "e.harn#run",
  tools: ["github"],
  autonomy: "suggest",
  receipts: "optional",
};

function problemsOf(...personas: readonly object[]): readonly string[] {
  try {
    readPersonas({ personas }, around);
    return [];
  } catch (error) {
    if (!(error instanceof PersonaManifestError)) throw error;
    return error.problems.map(({ field_path, message }) => `${field_path}: ${message}`);
  }
}

describe("personas of a manifest", () => {
  it("have defaults, and other names for some fields", () => {
    const [persona] = readPersonas({ personas: [{ ...right, eval_packs: ["e"] }] }, around);
    expect(persona).toMatchObject({
      autonomy_tier: "suggest",
      receipt_policy: "optional",
      entry_workflow: "e.harn#run",
      evals: ["e"],
      budget: { daily_usd: null },
      version: null,
    });
  });

  it("a document may be one persona; one without any is empty", () => {
    expect(readPersonas(right, around)).toHaveLength(1);
    expect(readPersonas({ package: { name: "x" } }, around)).toEqual([]);
  });

  it("all mistakes are told at once, each with its place", () => {
    expect(problemsOf({ name: "a b", budget: { daily_usd: -1, more: 1 } }, right, right)).toEqual([
      "[[personas]][0].name: 'a b' must contain only letters, numbers, '.', '-', '_', or '/'",
      "[[personas]][0].description: missing required description",
      "[[personas]][0].entry_workflow: missing required entry_workflow",
      "[[personas]][0].tools: persona requires at least one tool or capability",
      "[[personas]][0].autonomy_tier: missing required autonomy tier",
      "[[personas]][0].receipt_policy: missing required receipt policy",
      "[[personas]][0].budget.more: unknown budget field",
      "[[personas]][0].budget.daily_usd: budget amounts must be finite non-negative numbers",
      "[[personas]][2].name: persona 'captain' is declared twice",
    ]);
  });

  it.each([
    [{ name: 1 }, "[[personas]][0].name: must be a text"],
    [{ surprise: 1 }, "[[personas]][0].surprise: unknown persona field"],
    [{ tools: "github" }, "[[personas]][0].tools: must be a list of texts"],
    [{ tools: ["hammer"] }, "[[personas]][0].tools: unknown tool 'hammer'"],
    [{ capabilities: ["git"] }, "[[personas]][0].capabilities: capability 'git' must use capability.operation syntax"],
    [{ capabilities: ["git.fly"] }, "[[personas]][0].capabilities: unknown capability 'git.fly'"],
    [{ autonomy: "yes" }, "[[personas]][0].autonomy: must be one of shadow, suggest, act_with_approval, act_auto"],
    [{ schedules: [" "] }, "[[personas]][0].schedules: schedule entries must not be empty"],
    [{ triggers: ["github"] }, "[[personas]][0].triggers: trigger 'github' must use provider.event syntax"],
    [{ handoffs: ["nobody"] }, "[[personas]][0].handoffs: unknown handoff target 'nobody'"],
    [{ evals: [""] }, "[[personas]][0].evals: evals entries must not be empty"],
    [{ budget: 5 }, "[[personas]][0].budget: must be a table"],
    [{ rollout_policy: { percentage: 101 } }, "[[personas]][0].rollout_policy.percentage: rollout percentage must be"],
    [{ steps: [{ name: "s" }] }, "[[personas]][0].steps[0].function: missing required function"],
  ])("%j", (wrong, message) => {
    expect(problemsOf({ ...right, ...wrong })).toContainEqual(expect.stringContaining(message));
  });

  it("a schedule that cannot be read names what is wrong", () => {
    expect(problemsOf({ ...right, schedules: ["0 99 * * *"] })[0]).toMatch(/invalid cron schedule '0 99 .*hour/);
  });
});
