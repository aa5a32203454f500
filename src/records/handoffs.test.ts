import { describe, expect, test } from "vitest";
import type { Json } from "../eventlog/index.ts";
import { loadRunRecord, normalizeRunRecord, type RunRecord, saveRunRecord } from "./index.ts";
import { testServices } from "./testing/services.ts";

const handoff = (fields: Record<string, Json> = {}): Json => ({
  id: "handoff_1",
  source_persona: "planner",
  target_persona_or_human: { kind: "persona", id: "coder" },
  task: "build it",
  reason: "planned",
  ...fields,
});

const receipts = (run: RunRecord) =>
  run.handoffs.map(({ receipt_links }) => receipt_links.map(({ kind, path, run_id }) => [kind, run_id, path]));

describe("handoffs of a run", () => {
  test("run-records 28: an artifact of one is lifted among the handoffs, and a handoff has its artifact", async () => {
    const { services } = testServices();
    const lifted = await normalizeRunRecord(
      { id: "r", artifacts: [{ id: "a", kind: "handoff", data: handoff() }] },
      services,
    );
    expect(lifted.handoffs.map(({ id }) => id)).toEqual(["handoff_1"]);
    expect(lifted.artifacts).toHaveLength(1);
    const listed = await normalizeRunRecord({ id: "r", handoffs: [handoff()] }, services);
    expect(listed.artifacts.map(({ id, kind, metadata }) => [id, kind, metadata.handoff_id])).toEqual([
      ["artifact_handoff_1", "handoff", "handoff_1"],
    ]);
    for (const run of [lifted, listed]) {
      expect(receipts(run)).toEqual([[["run_receipt", "r", null]]]);
      expect(run.handoffs[0]?.parent_run_id).toBe("r");
    }
  });

  test("run-records 49: each place that a run is saved to adds one receipt, and loading adds none", async () => {
    const { services } = testServices();
    const run = await normalizeRunRecord({ id: "r", handoffs: [handoff()] }, services);
    const path = await saveRunRecord(run, services);
    const expected = [
      [
        ["run_receipt", "r", null],
        ["run_receipt", "r", path],
      ],
    ];
    expect(receipts(loadRunRecord(path, services))).toEqual(expected);
    expect(receipts(loadRunRecord(path, services))).toEqual(expected);
  });

  test.each([
    ["queue", "worker"],
    ["worker", "worker"],
    ["external_a2a", "a2a"],
    ["human", "human"],
    ["robot", "persona"],
  ])("run-records 50: a target of kind %s is a %s", async (given, kind) => {
    const { services } = testServices();
    const target_persona_or_human = { kind: given, id: " x " };
    const run = await normalizeRunRecord({ handoffs: [handoff({ target_persona_or_human })] }, services);
    expect(run.handoffs[0]).toMatchObject({ kind: "handoff", target_persona_or_human: { kind, id: "x" } });
  });
});
