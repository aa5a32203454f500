import { describe, expect, it } from "vitest";
import { found } from "../testing/lint-text.ts";

describe("reminder-infinite-discardable", () => {
  const rule = "reminder-infinite-discardable";

  it("reports a reminder that may be dropped and has no end", () => {
    expect(found(rule, 'remind({body: "x", preserve_on_compact: false})\n')).toHaveLength(1);
    expect(found(rule, 'remind({body: "x", preserve_on_compact: false, ttl_turns: nil})\n')).toHaveLength(1);
  });

  it("is content with an end, with keeping, and where it cannot see", () => {
    expect(found(rule, "remind({preserve_on_compact: false, ttl_turns: 3})\n")).toEqual([]);
    expect(found(rule, "remind({preserve_on_compact: true})\n")).toEqual([]);
    expect(found(rule, "remind({...base, preserve_on_compact: false})\n")).toEqual([]);
  });
});

describe("reminder-provider-count", () => {
  const rule = "reminder-provider-count";

  it("counts what is on by default with what is added", () => {
    expect(found(rule, 'agent_loop("x", nil, {reminders: ["a", "b", "c"]})\n')).toEqual([
      "1: `agent_loop` enables 9 distinct reminder providers; this can add overlapping ambient context.",
    ]);
    expect(found(rule, 'agent_loop("x", nil, {reminders: {providers: ["a", "b", "c"]}})\n')).toHaveLength(1);
  });

  it("counts a provider once, and not one that is turned off", () => {
    expect(found(rule, 'agent_loop("x", nil, {reminders: ["a", "b", "idle_nudge"]})\n')).toEqual([]);
    expect(found(rule, 'agent_loop("x", nil, {reminders: ["-idle_nudge", "a", "b", "c"]})\n')).toEqual([]);
  });
});

describe("reminder-role-hint-capability", () => {
  const rule = "reminder-role-hint-capability";

  it("reports a block for a provider that has none", () => {
    const text = 'agent_loop("x", nil, {provider: "openai", r: [{role_hint: "user_block"}]})\n';
    expect(found(rule, text)).toHaveLength(1);
    expect(found(rule, text.replace("openai", "anthropic"))).toEqual([]);
    expect(found(rule, text.replace("user_block", "system"))).toEqual([]);
  });
});
