import { unreachable } from "../../text/index.ts";
import { DictValue, FloatValue, ListValue, type Value } from "../../value/index.ts";
import {
  aCount,
  aNumber,
  asRecord,
  aText,
  FieldError,
  field,
  listOf,
  optionalField,
  variantOf,
} from "../record-fields.ts";

/** What a Flow predicate answers about a slice: `{verdict, evidence?, remediation?, confidence}`. */
export interface InvariantResult {
  readonly verdict: Verdict;
  readonly evidence: readonly DictValue[];
  readonly remediation: DictValue | undefined;
  /** 0 to 1. */
  readonly confidence: number;
}

export type Verdict =
  | { readonly kind: "allow" }
  | { readonly kind: "warn"; readonly reason: string }
  | { readonly kind: "block"; readonly code: string; readonly message: string }
  | { readonly kind: "require_approval"; readonly approver: Approver };

/** A person by id, or whoever has a role. */
export type Approver =
  | { readonly kind: "principal"; readonly id: string }
  | { readonly kind: "role"; readonly name: string };

export function certain(verdict: Verdict): InvariantResult {
  return { verdict, evidence: [], remediation: undefined, confidence: 1 };
}

export function valueOfResult({ verdict, evidence, remediation, confidence }: InvariantResult): DictValue {
  return DictValue.of({
    verdict: valueOfVerdict(verdict),
    ...(evidence.length > 0 ? { evidence: new ListValue([...evidence]) } : {}),
    ...(remediation ? { remediation } : {}),
    confidence: new FloatValue(confidence),
  });
}

function valueOfVerdict(verdict: Verdict): DictValue {
  switch (verdict.kind) {
    case "allow":
      return DictValue.of({ kind: verdict.kind });
    case "warn":
      return DictValue.of({ kind: verdict.kind, reason: verdict.reason });
    case "block":
      return DictValue.of({
        kind: verdict.kind,
        error: DictValue.of({ code: verdict.code, message: verdict.message }),
      });
    case "require_approval":
      return DictValue.of({ kind: verdict.kind, approver: DictValue.of({ ...verdict.approver }) });
    default:
      return unreachable(verdict);
  }
}

/** @throws FieldError when the dict is no result */
export function readResult(dict: DictValue): InvariantResult {
  const evidence = optionalField(dict, "evidence", listOf(readEvidence)) ?? [];
  const remediation = optionalField(dict, "remediation", readRemediation);
  return { verdict: field(dict, "verdict", readVerdict), evidence, remediation, confidence: confidenceOf(dict) };
}

function confidenceOf(dict: DictValue): number {
  return field(dict, "confidence", aNumber);
}

function readVerdict(value: Value): Verdict {
  const verdict = asRecord(value, "internally tagged enum Verdict");
  const kind = variantOf(verdict, "kind", ["allow", "warn", "block", "require_approval"]);
  switch (kind) {
    case "allow":
      return { kind };
    case "warn":
      return { kind, reason: field(verdict, "reason", aText) };
    case "block": {
      const error = field(verdict, "error", (given) => asRecord(given, "struct InvariantBlockError"));
      return { kind, code: field(error, "code", aText), message: field(error, "message", aText) };
    }
    case "require_approval":
      return { kind, approver: field(verdict, "approver", readApprover) };
    default:
      return unreachable(kind);
  }
}

function readApprover(value: Value): Approver {
  const approver = asRecord(value, "internally tagged enum Approver");
  const kind = variantOf(approver, "kind", ["principal", "role"]);
  return kind === "principal"
    ? { kind, id: field(approver, "id", aText) }
    : { kind, name: field(approver, "name", aText) };
}

export function readRemediation(value: Value): DictValue {
  const remediation = asRecord(value, "struct Remediation");
  return DictValue.of({ description: field(remediation, "description", aText) });
}

/** An item of evidence, with the fields that its kind has and no others. */
export function readEvidence(value: Value): DictValue {
  const item = asRecord(value, "internally tagged enum EvidenceItem");
  const kind = variantOf(item, "kind", ["atom_pointer", "metadata_path", "transcript_excerpt", "external_citation"]);
  const texts = (...names: string[]): Record<string, Value> =>
    Object.fromEntries(names.map((name) => [name, field(item, name, aText)]));
  switch (kind) {
    case "atom_pointer":
      return DictValue.of({ kind, atom: field(item, "atom", anAtom), diff_span: field(item, "diff_span", readSpan) });
    case "metadata_path":
      return DictValue.of({ kind, ...texts("directory", "namespace", "key") });
    case "transcript_excerpt":
      return DictValue.of({ kind, ...texts("transcript_id"), span: field(item, "span", readSpan) });
    case "external_citation":
      return DictValue.of({ kind, ...texts("url", "quote", "fetched_at") });
    default:
      return unreachable(kind);
  }
}

function readSpan(value: Value): DictValue {
  const span = asRecord(value, "struct ByteSpan");
  return DictValue.of({ start: field(span, "start", aCount), end: field(span, "end", aCount) });
}

function anAtom(value: Value): string {
  return atomId(aText(value));
}

/** The id of an atom, 32 bytes as hex, in lower case. */
export function atomId(hex: string): string {
  const position = hex.search(/[^0-9a-fA-F]/);
  if (hex.length % 2 === 1) throw new FieldError("atom invalid: invalid AtomId hex: Odd number of digits");
  if (position !== -1) {
    throw new FieldError(
      `atom invalid: invalid AtomId hex: Invalid character '${hex[position]}' at position ${position}`,
    );
  }
  if (hex.length !== 64) throw new FieldError(`atom invalid: AtomId must be 32 bytes, got ${hex.length / 2}`);
  return hex.toLowerCase();
}
