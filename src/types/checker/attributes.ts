import { diagnose } from "../../diagnostics/index.ts";
import type { Declaration } from "../../syntax/index.ts";
import { misplacedAttribute, unknownAttribute } from "../diagnostics.ts";
import type { Checker } from "./context.ts";

const known: ReadonlySet<string> = new Set([
  "deprecated",
  "test",
  "complexity",
  "acp_tool",
  "acp_skill",
  "invariant",
  "deterministic",
  "semantic",
  "archivist",
  "retroactive",
  "persona",
  "step",
  "trigger",
  "handoff",
  "budget",
  "command",
  "serial",
  "heavy",
]);

/** Attributes that mean something on one kind of declaration only. */
const targets: ReadonlyMap<string, "function" | "pipeline"> = new Map([
  ["acp_tool", "function"],
  ["acp_skill", "function"],
  ["step", "function"],
  ["persona", "function"],
  ["test", "pipeline"],
]);

export function checkAttributes(c: Checker, declaration: Declaration): void {
  for (const { name, span } of declaration.attributes) {
    if (!known.has(name.text)) {
      c.report(diagnose(unknownAttribute, c.source, span, { name: name.text }));
      continue;
    }
    const target = targets.get(name.text);
    if (target !== undefined && target !== declaration.kind) {
      c.report(diagnose(misplacedAttribute, c.source, span, { name: name.text, target }));
    }
  }
}
