import { describe, expect, it } from "vitest";
import { found } from "../testing/lint-text.ts";

const writer = `@step(name: "plan")
fn plan_it(x) { return x }

fn helper(x) { return x }

@persona(name: "writer")
fn draft(task) {
  log(task)
  return plan_it(task)
}
`;

describe("persona-body-must-call-steps", () => {
  const rule = "persona-body-must-call-steps";
  const straying = `${writer}\n@persona\nfn other(task) {\n  return [task].map({ x -> helper(x) })\n}\n`;

  it("reports a call of what is neither step nor builtin", () => {
    expect(found(rule, writer)).toEqual([]);
    expect(found(rule, straying)).toEqual([
      "14: `@persona` function `other` calls `helper`, which is not declared `@step`",
    ]);
  });

  it("allows what the manifest lists", () => {
    expect(found(rule, straying, { personaStepAllowlist: ["helper"] })).toEqual([]);
  });

  it("knows the steps of imported files", () => {
    const text = 'import { plan_it } from "./steps"\n\n@persona\nfn p(task) { return plan_it(task) }\n';
    expect(found(rule, text, {}, { "steps.harn": "@step\npub fn plan_it(x) { return x }\n" })).toEqual([]);
  });
});

describe("persona-hook-target", () => {
  const hook = (persona: string, step: string): string[] =>
    found("persona-hook-target", `${writer}\nregister_step_hook(${persona}, ${step}, "PreStep", { e -> e })\n`);

  it("reports a persona or step that nobody declares", () => {
    expect(hook('"nobody"', '"plan"')).toEqual([
      "12: `register_step_hook` pattern `nobody` does not match a statically declared `@persona`",
    ]);
    expect(hook('"writer"', '"plan_it"')).toEqual([
      "12: `register_step_hook` targets step `plan_it`, but it is not declared by persona(s): writer",
    ]);
  });

  it("takes patterns, and leaves names alone that are computed", () => {
    expect(hook('"wri*"', '"plan"')).toEqual([]);
    expect(hook("name", '"plan"')).toEqual([]);
    expect(hook('"writer"', "name")).toEqual([]);
  });
});
