import { diagnose } from "../../diagnostics/index.ts";
import type { Span } from "../../text/index.ts";
import { notFullyNarrowed } from "../diagnostics.ts";
import { concreteKinds } from "./conditions.ts";
import type { Checker } from "./context.ts";

/** A place that claims that every kind of an `unknown` value has been handled, although some have not. */
export function reportPartialNarrowing(c: Checker, site: string, span: Span): void {
  for (const binding of c.unknowns) {
    const fact = binding.facts?.get("");
    if (fact?.kind !== "unknown" || fact.excluded.length === 0) continue;
    const left = concreteKinds.filter((kind) => !fact.excluded.includes(kind));
    if (left.length > 0) c.report(diagnose(notFullyNarrowed, c.source, span, { site, name: binding.name, left }));
  }
}
