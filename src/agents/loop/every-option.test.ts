// Every option of a loop, held against what it changes. What has a test of its own elsewhere is in `elsewhere`, which says where.
import { expect, it, test } from "vitest";
import { loopOptionKeys, optionKeys } from "../../builtin/index.ts";
import { runBody } from "../testing/programs.ts";

/** `go(replies, options)` runs a loop whose model answers in turn; `asked()` is what it was asked. */
const prelude = `
  let tools = tool_define(tool_define(tool_registry(), "ping", "Ping", {parameters: {}, handler: { _a -> "pong" }}),
    "boom", "Fails", {parameters: {}, handler: { _a -> throw "no" }})
  let base = {provider: "mock", tools: tools, tool_format: "native"}
  let call = { name -> {tool_calls: [{name: name, arguments: {}}]} }
  let go = { replies, options ->
    for reply in replies { llm_mock(type_of(reply) == "dict" ? reply : {text: reply}) }
    agent_loop("go", "S", base + options)
  }
  let asked = { -> llm_mock_calls() }
  let said = { r -> transcript_messages(r.transcript).map({ m -> m.role + ": " + to_string(m.content) }) }
`;

type Row = readonly [options: string, body: string, lines: readonly string[]];

const rows: readonly Row[] = [
  [
    "profile",
    `println([go(["a", "b"], {profile: "completer", loop_until_done: true, tool_format: "text"}).llm.iterations,
       go(["a", "b"], {profile: "verifier", loop_until_done: true, tool_format: "text"}).status])`,
    ["[1, stuck]"],
  ],
  ["max_iterations", `println(go([call("ping"), call("ping")], {max_iterations: 2}).status)`, ["budget_exhausted"]],
  [
    "loop_until_done, done_sentinel",
    `let r = go(["a", "all FINISHED"], {loop_until_done: true, done_sentinel: "FINISHED", tool_format: "text"})
     println([r.stop_reason, r.llm.iterations, asked()[0].system.contains("FINISHED")])`,
    ["[sentinel, 2, true]"],
  ],
  [
    "max_nudges, nudge",
    `let r = go(["a", "b"], {loop_until_done: true, max_nudges: 1, nudge: "Go on!", tool_format: "text"})
     println([r.status, said(r)[2]])`,
    [`[stuck, user: <runtime_feedback kind="nudge">`, "Go on!", "</runtime_feedback>]"],
  ],
  [
    "max_verify_attempts, verify_completion",
    `let r = go(["a", "b", "c"], {verify_completion: { _p -> "not yet" }, max_verify_attempts: 2})
     println([r.status, r.llm.iterations])`,
    ["[verify_exhausted, 3]"],
  ],
  [
    "verify_completion_judge",
    `let r = go(["a", "{\\"verdict\\": \\"continue\\", \\"feedback\\": \\"more\\"}", "b", "{\\"verdict\\": \\"done\\"}"], {verify_completion_judge: {system: "Judge."}})
     println([r.status, r.llm.iterations, asked()[1].system])`,
    ["[done, 2, Judge.]"],
  ],
  [
    "structural_validator",
    `let r = go(["a", "b"], {structural_validator: { turn, next ->
       if turn.tool_args.attempts > 0 { return next(turn) }
       {result: {vetoed: true, rule: "mine", feedback: "again"}}
     }})
     println([r.llm.iterations, said(r)[1].contains("again")])
     println(try { go(["a"], {structural_validator: { _t, _n -> {result: {vetoed: true, on_failure: "raise", diagnostic: "bad"}} }}) })`,
    ["[2, true]", "Result.Err(bad)"],
  ],
  [
    "pre_turn_scope_classifier",
    `println(go(["a"], {pre_turn_scope_classifier: { _c -> {label: "out_of_scope", confidence: 0.9} }}).status)`,
    ["scope_alert"],
  ],
  [
    "llm_caller",
    `let r = go(["model's"], {llm_caller: { _c -> {ok: true, value: {text: "mine"}} }})
     println([r.text, len(asked())])
     println(try { go(["a"], {llm_caller: { _c -> 5 }}) })`,
    ["[mine, 0]", "Result.Err(agent_loop: llm_caller must return a dict; got int)"],
  ],
  [
    "loop_control",
    `println(go([call("ping"), call("ping"), "a"], {max_iterations: 1, loop_control: { s -> s.iteration < 3 ? {action: "extend", by: 1, reason: "r"} : nil }}).llm.iterations)
     let r = go([call("ping")], {loop_control: { _s -> {action: "stop", reason: "enough", status: "mine"} }})
     println([r.status, r.stop_reason])`,
    ["3", "[mine, enough]"],
  ],
  [
    "iteration_budget",
    `let r = go([call("ping"), call("ping"), "a"], {iteration_budget: {mode: "adaptive", initial: 1, max: 3, extend_by: 1}})
     println([r.llm.iterations, r.adaptive_budget.final_limit, r.adaptive_budget.extensions_used])`,
    ["[3, 3, 2]"],
  ],
  [
    "post_turn_callback",
    `let r = go([call("ping"), "a", "b"], {post_turn_callback: { t -> t.has_tool_calls ? {message: "see", next_options: {temperature: 0.5}} : {stop: true, stop_reason: "mine"} }})
     println([r.stop_reason, said(r).any({ m -> m.contains("see") })])`,
    ["[mine, true]"],
  ],
  [
    "stop_after_successful_tools",
    `println(go([call("ping")], {stop_after_successful_tools: ["ping"]}).llm.iterations)
     println(go([call("boom"), "a"], {stop_after_successful_tools: ["boom"]}).llm.iterations)`,
    ["1", "2"],
  ],
  [
    "require_successful_tools",
    `println(go(["a", call("boom"), "b"], {max_iterations: 3, require_successful_tools: [["boom", "other"]]}).missing_required_tools)`,
    ["[boom or other]"],
  ],
  [
    "stall_diagnostics",
    `println(len(go([call("ping"), call("ping"), "a"], {stall_diagnostics: {threshold: 2}}).stall_warnings))`,
    ["1"],
  ],
  ["token_budget", `println(go(["a"], {token_budget: 1}).stop_reason)`, ["token_budget"]],
  [
    "budget",
    `let dear = {text: "a", model: "gpt-4o", provider: "openai", output_tokens: 1000000}
     let r = go([dear], {max_tokens: 1, budget: {total_budget_usd: 0.01}})
     println([r.status, r.stop_reason, go(["b"], {budget: {total_budget_usd: 0.01}}).llm.iterations])`,
    ["[budget_exhausted, total_budget_usd, 0]"],
  ],
  [
    "total_budget_usd",
    `let dear = {text: "a", model: "gpt-4o", provider: "openai", output_tokens: 1000000}
     println(go([dear], {max_tokens: 1, total_budget_usd: 0.01}).stop_reason)`,
    ["total_budget_usd"],
  ],
  [
    "autonomy_budget",
    `let limit = {autonomy_budget: {per_hour: 1, key: "k", reviewer: "ann"}}
     println([go(["a"], limit).status, go(["a"], limit).stop_reason])
     println(go(["a"], {autonomy_budget: {per_day: 1, key: "k"}}).error.message)`,
    ["[done, hourly_autonomy_budget_exceeded]", "autonomy budget of 'k' is used up; ask operator"],
  ],
  [
    "auto_compact, compact_threshold, compact_strategy, compact_keep_last",
    `let s = agent_session_open("s")
     for n in 1 to 6 { agent_session_inject(s, {role: n % 2 == 1 ? "user" : "assistant", content: "turn " + to_string(n)}) }
     go(["a"], {session_id: s, auto_compact: true, compact_threshold: 0, compact_strategy: "truncate", compact_keep_last: 1})
     println([len(asked()[0].messages), asked()[0].messages[0].content.contains("6 older messages via truncate")])`,
    ["[2, true]"],
  ],
  [
    "compact_callback, custom_compactor, compaction_policy",
    `for wish in [{compact_callback: { _m -> "short" }}, {compaction: {custom_compactor: { _m -> "short" }, strategy: "custom"}, compaction_policy: {instructions: "Keep names.", scope: "summary"}}] {
       let s = agent_session_open(uuid())
       for n in 1 to 4 { agent_session_inject(s, {role: "user", content: "turn " + to_string(n)}) }
       llm_mock_clear()
       go(["a"], {session_id: s, compact_strategy: "custom", compact_threshold: 0, compact_keep_last: 1} + wish)
       let first = asked()[0].messages[0].content
       println([first.contains("short"), first.contains("Keep names.")])
     }`,
    ["[true, false]", "[true, true]"],
  ],
  [
    "hard_limit_tokens, hard_limit_strategy",
    `let s = agent_session_open("s")
     for n in 1 to 6 { agent_session_inject(s, {role: n % 2 == 1 ? "user" : "assistant", content: "${"a long turn of words ".repeat(40)}" + to_string(n)}) }
     go(["a"], {session_id: s, compact_threshold: 0, compact_keep_last: 1, hard_limit_tokens: 5, hard_limit_strategy: "truncate"})
     println(asked()[0].messages[0].content.contains("1 older messages via truncate"))`,
    ["true"],
  ],
  [
    "mask_callback, compress_callback, tool_output_max_chars, summarize_prompt",
    `for wish in [{mask_callback: { _m -> "MASKED" }}, {compact_keep_last: 2, compress_callback: { _m -> "PRESSED" }, tool_output_max_chars: 10}] {
       let s = agent_session_open(uuid())
       for n in 1 to 3 { agent_session_inject(s, {role: "user", content: "turn"}) }
       agent_session_inject(s, {role: "assistant", content: "", tool_calls: [{id: "t", name: "ping", arguments: {}}]})
       agent_session_inject(s, {role: "tool", tool_call_id: "t", name: "ping", content: "${"a line of it\\n".repeat(60)}"})
       llm_mock_clear()
       go(["a"], {session_id: s, compact_threshold: 0, compact_keep_last: 1} + wish)
       println(asked()[0].messages.map({ m -> to_string(m.content) }).filter({ t -> t.contains("MASKED") || t.contains("PRESSED") }).count() > 0)
     }
     let s = agent_session_open(uuid())
     for n in 1 to 4 { agent_session_inject(s, {role: "user", content: "turn " + to_string(n)}) }
     llm_mock_clear()
     go(["in short", "a"], {session_id: s, compact_threshold: 0, compact_keep_last: 1, compact_strategy: "llm", summarize_prompt: "Sum it up"})
     println(asked()[0].messages[0].content.contains("Sum it up"))`,
    ["true", "true", "true"],
  ],
  [
    "reminders",
    `register_reminder_provider({id: "mine", subscribes_to: ["SessionStart"], evaluate: { _c -> {body: "Mind the gap."} }})
     go(["a"], {})
     go(["b"], {session_id: "s2", reminders: {providers: ["-mine"]}})
     go(["c"], {session_id: "s3", reminders: false})
     println(asked().map({ c -> c.system.contains("Mind the gap.") }))`,
    ["[true, false, false]"],
  ],
  [
    "decorate_message, message_timestamps",
    `go(["a"], {message_timestamps: true, decorate_message: { m, _at -> m + {content: m.content + "!"} }})
     let shown = asked()[0].messages[0].content
     println([shown.starts_with("["), shown.ends_with("] go!")])`,
    ["[true, true]"],
  ],
  [
    "initial_user_content",
    `go(["a"], {initial_user_content: [{type: "text", text: "block"}]})
     println(asked()[0].messages[0].content)`,
    ["[{text: block, type: text}]"],
  ],
  [
    "prompt_overrides",
    `go(["a"], {loop_until_done: true, max_nudges: 0, tool_format: "text", prompt_overrides: {"agent.loop_contract": {text: "Say it."}}})
     println(asked()[0].system.contains("Say it."))`,
    ["true"],
  ],
  [
    "turn_policy, require_action_or_yield, tool_examples, shared_types",
    `go(["a"], {tool_examples: "ping({})", shared_types: "type A = int"})
     go(["a"], {require_action_or_yield: true, turn_policy: {tool_examples: "other"}})
     println(asked().map({ c -> ["ping({})", "type A = int", "other", "at least one tool"].map({ t -> c.system.contains(t) }) }))`,
    ["[[true, true, false, false], [false, false, true, true]]"],
  ],
  [
    "task_ledger",
    `let r = go(["a"], {task_ledger: {root_task: "Ship", deliverables: [{id: "d", text: "one", status: "done"}]}})
     println([r.status, r.task_ledger.root_task, asked()[0].tools.any({ t -> t.function?.name == "ledger" })])`,
    ["[done, Ship, true]"],
  ],
  [
    "progress_tool",
    `go([{tool_calls: [{name: "agent_progress", arguments: {message: "half"}}]}, "a"], {session_id: "s", progress_tool: true})
     println(asked()[0].tools.any({ t -> t.function?.name == "agent_progress" }))`,
    ["true"],
  ],
  [
    "subagents, subagent_tools",
    `go(["a"], {subagents: true})
     go(["a"], {subagent_tools: true})
     println(asked().map({ c -> c.tools.any({ t -> t.function?.name == "subagent_pause" }) }))`,
    ["[true, true]"],
  ],
  [
    "llm_options",
    `go(["a"], {output_format: "text", llm_options: {output_format: "json"}})
     println(asked()[0].output_format)`,
    ["{kind: json_object}"],
  ],
  [
    "tool_format, native_tool_fallback",
    `println(["native", "text"].map({ f -> go(["<tool_call>\\nping({})\\n</tool_call>", "a"], {tool_format: f, native_tool_fallback: "reject"}).tools.successful }))`,
    ["[[], [ping]]"],
  ],
  [
    "tool_retries, tool_backoff_ms",
    `let runs = atomic(0)
     let flaky = tool_define(tool_registry(), "flaky", "F", {parameters: {}, handler: { _a -> atomic_add(runs, 1)
       if atomic_get(runs) == 1 { throw {category: "timeout", message: "slow"} }
       "fine" }})
     println([go([call("flaky"), "a"], {tools: flaky, tool_retries: 1, tool_backoff_ms: 5}).tools.successful, atomic_get(runs)])`,
    ["[[flaky], 2]"],
  ],
  [
    "context_filter",
    `go(["a"], {context_filter: { _c -> {messages: [{role: "user", content: "Only this."}]} }})
     println(asked()[0].messages.map({ m -> m.content }))`,
    ["[Only this.]"],
  ],
  [
    "policy, approval_policy, permissions, command_policy",
    `for o in [{policy: {tools: ["boom"]}}, {approval_policy: {auto_deny: ["ping"]}}, {permissions: {deny: ["ping"]}}] {
       println(go([call("ping"), "a"], o).tools.rejected)
     }
     println(try { go(["a"], {command_policy: 5}) })`,
    ["[ping]", "[ping]", "[ping]", "Result.Err(agent_loop: `command_policy` must be a dict or nil; got int)"],
  ],
  [
    "tool_search_limit, tool_search_strategy",
    `var t = tool_registry()
     for n in ["weave_basket", "sell_basket"] { t = tool_define(t, n, "About a basket", {parameters: {}, defer_loading: true, handler: { _a -> 1 }}) }
     t = tool_define(t, "ping", "Ping", {parameters: {}, handler: { _a -> 1 }})
     let r = go([{tool_calls: [{name: "__harn_tool_search", arguments: {query: "basket"}}]}, "a"], {tools: t, tool_search: {mode: "client"}, tool_search_limit: 1, tool_search_strategy: "regex"})
     let found = r.transcript.events.find({ e -> e.kind == "tool_search_result" })
     let query = r.transcript.events.find({ e -> e.kind == "tool_search_query" })
     println([len(found.metadata.promoted), query.metadata.strategy])`,
    ["[1, regex]"],
  ],
  [
    "loop_detect_warn, loop_detect_block, loop_detect_skip",
    `let r = go([call("ping"), call("ping"), "a"], {loop_detect_skip: 2})
     println([r.tools.successful, r.tools.rejected])
     println(said(go([call("ping"), call("ping"), "a"], {session_id: "b", loop_detect_block: 2}))[4].contains("pong"))`,
    ["[[ping], [ping]]", "false"],
  ],
  [
    "skills, skill_registry, skill_match, active_skills, working_files, skill_catalog_limit, skill_catalog_budget, skill_catalog_always",
    `var skills = skill_registry()
     skills = skill_define(skills, "baking", {short: "Bread", description: "Bake bread", paths: ["*.flour"], prompt: "Knead."})
     skills = skill_define(skills, "sewing", {short: "Cloth", description: "Sew cloth", prompt: "Thread."})
     for o in [{}, {skill_catalog_limit: 1}, {skill_catalog_budget: 30}, {active_skills: ["baking"]}, {active_skills: ["baking"], skill_catalog_always: true},
       {skill_match: {strategy: "metadata"}, working_files: ["a.flour"]}, {skill_match: {strategy: "none"}}] {
       llm_mock_clear()
       go(["a"], {skills: skills, session_id: uuid()} + o)
       let system = asked()[0].system
       println(["baking", "sewing", "Knead."].map({ t -> system.contains(t) }))
     }`,
    [
      "[true, true, false]",
      "[true, false, false]",
      "[true, false, false]",
      "[true, false, true]",
      "[true, true, true]",
      "[true, false, true]",
      "[false, false, false]",
    ],
  ],
  [
    "resume_by",
    `let r = go([{tool_calls: [{name: "agent_await_resumption", arguments: {reason: "wait"}}]}], {resume_by: {kind: "mine"}})
     println([r.status, r.resume_by])`,
    ["[suspended, {kind: mine}]"],
  ],
  [
    "run_id, tool_caller",
    `go([call("ping"), "a"], {run_id: "r7", tool_caller: { c, next -> println(c.turn.run_id)
       next(c) }})`,
    ["r7"],
  ],
  [
    "system, session_id",
    `llm_mock({text: "a"})
     let r = agent_loop("go", nil, base + {system: "Own.", session_id: "mine"})
     println([r.session_id, asked()[0].system])`,
    ["[mine, Own.]"],
  ],
  [
    "persistent",
    `println(try { go(["a"], {persistent: true}) })`,
    ["Result.Err(agent_loop: the `persistent` option was removed. Use `loop_until_done: true` instead.)"],
  ],
];

test.each(rows)("%s", async (_options, body, lines) => {
  const run = await runBody(`${prelude}\n${body}`, { fliesThroughTimers: true });
  expect(run.lines).toEqual(lines);
});

/** Options with tests of their own, and the files that hold them. */
const elsewhere: Readonly<Record<string, string>> = {
  compact_keep_first: "turn-options.test.ts",
  compaction: "turn-options.test.ts",
  consolidate_on_idle: "daemons/daemons.test.ts",
  context_callback: "turn-options.test.ts",
  daemon: "daemons/daemons.test.ts",
  deliverables: "turn-options.test.ts",
  done_judge: "phases.test.ts, A45",
  idle_watchdog_attempts: "daemons/daemons.test.ts",
  llm_transcript_dir: "docs/compatibility.md: transcripts stand beside run records",
  max_concurrent_tools: "promises.test.ts, A40",
  message_decorator: "turn-options.test.ts",
  persist_path: "daemons/daemons.test.ts",
  prefetch_next_turn: "turn-options.test.ts",
  prompts: "turn-options.test.ts",
  resume_path: "daemons/daemons.test.ts",
  root_task: "turn-options.test.ts",
  step_judge: "phases.test.ts, A46",
  timestamp_messages: "turn-options.test.ts",
  tool_format_override_reason: "turn-options.test.ts, A6",
  transcript_projection: "turn-options.test.ts",
  wake_interval_ms: "daemons/daemons.test.ts",
  watch_paths: "daemons/daemons.test.ts",
};

/** Fields of a child agent's request, and options of tools that stand outside of this process. */
const notOfLoops = (
  "_type allowed_tools anchor background carry execution name reminder_propagation request research_questions questions " +
  "action_items actions workflow_stages stages verification_steps verification resume_when returns returns_schema persona mcp_servers " +
  "mcp_initialize_advisory mcp_context profile"
).split(" ");

it("no option is left out", () => {
  const tried = rows.flatMap(([options]) => options.split(", "));
  const ofCalls = optionKeys("LlmCallOptions") ?? [];
  const missing = loopOptionKeys().filter(
    (key) =>
      !tried.includes(key) && !Object.hasOwn(elsewhere, key) && !ofCalls.includes(key) && !notOfLoops.includes(key),
  );
  expect(missing).toEqual([]);
});
