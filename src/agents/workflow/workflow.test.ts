import { describe, expect, it } from "vitest";
import { runBody } from "../testing/programs.ts";

const prelude = `
fn stage(more = {}) { return {kind: "stage", mode: "llm", model_policy: {provider: "mock", llm_retries: 0}} + more }
fn run(graph, artifacts = [], options = {}) {
  let r = workflow_execute("Task", graph, artifacts, options)
  println("\${r.status} pending=\${r.run.pending_nodes}")
  for s in r.run.stages { println("\${s.node_id} \${s.status} \${s.outcome} branch=\${s.branch}") }
  return r
}
fn mocks(texts) { for text in texts { llm_mock(type_of(text) == "string" ? {text: text} : text) } }
`;

async function lines(body: string): Promise<readonly string[]> {
  return (await runBody(`${prelude}\npipeline main(task) {\n${body}\n}`)).lines;
}

describe("workflows", () => {
  it("A61: a command that fails without a check fails the node; expected text and retries are held to", async () => {
    expect(
      await lines(`
  mocks(["acted"])
  run({entry: "a", nodes: {a: stage(), v: {kind: "verify", verify: {expect_text: "yes"}, mode: "llm", model_policy: {provider: "mock"}}}, edges: [{from: "a", to: "v"}]})
  mocks([{error: {category: "auth", message: "no"}}, "second try"])
  let r = run({entry: "a", nodes: {a: stage({retry_policy: {max_attempts: 2}})}})
  println(r.run.stages[0].attempts.map({ a -> a.outcome }))`),
    ).toEqual([
      "completed pending=[]",
      "a completed success branch=success",
      "v failed verification_failed branch=failed",
      "completed pending=[]",
      "a completed success branch=success",
      "[error, success]",
    ]);
  });

  it("A62: what was repaired is verified again; edges without a label serve any branch", async () => {
    expect(
      await lines(`
  mocks(["acted", "bad", "fixed", "fine"])
  run({act: stage(), verify: {kind: "verify", mode: "llm", model_policy: {provider: "mock"}, verify: {assert_text: "fine"}}, repair: stage()})`),
    ).toEqual([
      "completed pending=[]",
      "act completed success branch=success",
      "verify failed verification_failed branch=failed",
      "repair completed success branch=success",
      "verify completed verified branch=passed",
    ]);
  });

  it("A63: condition, fork, a join that waits, map, reduce and escalation", async () => {
    expect(
      await lines(`
  let r = run({
    entry: "gate",
    nodes: {
      gate: {kind: "condition", metadata: {contains_text: "go"}},
      fan: {kind: "fork"},
      each: {kind: "map", map_policy: {item_artifact_kind: "workspace_file", output_kind: "summary"}},
      up: {kind: "escalation", escalation_policy: {queue: "leads"}},
      meet: {kind: "join"},
      all: {kind: "reduce", context_policy: {include_kinds: ["summary"]}},
    },
    edges: [{from: "gate", to: "fan", branch: "true"}, {from: "gate", to: "all", branch: "false"}, {from: "fan", to: "each"}, {from: "fan", to: "up"}, {from: "each", to: "meet"}, {from: "up", to: "meet"}, {from: "meet", to: "all"}],
  }, [artifact({kind: "plan", text: "go on"}), artifact({kind: "workspace_file", text: "alpha"}), artifact({kind: "workspace_file", text: "beta"})])
  println(r.run.stages.map({ s -> s.visible_text }).last())`),
    ).toEqual([
      "completed pending=[]",
      "gate completed condition_true branch=true",
      "fan completed forked branch=fork",
      "each completed mapped branch=mapped",
      "up completed escalated branch=escalated",
      "meet completed joined branch=join",
      "all completed reduced branch=reduced",
      "alpha",
      "",
      "beta",
    ]);
  });

  it("gives its stages the skills of the run", async () => {
    expect(
      await lines(`
  skill careful { description "Reads files with care"; prompt "Read twice." }
  llm_mock({text: "<done>##DONE##</done>"})
  workflow_execute("Read the files with care", {entry: "a", nodes: {a: stage({mode: "agent"})}}, [], {skills: careful, skill_match: {strategy: "metadata"}})
  println(llm_mock_calls()[0].system.contains("Read twice."))`),
    ).toEqual(["true"]);
  });

  it("goes on where it stopped, and replays a record without asking a model", async () => {
    expect(
      await lines(`
  let graph = {entry: "a", nodes: {a: stage(), b: stage()}, edges: [{from: "a", to: "b"}]}
  mocks(["A", "B"])
  let first = run(graph, [], {max_steps: 1, persist_path: "run.json"})
  run(graph, [], {resume_path: "run.json"})
  let whole = run_record_load("run.json")
  let before = len(llm_mock_calls())
  let again = workflow_execute("Task", graph, [], {replay_mode: "deterministic", replay_path: "run.json", persist_path: "again.json"})
  println("\${again.status} \${len(again.run.stages)} \${len(llm_mock_calls()) - before} \${again.run.metadata.replayed_from == whole.id}")
  println(is_err(try { workflow_execute("Task", graph, [], {replay_mode: "deterministic"}) }))`),
    ).toEqual([
      "paused pending=[b]",
      "a completed success branch=success",
      "completed pending=[]",
      "a completed success branch=success",
      "b completed success branch=success",
      "completed 2 0 true",
      "true",
    ]);
  });

  it("says what is wrong with a graph before anything runs", async () => {
    expect(
      await lines(`
  let v = workflow_validate({entry: "zz", nodes: {a: {}, c: {kind: "condition"}, f: {kind: "fork"}, m: {kind: "map"}}, edges: [{from: "q", to: "a"}]})
  for e in v.errors { println(e) }
  println(is_err(try { workflow_execute("x", {entry: "zz", nodes: {a: {}}}) }))`),
    ).toEqual([
      "entry node does not exist: zz",
      "edge.from references unknown node: q",
      "node c: condition nodes require both 'true' and 'false' branch edges",
      "node f: fork nodes require at least two outgoing edges",
      "node m: map nodes require items, item_artifact_kind, or input_contract.input_kinds",
      "true",
    ]);
  });

  it("delegates a stage to a worker, and keeps what that left", async () => {
    expect(
      await lines(`
  mocks(["delegated"])
  let r = run({entry: "d", nodes: {d: {kind: "subagent", mode: "llm", model_policy: {provider: "mock"}, metadata: {worker_name: "helper"}}}})
  println(r.run.stages[0].artifacts.map({ a -> a.kind }))
  println("\${r.run.stages[0].metadata.worker.name} \${r.run.stages[0].artifacts[0].metadata.delegated}")`),
    ).toEqual([
      "completed pending=[]",
      "d completed subagent_completed branch=success",
      "[artifact, worker_result]",
      "helper true",
    ]);
  });
});
