import { describe, expect, it } from "vitest";
import { type ProgramOptions, runBody } from "../testing/programs.ts";

async function lines(body: string, options?: ProgramOptions): Promise<readonly string[]> {
  return (await runBody(body, options)).lines;
}

/** A loop with a tool that posts, and what each of its requests held. */
const ringing = `
fn ring(s) {
  return tool_define(tool_registry(), "ring", "Ring", {parameters: {}, handler: { _a ->
    agent_session_post_event(s, "bell", "from the tool")
    agent_session_post_event("someone-else", "bell", "for another session")
    "rang"
  }})
}
fn requests() {
  for c in llm_mock_calls() {
    println("request")
    for m in c.messages { println("  \${m.role}: \${json_stringify(m.content)}") }
  }
}
`;

describe("the inbox of a session, from a program", () => {
  it("I19, I21, I46: takes text as it is and other values as JSON", async () => {
    expect(
      await lines(`
      agent_session_post_event("s", "note", "plain \\"text\\"")
      agent_session_post_event("s", "data", {n: 1, list: [1, 2]}, "unit")
      agent_session_post_event("s", "none", nil, "")
      let drained = agent_session_drain_inbox("s")
      println(keys(drained[0]).sort())
      for e in drained { println("\${e.sequence} \${e.kind} \${e.source} \${e.content}") }
      println(agent_session_drain_inbox("s"))
      println(agent_session_exists("s"))`),
    ).toEqual([
      "[content, kind, sequence, source, ts_ms]",
      '1 note harn.post_event plain "text"',
      '2 data unit {"list":[1,2],"n":1}',
      "3 none harn.post_event null",
      "[]",
      "false",
    ]);
  });

  it("I20: refuses a post without content, and ids that are no text", async () => {
    expect(
      await lines(`
      println(try { agent_session_post_event("s", "k") })
      let four: any = 4
      println(try { agent_session_post_event(four, "k", "c") })
      println(try { agent_session_inject("unknown", {role: "user", content: "x"}) })`),
    ).toEqual([
      "Result.Err(Arity mismatch: 'agent_session_post_event' expects 3..=4 arguments, got 2)",
      "Result.Err(Type error: 'agent_session_post_event' parameter `id` expects string, got int)",
      "Result.Err(agent_session_inject: unknown session id 'unknown')",
    ]);
  });

  it("is used by the library with stricter names", async () => {
    expect(
      await lines(`
      let s = agent_session_open("s")
      println(try { __host_agent_session_post_event("", "k", "c") })
      println(try { __host_agent_session_post_event("s", "", "c") })
      __host_agent_session_post_event("s", "k")
      __host_agent_session_post_event("s", "k", {a: 1}, "")
      __host_agent_session_post_event("s", "k", nil, "src")
      println(__host_agent_session_drain_feedback("s").map({ e -> "\${e.sequence} \${e.kind} \${e.content} \${e.source}" }))
      println(try { __host_agent_session_drain_feedback("") })
      __host_agent_session_inject_feedback(s, "k", {a: 1})
      println(agent_session_snapshot(s)["messages"][0].content)
      println(try { __host_agent_session_inject_feedback("u", "k", "c") })`),
    ).toEqual([
      "Result.Err(Runtime error: __host_agent_session_post_event: session_id must be a non-empty string)",
      "Result.Err(Runtime error: __host_agent_session_post_event: kind must be a non-empty string)",
      '[1 k  host.post_event, 2 k {"a":1} host.post_event, 3 k null src]',
      "Result.Err(Runtime error: __host_agent_session_drain_feedback: session_id must be a non-empty string)",
      '<runtime_feedback kind="k">',
      "{a: 1}",
      "</runtime_feedback>",
      "Result.Err(Runtime error: agent_session_inject: unknown session id 'u')",
    ]);
  });

  it("I38: is passed over by feedback that is injected at once", async () => {
    const { lines: printed, agents } = await runBody(`
      let s = agent_session_open("s")
      agent_inject_feedback(s, "hint", "use the side door")
      println(agent_session_length(s))
      let five: any = 5
      println(try { agent_inject_feedback(s, "hint", five) })
      println(try { agent_inject_feedback("unknown", "hint", "x") })`);
    expect(printed).toEqual([
      "1",
      "Result.Err(Type error: 'agent_inject_feedback' parameter `content` expects string, got int)",
      "Result.Err(Runtime error: agent_session_inject: unknown session id 'unknown')",
    ]);
    expect(agents.inbox.pendingCount("s")).toBe(0);
  });
});

describe("the inbox of a session, in a loop", () => {
  it("I22, I23, I24, I25, I28, I29: is shown before each call, after what was said, once, and to its session alone", async () => {
    expect(
      await lines(`${ringing}
pipeline main(task) {
  agent_session_post_event("s", "early", {n: 1})
  agent_session_post_event("s", "prefill_assistant", "I will")
  agent_session_post_event("s", "odd <kind>", " line one\\nline \\"two\\" ")
  llm_mock({tool_calls: [{name: "ring", arguments: {}}]})
  llm_mock({text: "finished"})
  agent_loop("Start", nil, {provider: "mock", session_id: "s", tools: ring("s"), tool_format: "native", max_iterations: 3})
  requests()
  println(agent_session_drain_inbox("someone-else").map({ e -> e.content }))
}`),
    ).toEqual([
      "request",
      '  user: "Start"',
      '  user: "<runtime_feedback kind=\\"early\\">\\n{\\"n\\":1}\\n</runtime_feedback>"',
      '  assistant: "I will"',
      '  user: "<runtime_feedback kind=\\"odd <kind>\\">\\n line one\\nline \\"two\\" \\n</runtime_feedback>"',
      "request",
      '  user: "Start"',
      '  user: "<runtime_feedback kind=\\"early\\">\\n{\\"n\\":1}\\n</runtime_feedback>"',
      '  assistant: "I will"',
      '  user: "<runtime_feedback kind=\\"odd <kind>\\">\\n line one\\nline \\"two\\" \\n</runtime_feedback>"',
      '  assistant: ""',
      '  tool: "[result of ring]\\nrang\\n[end of ring result]\\n"',
      '  user: "<runtime_feedback kind=\\"bell\\">\\nfrom the tool\\n</runtime_feedback>"',
      "[for another session]",
    ]);
  });

  it("I26, I27: is summarised when it was there before compaction, and shown as it is when it came meanwhile", async () => {
    expect(
      await lines(`${ringing}
pipeline main(task) {
  let c = agent_session_open("c")
  agent_session_inject(c, {role: "user", content: "old " + "x" * 60})
  agent_session_inject(c, {role: "assistant", content: "old answer " + "y" * 60})
  agent_session_post_event(c, "first", "before compaction")
  agent_session_post_event(c, "queued", "kept by the window")
  llm_mock({text: "done"})
  agent_loop("Now", nil, {
    provider: "mock", session_id: c, max_iterations: 1,
    auto_compact: true, compact_threshold: 1, compact_keep_last: 1, compact_strategy: "custom",
    compact_callback: { archived ->
      agent_session_post_event(c, "mid", "during compaction")
      "summary with \${len(archived.filter({ m -> contains(json_stringify(m), "before compaction") }))} of them"
    },
  })
  requests()
}`),
    ).toEqual([
      "request",
      '  user: "[auto-compacted 4 older messages]\\nsummary with 1 of them"',
      '  user: "<runtime_feedback kind=\\"queued\\">\\nkept by the window\\n</runtime_feedback>"',
      '  user: "<runtime_feedback kind=\\"mid\\">\\nduring compaction\\n</runtime_feedback>"',
    ]);
  });

  it("I30, I41: keeps what came after the last drain, until the session is closed", async () => {
    const body = `
      let s = agent_session_open("s")
      llm_mock({text: "finished"})
      agent_loop("Start", nil, {provider: "mock", session_id: s, post_turn_callback: { _i ->
        agent_session_post_event(s, "late", "after the last turn")
        nil
      }})
      println(agent_session_drain_inbox(s).map({ e -> e.content }))
      agent_session_post_event(s, "left", "x")
      agent_session_close(s)
      println(agent_session_drain_inbox(s))
      agent_session_post_event(s, "new", "y")
      println(agent_session_drain_inbox(s).map({ e -> e.sequence }))`;
    expect(await lines(body)).toEqual(["[after the last turn]", "[]", "[1]"]);
  });

  it("I40: counts what it delivered at the checkpoint that did, and emits no feedback event", async () => {
    const { events } = await runBody(`
      agent_session_post_event("s", "a", "1")
      agent_session_post_event("s", "b", "2")
      llm_mock({text: "finished"})
      agent_loop("Start", nil, {provider: "mock", session_id: "s"})`);
    const checkpoints = events.filter((event) => event.type === "loop_checkpoint");
    expect(checkpoints.filter((event) => event.inbox_delivered > 0)).toMatchObject([
      { kind: "pre_compact", delivered: 0, inbox_delivered: 2 },
    ]);
    expect(events.some(({ type }) => type === "feedback_injected" || type === "user_message")).toBe(false);
  });

  it("is not copied by a fork, nor emptied by a reset", async () => {
    const body = `
      let s = agent_session_open("s")
      agent_session_post_event(s, "a", "1")
      agent_session_fork(s, "f")
      agent_session_reset(s)
      println("\${len(agent_session_drain_inbox("f"))} \${len(agent_session_drain_inbox(s))}")`;
    expect(await lines(body)).toEqual(["0 1"]);
  });
});

it("I43: a file that a tool writes is no entry of the inbox; FileEdited tells of it at the next iteration, and once after the loop", async () => {
  const { lines, agents } = await runBody(`
    register_session_hook("FileEdited", { p -> println(json_stringify(p)) })
    register_session_hook("LoopCheckpoint", { p -> if p.kind == "iteration_start" { println("iteration " + to_string(p.iteration)) } })
    let tools = tool_define(tool_registry(), "save", "Save", {parameters: {}, handler: { _a -> harness.fs.write_text("a.txt", "né"); harness.fs.append("a.txt", "1"); "ok" }})
    llm_mock({tool_calls: [{name: "save", arguments: {}}]})
    llm_mock({text: "done"})
    agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", session_id: "s",
      post_turn_callback: { t -> if !t.has_tool_calls { notify_file_edited("by hand.txt") } }})
  `);
  const told = (path: string, metadata: string) =>
    `{"event":"FileEdited","metadata":${metadata},"path":"${path}","session":{"id":"s"}}`;
  expect(lines).toEqual([
    "iteration 1",
    told("/desk/a.txt", '{"bytes":3,"operation":"write"}'),
    told("/desk/a.txt", '{"bytes":1,"operation":"append"}'),
    "iteration 2",
    told("by hand.txt", "{}"),
  ]);
  expect(agents.inbox.pendingCount("s")).toBe(0);
});

it("I43: hooks of FileEdited that fail do not end the loop, and without one nothing is kept", async () => {
  const { lines } = await runBody(`
    notify_file_edited("before")
    register_session_hook("FileEdited", { p -> println(p.path); throw "no" })
    notify_file_edited("after", {by: "me"})
    try { notify_file_edited() } catch (e) { println(to_string(e)) }
    llm_mock({text: "done"})
    println(agent_loop("go", nil, {provider: "mock"}).status)
  `);
  expect(lines).toEqual(["Runtime error: notify_file_edited: missing path", "after", "done"]);
});

it("I33: feedback of a command policy goes to its session, as the JSON of it without a content, and nowhere without a session", async () => {
  const { lines } = await runBody(
    `
    let run = { feedback -> with_command_policy({post: { _c -> {feedback: feedback} }}, { -> host_call("process.exec", {mode: "argv", argv: ["true"]}) }) }
    agent_session_open("s")
    run({session_id: "s", note: "look"})
    run({session_id: "s", kind: "warning", content: "plain words"})
    run({note: "lost"})
    println(agent_session_drain_inbox("s").map({ e -> [e.kind, e.content, e.source] }))`,
    { process: () => ({}) },
  );
  expect(lines).toEqual([
    '[[command_policy, {"note":"look","session_id":"s"}, orchestration.command_policy], [warning, plain words, orchestration.command_policy]]',
  ]);
});
