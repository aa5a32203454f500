import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  type AgentEvent,
  createHarn,
  type EventLog,
  isTerminalWorkerEvent,
  type LogEvent,
  loadSessionEvents,
  openAgentEventFile,
  openFileEventLog,
  openSqliteEventLog,
  readPersistedEvents,
  toolErrorCategory,
  topic,
  verifyEvents,
} from "../../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "harn-door-log-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const now = () => 1_000;
const backends: readonly (readonly [name: string, open: () => EventLog])[] = [
  ["sqlite", () => openSqliteEventLog({ path: join(folder, "events.sqlite"), now })],
  ["files", () => openFileEventLog({ folder: join(folder, "events"), now })],
];

const program = `pipeline main() {
  for n in 1 to 3 { event_log.emit("steps", "step", {n: n}) }
  llm_mock({text: "done"})
  agent_loop("Go", nil, {provider: "mock", session_id: "s-1"}).status
}`;

describe.each(backends)("a log that an embedding program opens, %s", (_, open) => {
  it("has what its runs left: whole chains, and what agents told", async () => {
    expect(await createHarn({ folder, openLog: open }).run({ path: "a.harn", text: program })).toBe("done");
    const log = open();
    const events = await log.readRange(topic("steps"), undefined, 10);
    expect(events.map(({ payload }) => payload)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(verifyEvents(events)).toEqual([]);
    const tampered = events.map((event) => (event.id === 2 ? ({ ...plain(event), kind: "other" } as LogEvent) : event));
    expect(verifyEvents(tampered)).toEqual([expect.stringContaining("topic steps event 2 record_hash mismatch")]);
    expect(verifyEvents(events.slice(1))).toEqual([expect.stringContaining("topic steps event 2 prev_hash mismatch")]);
    const told = await loadSessionEvents(log, "s-1");
    expect(told.map(({ event }) => event.type)).toContain("iteration_start");
    expect(told.map(({ eventId }) => eventId)).toEqual([...told.keys()].map((at) => at + 1));
    expect(await loadSessionEvents(log, "s-2")).toEqual([]);
    await log.close();
  });
});

/** Everything that judging an event reads, as own properties. */
function plain({ topic: name, id, kind, payloadText, headersText, headers, occurredAtMs }: LogEvent): object {
  return { topic: name, id, kind, payloadText, headersText, headers, occurredAtMs };
}

describe("files of agent events", () => {
  it("take what agents tell while a run goes on, beside other sinks, one of them broken", async () => {
    const path = join(folder, "told", "event_log.jsonl");
    const seen: string[] = [];
    let flushed = 0;
    const broken = {
      handle: () => {
        throw new Error("no sink");
      },
    };
    const noted = { handle: (event: AgentEvent) => void seen.push(event.type), flush: () => void flushed++ };
    const agentEvents = [broken, noted, openAgentEventFile(path)];
    const { outcome } = createHarn({ folder }).start({ path: "a.harn", text: program }, { agentEvents });
    expect(await outcome).toMatchObject({ kind: "completed", value: "done" });
    expect(seen).toContain("iteration_start");
    expect(readPersistedEvents(path).map(({ event }) => event.type)).toEqual(seen);
    expect(flushed).toBe(1);
  });

  it("say when a worker is done, and take the categories of a host's own tools", async () => {
    const going = new Set<string>();
    const ends: string[] = [];
    const sink = {
      handle(event: AgentEvent) {
        if (event.type !== "worker_update") return;
        if (!isTerminalWorkerEvent(event)) return void going.add(event.worker_id);
        ends.push(event.event);
        going.delete(event.worker_id);
      },
    };
    const text = `pipeline main() {
      let tools = tool_define(tool_registry(), "delegate", "D", {parameters: {}, handler: { _a ->
        llm_mock({text: "found"})
        wait_agent(sub_agent_run("Look", {provider: "mock", background: true}))
        llm_mock({text: "done"}) }})
      llm_mock({tool_calls: [{name: "delegate", arguments: {}}]})
      agent_loop("Go", nil, {provider: "mock", tools: tools, tool_format: "native"})
    }`;
    const { outcome } = createHarn({ folder }).start({ path: "a.harn", text }, { agentEvents: [sink] });
    expect(await outcome).toMatchObject({ kind: "completed" });
    expect([ends, going.size]).toEqual([["WorkerCompleted"], 0]);
    expect(["overloaded", "tool_rejected", "odd"].map(toolErrorCategory)).toEqual([
      "network",
      "permission_denied",
      "host_bridge_error",
    ]);
  });

  it("are refused by their line when they are none", () => {
    const path = join(folder, "event_log.jsonl");
    writeFileSync(path, "\nnonsense\n");
    expect(() => readPersistedEvents(path)).toThrow(`failed to parse line 2 of ${path} as PersistedAgentEvent`);
    expect(() => readPersistedEvents(join(folder, "absent"))).toThrow("failed to stat transcript");
  });
});
