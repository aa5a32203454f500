import { parseExactJson } from "../../eventlog/index.ts";
import { messageOf } from "../../text/index.ts";
import { RunRecordError } from "../error.ts";
import { readWhole } from "../schema/codec.ts";
import { withoutAllowed } from "./allowlist.ts";
import { type Divergence, firstDivergence } from "./divergence.ts";
import {
  comparableRun,
  type Material,
  materialCounts,
  materials,
  type ReplayTrace,
  replayTrace,
  traceSchema,
} from "./trace.ts";

/** What came of one trace. Without a name the file was none. */
export interface OracleReport {
  readonly path: string;
  readonly name: string | null;
  readonly passed: boolean;
  readonly expectation: "match" | "drift" | null;
  readonly error: string | null;
  readonly divergence: Divergence | null;
  readonly first_run_counts: Readonly<Record<Material, number>> | null;
  readonly second_run_counts: Readonly<Record<Material, number>> | null;
  readonly protocol_fixture_refs: readonly string[];
}

/** A trace from its text, or why it is none. */
export function readTrace(path: string, text: string): ReplayTrace | OracleReport {
  try {
    return readWhole(replayTrace, parseExactJson(text));
  } catch (error) {
    const reason = `invalid replay trace JSON in ${path}: ${messageOf(error)}`;
    return { ...blank(path), name: null, expectation: null, error: reason };
  }
}

/** Whether two runs of the same left the same behind, as the trace expects. */
export function judgeTrace(path: string, trace: ReplayTrace): OracleReport {
  const named = {
    ...blank(path),
    name: trace.name,
    expectation: trace.expect,
    protocol_fixture_refs: trace.protocol_fixture_refs,
  };
  try {
    requireMaterial(trace);
    const runs = [comparableRun(trace.first_run), comparableRun(trace.second_run)] as const;
    const divergence = firstDivergence(...withoutAllowed(runs, trace.allowlist)) ?? null;
    return {
      ...named,
      passed: (divergence === null) === (trace.expect === "match"),
      divergence,
      first_run_counts: materialCounts(trace.first_run),
      second_run_counts: materialCounts(trace.second_run),
    };
  } catch (error) {
    if (!(error instanceof RunRecordError)) throw error;
    return { ...named, error: error.message };
  }
}

function blank(path: string) {
  return {
    path,
    passed: false,
    error: null,
    divergence: null,
    first_run_counts: null,
    second_run_counts: null,
    protocol_fixture_refs: [],
  };
}

function requireMaterial({ first_run, name, schema_version, second_run }: ReplayTrace): void {
  if (schema_version !== traceSchema)
    throw new RunRecordError(
      `unsupported replay trace schema_version ${JSON.stringify(schema_version)}; expected ${traceSchema}`,
    );
  if (name.trim() === "") throw new RunRecordError("replay trace name cannot be empty");
  const runs = [first_run, second_run];
  if (runs.some(({ run_id }) => run_id.trim() === ""))
    throw new RunRecordError(`${name} must include run ids for both replay executions`);
  if (runs.some((run) => materials.every((material) => run[material].length === 0)))
    throw new RunRecordError(`${name} must include replay trace material for both executions`);
}
