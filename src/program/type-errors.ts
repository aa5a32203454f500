import type { Catalog } from "../builtin/index.ts";
import { loadModuleGraph, memoryReader } from "../modules/index.ts";
import { check } from "../types/index.ts";

/** Codes of what is wrong wherever a text may go; names that it takes for granted may be declared there. */
const ofTypes = /^(?:HARN-)?TYP-/u;

/** What is wrong with the syntax of a text of Harn, or with its types where it parses. Its imports are not followed. */
export function typeErrors(text: string, catalog: Catalog): readonly string[] {
  const graph = loadModuleGraph({ path: "answer.harn", text }, memoryReader({}));
  const { source, diagnostics } = graph.entry;
  const unparsed = diagnostics.filter(({ severity }) => severity === "error");
  const placed = unparsed.map(({ message, span }) => {
    const { column, line } = source.lines.positionAt(span.start);
    return `${message} at ${line}:${column}`;
  });
  if (placed.length > 0) return placed;
  return check(graph, catalog, { ambientStdio: "warn", strictTypes: false })
    .filter(({ code, severity }) => severity === "error" && ofTypes.test(code))
    .map(({ message }) => message);
}
