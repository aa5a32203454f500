import { describe, expect, it } from "vitest";
import { MemoryEventLog, topic } from "../../eventlog/index.ts";
import { runBody } from "../testing/programs.ts";
import { readPersistedEvents } from "./persisted-events.ts";
import { loadSessionEvents } from "./replay.ts";

function memoryLog(): MemoryEventLog {
  return new MemoryEventLog({ now: () => 0 });
}

describe("the events of a program's sessions", () => {
  it("E25: go to the log through one sink, however often a session is opened", async () => {
    const log = memoryLog();
    const { agents } = await runBody(
      `agent_session_open("s 1")
       agent_session_open("s 1")
       agent_subscribe("s 1", { _e -> nil })
       __host_agent_emit_event("s 1", "progress_reported", {message: "m"})`,
      { log },
    );
    expect(agents.events.sinksOf("s 1")).toHaveLength(1);
    expect(await loadSessionEvents(log, "s 1")).toEqual([
      {
        eventId: 1,
        event: {
          type: "progress_reported",
          session_id: "s 1",
          message: "m",
          entries: [],
          replace: true,
          metadata: {},
        },
      },
    ]);
  });

  it("E26: go to a file of the session where there is no log but a folder", async () => {
    const { files } = await runBody(
      `agent_session_open("one")
       __host_agent_emit_event("one", "cache_hit", {key: "k", n: 2})
       agent_session_close("one")`,
      { environment: { HARN_EVENT_LOG_DIR: "events" } },
    );
    const read = readPersistedEvents(files, "/desk/events/event_log-one.jsonl");
    expect(read.map(({ index, event }) => `${index} ${event.type}`)).toEqual(["0 cache_hit", "1 session_closed"]);
  });

  it("E27: do not keep a session from opening when the folder cannot be made", async () => {
    const { lines } = await runBody(`println(agent_session_open("one"))`, {
      environment: { HARN_EVENT_LOG_DIR: "/desk/taken/events" },
      files: { "/desk/taken": "a file" },
    });
    expect(lines).toEqual(["one"]);
  });

  it("E42: of a session that was opened within another are in the topics of both; each loads its own", async () => {
    const log = memoryLog();
    await runBody(
      `let s = agent_session_open("outer")
       let t = tool_define(tool_registry(), "dig", "Dig", {parameters: {}, handler: { _a ->
         agent_session_open("inner")
         __host_agent_emit_event("inner", "typed_checkpoint", {depth: 2})
         "dug"
       }})
       llm_mock({tool_calls: [{id: "1", name: "dig", arguments: {}}]})
       llm_mock({text: "done"})
       agent_loop("go", nil, {provider: "mock", session_id: s, tools: t, tool_format: "native", max_iterations: 2})`,
      { log },
    );
    const inner = log.readRange(topic("observability.agent_events.inner"), undefined, 99);
    expect(inner.map(({ kind, headers }) => `${kind} ${headers.session_id}`)).toEqual(["typed_checkpoint inner"]);
    const outer = log.readRange(topic("observability.agent_events.outer"), undefined, 99);
    const copies = outer.filter(({ kind }) => kind === "typed_checkpoint");
    expect(copies.map(({ headers }) => headers.session_id)).toEqual(["outer"]);
    const own = await loadSessionEvents(log, "outer");
    expect(own).toHaveLength(outer.length - 1);
    expect(own.some(({ event }) => event.type === "typed_checkpoint")).toBe(false);
    expect(await loadSessionEvents(log, "inner")).toHaveLength(1);
  });

  it("E44: are emitted by name with what is missing filled in; other names are refused", async () => {
    const { lines } = await runBody(`
      let s = agent_session_open("s")
      let r = __host_agent_capture_events(s, { ->
        __host_agent_emit_event(s, "typed_checkpoint", {a: 1})
        __host_agent_emit_event("other", "typed_checkpoint", {b: 1})
        __host_agent_emit_event(s, "scope_classifier_verdict", {label: "in"})
        __host_agent_emit_event(s, "judge_decision", 5)
        __host_agent_emit_event(s, "iteration_end")
        __host_agent_emit_event(s, "tool_search_result", {tool_use_id: "t", promoted: ["a", 2]})
        __host_agent_emit_event(s, "completion_confirmation_nudge", {visible_text_prefix: "so far"})
        7
      })
      println(r["result"])
      for e in r["events"] { println(json_stringify(e)) }
      for e in agent_session_snapshot(s)["events"] { println("\${e.kind} \${e.role} \${e.visibility} \${json_stringify(e["metadata"])}") }
      println(try { __host_agent_emit_event(s, "daydream", {}) })
      println(try { __host_agent_emit_event("", "judge_decision", {}) })
      println(try { __host_agent_emit_event(s, "", {}) })
      println(try { __host_agent_emit_event(s, "tool_call_audit", {receipt: {a: 1}}) })
      println(try { __host_agent_capture_events(s, 5) })
      println(try { __host_agent_capture_events("", { -> 1 }) })`);
    expect(lines).toEqual([
      "7",
      '{"checkpoint":{"a":1},"session_id":"s","type":"typed_checkpoint"}',
      '{"confidence":0,"confidence_threshold":0.65,"evidence":"","iteration":0,"label":"in","original_label":"","session_id":"s","skip_main_turn":false,"type":"scope_classifier_verdict"}',
      '{"iteration":0,"judge_duration_ms":0,"next_step":null,"reasoning":"","session_id":"s","type":"judge_decision","verdict":""}',
      '{"iteration":0,"iteration_info":null,"session_id":"s","type":"iteration_end"}',
      '{"mode":"","promoted":["a"],"session_id":"s","strategy":"","tool_use_id":"t","type":"tool_search_result"}',
      '{"content":"so far","kind":"completion_confirmation_nudge","session_id":"s","type":"feedback_injected"}',
      'typed_checkpoint assistant internal {"a":1}',
      'tool_search_result tool internal {"promoted":["a",2],"tool_use_id":"t"}',
      "Result.Err(Runtime error: __host_agent_emit_event: unsupported event type `daydream`)",
      "Result.Err(Runtime error: __host_agent_emit_event: session_id must be a non-empty string)",
      "Result.Err(Runtime error: __host_agent_emit_event: event_type must be a non-empty string)",
      "Result.Err(Runtime error: __host_agent_emit_event: invalid tool_call_audit.receipt: missing field `schema_version`)",
      "Result.Err(Runtime error: __host_agent_capture_events(session_id, body): body must be a closure)",
      "Result.Err(Runtime error: __host_agent_capture_events(session_id, body): session_id must be non-empty)",
    ]);
  });

  it("E45: reach subscribers as far as they are milestones; one that throws stops nothing", async () => {
    const { lines, events } = await runBody(`
      let s = agent_session_open("s")
      agent_subscribe(s, { _e -> throw "not today" })
      agent_subscribe(s, { e -> println(e.type) })
      llm_mock({text: "one"})
      println(agent_loop("go", nil, {provider: "mock", session_id: s}).status)
      agent_session_inject(s, {role: "user", content: "hey", message_id: "m1"})
      agent_session_inject(s, {role: "user", content: "no id"})
      agent_session_inject(s, {role: "user", content: "blank", message_id: " "})
      agent_session_close(s, {status: "done", stop_reason: "bored", extra: 2})`);
    expect(new Set(lines)).toEqual(new Set(["iteration_start", "iteration_end", "loop_checkpoint", "done"]));
    expect(events.slice(-2)).toEqual([
      { type: "user_message", session_id: "s", message_id: "m1", content: [{ type: "text", text: "hey" }] },
      {
        type: "session_closed",
        session_id: "s",
        reason: "bored",
        status: "done",
        metadata: { status: "done", stop_reason: "bored", extra: 2 },
      },
    ]);
  });

  it("E46: of a plain iteration come in order", async () => {
    const { events } = await runBody(`
      llm_mock({text: "one"})
      agent_loop("go", nil, {provider: "mock", session_id: "s"})`);
    expect(events.map((event) => (event.type === "loop_checkpoint" ? event.kind : event.type.toUpperCase()))).toEqual([
      "ITERATION_START",
      "iteration_start",
      "pre_compact",
      "post_compact",
      "pre_tool_dispatch",
      "ITERATION_END",
      "post_tool_dispatch",
      "loop_exit",
    ]);
  });

  it("are captured by the innermost capture alone", async () => {
    const { lines } = await runBody(`
      let s = agent_session_open("s")
      let outer = __host_agent_capture_events(s, { ->
        __host_agent_emit_event(s, "typed_checkpoint", {n: 1})
        let inner = __host_agent_capture_events(s, { -> __host_agent_emit_event(s, "typed_checkpoint", {n: 2}) })
        println(inner["events"].map({ e -> e.checkpoint.n }))
        let failed = try { __host_agent_capture_events(s, { -> throw "x" }) }
        __host_agent_emit_event(s, "typed_checkpoint", {n: 3})
        failed
      })
      println(outer["events"].map({ e -> e.checkpoint.n }))
      println(outer["result"])
      __host_agent_emit_event(s, "typed_checkpoint", {n: 4})
      println(len(outer["events"]))`);
    expect(lines).toEqual(["[2]", "[1, 3]", "Result.Err(x)", "2"]);
  });

  it("keep one sink when a session that was pushed out is opened again", async () => {
    const { agents } = await runBody(
      `for n in 1 to 140 { agent_session_open("s\${n}") }
       println(agent_session_exists("s1"))
       agent_session_open("s1")`,
      { log: memoryLog() },
    );
    expect(agents.events.sinksOf("s1")).toHaveLength(1);
  });
});
