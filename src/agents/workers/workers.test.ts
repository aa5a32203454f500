import { describe, expect, it } from "vitest";
import { runBody } from "../testing/programs.ts";

const prelude = `
fn tools() {
  var t = tool_registry()
  t = tool_define(t, "look", "Look", {parameters: {}, handler: { _a -> "saw" }})
  t = tool_define(t, "poke", "Poke", {parameters: {}, handler: { _a -> "poked" }})
  return t
}
fn parked() {
  llm_mock({tool_calls: [{name: "agent_await_resumption", arguments: {reason: "needs a key"}}]})
  let h = sub_agent_run("Open.", {provider: "mock", background: true, tool_format: "native", max_iterations: 3, session_id: "kid"})
  wait_agent(h)
  return h
}
fn why(r) { return is_err(r) ? replace(to_string(unwrap_err(r)), "Runtime error: ", "") : "ok" }
`;

async function lines(body: string): Promise<readonly string[]> {
  return (await runBody(`${prelude}\npipeline main(task) {\n${body}\n}`)).lines.map((line) =>
    line.replace(/worker_[0-9a-f-]{36}/g, "W").replace(/ \(line \d+\)/g, ""),
  );
}

describe("child agents", () => {
  it("A59: a denial anywhere makes the envelope not ok, and the registry is narrowed", async () => {
    expect(
      await lines(`
  for wish in [[], ["look"]] {
    llm_mock({tool_calls: [{name: "poke", arguments: {}}]})
    llm_mock({text: "child done"})
    let r = sub_agent_run("go", {provider: "mock", tools: tools(), tool_format: "native", allowed_tools: wish})
    println("\${r.ok} \${r.summary} \${r.error?.category} \${r.error?.tool}")
  }`),
    ).toEqual(["true child done nil nil", "false child done permission_denied poke"]);
  });

  it("are not given all tools for a list of allowed ones that is none", async () => {
    expect(
      await lines(`
  for wish in [5, [5], {look: true}] {
    println(try { sub_agent_run("go", {provider: "mock", tools: tools(), allowed_tools: wish}).ok })
  }`),
    ).toEqual([
      "Result.Err(sub_agent_run: `allowed_tools` must be a list of names or nil; got int)",
      "Result.Err(sub_agent_run: `allowed_tools` must be a list of names or nil; got int)",
      "Result.Err(sub_agent_run: `allowed_tools` must be a list of names or nil; got dict)",
    ]);
  });

  it("give the data that fits a schema, or say why not", async () => {
    expect(
      await lines(`
  let schema = {type: "object", properties: {n: {type: "integer"}}, required: ["n"]}
  for text in ["{\\"n\\": 3}", "no json"] {
    llm_mock({text: text})
    let r = sub_agent_run("go", {provider: "mock", returns: {schema: schema}})
    println("\${r.ok} \${r.data} \${r.error?.message}")
  }`),
    ).toEqual(["true {n: 3} nil", "false nil sub_agent_run: child transcript did not contain valid JSON"]);
  });

  it("nest only so deep", async () => {
    expect(
      await lines(`
  fn dive(depth) {
    llm_mock({tool_calls: [{name: "down", arguments: {}}]})
    llm_mock({text: "up"})
    let t = tool_define(tool_registry(), "down", "Down", {parameters: {}, handler: { _a -> dive(depth + 1).error?.message ?? "fine" }})
    return sub_agent_run("level " + to_string(depth), {provider: "mock", tools: t, tool_format: "native", name: "d" + to_string(depth), policy: {recursion_limit: 2}})
  }
  println(dive(0).ok)
  println(len(llm_mock_calls()) < 12)`),
    ).toEqual(["true", "true"]);
  });
});

describe("workers", () => {
  it("P22, P38: suspending a parked worker again changes nothing; a self-park reads back as self_initiated", async () => {
    expect(
      await lines(`
  let h = parked()
  let s = suspend_agent(h, "again")
  println("\${s.status} \${s.suspension.reason} \${s.suspension.initiator} \${keys(s.suspension).sort()}")`),
    ).toEqual(["suspended needs a key self_initiated [initiator, reason, snapshot_ref, suspended_at]"]);
  });

  it("P39: what a summary says of the suspension leaves out what only the event of the worker tells", async () => {
    const { lines: told, events } = await runBody(`${prelude}
      pipeline main(task) {
        let tools = tool_define(tool_registry(), "delegate", "D", {parameters: {}, handler: { _a ->
          println(keys(wait_agent(parked()).suspension).sort())
          llm_mock({text: "done"}) }})
        llm_mock({tool_calls: [{name: "delegate", arguments: {}}]})
        agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native"})
      }`);
    expect(told).toEqual(["[initiator, reason, snapshot_ref, suspended_at]"]);
    const update = events.find((event) => event.type === "worker_update" && event.event === "WorkerSuspended");
    expect(update).toMatchObject({
      metadata: { suspension: { handle: expect.any(String), resume_by_mechanism: expect.anything() } },
    });
    const spawned = events.find((event) => event.type === "worker_update" && event.event === "WorkerSpawned");
    expect(Object.keys((spawned as { metadata: object }).metadata).sort()).toEqual(
      [
        "artifact_count audit awaiting_started_at child_run_id child_run_path created_at error execution finished_at",
        "has_transcript mode parent_stage_id parent_worker_id provenance request snapshot_path started_at suspension task",
      ].flatMap((words) => words.split(" ")),
    );
  });

  it("P23, P25: refuse what their status does not allow", async () => {
    expect(
      await lines(`
  llm_mock({text: "over"})
  let done = wait_agent(sub_agent_run("x", {provider: "mock", background: true}))
  println(why(try { suspend_agent(done, "late") }))
  println(why(try { resume_agent(done) }))
  println(why(try { worker_trigger(done, "x") }))
  println(why(try { send_input(done, " ") }))
  close_agent(done)
  println(why(try { resume_agent(done) }))
  println(why(try { resume_agent("") }))
  let p = parked()
  println(why(try { resume_agent(p, "  ") }))
  println(wait_agent(p).status)`),
    ).toEqual([
      "HARN-SUS-001: suspend_agent: worker W is not running (status=completed)",
      "HARN-SUS-003: resume_agent: worker W is not suspended (status=completed)",
      "worker_trigger: worker W is not retriggerable",
      "send_input: task text must not be empty",
      "HARN-SUS-010: resume_agent: worker W was closed and cannot be resumed",
      "HARN-SUS-004: resume_agent: missing worker id or snapshot path",
      "HARN-SUS-009: resume_agent: resume input must be nil or non-empty text",
      "suspended",
    ]);
  });

  it("P24: a hook may keep a worker from being suspended, or change the reason", async () => {
    expect(
      await lines(`
  llm_mock({tool_calls: [{name: "slow", arguments: {}}]})
  llm_mock({text: "end"})
  let gate = channel("gate")
  let entered = channel("entered")
  let t = tool_define(tool_registry(), "slow", "Slow", {parameters: {}, handler: { _a ->
    send(entered, 1)
    receive(gate)
  }})
  register_session_hook("PreSuspend", { p -> p.reason == "no" ? {block: true, reason: "not now"} : {modify: p + {reason: "changed"}} })
  let h = sub_agent_run("x", {provider: "mock", background: true, tools: t, tool_format: "native"})
  receive(entered)
  let denied = suspend_agent(h, "no")
  println("\${denied.status} \${denied.pre_suspend_denied}")
  println(suspend_agent(h, "yes").suspension.reason)
  send(gate, 1)
  println(wait_agent(h).status)`),
    ).toEqual(["running not now", "changed", "suspended"]);
  });

  it("P26: a dict without option names is the input itself", async () => {
    expect(
      await lines(`
  let h = parked()
  llm_mock({text: "resumed"})
  __host_worker_resume(h, {key: 9})
  let done = wait_agent(h)
  println("\${done.status} \${done.history[1]}")`),
    ).toEqual(["completed {key: 9}"]);
  });

  it("P28: tell the resumed turn why it was parked, once", async () => {
    expect(
      await lines(`
  let h = parked()
  llm_mock({tool_calls: [{name: "ghost", arguments: {}}]})
  llm_mock({text: "done"})
  resume_agent(h, "the key is 9")
  println(wait_agent(h).status)
  println(llm_mock_calls().map({ c -> contains(c.system ?? "", "needs a key") }))`),
    ).toEqual(["completed", "[false, true, false]"]);
  });

  it("P34, P37: waiting for a parked one returns at once; the error of a failed one is thrown once", async () => {
    expect(
      await lines(`
  println(wait_agent(parked()).status)
  llm_mock({error: {category: "auth", message: "bad"}})
  let h = spawn_agent({task: "x", node: {kind: "stage", mode: "llm", model_policy: {provider: "mock"}}})
  println(why(try { wait_agent(h) }))
  println(wait_agent(h).status)`),
    ).toEqual(["suspended", "Error [auth]: bad", "failed"]);
  });

  it("P27, P36: come back from their files, interrupted when they were running", async () => {
    const run = await runBody(`${prelude}
pipeline main(task) {
  let h = parked()
  llm_mock({text: "resumed"})
  println(wait_agent(resume_agent(wait_agent(h).snapshot_path)).status)
  let saved = json_parse(read_file(h.snapshot_path))
  write_file("w.json", json_stringify(saved + {id: "worker_other", status: "running"}))
  println(resume_agent("./w.json").status)
}`);
    expect(run.lines).toEqual(["completed", "interrupted"]);
  });

  it("P29: read conditions with a path for each mistake", async () => {
    expect(
      await lines(`
  println(parse_resume_conditions({timeout: {duration_minutes: 4}}))
  println(why(try { parse_resume_conditions({when: 1}) }))
  println(why(try { parse_resume_conditions({timeout: {duration_minutes: 0}}) }))
  println(why(try { parse_resume_conditions({trigger: {kind: "x"}}) }))`),
    ).toEqual([
      "{timeout: {duration_minutes: 4, on_timeout: resume_with_summary}}",
      "HARN-SUS-002: invalid ResumeConditions.when: unknown field; expected trigger, timeout, or on_event",
      "HARN-SUS-002: invalid ResumeConditions.timeout.duration_minutes: must be a positive int",
      "HARN-SUS-002: invalid ResumeConditions.trigger: trigger_register: missing `provider`",
    ]);
  });

  it("P32: a loop of the program parks as well, and can be resumed", async () => {
    expect(
      await lines(`
  llm_mock({tool_calls: [{name: "agent_await_resumption", arguments: {reason: "tide"}}, {name: "ghost", arguments: {}}]})
  let r = agent_loop("wait", nil, {provider: "mock", tool_format: "native"})
  println("\${r.status} \${r.stop_reason} \${r.reason} \${r.initiator} \${r.conditions} \${r.iterations_completed} \${r.handle.mode} \${r.tools.calls}")
  llm_mock({text: "high water"})
  resume_agent(r.handle)
  println(wait_agent(r.handle).result.visible_text)`),
    ).toEqual(["suspended suspended tide self nil 0 top_level_agent []", "high water"]);
  });

  it("who parks itself leaves no call without an answer, which providers would refuse", async () => {
    expect(
      await lines(`
  llm_mock({tool_calls: [{name: "agent_await_resumption", arguments: {reason: "tide"}}, {name: "ghost", arguments: {}}]})
  let r = agent_loop("wait", nil, {provider: "mock", tool_format: "native"})
  llm_mock({text: "high water"})
  resume_agent(r.handle, "it is in")
  wait_agent(r.handle)
  for m in llm_mock_calls()[1].messages { println("\${m.role} \${m.tool_call_id} \${m.content}") }`),
    ).toEqual([
      "user nil wait",
      "assistant nil ",
      "tool mock_call_1 Parked: tide",
      "tool mock_call_2 Not run: the turn called agent_await_resumption as well.",
      "user nil it is in",
    ]);
  });
});
