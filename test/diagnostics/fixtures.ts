/** Programs that draw the codes whose page shows none: they run, need settings, or are no programs. */
export type Fixture =
  /** Found without running, under settings that are not the usual ones. */
  | { readonly kind: "checked"; readonly program: string; readonly settings?: Settings }
  /** Told when it runs: by the error it ends with, or by its value. */
  | { readonly kind: "run"; readonly program: string }
  /** A prompt template. */
  | { readonly kind: "template"; readonly text: string }
  /** Told by the formatter. */
  | { readonly kind: "formatted"; readonly program: string };

export interface Settings {
  readonly strictTypes?: boolean;
  readonly requireFileHeader?: boolean;
}

const branches = Array.from({ length: 26 }, (_, n) => `  if x == ${n} {\n    return ${n}\n  }\n`).join("");

const worker = `
fn parked() {
  llm_mock({tool_calls: [{name: "agent_await_resumption", arguments: {reason: "needs a key"}}]})
  return wait_agent(sub_agent_run("x", {provider: "mock", background: true}))
}

fn ended() {
  llm_mock({text: "over"})
  return wait_agent(sub_agent_run("x", {provider: "mock", background: true}))
}
`;

const receipt = `
fn resumed() {
  return lifecycle_receipt_record_resumption({
    handle: "w1",
    session_id: "s1",
    initiator: "operator",
    initiator_id: "op",
    input: {a: 1},
  })
}
`;

function pool(backpressure: string): string {
  return `pipeline main(task) {
  let gate = channel("gate", 1)
  let pool = __pool_create({max_concurrent: 1, backpressure: ${backpressure}})
  __pool_submit(pool.id, { -> receive(gate) })
  __pool_submit(pool.id, { -> 2 })
  __pool_submit(pool.id, { -> 3 })
}
`;
}

function agents(body: string): Fixture {
  return { kind: "run", program: `${worker}\npipeline main(task) {\n  ${body}\n}\n` };
}

/** A worker that waits in a tool, and is then told to park under conditions. */
function suspended(conditions: string): Fixture {
  return agents(`let gate = channel("gate")
  let tools = tool_define(tool_registry(), "hold", "Hold", {parameters: {}, handler: { _args -> receive(gate) }})
  llm_mock({tool_calls: [{name: "hold", arguments: {}}]})
  let w = sub_agent_run("go", {provider: "mock", background: true, tools: tools})
  for _ in 1 to 20 {
    sleep(0ms)
  }
  try {
    suspend_agent(w, "later", {conditions: ${conditions}})
  } catch (e) {
    send(gate, "on")
    return "${"${e}"}"
  }`);
}

function receipts(body: string): Fixture {
  return { kind: "run", program: `${receipt}\npipeline main(task) {\n  ${body}\n}\n` };
}

export const fixtures: Readonly<Record<string, Fixture>> = {
  "CAP-201": { kind: "run", program: 'pipeline main(task) {\n  read_file("/etc/hosts")\n}\n' },
  "ORC-009": {
    kind: "checked",
    program: "@invariant\n@deterministic\n@semantic\nfn f(_slice) {\n  return true\n}\n\nlog(f(1))\n",
  },
  "RMD-001": {
    kind: "run",
    program: 'pipeline main(task) {\n  transcript.inject_reminder(transcript({}), {body: "b", volume: 11})\n}\n',
  },
  "RMD-005": {
    kind: "run",
    program: 'pipeline main(task) {\n  transcript.inject_reminder(transcript({}), {body: "b", propagate: "far"})\n}\n',
  },
  "SUS-001": agents('suspend_agent(ended(), "late")'),
  "SUS-002": { kind: "run", program: "pipeline main(task) {\n  parse_resume_conditions({when: 1})\n}\n" },
  "SUS-003": agents("resume_agent(ended())"),
  "SUS-004": agents('resume_agent("")'),
  "SUS-005": agents(
    'llm_mock({tool_calls: [{name: "agent_await_resumption", arguments: {reason: " "}}]})\n  wait_agent(sub_agent_run("x", {provider: "mock", background: true}))',
  ),
  "SUS-006": agents(
    'let w = parked()\n  register_session_hook("PreResume", "*", { _event -> close_agent(w) })\n  resume_agent(w, "go")',
  ),
  "SUS-007": suspended('{trigger: {kind: "x"}}'),
  "SUS-008": suspended(
    '{trigger: {kind: "issues.opened", provider: "github"}, timeout: {duration_minutes: 1, on_timeout: "shrug"}}',
  ),
  "SUS-009": agents('resume_agent(parked(), "  ")'),
  "SUS-010": agents("let w = ended()\n  close_agent(w)\n  resume_agent(w)"),
  "SUS-011": receipts("lifecycle_replay_resume_input(resumed().payload, {a: 2})"),
  "SUS-012": receipts(`let d = lifecycle_receipt_record_drain_decision({
    pipeline_id: "p",
    item: {category: "queued_trigger", id: "i", summary: "s"},
    action: "acknowledge",
    reason: "stale",
    decided_by: "agent",
    prompt: "what now?",
  })
  lifecycle_replay_drain_decision(d.payload, "something else")`),
  "SUS-013": receipts('let r = resumed()\n  verify_lifecycle_receipt_signature(r.kind, r.payload + {handle: "w2"})'),
  "LNT-002": { kind: "checked", program: `fn f(x) {\n${branches}  return 1\n}\n\nlog(f(1))\n` },
  "LNT-040": { kind: "template", text: "Hi {{ if name }}\n" },
  "LNT-044": {
    kind: "template",
    text: "{{ if llm.capabilities.a }}1{{ end }}{{ if llm.capabilities.b }}2{{ end }}{{ if llm.capabilities.c }}3{{ end }}{{ if llm.capabilities.d }}4{{ end }}\n",
  },
  "LNT-045": { kind: "checked", program: "log(1)\n", settings: { requireFileHeader: true } },
  "LNT-046": { kind: "template", text: 'Hi {{ if llm.provider == "x" }}a{{ end }}\n' },
  "FMT-001": { kind: "formatted", program: "let =\n" },
  "FMT-002": { kind: "formatted", program: "let  x = 1\n" },
  "OWN-004": {
    kind: "checked",
    program: 'let data = json_parse("{}")\n\nlog(data.name)\n',
    settings: { strictTypes: true },
  },
  "POL-001": { kind: "run", program: pool('{kind: "queue", max_depth: 1, on_full: "fail_submitter"}') },
  "POL-002": { kind: "run", program: pool('{kind: "fail_fast"}') },
};
