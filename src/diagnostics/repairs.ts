/** Advice that goes with a code: what kind of change puts it right, and how far that change reaches. */
import type { Repair, RepairSafety } from "./diagnostic.ts";

type Row = readonly [id: string, safety: RepairSafety, summary: string, codes: string];

const rows: readonly Row[] = [
  [
    "casts/insert-explicit-conversion",
    "scope-local",
    "convert the value to the expected type explicitly",
    "TYP-001 TYP-004 TYP-005 TYP-006 TYP-007 TYP-008 TYP-009 TYP-010 TYP-017",
  ],
  ["functions/return-last-value", "scope-local", "return the last value", "TYP-101"],
  ["style/string-interpolation", "behavior-preserving", "write the text with interpolation", "TYP-003"],
  ["casts/remove-unchecked", "scope-local", "replace the unchecked cast by a check", "TYP-019"],
  ["imports/fix-path", "scope-local", "correct the import path", "TYP-020 MOD-001 IMP-001"],
  [
    "bindings/rename-to-closest",
    "scope-local",
    "use the closest name that exists",
    "NAM-001 NAM-002 NAM-004 NAM-005 NAM-008 NAM-010 TYP-103",
  ],
  ["stdlib/migrate-renamed", "scope-local", "use the current name", "NAM-009 STD-001 LNT-001"],
  [
    "bindings/thread-harness-needs-param",
    "surface-changing",
    "give `main` its `harness: Harness` parameter",
    "NAM-101",
  ],
  ["errors/check-or-rescue", "scope-local", "handle the result or the error", "CAP-004 LNT-013"],
  ["manual/review-capability-binding", "needs-human", "decide which capability the tool is bound to", "CAP-007"],
  ["policy/narrow-child-effects", "surface-changing", "grant the child no more than its parent declares", "CAP-301"],
  ["llm/migrate-deprecated-option", "scope-local", "use the option's current name", "LLM-002 LNT-050"],
  ["llm/add-schema", "surface-changing", "say which schema the answer must have", "LLM-003"],
  [
    "llm/use-capability-flag",
    "capability-changing",
    "ask for the capability instead of naming a model",
    "LLM-005 PRM-004 LNT-046",
  ],
  ["control-flow/remove-dead", "behavior-preserving", "remove what can never run", "ORC-008 LNT-011"],
  ["doc/add-stdlib-metadata", "behavior-preserving", "document the function's metadata", "STD-101"],
  ["manual/needs-human", "needs-human", "this needs a decision", "PRM-002 LNT-006 LNT-007 LNT-044"],
  ["prompts/escape-injection", "scope-local", "keep foreign text out of the instructions", "PRM-003 LNT-026"],
  ["prompts/add-tool-to-surface", "surface-changing", "declare the tool that the prompt names", "PRM-005 PRM-006"],
  ["imports/remove-unused", "behavior-preserving", "remove the import", "MOD-002 LNT-017"],
  ["imports/reorder", "format-only", "put the imports in order", "MOD-003 LNT-047"],
  ["style/rename-to-convention", "surface-changing", "rename it as its kind is named", "LNT-003"],
  ["collections/prefer-lazy", "scope-local", "collect the iterator where a collection is needed", "LNT-004"],
  ["clones/remove-redundant", "behavior-preserving", "remove the clone", "LNT-005"],
  ["bindings/rename-shadow", "scope-local", "give the inner binding a name of its own", "LNT-009"],
  ["control-flow/flatten", "behavior-preserving", "say it with less nesting", "LNT-012 LNT-036"],
  ["bindings/rename-unused", "behavior-preserving", "start the name with `_`", "LNT-014 LNT-015 LNT-016"],
  ["bindings/make-immutable", "behavior-preserving", "declare it with `let`", "LNT-018 OWN-002"],
  ["bindings/make-mutable", "scope-local", "declare it with `var`", "OWN-001"],
  ["declarations/remove-unused", "surface-changing", "remove the declaration", "LNT-019 LNT-020"],
  ["doc/add-harndoc", "behavior-preserving", "add a doc comment", "LNT-024"],
  ["doc/migrate-comment-style", "format-only", "write the comment in the doc form", "LNT-049"],
  ["casts/remove-redundant", "behavior-preserving", "remove the conversion", "LNT-028"],
  ["types/add-shape-annotation", "surface-changing", "annotate the shape of the value", "LNT-029"],
  [
    "expressions/simplify",
    "behavior-preserving",
    "write the simpler expression",
    "LNT-030 LNT-031 LNT-032 LNT-034 LNT-048 LNT-051",
  ],
  ["blocks/remove-empty", "scope-local", "remove or fill the empty block", "LNT-035"],
  ["match/remove-duplicate-arm", "behavior-preserving", "remove the arm that never matches", "LNT-037 MAT-002"],
  ["match/add-missing-arms", "scope-local", "add the missing arms", "MAT-001"],
  ["format/reformat", "format-only", "format the file", "LNT-041 LNT-042 LNT-043 LNT-045 FMT-002 FMT-003"],
  ["errors/wrap-in-fn", "surface-changing", "move it into a function", "RCV-001 RCV-002"],
  ["bindings/thread-harness", "scope-local", "call it through `harness`", "LNT-053"],
  ["bindings/thread-harness-clock", "scope-local", "call it through `harness.clock`", "LNT-052"],
  ["bindings/thread-harness-fs", "scope-local", "call it through `harness.fs`", "LNT-054"],
  ["bindings/thread-harness-env", "scope-local", "call it through `harness.env`", "LNT-055"],
  ["bindings/thread-harness-random", "scope-local", "call it through `harness.random`", "LNT-056"],
  ["bindings/thread-harness-net", "scope-local", "call it through `harness.net`", "LNT-057"],
];

export const repairs: readonly Repair[] = rows.map(([id, safety, summary]) => ({ id, safety, summary }));

const repairByCode: ReadonlyMap<string, Repair> = new Map(
  rows.flatMap(([id, safety, summary, codes]) =>
    codes.split(" ").map((code): [string, Repair] => [`HARN-${code}`, { id, safety, summary }]),
  ),
);

export function repairOf(code: string): Repair | undefined {
  return repairByCode.get(code);
}
