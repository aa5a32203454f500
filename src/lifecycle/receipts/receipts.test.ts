import { describe, expect, test } from "vitest";
import { run } from "../testing/run.ts";

const say = "harness.stdio.println";

async function lines(body: string): Promise<readonly string[]> {
  const { lines, result } = await run(body);
  return result.startsWith("error:") ? [...lines, result] : lines;
}

const resumed = `let r = lifecycle_receipt_record_resumption({
  handle: "w1", session_id: "s1", initiator: "operator", initiator_id: "op", input: {b: 1, a: [2.0, "x"]},
  redact: {paths: [{pointer: "/b", reason: "secret"}, {pointer: "/c/d", reason: "absent"}]}
})`;

describe("lifecycle receipts", () => {
  test("are numbered, mirrored to the log, and hash their input before they hide parts of it", async () => {
    const body = `${resumed}
      ${say}("\${r.seq} \${r.kind} \${r.payload.input}")
      ${say}(r.payload.input_hash == lifecycle_resume_input_hash({a: [2.0, "x"], b: 1}))
      let event = event_log.subscribe("agent.lifecycle.receipts").next().value
      ${say}("\${event.kind} \${event.headers.seq} \${event.payload == r.payload}")
      ${say}(lifecycle_receipts_snapshot() == [r])`;
    expect(await lines(body)).toEqual([
      "1 resumption_receipt {a: [2.0, x], b: {$harn_redacted: secret}}",
      "true",
      "resumption_receipt 1 true",
      "true",
    ]);
  });

  test("do not verify once who or what they are about was changed", async () => {
    const body = `${resumed}
      ${say}(verify_lifecycle_receipt_signature(r.kind, r.payload))
      ${say}(starts_with(verify_lifecycle_receipt_signature(r.kind, r.payload + {handle: "w2"}).error, "HARN-SUS-013 "))
      ${say}(verify_lifecycle_receipt_signature("note", {}))`;
    expect(await lines(body)).toEqual([
      "{verified: true}",
      "true",
      "{error: lifecycle receipt persistence: unknown lifecycle receipt kind: note, verified: false}",
    ]);
  });

  test("hold a replay to its input and its prompt", async () => {
    const body = `${resumed}
      ${say}(lifecycle_replay_resume_input(r.payload, {a: [2.0, "x"], b: 1}).ok)
      ${say}(lifecycle_replay_resume_input(r.payload, {a: 1}).code)
      let d = lifecycle_receipt_record_drain_decision({
        pipeline_id: "p", item: {category: "queued_trigger", id: "i", summary: "s"}, action: "acknowledge",
        reason: "stale", decided_by: "agent", prompt: "what now?"
      })
      ${say}(lifecycle_replay_drain_decision(d.payload, "what now?"))
      ${say}(lifecycle_replay_drain_decision(d.payload, "something else").code)`;
    expect(await lines(body)).toEqual(["true", "HARN-SUS-011", "{action: acknowledge, ok: true}", "HARN-SUS-012"]);
  });

  test.each([
    ["lifecycle_receipt_record_suspension({})", "lifecycle receipt: missing handle"],
    [
      'lifecycle_receipt_record_suspension({handle: "w", initiator_id: "o", session_id: "s", reason: "r", initiator: "x"})',
      "lifecycle receipt: unknown initiator `x` (expected self, parent, operator, triggered)",
    ],
    [
      "lifecycle_replay_resume_input({})",
      "lifecycle_replay_resume_input: invalid receipt payload: missing field `handle`",
    ],
  ])("%s is refused", async (call, problem) => {
    expect(await lines(`${say}(try { ${call} })`)).toEqual([`Result.Err(Runtime error: ${problem})`]);
  });
});
