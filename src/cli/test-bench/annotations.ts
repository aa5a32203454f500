// Notes that people or programs made beside a tape: a header line, and then one annotation a line.
import { frictionKinds } from "../../records/friction.ts";
import { CommandFailure } from "../command-failure.ts";
import { digestOf, readLines, type Tape } from "./tape.ts";

export const annotationKinds = [
  "correct",
  "incorrect",
  "alternative",
  "note",
  "marker",
  "mute",
  "hypothesis",
  "friction",
  "crystallize_here",
] as const;

const hypothesisStatuses = ["active", "verifying", "confirmed", "disproven", "stale"];
const schemaVersion = 1;

export interface Annotation {
  readonly id: string;
  readonly event_id: number;
  readonly kind: string;
  readonly evidence: unknown;
  readonly suggested_fix: unknown;
  readonly author: { readonly id: string | null; readonly kind: string; readonly surface: string | null } | null;
  readonly timestamp: string | null;
  readonly span: { readonly start_event_id: number; readonly end_event_id: number } | null;
  readonly hypothesis_status: string | null;
  readonly friction_kind: string | null;
  readonly links: readonly unknown[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface Annotations {
  /** The digest of the tape they were made for, if they say. */
  readonly tapeDigest: string | undefined;
  readonly annotations: readonly Annotation[];
}

export type AnnotationProblem = { readonly code: string } & Readonly<Record<string, unknown>>;

export interface AnnotationReport {
  readonly annotations_checked: number;
  readonly problems: readonly AnnotationProblem[];
  readonly kind_counts: Readonly<Record<string, number>>;
}

export function readAnnotations(path: string): Annotations {
  const lines = readLines(path, "annotations");
  if (lines.length === 1 && lines[0] === "")
    throw new CommandFailure("annotations_invalid", `empty annotation file: ${path} (expected a header on line 1)`);
  const header = objectOf(lines[0] as string, path, 1);
  if (header.type !== "header" || typeof header.schema_version !== "number")
    throw invalid(path, 1, 'the header is {"type": "header", "schema_version": 1}');
  if (header.schema_version > schemaVersion)
    throw new CommandFailure(
      "annotations_invalid",
      `annotation file ${path} declares schema_version ${header.schema_version} but this version supports up to ${schemaVersion}`,
    );
  return {
    tapeDigest: typeof header.tape_content_hash === "string" ? header.tape_content_hash : undefined,
    annotations: lines.slice(1).map((line, at) => annotationOf(line, path, at + 2)),
  };
}

/** What does not fit the tape, or does not fit together. */
export function checkAnnotations({ annotations, tapeDigest }: Annotations, tape: Tape): AnnotationReport {
  const events = new Set(tape.records.map(({ seq }) => seq));
  const ids = new Set<string>();
  const counts = new Map<string, number>();
  const problems: AnnotationProblem[] = [];
  for (const annotation of annotations) {
    problems.push(...problemsOf(annotation, events, ids));
    const kind = isKnown(annotation.kind) ? annotation.kind : "unknown";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const actual = digestOf(tape);
  if (tapeDigest !== undefined && tapeDigest !== actual)
    problems.push({ code: "tape_digest_mismatch", expected: tapeDigest, actual });
  return {
    annotations_checked: annotations.length,
    problems,
    kind_counts: Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1))),
  };
}

/** An annotation as an event of friction. */
export function frictionOf(annotation: Annotation): Readonly<Record<string, unknown>> {
  const { author, event_id, evidence, friction_kind, id, kind, links, metadata, suggested_fix, timestamp } = annotation;
  const text = [evidence, suggested_fix].find((part) => typeof part === "string" && part !== "");
  return {
    schema_version: 1,
    id: id === "" ? `annotation_${event_id}` : id,
    kind: friction_kind ?? kind,
    source: author?.surface ?? null,
    actor: author?.id ?? null,
    tenant_id: null,
    task_id: null,
    run_id: null,
    workflow_id: null,
    tool: null,
    provider: null,
    redacted_summary: text ?? `${kind} on event ${event_id}`,
    estimated_cost_usd: null,
    estimated_time_ms: null,
    recurrence_hints: [],
    trace_id: null,
    span_id: null,
    links,
    human_hypothesis: null,
    metadata,
    timestamp,
  };
}

/** How reports name an annotation that has no id. */
export function nameOf({ event_id, id }: Annotation): string {
  return id === "" ? `ann@event_${event_id}` : id;
}

export function isKnown(kind: string): boolean {
  return (annotationKinds as readonly string[]).includes(kind);
}

function problemsOf(annotation: Annotation, events: ReadonlySet<number>, ids: Set<string>): AnnotationProblem[] {
  const { event_id, friction_kind, hypothesis_status, id, kind, span } = annotation;
  const found: AnnotationProblem[] = [];
  const problem = (code: string, more: Readonly<Record<string, unknown>> = {}): void => {
    found.push({ code, annotation_id: nameOf(annotation), ...more });
  };
  if (id !== "" && ids.has(id)) problem("duplicate_id");
  ids.add(id);
  if (!events.has(event_id)) problem("unknown_event_id", { event_id });
  if (span !== null && span.start_event_id !== event_id)
    problem("invalid_span", {
      message: `span.start_event_id (${span.start_event_id}) must equal event_id (${event_id})`,
    });
  if (span !== null && span.end_event_id < span.start_event_id)
    problem("invalid_span", {
      message: `span.end_event_id (${span.end_event_id}) is before start_event_id (${span.start_event_id})`,
    });
  if (!isKnown(kind)) problem("unknown_kind");
  if (kind === "hypothesis" && hypothesis_status === null) problem("hypothesis_status_missing");
  if (kind !== "hypothesis" && hypothesis_status !== null) problem("hypothesis_status_unexpected");
  if (kind === "friction" && friction_kind === null) problem("friction_kind_missing");
  if (kind !== "friction" && friction_kind !== null) problem("friction_kind_unexpected");
  if (kind === "friction" && friction_kind !== null && !(frictionKinds as readonly string[]).includes(friction_kind))
    problem("friction_kind_unknown", { friction_kind });
  return found;
}

function annotationOf(line: string, path: string, number: number): Annotation {
  const given = objectOf(line, path, number);
  const { author, event_id, friction_kind, hypothesis_status, id, kind, links, metadata, span, timestamp } = given;
  if (typeof event_id !== "number") throw invalid(path, number, "missing field `event_id`, the number of a record");
  if (typeof kind !== "string") throw invalid(path, number, "missing field `kind`");
  if (typeof hypothesis_status === "string" && !hypothesisStatuses.includes(hypothesis_status))
    throw invalid(path, number, `unknown hypothesis_status \`${hypothesis_status}\`: ${hypothesisStatuses.join(", ")}`);
  return {
    id: textOf(id) ?? "",
    event_id,
    kind,
    evidence: given.evidence ?? null,
    suggested_fix: given.suggested_fix ?? null,
    author: authorOf(author, path, number),
    timestamp: textOf(timestamp),
    span: spanOf(span, path, number),
    hypothesis_status: textOf(hypothesis_status),
    friction_kind: textOf(friction_kind),
    links: Array.isArray(links) ? links : [],
    metadata: isObject(metadata) ? metadata : {},
  };
}

function authorOf(given: unknown, path: string, number: number): Annotation["author"] {
  if (given === undefined || given === null) return null;
  if (!isObject(given) || typeof given.kind !== "string")
    throw invalid(path, number, "`author` is {kind, id?, surface?}, its kind a text");
  return { id: textOf(given.id), kind: given.kind, surface: textOf(given.surface) };
}

function spanOf(given: unknown, path: string, number: number): Annotation["span"] {
  if (given === undefined || given === null) return null;
  if (!isObject(given) || typeof given.start_event_id !== "number" || typeof given.end_event_id !== "number")
    throw invalid(path, number, "`span` is {start_event_id, end_event_id}, numbers of records");
  return { start_event_id: given.start_event_id, end_event_id: given.end_event_id };
}

function objectOf(line: string, path: string, number: number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value;
  } catch {
    // Told below, with the place.
  }
  throw invalid(path, number, "not a JSON object");
}

function invalid(path: string, line: number, reason: string): CommandFailure {
  return new CommandFailure("annotations_invalid", `${path}, line ${line}: ${reason}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
