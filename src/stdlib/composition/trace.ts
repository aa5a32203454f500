// A composition as the miner of workflows reads it: the run as one action, each call of a tool as another.

import { DictValue, handOut, ListValue, sortTexts, type Value } from "../../value/index.ts";
import { aCount, asRecord, FieldError, field, listOf, optionalField } from "../record-fields.ts";

type Records = readonly DictValue[];

interface Report {
  readonly isOk: boolean;
  readonly run: DictValue;
  readonly calls: Records;
  readonly results: Records;
}

/** Where ids that differ from run to run stand in what is replayed. */
const allowlist = [
  ["/run_id", "each run has an id of its own"],
  ["/effect_receipts/*/run_id", "receipts name the run they came from"],
  ["/effect_receipts/*/tool_call_id", "ids of calls begin with that of the run"],
  ["/policy_decisions/*/run_id", "decisions name the run they were made in"],
  ["/policy_decisions/*/tool_call_id", "ids of calls begin with that of the run"],
] as const;

const aBool = (value: Value): boolean => {
  if (typeof value !== "boolean") throw new FieldError("invalid type, expected a boolean");
  return value;
};

const aRecord = (value: Value): DictValue => asRecord(value, "a map");

function readReport(report: DictValue): Report {
  field(report, "schema_version", aCount);
  const isOk = field(report, "ok", aBool);
  const run = field(report, "run", aRecord);
  return {
    isOk,
    run,
    calls: field(report, "child_calls", listOf(aRecord)),
    results: field(report, "child_results", listOf(aRecord)),
  };
}

function at(record: DictValue, name: string): Value {
  const value = record.get(name);
  return value === undefined ? null : handOut(value);
}

function pick(record: DictValue, ...names: readonly string[]): Record<string, Value> {
  return Object.fromEntries(names.map((name) => [name, at(record, name)]));
}

/** `workspace.read_text` of `{workspace: ["read_text"]}`. */
function capabilitiesOf(call: DictValue): readonly string[] {
  const annotations = optionalField(call, "annotations", aRecord);
  const capabilities = annotations === undefined ? undefined : optionalField(annotations, "capabilities", aRecord);
  return [...(capabilities?.entries() ?? [])].flatMap(([group, operations]) =>
    operations instanceof ListValue
      ? [...operations.view()].map((operation) => `${group}.${String(operation)}`)
      : [group],
  );
}

function texts(items: Iterable<string>): ListValue {
  return new ListValue(sortTexts([...new Set(items)]));
}

/** What a call did beyond reading. */
function sideEffectsOf(call: DictValue): ListValue {
  const level = call.get("requested_side_effect_level");
  if (typeof level !== "string" || level === "none" || level === "read_only") return new ListValue([]);
  return new ListValue([DictValue.of({ kind: level, target: at(call, "tool_name") })]);
}

/** @throws FieldError when the report is none */
export function crystallizationTrace(given: DictValue, options: DictValue): DictValue {
  const report = readReport(given);
  const { run, calls, results } = report;
  const runId = String(run.get("run_id") ?? "");
  const id = textOr(options.get("id"), `composition_${runId}`);
  const facts = pick(run, "binding_manifest_hash", "requested_side_effect_ceiling", "snippet_hash");
  const resultOf = (call: DictValue): DictValue | undefined =>
    results.find((result) => result.get("tool_call_id") === call.get("tool_call_id"));
  return DictValue.of({
    version: 1,
    id,
    source: textOr(options.get("source"), "composition_run"),
    source_hash: at(run, "snippet_hash"),
    workflow_id: textOr(options.get("workflow_id"), "composition_candidate"),
    flow: DictValue.of({
      trace_id: runId,
      agent_run_id: at(options, "agent_run_id"),
      transcript_ref: at(options, "transcript_ref"),
    }),
    actions: new ListValue([
      parentAction(report, facts, runId),
      ...calls.map((call, index) => childAction(call, resultOf(call), index, runId)),
    ]),
    metadata: DictValue.of({
      ...Object.fromEntries(optionalField(options, "metadata", aRecord)?.entries() ?? []),
      ...facts,
      ...stateOf(report),
      run_id: runId,
      source_kind: "composition_run",
    }),
    replay_allowlist: new ListValue(allowlist.map(([path, reason]) => DictValue.of({ path, reason }))),
    replay_run: DictValue.of({
      run_id: runId,
      event_log_entries: new ListValue(entriesOf(report, id, resultOf)),
      effect_receipts: new ListValue(receiptsOf(report, facts, resultOf)),
      policy_decisions: new ListValue(
        calls.map((call) =>
          DictValue.of({
            kind: "composition_child_policy",
            ...pick(call, "policy_context", "requested_side_effect_level", "run_id", "tool_call_id", "tool_name"),
          }),
        ),
      ),
    }),
  });
}

function textOr(value: Value | undefined, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}

function stateOf({ isOk, run, calls }: Report): Record<string, Value> {
  return {
    ok: isOk,
    failure_category: at(run, "failure_category"),
    child_count: calls.length,
    composition_schema_version: 1,
  };
}

function parentAction(report: Report, facts: Record<string, Value>, runId: string): DictValue {
  const { run, calls } = report;
  const inputs = { ...facts, language: at(run, "language") };
  return DictValue.of({
    id: "composition_parent",
    kind: "composition_run",
    name: "execute_composition",
    inputs: DictValue.of(inputs),
    parameters: DictValue.of({ ...inputs }),
    output: at(run, "result"),
    observed_output: at(run, "result"),
    duration_ms: at(run, "duration_ms"),
    capabilities: texts(calls.flatMap(capabilitiesOf)),
    side_effects: new ListValue(calls.flatMap((call) => [...sideEffectsOf(call).view()])),
    deterministic: true,
    fuzzy: false,
    metadata: DictValue.of({
      ...stateOf(report),
      composition_run_id: runId,
      source_kind: "composition_parent_run",
    }),
  });
}

function childAction(call: DictValue, result: DictValue | undefined, index: number, runId: string): DictValue {
  const output = result === undefined ? null : at(result, "raw_output");
  return DictValue.of({
    id: `composition_child_${index}`,
    kind: "tool_call",
    name: at(call, "tool_name"),
    inputs: at(call, "raw_input"),
    parameters: at(call, "raw_input"),
    output,
    observed_output: output === null ? null : handOut(output),
    duration_ms: result === undefined ? null : at(result, "duration_ms"),
    capabilities: texts(capabilitiesOf(call)),
    side_effects: sideEffectsOf(call),
    deterministic: true,
    fuzzy: false,
    metadata: DictValue.of({
      ...pick(call, "annotations", "policy_context", "requested_side_effect_level"),
      composition_run_id: runId,
      composition_tool_call_id: at(call, "tool_call_id"),
      error_category: result === undefined ? null : at(result, "error_category"),
      status: result === undefined ? null : at(result, "status"),
      source_kind: "composition_child_call",
    }),
  });
}

type ResultOf = (call: DictValue) => DictValue | undefined;

function entriesOf({ run, calls }: Report, id: string, resultOf: ResultOf): DictValue[] {
  const entry = (type: string, fields: Record<string, Value>): DictValue =>
    DictValue.of({ type, session_id: id, ...fields });
  const started = new DictValue(new Map(run.entries()));
  const open = ["duration_ms", "error", "failure_category", "result", "stdout", "stderr"];
  const atStart = new Map(
    [...started.entries()].map(([name, value]) => [name, open.includes(name) ? null : handOut(value)]),
  );
  return [
    entry("composition_start", { run: new DictValue(atStart) }),
    ...calls.flatMap((call) => {
      const result = resultOf(call);
      const told = entry("composition_child_call", { call: handOut(call) });
      return result === undefined ? [told] : [told, entry("composition_child_result", { result: handOut(result) })];
    }),
    entry("composition_finish", { run: handOut(run) }),
  ];
}

function receiptsOf({ isOk, run, calls }: Report, facts: Record<string, Value>, resultOf: ResultOf): DictValue[] {
  const parent = DictValue.of({
    kind: "composition_parent",
    schema_version: 1,
    ok: isOk,
    ...facts,
    ...pick(run, "failure_category", "result", "run_id", "stdout"),
  });
  const children = calls.map((call) => {
    const result = resultOf(call) ?? DictValue.of({});
    return DictValue.of({
      kind: "composition_child",
      ...pick(call, "operation_index", "requested_side_effect_level", "run_id", "tool_call_id", "tool_name"),
      input: at(call, "raw_input"),
      output: at(result, "raw_output"),
      ...pick(result, "error_category", "status"),
    });
  });
  return [parent, ...children];
}
