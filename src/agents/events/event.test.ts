// Numbers name the pinned behaviours of agent events: E1, E2 …
import { describe, expect, it } from "vitest";
import { encodeJson, type Json, parseExactJson } from "../../eventlog/index.ts";
import { parsePersistedEvent, printPersistedEvent } from "./envelope.ts";
import {
  type AgentEvent,
  agentEventText,
  agentEventTypes,
  decodeAgentEvent,
  encodeAgentEvent,
  printAgentEventMembers,
} from "./event.ts";
import { toolErrorCategory } from "./shapes/tool-calls.ts";
import { isTerminalWorkerEvent, workerStatus } from "./shapes/workers.ts";
import { everySample, samples } from "./testing/samples.ts";

function text(event: AgentEvent): string {
  return `{${printAgentEventMembers(event)}}`;
}

function decode(json: string): AgentEvent {
  return decodeAgentEvent(parseExactJson(json));
}

describe("an agent event", () => {
  it("E1: a plain tool call has no audit and no parsing, but a kind", () => {
    const { parsing: _parsing, audit: _audit, ...plain } = samples.tool_call;
    expect(text({ ...plain, kind: null })).toBe(
      '{"type":"tool_call","session_id":"s-1","tool_call_id":"c1","tool_name":"read_file","kind":null,"status":"pending","raw_input":{"path":"a"}}',
    );
  });

  it("E2: the smallest tool call update has null output and error, and nothing that may be left out", () => {
    expect(
      text({
        type: "tool_call_update",
        session_id: "s",
        tool_call_id: "c",
        tool_name: "n",
        status: "pending",
        raw_output: null,
        error: null,
      }),
    ).toBe(
      '{"type":"tool_call_update","session_id":"s","tool_call_id":"c","tool_name":"n","status":"pending","raw_output":null,"error":null}',
    );
  });

  it("E3: an iteration without a provider and model leaves both out, and reads as empty", () => {
    const line = text({ ...samples.iteration_start, provider: "", model: "" });
    expect(line).toBe('{"type":"iteration_start","session_id":"s-1","iteration":1}');
    expect(decode(line)).toEqual({ ...samples.iteration_start, provider: "", model: "" });
  });

  it("E4: a checkpoint that delivered nothing and skipped nothing says neither", () => {
    const line = text({ ...samples.loop_checkpoint, inbox_delivered: 0, dispatch_skipped: false });
    expect(line).toBe('{"type":"loop_checkpoint","session_id":"s-1","iteration":1,"kind":"pre_compact","delivered":0}');
    expect(decode(line)).toMatchObject({ inbox_delivered: 0, dispatch_skipped: false });
  });

  it("E5: a worker's event is spelled in capitals and means a status", () => {
    expect(encodeAgentEvent(samples.worker_update)).toMatchObject({ event: "WorkerSpawned" });
    expect(workerStatus("WorkerSpawned")).toBe("running");
    expect(workerStatus("WorkerWaitingForInput")).toBe("awaiting_input");
    expect((["WorkerCompleted", "WorkerFailed", "WorkerCancelled"] as const).every(isTerminalWorkerEvent)).toBe(true);
    expect(isTerminalWorkerEvent("WorkerSuspended")).toBe(false);
  });

  it("E6: an MCP server is an executor with a name", () => {
    expect(text(samples.tool_call_update)).toContain('"executor":{"kind":"mcp_server","server_name":"linear"}');
    expect(text(samples.composition_child_result)).toContain('"executor":{"kind":"harn_builtin"}');
  });

  it("E7: encodes the same again after decoding, in every variant", () => {
    for (const event of everySample) {
      const once = text(event);
      const again = decode(once);
      expect(text(again)).toBe(once);
      expect(text(decodeAgentEvent(encodeAgentEvent(event)))).toBe(once);
    }
  });

  it("says the same as text for logs as it does as JSON, in every variant", () => {
    for (const event of everySample) expect(agentEventText(event)).toBe(encodeJson(encodeAgentEvent(event)));
  });

  it("E8: an unknown type is refused, a further key is not", () => {
    expect(() => decode('{"type":"daydream","session_id":"s"}')).toThrow(
      /^unknown variant `daydream`, expected one of `/,
    );
    expect(decode('{"type":"plan","session_id":"s","plan":1,"extra":true}')).toEqual({
      type: "plan",
      session_id: "s",
      plan: 1,
    });
  });

  it.each([
    ['{"session_id":"s"}', "missing field `type`"],
    ['{"type":"plan","plan":1}', "missing field `session_id`"],
    ['{"type":"plan","session_id":"s"}', "missing field `plan`"],
    ['{"type":"budget_exhausted","session_id":"s","max_iterations":-1}', "invalid type: integer `-1`"],
    ['{"type":"budget_exhausted","session_id":"s","max_iterations":1.0}', "invalid type: floating point `1.0`"],
    [
      '{"type":"tool_call","session_id":"s","tool_call_id":"c","tool_name":"n","status":"odd","raw_input":1}',
      "unknown variant `odd`",
    ],
    ["[]", "invalid type"],
  ])("is refused when it is %s", (json, message) => {
    expect(() => decode(json)).toThrow(message);
  });

  it("E35: a person's answer has one of four outcomes", () => {
    for (const outcome of ["answered", "timeout", "cancelled", "error"])
      expect(decode(JSON.stringify({ ...samples.hitl_resolved, outcome }))).toMatchObject({ outcome });
    expect(() => decode(JSON.stringify({ ...samples.hitl_resolved, outcome: "ignored" }))).toThrow(
      "unknown variant `ignored`, expected one of `answered`, `timeout`, `cancelled`, `error`",
    );
  });

  it("E40: there are 48 types; those of other revisions are none", () => {
    expect(agentEventTypes).toHaveLength(48);
    expect(Object.keys(samples).sort()).toEqual([...agentEventTypes].sort());
    for (const type of ["turn_start", "turn_end", "mcp_notification", "artifact", "toString"])
      expect(() => decodeAgentEvent({ type, session_id: "s" })).toThrow("unknown variant");
  });

  it("E41: a control's outcome leaves out what it has no metadata for", () => {
    const { metadata: _metadata, ...without } = samples.control_outcome;
    expect(text(without)).not.toContain("metadata");
    const read: Json = { ...encodeAgentEvent(without), metadata: null };
    expect(text(decodeAgentEvent(read))).toBe(text(without));
  });

  it("E47: a call that was found in a text carries its arguments in its output", () => {
    const promoted = {
      ...samples.tool_call,
      type: "tool_call_update",
      raw_output: { path: "a" },
      error: null,
      parsing: false,
    } as const;
    expect(text(decode(text(promoted)))).toContain('"raw_output":{"path":"a"},"error":null,"parsing":false');
  });

  it("writes floats as floats, and what is free-form with sorted keys", () => {
    expect(text(samples.step_judge_decision)).toContain('"confidence":1.0');
    expect(text(samples.typed_checkpoint)).toContain('"checkpoint":{"a":[2.5],"z":1}');
  });

  it("names the category of a tool's failure", () => {
    expect(
      ["timeout", "overloaded", "schema_stream_aborted", "tool_rejected", "cancelled", "auth"].map(toolErrorCategory),
    ).toEqual(["timeout", "network", "schema_validation", "permission_denied", "cancelled", "host_bridge_error"]);
  });
});

describe("an envelope", () => {
  it("E9: begins with index, time, depth and type", () => {
    const line = printPersistedEvent({
      index: 3,
      emittedAtMs: 1769990400123,
      frameDepth: null,
      event: samples.iteration_start,
    });
    expect(line).toBe(
      '{"index":3,"emitted_at_ms":1769990400123,"frame_depth":null,"type":"iteration_start","session_id":"s-1","iteration":1,"provider":"mock","model":"mock"}',
    );
  });

  it("reads what it wrote", () => {
    for (const event of everySample) {
      const line = printPersistedEvent({ index: 1, emittedAtMs: 2, frameDepth: 4, event });
      const read = parsePersistedEvent(line);
      expect(read).toMatchObject({ index: 1, emittedAtMs: 2, frameDepth: 4 });
      expect(printPersistedEvent(read)).toBe(line);
    }
    expect(() => parsePersistedEvent('{"index":0,"type":"plan"}')).toThrow("missing field `emitted_at_ms`");
  });
});
