import { describe, expect, it } from "vitest";
import { linesOf, runProgram } from "../testing/run-program.ts";

/** A supervisor of children that log when they start; each child's body follows its name. */
function program(
  options: string,
  children: readonly (readonly [name: string, restart: string, body: string])[],
  rest: string,
): string {
  const list = children.map(
    ([name, restart, body]) =>
      `{name: "${name}", restart: ${restart}, task: { ctx -> println("${name} \${ctx.attempt} at \${clock()}"); ${body} }}`,
  );
  return `pipeline main() { let starts = shared_map("starts")\n let sup = supervisor_start({${options}, children: [${list.join(", ")}]})\n${rest}\n}`;
}

const failsOnce = 'if ctx.attempt == 1 { sleep(10); throw "first" }; sleep(1000)';

describe("restart policies", () => {
  it("on_failure starts a child again, after a growing delay", async () => {
    expect(
      await linesOf(
        program(
          'name: "s"',
          [["a", '{mode: "on_failure", backoff_ms: 5, factor: 3}', 'if ctx.attempt < 4 { throw "x" }; "done"']],
          `
          sleep(200)
          let state = supervisor_state(sup)
          println(state.status, state.children[0].status, state.children[0].restart_count, state.metrics)
        `,
        ),
      ),
    ).toEqual([
      "a 1 at 0",
      "a 2 at 5",
      "a 3 at 20",
      "a 4 at 65",
      "completed stopped 3 {escalated: 0, failed: 3, restarted: 3, started: 4, stopped: 1, suppressed: 0}",
    ]);
  });

  it.each([
    ['"never"', 'throw "x"', ["a 1 at 0", "failed Thrown: x"]],
    ['"on_failure"', '"fine"', ["a 1 at 0", "stopped nil"]],
    ['{mode: "always", max_restarts: 1, window_ms: 0}', '"fine"', ["a 1 at 0", "a 2 at 0", "suppressed nil"]],
    ["{max_restarts: 1}", 'throw "x"', ["a 1 at 0", "a 2 at 0", "suppressed Thrown: x"]],
  ])("%s with a child that does %s", async (restart, body, lines) => {
    const rest = "sleep(50)\nlet c = supervisor_state(sup).children[0]\nprintln(c.status, c.last_error)";
    expect(await linesOf(program('name: "s"', [["a", restart, body]], rest))).toEqual(lines);
  });

  it("forget failures older than the window", async () => {
    const restart = "{max_restarts: 1, window_ms: 10, backoff_ms: 20, factor: 1}";
    const rest = "sleep(200)\nprintln(supervisor_state(sup).children[0].status)";
    expect(await linesOf(program('name: "s"', [["a", restart, 'if ctx.attempt < 4 { throw "x" }']], rest))).toEqual([
      "a 1 at 0",
      "a 2 at 20",
      "a 3 at 40",
      "a 4 at 60",
      "stopped",
    ]);
  });

  it("open a circuit when the cap is reached", async () => {
    const restart = '{max_restarts: 0, circuit_open_ms: "1s"}';
    const rest =
      "println(supervisor_state(sup).children[0].status)\nsleep(10)\nprintln(supervisor_state(sup).children[0].status)\nsleep(2000)\nprintln(supervisor_metrics(sup).suppressed)";
    expect(await linesOf(program('name: "s"', [["a", restart, 'if ctx.attempt == 1 { throw "x" }']], rest))).toEqual([
      "running",
      "a 1 at 0",
      "circuit_open",
      "a 2 at 1000",
      "1",
    ]);
  });
});

describe("strategies", () => {
  it.each([
    ["one_for_one", ["a 1 at 0", "b 1 at 0", "c 1 at 0", "b 2 at 15"]],
    ["rest_for_one", ["a 1 at 0", "b 1 at 0", "c 1 at 0", "b 2 at 15", "c 2 at 15"]],
    ["One-For-All", ["a 1 at 0", "b 1 at 0", "c 1 at 0", "a 2 at 15", "b 2 at 15", "c 2 at 15"]],
  ])("%s", async (strategy, lines) => {
    const policy = "{backoff_ms: 5}";
    const children = [
      ["a", policy, "sleep(1000)"],
      ["b", policy, failsOnce],
      ["c", policy, "sleep(1000)"],
    ] as const;
    expect(await linesOf(program(`name: "s", strategy: "${strategy}"`, children, "sleep(100)"))).toEqual(lines);
  });

  it.each([
    ["one_for_one", ["a running 0", "b suppressed 2", "c running 0", "d running 0"]],
    ["rest_for_one", ["a running 0", "b suppressed 2", "c running 0", "d running 2"]],
    ["one_for_all", ["a running 2", "b suppressed 2", "c running 0", "d running 2"]],
  ])("%s, at the limit of a window, restarts whom it may", async (strategy, states) => {
    const children = [
      ["a", '"always"', "sleep(1000)"],
      ["b", "{max_restarts: 2, window_ms: 1000}", 'sleep(10); throw "b"'],
      ["c", '"never"', "sleep(1000)"],
      ["d", '"always"', "sleep(1000)"],
    ] as const;
    const rest = `sleep(100)
      let s = supervisor_state(sup)
      for c in s.children { println(c.name, c.status, c.restart_count) }`;
    const lines = await linesOf(program(`name: "s", strategy: "${strategy}"`, children, rest));
    expect(lines.slice(-4)).toEqual(states);
    expect(lines.filter((line) => line.startsWith("b "))).toEqual([
      "b 1 at 0",
      "b 2 at 10",
      "b 3 at 20",
      "b suppressed 2",
    ]);
  });

  it("a neighbour starts again when it has cleaned up, never beside itself", async () => {
    const children = [
      ["a", '"always"', 'try { sleep(1000) } finally { sleep(30); println("a cleaned at", clock()) }'],
      ["b", "{max_restarts: 1}", "sleep(20); if ctx.attempt == 1 { throw 1 }; sleep(1000)"],
    ] as const;
    expect(await linesOf(program('name: "s", strategy: "one_for_all"', children, "sleep(70)"))).toEqual([
      "a 1 at 0",
      "b 1 at 0",
      "b 2 at 20",
      "a cleaned at 50",
      "a 2 at 50",
      expect.stringMatching(/^a cleaned at/) as unknown as string,
    ]);
  });

  it("a child that may not be restarted any more leaves its neighbours alone", async () => {
    const children = [
      ["a", '{mode: "on_failure", max_restarts: 1}', 'sleep(5); throw "x"'],
      ["b", '"always"', "sleep(1000)"],
    ] as const;
    const rest = "sleep(90)\nlet s = supervisor_state(sup)\nprintln(s.children[0].status, s.children[1].status)";
    expect(await linesOf(program('name: "s", strategy: "rest_for_one"', children, rest))).toEqual([
      "a 1 at 0",
      "b 1 at 0",
      "a 2 at 5",
      "b 2 at 5",
      "suppressed running",
    ]);
  });

  it("escalate ends everybody", async () => {
    const children = [
      ["a", '"always"', "sleep(1000)"],
      ["b", '"always"', 'sleep(5); throw "x"'],
    ] as const;
    const rest =
      "sleep(50)\nlet s = supervisor_state(sup)\nprintln(s.status, s.children[0].status, s.metrics.escalated)";
    expect(await linesOf(program('name: "s", strategy: "escalate"', children, rest))).toEqual([
      "a 1 at 0",
      "b 1 at 0",
      "escalated stopped 1",
    ]);
  });
});

describe("stopping", () => {
  it("waits for children that drain and ends those that do not", async () => {
    const children = [
      ["polite", '"never"', "while !is_cancelled() { try { sleep(2) } catch (e) { } }"],
      ["stubborn", '"never"', "while true { try { sleep(20) } catch (e) { } }"],
    ] as const;
    const rest = `sleep(5)
      let s = supervisor_stop(sup, 40ms)
      println(s.status, s.children[0].status, s.children[1].status, clock())
      println(supervisor_stop(sup).status)
      for e in supervisor_events(sup) { println(e.seq, e.kind, e.child, e.message) }`;
    expect(await linesOf(program('id: "group", name: "s"', children, rest))).toEqual([
      "polite 1 at 0",
      "stubborn 1 at 0",
      "stopped stopped stopped 45",
      "stopped",
      "0 supervisor_started nil nil",
      "1 child_started polite nil",
      "2 child_started stubborn nil",
      "3 supervisor_stopping nil nil",
      "4 child_stopped polite nil",
      "5 child_stopped stubborn supervisor stop",
      "6 supervisor_stopped nil forced",
    ]);
  });

  it("goes on when whoever asked for it is gone, be it one of the children", async () => {
    const stubborn = ["stubborn", '"never"', "while true { try { sleep(20) } catch (e) { } }"] as const;
    const asks = ["asks", '"never"', 'sleep(5); supervisor_stop("group", 40ms)'] as const;
    const told = 'println(supervisor_state("group").status, clock())';
    expect(await linesOf(program('id: "group"', [asks, stubborn], `sleep(44)\n${told}\nsleep(2)\n${told}`))).toEqual([
      "asks 1 at 0",
      "stubborn 1 at 0",
      "draining 44",
      "stopped 46",
    ]);
    const rest = `let h = spawn { supervisor_stop(sup, 40ms) }\nsleep(5)\ncancel(h)\nsleep(40)\n${told}`;
    expect(await linesOf(program('id: "group"', [stubborn], rest))).toEqual(["stubborn 1 at 0", "stopped 45"]);
  });

  it("comes with the end of the program", async () => {
    const { elapsed } = await runProgram(
      program('name: "s"', [["a", '{mode: "always", backoff_ms: 10}', "sleep(1000)"]], "sleep(5)"),
    );
    expect(elapsed).toBe(5);
  });

  it("does not come with the end of the task that started it", async () => {
    expect(
      await linesOf(`
        pipeline main() {
          await(spawn { supervisor_start({id: "s", children: [{name: "a", task: { c -> sleep(10); println("alive") }}]}) })
          sleep(20)
          println(supervisor_state("s").status)
        }
      `),
    ).toEqual(["alive", "completed"]);
  });
});

describe("supervisor_start", () => {
  it.each([
    ['{name: "n"}', "supervisor_start: children must be a list"],
    ["{children: []}", "supervisor_start: children must include at least one child"],
    ['{strategy: "all_at_once", children: []}', "supervisor_start: unknown strategy 'all_at_once'"],
    ['{children: [{name: "a"}]}', "supervisor_start: child 'a' requires a task closure"],
    ['{children: [{task: { c -> 1 }, restart: "maybe"}]}', "supervisor_start: unknown restart mode 'maybe'"],
    [
      "{children: [{task: { c -> 1 }, restart: 5}]}",
      "supervisor_start: restart policy must be a string or dict, got int",
    ],
    ["5", "supervisor_start: expected a dict"],
  ])("refuses %s", async (spec, message) => {
    expect(await linesOf(`println(try { supervisor_start(${spec}) })`)).toEqual([
      `Result.Err(Runtime error: ${message})`,
    ]);
  });

  it("refuses an id that is taken, and its siblings one that is not", async () => {
    expect(
      await linesOf(`
        let spec = {id: "s", children: [{task: { c -> 1 }}]}
        println(supervisor_start(spec))
        println(try { supervisor_start(spec) })
        println(try { supervisor_state("t") })
      `),
    ).toEqual([
      "{_type: supervisor, id: s, name: s}",
      "Result.Err(Runtime error: supervisor_start: supervisor 's' already exists)",
      "Result.Err(Runtime error: supervisor_state: unknown supervisor 't')",
    ]);
  });
});
