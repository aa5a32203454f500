import { describe, expect, test } from "vitest";
import { compareTapes, fidelityModes } from "./fidelity.ts";
import type { RecordedEvent, Tape } from "./tape.ts";

function tape(...events: readonly (RecordedEvent & { readonly at?: number; readonly phase?: string })[]): Tape {
  return {
    header: {
      type: "header",
      version: 1,
      harn_version: "0",
      started_at_unix_ms: 0,
      script_path: "x.harn",
      argv: [],
    },
    records: events.map(({ at = 0, phase = "user_script", ...kind }, seq) => ({
      type: "record",
      seq,
      phase,
      virtual_time_ms: at,
      monotonic_ms: at,
      kind,
    })),
  };
}

const write = (path: string, content_hash: string) => ({ kind: "file_write", path, content_hash, len_bytes: 1 });
const spawn = (exit_code: number, duration_ms = 0) => ({
  kind: "process_spawn",
  program: "make",
  args: [],
  cwd: null,
  exit_code,
  duration_ms,
  stdout_payload: { content_hash: "1", text: "" },
  stderr_payload: { content_hash: "2", text: "" },
});
const categories = (left: Tape, right: Tape): Record<string, string[]> =>
  Object.fromEntries(
    fidelityModes.map((mode) => [mode, compareTapes(left, right, mode).divergences.map(({ category }) => category)]),
  );

describe("the fidelity of a replay", () => {
  test("is whole for equal tapes, in every mode", () => {
    const both = tape(write("/a", "x"), spawn(0));
    for (const mode of fidelityModes)
      expect(compareTapes(both, both, mode)).toMatchObject({ divergences: [], score: 1, recorded_records: 2 });
  });

  test("counts each record once", () => {
    const report = compareTapes(tape(write("/a", "x"), spawn(0)), tape(write("/b", "y"), spawn(0)), "byte-identical");
    expect(report).toMatchObject({ score: 0.5, divergences: [{ seq: 0, category: "file_write_path" }] });
    expect(report.divergences[0]?.message).toBe("file_write path diverged: recorded=/a replay=/b");
  });

  test("how long things took counts for bytes and phases only", () => {
    expect(categories(tape(spawn(0, 3)), tape(spawn(0, 9)))).toEqual({
      "byte-identical": ["process_duration"],
      semantic: [],
      outcome: [],
      "phase-aware": ["process_duration"],
    });
    expect(categories(tape({ ...spawn(0), at: 1 }), tape({ ...spawn(0), at: 2 })).semantic).toEqual([]);
  });

  test("what the runtime does by itself is no part of phases", () => {
    const read = { kind: "clock_read", source: "wall", value_ms: 1, phase: "runtime_finalize" };
    expect(categories(tape(spawn(0), read), tape(spawn(0)))).toMatchObject({
      "byte-identical": ["missing_in_replay"],
      "phase-aware": [],
      outcome: [],
    });
  });

  test("outcomes are the last exit code and the files that are left, however they came to be", () => {
    const left = tape(write("/a", "x"), write("/a", "y"), spawn(1), spawn(0));
    expect(categories(left, tape(spawn(0), write("/a", "y"))).outcome).toEqual([]);
    expect(categories(left, tape(write("/a", "z"), spawn(2))).outcome).toEqual([
      "outcome_exit_code",
      "outcome_fs_diff",
    ]);
  });

  test("kinds that are not known are compared as a whole", () => {
    expect(categories(tape({ kind: "odd", x: 1 }), tape({ kind: "odd", x: 2 })).semantic).toEqual(["content_mismatch"]);
    expect(categories(tape({ kind: "odd", x: 1 }), tape({ kind: "even", x: 1 })).semantic).toEqual(["kind_mismatch"]);
  });
});
