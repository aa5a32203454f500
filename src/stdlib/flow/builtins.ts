import { type Builtin, declare, req, t } from "../../builtin/index.ts";
import { DictValue, FloatValue, type Int, runtimeError } from "../../value/index.ts";
import { FieldError } from "../record-fields.ts";
import {
  atomId,
  certain,
  type InvariantResult,
  readEvidence,
  readRemediation,
  readResult,
  valueOfResult,
} from "./invariant-result.ts";

const flow = declare("flow-invariants");

/** Reads with an error that names the builtin and what it wanted. */
function reading<T>(builtin: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldError) throw runtimeError(`${builtin}: invalid ${what}: ${error.message}`);
    throw error;
  }
}

function given(builtin: string, dict: DictValue): InvariantResult {
  return reading(builtin, "InvariantResult", () => readResult(dict));
}

function spanOf(builtin: string, name: string, start: Int, end: Int): DictValue {
  for (const [argument, value] of [
    [`${name}_start`, start],
    [`${name}_end`, end],
  ] as const)
    if (value < 0) throw runtimeError(`${builtin}: argument \`${argument}\` must be non-negative, got ${value}`);
  if (end < start) throw runtimeError(`${builtin}: span end (${end}) must be >= start (${start})`);
  return DictValue.of({ start, end });
}

const result = req("result", t.dict);

export const flowBuiltins: readonly Builtin[] = [
  flow({
    name: "flow_invariant_allow",
    summary: "The result of a predicate that has no objection.",
    params: [],
    returns: t.dict,
    examples: [["flow_invariant_kind(flow_invariant_allow())", '"allow"']],
    run: () => valueOfResult(certain({ kind: "allow" })),
  }),
  flow({
    name: "flow_invariant_warn",
    summary: "The result of a predicate that lets a slice pass with a warning.",
    params: [req("reason", t.string)],
    returns: t.dict,
    examples: [['flow_invariant_warn("late").verdict.reason', '"late"']],
    run: (_context, reason) => valueOfResult(certain({ kind: "warn", reason })),
  }),
  flow({
    name: "flow_invariant_block",
    summary: "The result of a predicate that refuses a slice, with a code and a message.",
    params: [req("code", t.string), req("message", t.string)],
    returns: t.dict,
    examples: [['flow_invariant_is_blocking(flow_invariant_block("no_test", "untested"))', "true"]],
    run: (_context, code, message) => valueOfResult(certain({ kind: "block", code, message })),
  }),
  flow({
    name: "flow_invariant_require_approval",
    summary: 'The result of a predicate that wants the approval of a person ("principal") or of a role ("role").',
    params: [req("kind", t.string), req("id", t.string)],
    returns: t.dict,
    run(_context, kind, id) {
      if (kind === "principal") return valueOfResult(certain({ kind: "require_approval", approver: { kind, id } }));
      if (kind === "role") return valueOfResult(certain({ kind: "require_approval", approver: { kind, name: id } }));
      throw runtimeError(`flow_invariant_require_approval: kind must be "principal" or "role", got "${kind}"`);
    },
  }),
  flow({
    name: "flow_invariant_kind",
    summary: 'What a result says: "allow", "warn", "block" or "require_approval".',
    params: [result],
    returns: t.string,
    run: (_context, dict) => given("flow_invariant_kind", dict).verdict.kind,
  }),
  flow({
    name: "flow_invariant_is_blocking",
    summary: "Whether a result refuses the slice.",
    params: [result],
    returns: t.bool,
    run: (_context, dict) => given("flow_invariant_is_blocking", dict).verdict.kind === "block",
  }),
  flow({
    name: "flow_invariant_confidence",
    summary: "How sure a result is, 0.0 to 1.0.",
    params: [result],
    returns: t.float,
    examples: [["flow_invariant_confidence(flow_with_confidence(flow_invariant_allow(), 0.25))", "0.25"]],
    run: (_context, dict) => new FloatValue(given("flow_invariant_confidence", dict).confidence),
  }),
  flow({
    name: "flow_with_confidence",
    summary: "The result with another confidence, brought into 0.0 to 1.0.",
    params: [result, req("confidence", t.number)],
    returns: t.dict,
    run(_context, dict, confidence) {
      const number = confidence instanceof FloatValue ? confidence.value : Number(confidence);
      if (Number.isNaN(number)) throw runtimeError("flow_with_confidence: confidence is not a number");
      const changed = { ...given("flow_with_confidence", dict), confidence: Math.min(1, Math.max(0, number)) };
      return valueOfResult(changed);
    },
  }),
  flow({
    name: "flow_with_evidence",
    summary: "The result with these items of evidence in place of those it had.",
    params: [result, req("evidence", t.list)],
    returns: t.dict,
    run(_context, dict, items) {
      const before = given("flow_with_evidence", dict);
      const evidence = reading("flow_with_evidence", "evidence", () => items.view().map(readEvidence));
      return valueOfResult({ ...before, evidence });
    },
  }),
  flow({
    name: "flow_with_remediation",
    summary: "The result with a way to put it right.",
    params: [result, req("remediation", t.dict)],
    returns: t.dict,
    run(_context, dict, suggested) {
      const before = given("flow_with_remediation", dict);
      const remediation = reading("flow_with_remediation", "remediation", () => readRemediation(suggested));
      return valueOfResult({ ...before, remediation });
    },
  }),
  flow({
    name: "flow_remediation",
    summary: "A way to put right what a predicate objects to; it is told, never done.",
    params: [req("description", t.string)],
    returns: t.dict,
    run: (_context, description) => DictValue.of({ description }),
  }),
  flow({
    name: "flow_evidence_atom",
    summary: "Evidence in an atom, by its id (64 hex digits) and the bytes of its diff from start to end.",
    params: [req("atom_id", t.string), req("diff_start", t.int), req("diff_end", t.int)],
    returns: t.dict,
    run(_context, id, start, end) {
      const atom = reading("flow_evidence_atom", "atom id", () => atomId(id));
      return DictValue.of({ kind: "atom_pointer", atom, diff_span: spanOf("flow_evidence_atom", "diff", start, end) });
    },
  }),
  flow({
    name: "flow_evidence_metadata",
    summary: "Evidence in the metadata of a folder.",
    params: [req("directory", t.string), req("namespace", t.string), req("key", t.string)],
    returns: t.dict,
    run: (_context, directory, namespace, key) => DictValue.of({ kind: "metadata_path", directory, namespace, key }),
  }),
  flow({
    name: "flow_evidence_transcript",
    summary: "Evidence in a transcript, from byte start to byte end.",
    params: [req("transcript_id", t.string), req("span_start", t.int), req("span_end", t.int)],
    returns: t.dict,
    run(_context, transcript, start, end) {
      const span = spanOf("flow_evidence_transcript", "span", start, end);
      return DictValue.of({ kind: "transcript_excerpt", transcript_id: transcript, span });
    },
  }),
  flow({
    name: "flow_evidence_citation",
    summary: "Evidence elsewhere: a URL, what it says there, and when it was fetched (RFC 3339).",
    params: [req("url", t.string), req("quote", t.string), req("fetched_at", t.string)],
    returns: t.dict,
    run: (_context, url, quote, fetched) =>
      DictValue.of({ kind: "external_citation", url, quote, fetched_at: fetched }),
  }),
];
