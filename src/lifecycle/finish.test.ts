import { describe, expect, test } from "vitest";
import { run } from "./testing/run.ts";

const say = "harness.stdio.println";

describe("the callback", () => {
  test("lifecycle 1: without one the value is unchanged and nothing is on record", async () => {
    const { result, lifecycle } = await run("{a: 1}");
    expect(result).toBe("{a: 1}");
    expect(lifecycle.audits.entries).toEqual([]);
  });

  test("lifecycle 2: its result replaces the value, nil included", async () => {
    expect((await run("pipeline_on_finish({ _h, v -> [v, v] })\n5")).result).toBe("[5, 5]");
    expect((await run("pipeline_on_finish({ _h, _v -> nil })\n5")).result).toBe("nil");
  });

  test("lifecycle 3: of two only the second runs, once", async () => {
    const body = `pipeline_on_finish({ _h, v -> throw "first" })
      pipeline_on_finish({ _h, v ->
        ${say}("second")
        v
      })`;
    expect((await run(body)).lines).toEqual(["second"]);
  });

  test("lifecycle 4, 40: it does not outlive its run", async () => {
    const { result } = await run("pipeline_on_finish({ _h, v -> v + 100 })\n7", { then: "7" });
    expect(result).toBe("7");
    expect((await run("pipeline_on_finish({ _h, v -> v + 100 })\n7")).result).toBe("107");
  });

  test("a callback registered by a callback waits for the next run", async () => {
    const first = `pipeline_on_finish({ _h, v ->
      pipeline_on_finish({ _h2, v2 -> "late \${v2}" })
      v
    })`;
    expect((await run(`${first}\n1`)).result).toBe("1");
    expect((await run(`${first}\n1`, { then: "2" })).result).toBe("late 2");
  });

  test("lifecycle 5: only closures are taken", async () => {
    const { lines } = await run(`${say}(try { pipeline_on_finish("x") })\n${say}(try { pipeline_on_finish(len) })`);
    expect(lines).toEqual([
      "Result.Err(Runtime error: pipeline_on_finish: handler must be a closure, got string)",
      "Result.Err(Runtime error: pipeline_on_finish: handler must be a closure, got builtin)",
    ]);
  });

  test("lifecycle 44: one parameter is too few, and PostFinish does not fire", async () => {
    const { result, lines } = await run(`register_session_hook("PostFinish", { _p -> ${say}("post") })
      pipeline_on_finish({ v -> v })`);
    expect(result).toMatch(/^error: Arity mismatch: .* expects 1 argument, got 2$/);
    expect(lines).toEqual([]);
  });

  test("runs behind fn main too", async () => {
    const main = 'fn main(harness: Harness) {\n pipeline_on_finish({ _h, v -> "<${v}>" })\n return "body"\n}';
    expect((await run(main)).result).toBe("<body>");
  });

  test("waits for what it awaits, and for nothing else", async () => {
    const { result, elapsed } = await run(`let h = spawn { sleep(40) }
      pipeline_on_finish({ _h, v ->
        await(h)
        "waited"
      })`);
    expect(result).toBe("waited");
    expect(elapsed).toBeGreaterThanOrEqual(40);
  });

  test("an exit in it ends the run with that status", async () => {
    expect((await run("pipeline_on_finish({ _h, _v -> exit(4) })")).result).toBe("exit 4");
  });

  test("an exit of the body skips it", async () => {
    const { result, lines } = await run(`pipeline_on_finish({ _h, v -> ${say}("callback") })\nexit(3)`);
    expect([result, lines]).toEqual(["exit 3", []]);
  });
});

describe("errors", () => {
  test("lifecycle 6: a body that fails leaves no callback, no hooks, no records and no numbering", async () => {
    const failing = `register_session_hook("PreFinish", { _p -> ${say}("pre") })
      pipeline_on_finish({ _h, v -> ${say}("callback") })
      harness.emit_audit("lost", 1)
      harness.handoff_to("p", 1)
      harness.finalize("x")
      throw "on purpose"`;
    const { result, lines, lifecycle } = await run(failing);
    expect([result, lines]).toEqual(["error: on purpose", []]);
    expect([lifecycle.audits.entries, lifecycle.handoffs.open, lifecycle.disposition]).toEqual([[], [], undefined]);
    const next = await run(failing, { then: 'harness.emit_audit("next", 1).entry.seq' });
    expect([next.result, next.lines]).toEqual(["1", ["pre"]]);
  });

  test("lifecycle 6: also when the body fails after a wait", async () => {
    const { lifecycle } = await run('harness.emit_audit("lost", 1)\nsleep(5)\nthrow "late"');
    expect(lifecycle.audits.entries).toEqual([]);
  });

  test("lifecycle 7: a callback that fails fails the run; what it recorded stays", async () => {
    const { result, lines, lifecycle } = await run(`register_session_hook("PostFinish", { _p -> ${say}("post") })
      pipeline_on_finish({ h, _v ->
        h.emit_audit("kept", 1)
        throw "callback failed"
      })`);
    expect([result, lines]).toEqual(["error: callback failed", []]);
    expect(lifecycle.audits.entries.map((entry) => entry.kind)).toEqual(["kept"]);
  });
});

describe("hooks around the end", () => {
  const hook = (event: string, answer: string): string =>
    `register_session_hook("${event}", { p ->\n${say}("${event}")\n${answer}\n})\n`;
  const all = hook("PreFinish", "nil") + hook("OnUnsettledDetected", "nil") + hook("PostFinish", "nil");
  const callback = `pipeline_on_finish({ _h, v ->\n${say}("callback")\nv\n})\n`;

  test("lifecycle 8: fire in order, the one about unsettled work only if there is any", async () => {
    expect((await run(all + callback)).lines).toEqual(["PreFinish", "callback", "PostFinish"]);
    expect((await run(`${all + callback}harness.handoff_to("p")`)).lines).toEqual([
      "PreFinish",
      "OnUnsettledDetected",
      "callback",
      "PostFinish",
    ]);
  });

  test("lifecycle 9: PreFinish is told the body's value and whether there is a callback, PostFinish the final value", async () => {
    const { lines } = await run(`
      register_session_hook("PreFinish", { p -> ${say}("\${p.event} \${p.return_value} \${p.has_on_finish}") })
      register_session_hook("PostFinish", { p -> ${say}("\${p.event} \${p.return_value} \${p?.has_on_finish}") })
      pipeline_on_finish({ _h, v -> v + 1 })
      1`);
    expect(lines).toEqual(["PreFinish 1 true", "PostFinish 2 nil"]);
    const without = await run(`register_session_hook("PreFinish", { p -> ${say}(p.has_on_finish) })\n1`);
    expect(without.lines).toEqual(["false"]);
  });

  test("lifecycle 10: PostFinish still lists what the callback settled", async () => {
    const { lines } = await run(`
      register_session_hook("PostFinish", { p -> ${say}(len(p.unsettled.partial_handoffs)) })
      pipeline_on_finish({ h, v -> ${say}(h.acknowledge_handoff("envelope_1").status) })
      harness.handoff_to("p")`);
    expect(lines).toEqual(["acknowledged", "1"]);
  });

  test("lifecycle 11: PreFinish cannot block", async () => {
    const { result } = await run(hook("PreFinish", '{block: true, reason: "not yet"}') + callback);
    expect(result).toBe(
      "error: Runtime error: PreFinish hook returned block, which is not a valid control: not yet. To delay pipeline finish until unsettled work clears, use OnFinish.block_until_settled (std/lifecycle) or return Modify/Allow from PreFinish.",
    );
  });

  test("lifecycle 12: OnUnsettledDetected can, before the callback", async () => {
    const { result, lines } = await run(`${hook("OnUnsettledDetected", "false") + callback}harness.handoff_to("p")`);
    expect(result).toBe(
      "error: Runtime error: OnUnsettledDetected hook blocked pipeline finish: OnUnsettledDetected hook returned false",
    );
    expect(lines).toEqual(["OnUnsettledDetected"]);
  });

  test("lifecycle 13: a block of PostFinish is ignored and later handlers run; an int is an error", async () => {
    const { result, lines } = await run(`${hook("PostFinish", "false") + hook("PostFinish", "nil")}9`);
    expect([result, lines]).toEqual(["9", ["PostFinish", "PostFinish"]]);
    for (const event of ["PreFinish", "OnUnsettledDetected", "PostFinish"]) {
      const failed = await run(`${hook(event, "5")}harness.handoff_to("p")`);
      expect(failed.result).toBe(
        `error: Runtime error: ${event} hook must return nil, bool, or a control dict; got int`,
      );
    }
  });

  test("decisions mean nothing; a word that is none is an error", async () => {
    expect((await run(`${hook("PreFinish", '{decision: " Deny "}')}1`)).result).toBe("1");
    expect((await run(`${hook("PreFinish", '{decision: "maybe"}')}1`)).result).toBe(
      'error: Runtime error: PreFinish hook `decision` must be "allow", "deny", or "ask"; got "maybe"',
    );
  });

  test("a dict with a reminder says in `then` what it asks for", async () => {
    expect((await run(`${hook("PreFinish", '{reminder: {body: "b"}}')}1`)).result).toBe("1");
    expect((await run(`${hook("PreFinish", '{reminder: {body: "b"}, then: false}')}1`)).result).toContain(
      "not a valid control: PreFinish hook returned false.",
    );
  });

  test("a change is for later handlers of the event, and for nobody else", async () => {
    const { lines, result } = await run(`
      register_session_hook("PreFinish", { _p -> {modify: {return_value: "changed"}} })
      register_session_hook("PreFinish", { p -> ${say}(p.return_value) })
      register_session_hook("PostFinish", { p -> ${say}(p.return_value) })
      "kept"`);
    expect([lines, result]).toEqual([["changed", "kept"], "kept"]);
  });

  test("lifecycle 48: a list is an error there", async () => {
    expect((await run(`${hook("PostFinish", "[]")}1`)).result).toBe(
      "error: Runtime error: PostFinish hook must return nil, bool, or a control dict; got list",
    );
    expect((await run(`${hook("PreFinish", '[{body: "b"}]')}1`)).result).toBe(
      "error: Runtime error: PreFinish hook reminder return nested too deeply",
    );
  });

  test.each([
    ["has_on_finish == 'true'", true],
    ["has_on_finish != true", false],
    ["has_on_finish", false],
    ["*", true],
    ["", true],
    ["unsettled.partial_handoffs", false],
    ["return_value =~ '['", false],
    ["return_value =~ '^bo.y$'", true],
    ['return_value == \\"body\\"', true],
    ["missing == ''", true],
  ])("lifecycle 47: the pattern %s", async (pattern, isAsked) => {
    const { lines } = await run(`register_session_hook("PreFinish", "${pattern}", { _p -> ${say}("asked") })
      pipeline_on_finish({ _h, v -> v })
      "body"`);
    expect(lines).toEqual(isAsked ? ["asked"] : []);
  });

  test("lifecycle 47: a path to something unsettled", async () => {
    const { lines } = await run(`
      register_session_hook("PreFinish", "unsettled.partial_handoffs", { _p -> ${say}("asked") })
      harness.handoff_to("p")`);
    expect(lines).toEqual(["asked"]);
  });

  test("clear_session_hooks forgets them", async () => {
    expect((await run(`${all}clear_session_hooks()`)).lines).toEqual([]);
  });
});

describe("hooks fired by the library", () => {
  test("run-events 39: are told to observers of the run with what handlers said", async () => {
    const { result, events } = await run(`
      register_session_hook("post_turn", { _p -> {block: true, reason: "no"} })
      [__host_fire_session_hook("post_turn", {n: 1}), __host_fire_session_hook("SessionIdle", "not a dict")]`);
    expect(result).toBe("[{block: true, reason: no}, nil]");
    expect(events).toEqual([
      { event_type: "hook", name: "post_turn", phase: "block", payload: { event: "PostTurn", n: 1 } },
      { event_type: "hook", name: "SessionIdle", phase: "allow", payload: { event: "SessionIdle" } },
    ]);
  });

  test("must be known", async () => {
    const { result } = await run('try { __host_fire_session_hook("nope") }');
    expect(result).toBe("Result.Err(Runtime error: __host_fire_session_hook: unknown session hook event `nope`)");
  });
});
