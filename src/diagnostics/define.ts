import type { Position, Source, Span } from "../text/index.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";

/** Where the finding starts; computed on demand, because few messages name it. */
type Place = () => Position;

type Wording<Facts> = (facts: Facts, place: Place) => string;
type OptionalWording<Facts> = (facts: Facts, place: Place) => string | undefined;

/** One mistake's code and all of its wording. A room keeps its definitions in its own `diagnostics.ts`. */
export interface DiagnosticDefinition<Facts> {
  readonly code: string;
  readonly severity: Severity;
  readonly message: Wording<Facts>;
  /** Wording for surfaces without a source frame, where it differs. */
  readonly plain?: Wording<Facts>;
  readonly label?: OptionalWording<Facts>;
  readonly hint?: OptionalWording<Facts>;
  readonly notes?: (facts: Facts) => readonly string[];
}

/** Gives a definition its type of facts; the definition itself is returned. */
export function defineDiagnostic<Facts>(definition: DiagnosticDefinition<Facts>): DiagnosticDefinition<Facts> {
  return definition;
}

/** A finding of a defined kind at a place. */
export function diagnose<Facts>(
  definition: DiagnosticDefinition<Facts>,
  source: Source,
  span: Span,
  facts: Facts,
): Diagnostic {
  const place = (): Position => source.lines.positionAt(span.start);
  const label = definition.label?.(facts, place);
  const hint = definition.hint?.(facts, place);
  return {
    code: definition.code,
    severity: definition.severity,
    message: definition.message(facts, place),
    source,
    span,
    ...(label === undefined ? {} : { label }),
    ...(hint === undefined ? {} : { hint }),
    ...(definition.notes ? { notes: definition.notes(facts) } : {}),
    ...(definition.plain ? { plain: definition.plain(facts, place) } : {}),
  };
}
