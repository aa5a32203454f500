import { diagnose } from "../../diagnostics/index.ts";
import type { Attribute, Declaration } from "../../syntax/index.ts";
import { badPredicate, misplacedAttribute, unknownAttribute } from "../diagnostics.ts";
import { checkAttributeArguments } from "./attribute-arguments.ts";
import type { Checker } from "./context.ts";

interface Target {
  readonly kinds: readonly Declaration["kind"][];
  readonly text: string;
}

const anything: Target = { kinds: [], text: "" };
const functions: Target = { kinds: ["function"], text: "function declarations" };
const pipelines: Target = { kinds: ["pipeline"], text: "pipeline declarations" };
const tests: Target = {
  kinds: ["pipeline"],
  text: "pipeline declarations (use on `@test` or `test_*` pipelines)",
};
const callables: Target = {
  kinds: ["function", "tool", "pipeline"],
  text: "function, tool, or pipeline declarations",
};

/** The attributes that mean something, and on what (diagnostics §2.8). */
const targets: ReadonlyMap<string, Target> = new Map([
  ["deprecated", anything],
  ["complexity", anything],
  ["test", pipelines],
  ["command", pipelines],
  ["serial", tests],
  ["heavy", tests],
  ["acp_tool", functions],
  ["acp_skill", functions],
  ["step", functions],
  ["archivist", functions],
  ["deterministic", functions],
  ["semantic", functions],
  ["retroactive", functions],
  ["persona", callables],
  ["trigger", callables],
  ["handoff", callables],
  ["budget", callables],
  ["invariant", callables],
]);

/** They register their function when the program starts; on anything else the compiler refuses the program. */
const registering: ReadonlySet<string> = new Set(["acp_tool", "acp_skill"]);

export function checkAttributes(c: Checker, declaration: Declaration): void {
  const { attributes } = declaration;
  if (attributes.length === 0) return;
  for (const attribute of attributes) {
    const { name, span } = attribute;
    const target = targets.get(name.text);
    if (target === undefined) {
      c.report(diagnose(unknownAttribute, c.source, span, { name: name.text }));
      continue;
    }
    if (target !== anything && !target.kinds.includes(declaration.kind)) {
      const finding = diagnose(misplacedAttribute, c.source, span, { name: name.text, target: target.text });
      c.report(registering.has(name.text) ? { ...finding, severity: "error" } : finding);
    }
    checkAttributeArguments(c, attribute);
  }
  checkPredicate(c, attributes);
}

/** A Flow predicate is a bare `@invariant` with its mode and its provenance; the other four mean nothing without it. */
function checkPredicate(c: Checker, attributes: readonly Attribute[]): void {
  const find = (name: string) => attributes.find((attribute) => attribute.name.text === name);
  const report = (attribute: Attribute, problem: string) =>
    c.report(diagnose(badPredicate, c.source, attribute.span, { problem }));
  const deterministic = find("deterministic");
  const semantic = find("semantic");
  const archivist = find("archivist");
  const retroactive = find("retroactive");
  const predicate = attributes.find(({ name, arguments: given }) => name.text === "invariant" && given.length === 0);
  if (deterministic && semantic) {
    report(
      semantic,
      "`@deterministic` and `@semantic` are mutually exclusive; a Flow predicate is one mode or the other",
    );
  }
  if (predicate === undefined) {
    if (archivist) report(archivist, "`@archivist(...)` only applies to Flow predicates marked with `@invariant`");
    if (retroactive) report(retroactive, "`@retroactive` only applies to Flow predicates marked with `@invariant`");
    return;
  }
  if (!deterministic && !semantic) {
    report(predicate, "Flow `@invariant` requires exactly one of `@deterministic` (default) or `@semantic`");
  }
  if (!archivist) {
    report(
      predicate,
      "Flow `@invariant` is missing `@archivist(...)` provenance (evidence, confidence, source_date, coverage_examples)",
    );
  }
}
