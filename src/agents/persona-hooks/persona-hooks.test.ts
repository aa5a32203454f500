import { describe, expect, test } from "vitest";
import { runBody } from "../testing/programs.ts";

const crew = `
@step(name: "plan")
fn plan_route(x, y) { println("in plan"); return x + y }
@step(name: "brief")
fn brief(x) { return x }
@persona(name: "captain")
fn captain(task) {
  let route = try { plan_route(1, 2) } catch (e) { "caught " + to_string(e) }
  return [route, brief(7)]
}
`;

function run(body: string) {
  return runBody(`${crew}\npipeline main(task) {\n${body}\n}`);
}

describe("step hooks", () => {
  test("see the call, and what it gave, as the hooks before them left it", async () => {
    const { lines } = await run(`
      register_step_hook("captain", "plan", "PreStep", { p -> println(json_stringify(p)) })
      register_step_hook("captain", "brief", "PostStep", { p -> return {output: p.output + 1} })
      register_step_hook("captain", "brief", "PostStep", { p -> println(json_stringify(p)); return {result: "last"} })
      println(captain("t"))`);
    expect(lines).toEqual([
      '{"event":"PreStep","persona":"captain","step":{"args":[1,2],"function":"plan_route","name":"plan"},"target":"captain.plan"}',
      "in plan",
      '{"event":"PostStep","output":8,"persona":"captain","step":{"args":[7],"function":"brief","name":"brief"},"target":"captain.brief"}',
      "[3, last]",
    ]);
  });

  test("see steps that work for no persona under an empty name", async () => {
    const { lines } = await run(`
      register_step_hook("*", "brief", "PreStep", { p -> println([p.persona, p.target, p.step.args]) })
      register_step_hook("captain", "brief", "PreStep", { _p -> println("not mine") })
      println(brief(3))`);
    expect(lines).toEqual(["[, brief, [3]]", "3"]);
  });

  test.each([
    ["{args: [10, 20]}", ["in plan", "[30, 7]"]],
    ["nil", ["in plan", "[3, 7]"]],
    ['{deny: "closed"}', ["[caught {category: hook_denied, event: PreStep, reason: closed, step: plan}, 7]"]],
    ['{block: true, reason: "fog"}', ["[caught {category: hook_denied, event: PreStep, reason: fog, step: plan}, 7]"]],
    ["false", ["[caught Runtime error: PreStep hook must return nil, Allow, or {deny|args}, got bool, 7]"]],
  ])("before a step may answer %s", async (answer, expected) => {
    const { lines } = await run(`
      register_step_hook("captain", "plan", "PreStep", { _p -> return ${answer} })
      println(captain("t"))`);
    expect(lines).toEqual(expected);
  });

  test("a step that is denied never starts, and later hooks are not asked", async () => {
    const { lines } = await run(`
      register_persona_hook("*", "PreStep", { p -> if p.step.name == "plan" { return {deny: "no"} } })
      register_step_hook("captain", "plan", "PreStep", { _p -> println("asked") })
      register_step_hook("captain", "plan", "PostStep", { _p -> println("after") })
      captain("t")`);
    expect(lines).toEqual([]);
  });

  test("hold for steps of personas alone, and until they are cleared", async () => {
    const { lines } = await run(`
      register_persona_hook("cap*", "PreStep", { p -> println("hook " + p.target) })
      register_persona_hook("mate", "PreStep", { p -> println("wrong " + p.target) })
      println(plan_route(5, 6))
      captain("t")
      clear_persona_hooks()
      captain("t")`);
    expect(lines).toEqual(["in plan", "11", "hook captain.plan", "in plan", "hook captain.brief", "in plan"]);
  });

  test("take patterns for the step as well as for the persona", async () => {
    const { lines } = await run(`
      register_step_hook("*", "pl*", "PreStep", { p -> println("hook " + p.target) })
      captain("t")`);
    expect(lines).toEqual(["hook captain.plan", "in plan"]);
  });

  test("may wait, and so may the step", async () => {
    const { lines } = await runBody(
      `@step(name: "slow")
      fn slow(x) { sleep(5); return x }
      @persona(name: "p")
      fn p(t) { return slow(t) }
      pipeline main(task) {
        register_step_hook("p", "slow", "PreStep", { _p -> sleep(5) })
        register_step_hook("p", "slow", "PostStep", { r -> sleep(5); return {output: r.output + "!"} })
        println(p("done"))
      }`,
      { fliesThroughTimers: true },
    );
    expect(lines).toEqual(["done!"]);
  });

  test.each([
    ['register_persona_hook("*", "Nope", { p -> nil })', "register_persona_hook: unknown persona hook event `Nope`"],
    [
      'register_step_hook("*", "s", "pre_step", { p -> nil })',
      "register_step_hook: unknown persona hook event `pre_step`",
    ],
    ['register_persona_hook("*", "PreStep", 1)', "register_persona_hook: handler must be a closure, got int"],
  ])("refuse mistakes: %s", async (call, message) => {
    const { lines } = await run(`try { ${call} } catch (e) { println(to_string(e)) }`);
    expect(lines).toEqual([`Runtime error: ${message}`]);
  });
});

describe("model calls of a step", () => {
  const step = (attributes: string, options: string) =>
    runBody(`@step(name: "s", ${attributes})
      fn s() { return llm_call("hello", nil, ${options}) }
      pipeline main(task) {
        println(try { s().model } catch (e) { [e.limit, e.limit_value] })
        println(llm_call("hello", nil, {provider: "mock"}).model != "claude-haiku-4-5-20251001")
      }`);

  test("take its model and its limits unless they name their own", async () => {
    const { lines } = await step('model: "haiku", budget: {max_tokens: 50}', '{provider: "mock"}');
    expect(lines).toEqual(["claude-haiku-4-5-20251001", "true"]);
    expect((await step('model: "haiku"', '{provider: "mock", model: "opus"}')).lines[0]).toBe("claude-opus-4-7");
    expect((await step("budget: {max_tokens: 50}", '{provider: "mock", max_tokens: 60}')).lines[0]).toBe(
      "[max_output_tokens, 50]",
    );
    expect((await step("budget: {max_usd: 0.0000001}", '{provider: "mock", model: "opus"}')).lines[0]).toBe(
      "[max_cost_usd, 0.0000001]",
    );
  });
});
