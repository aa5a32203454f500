import type { RecordedEvent, Tape, TapeRecord } from "./tape.ts";

export const fidelityModes = ["byte-identical", "semantic", "outcome", "phase-aware"] as const;
export type FidelityMode = (typeof fidelityModes)[number];

export interface Divergence {
  readonly seq: number | null;
  readonly category: string;
  readonly message: string;
}

export interface FidelityReport {
  readonly mode: string;
  readonly recorded_records: number;
  readonly replay_records: number;
  readonly divergences: readonly Divergence[];
  /** From 0 to 1: the share of records that agree; of outcomes, all or nothing. */
  readonly score: number;
}

/**
 * How far a replay is what was recorded. `byte-identical` compares everything, `semantic` leaves out how long things took, `phase-aware`
 * what the runtime did by itself, `outcome` looks at the last exit code and at the files that were left.
 */
export function compareTapes(recorded: Tape, replay: Tape, mode: FidelityMode): FidelityReport {
  const divergences =
    mode === "outcome" ? outcomeDivergences(recorded, replay) : recordDivergences(recorded, replay, mode);
  const whole = Math.max(recorded.records.length, replay.records.length, 1);
  const share = mode === "outcome" ? (divergences.length === 0 ? 1 : 0) : 1 - divergences.length / whole;
  return {
    mode: mode.replace("-", "_"),
    recorded_records: recorded.records.length,
    replay_records: replay.records.length,
    divergences,
    score: Math.round(Math.max(0, share) * 1e8) / 1e8,
  };
}

function recordDivergences(recorded: Tape, replay: Tape, mode: FidelityMode): Divergence[] {
  const seen = ({ records }: Tape): readonly TapeRecord[] =>
    mode === "phase-aware" ? records.filter(({ phase }) => phase === "user_script") : records;
  const [left, right] = [seen(recorded), seen(replay)];
  const found: Divergence[] = [];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [before, after] = [left[at], right[at]];
    const seq = before?.seq ?? after?.seq ?? at;
    if (before === undefined)
      found.push({
        seq,
        category: "extra_in_replay",
        message: `recorded tape ended at #${at}; replay has ${right.length - at} more record(s)`,
      });
    else if (after === undefined)
      found.push({
        seq,
        category: "missing_in_replay",
        message: `replay tape ended at #${at}; recorded had ${left.length - at} more record(s)`,
      });
    else {
      const divergence = recordDivergence(before, after, mode !== "semantic");
      if (divergence !== undefined) found.push({ seq, ...divergence });
    }
  }
  return found;
}

type Named = Omit<Divergence, "seq">;

interface ComparedField {
  readonly path: readonly string[];
  readonly category: string;
  readonly label: string;
  /** How long something took: no part of what it means. */
  readonly isTiming?: true;
}

const field = (path: string, category: string, label: string, isTiming?: true): ComparedField => ({
  path: path.split("."),
  category,
  label,
  ...(isTiming && { isTiming }),
});

const contents = (kind: string): readonly ComparedField[] => [
  field("path", `${kind}_path`, `${kind} path`),
  field("content_hash", `${kind}_hash`, `${kind} content hash`),
];

const fieldsOf: Readonly<Record<string, readonly ComparedField[]>> = {
  clock_read: [
    field("source", "clock_read_source", "clock_read source"),
    field("value_ms", "clock_read_value", "clock_read value_ms"),
  ],
  clock_sleep: [field("duration_ms", "clock_sleep_duration", "clock_sleep duration_ms")],
  file_read: contents("file_read"),
  file_write: contents("file_write"),
  file_delete: [field("path", "file_delete_path", "file_delete path")],
  process_spawn: [
    field("program", "process_program", "subprocess program"),
    field("args", "process_args", "subprocess args"),
    field("cwd", "process_cwd", "subprocess cwd"),
    field("exit_code", "process_exit_code", "subprocess exit code"),
    field("stdout_payload.content_hash", "process_stdout_hash", "subprocess stdout hash"),
    field("stderr_payload.content_hash", "process_stderr_hash", "subprocess stderr hash"),
    field("duration_ms", "process_duration", "subprocess duration", true),
  ],
  llm_call: [
    field("request_digest", "llm_request_digest", "LLM request digest"),
    field("response.content_hash", "llm_response_hash", "LLM response hash"),
  ],
};

function recordDivergence(recorded: TapeRecord, replay: TapeRecord, comparesTimes: boolean): Named | undefined {
  if (recorded.kind.kind !== replay.kind.kind)
    return diverged("kind_mismatch", "record kind", recorded.kind.kind, replay.kind.kind);
  // Of another version: what its fields mean is not known, so all of them count.
  const fields = fieldsOf[recorded.kind.kind] ?? [
    { path: [], category: "content_mismatch", label: recorded.kind.kind },
  ];
  for (const { category, isTiming, label, path } of fields) {
    if (isTiming === true && !comparesTimes) continue;
    const [before, after] = [shown(recorded.kind, path), shown(replay.kind, path)];
    if (before !== after) return diverged(category, label, before, after);
  }
  if (!comparesTimes) return undefined;
  if (recorded.virtual_time_ms !== replay.virtual_time_ms)
    return diverged("virtual_time_drift", "virtual_time_ms", recorded.virtual_time_ms, replay.virtual_time_ms);
  if (recorded.monotonic_ms !== replay.monotonic_ms)
    return diverged("monotonic_drift", "monotonic_ms", recorded.monotonic_ms, replay.monotonic_ms);
  return recorded.phase === replay.phase
    ? undefined
    : diverged("phase_mismatch", "phase", recorded.phase, replay.phase);
}

function shown(event: RecordedEvent, path: readonly string[]): string {
  const value = path.reduce<unknown>(
    (at, name) => (at as Readonly<Record<string, unknown>> | undefined)?.[name],
    event,
  );
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}

function diverged(category: string, label: string, before: unknown, after: unknown): Named {
  return { category, message: `${label} diverged: recorded=${before} replay=${after}` };
}

function outcomeDivergences(recorded: Tape, replay: Tape): Divergence[] {
  const [left, right] = [outcomeOf(recorded), outcomeOf(replay)];
  const found: Divergence[] = [];
  if (left.exitCode !== right.exitCode)
    found.push({
      seq: null,
      ...diverged("outcome_exit_code", "last subprocess exit code", left.exitCode ?? "none", right.exitCode ?? "none"),
    });
  const paths = [...new Set([...left.files.keys(), ...right.files.keys()])].sort();
  const unlike = paths.filter((path) => left.files.get(path) !== right.files.get(path));
  if (unlike.length > 0)
    found.push({ seq: null, category: "outcome_fs_diff", message: `files were left unlike: ${unlike.join(", ")}` });
  return found;
}

function outcomeOf({ records }: Tape): { readonly exitCode: unknown; readonly files: ReadonlyMap<string, string> } {
  const files = new Map<string, string>();
  let exitCode: unknown;
  for (const { kind } of records) {
    if (kind.kind === "process_spawn") exitCode = kind.exit_code;
    if (kind.kind === "file_write") files.set(String(kind.path), String(kind.content_hash));
    if (kind.kind === "file_delete") files.set(String(kind.path), "deleted");
  }
  return { exitCode, files };
}
