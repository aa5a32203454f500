import { encodeJson, isJsonArray, isJsonObject, type Json, type JsonObject, rfc3339 } from "../eventlog/index.ts";
import { type ArtifactServices, objectOf, readShape } from "./artifacts.ts";
import { RunRecordError } from "./error.ts";
import { readFriction } from "./friction.ts";
import { type ContextPack, contextPack } from "./shapes/context-pack.ts";
import type { FrictionEvent } from "./shapes/friction.ts";

/** A complete manifest of a context pack. */
export function readContextPack(json: Json): ContextPack {
  const given = readShape("context_pack_manifest", () => contextPack.read(json, ""), json);
  const missing = ["name", "owner"].find((key) => (given as unknown as Record<string, string>)[key]?.trim() === "");
  if (missing !== undefined) throw new RunRecordError(`context_pack_manifest: missing ${missing}`);
  if (given.included_queries.some(({ id, query }) => id === "" || query === ""))
    throw new RunRecordError("context_pack_manifest: included queries require id and query");
  return {
    ...given,
    version: given.version === 0 ? 1 : given.version,
    id: given.id === "" ? slugOf(given.name) : given.id,
    capabilities: [...new Set(given.capabilities)].sort(),
  };
}

const longestSlug = 8;

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function slugOf(text: string): string {
  return wordsOf(text).slice(0, longestSlug).join("_");
}

export interface SuggestionOptions {
  readonly min_occurrences: number;
  readonly owner: string | undefined;
}

export function suggestionOptions(json: Json): SuggestionOptions {
  const { min_occurrences, owner } = objectOf(json);
  return {
    // One event is no pattern, whatever somebody asks for.
    min_occurrences: Math.max(2, typeof min_occurrences === "number" ? min_occurrences : 2),
    owner: typeof owner === "string" ? owner : undefined,
  };
}

export interface Suggestion {
  readonly title: string;
  readonly recommended: "context_pack" | "workflow" | "both";
  readonly manifest: ContextPack;
  readonly json: JsonObject;
}

const longestSubject = 6;
const leastConfidence = 0.38;
const confidencePerEvent = 0.12;
const mostConfidence = 0.9;

/** Context packs that would have spared the friction that keeps coming back. */
export function suggestContextPacks(
  events: readonly FrictionEvent[],
  options: SuggestionOptions,
  services: ArtifactServices,
): readonly Suggestion[] {
  const groups = new Map<string, FrictionEvent[]>();
  for (const event of events) {
    const key = JSON.stringify([event.kind, event.source, event.tool, event.provider, subjectOf(event)]);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups.values()]
    .filter((group) => group.length >= options.min_occurrences)
    .map((group) => suggestionOf(group, options, services));
}

function subjectOf({ recurrence_hints: [hint], redacted_summary }: FrictionEvent): string {
  return hint ?? wordsOf(redacted_summary).slice(0, longestSubject).join(" ");
}

function suggestionOf(
  group: readonly FrictionEvent[],
  { owner }: SuggestionOptions,
  services: ArtifactServices,
): Suggestion {
  const first = group[0] as FrictionEvent;
  const title = `${first.source} ${subjectOf(first)} context pack`.replace(/\s+/g, " ").trim();
  const recommended = recommendationFor(first.kind);
  const manifest = candidateOf(group, title, recommended, owner);
  // The first time is how the lesson was paid for: a pack spares the others.
  const spared = group.slice(1);
  const json: JsonObject = {
    _type: "context_pack_suggestion",
    id: services.ids.next("context_pack_suggestion"),
    title,
    recommended_artifact: recommended,
    confidence: Math.min(mostConfidence, Number((leastConfidence + confidencePerEvent * group.length).toFixed(2))),
    evidence: group.map(evidenceOf),
    examples: [...new Set(group.map(({ redacted_summary }) => redacted_summary))],
    source_event_ids: group.map(({ id }) => id),
    estimated_savings: {
      occurrences: group.length,
      estimated_time_saved_ms: spared.reduce((sum, event) => sum + (event.estimated_time_ms ?? 0), 0),
      estimated_cost_saved_usd: spared.reduce((sum, event) => sum + (event.estimated_cost_usd ?? 0), 0),
    },
    risk_privacy_notes: [
      "The evidence holds redacted summaries: no raw prompts, no raw content, no metadata that looks like a secret.",
      "Review this context pack before future runs use it.",
    ],
    candidate_manifest: contextPack.toJson(manifest),
    created_at: rfc3339(services.now()),
    metadata: {},
  };
  return { title, recommended, manifest, json };
}

function recommendationFor(kind: string): Suggestion["recommended"] {
  switch (kind) {
    case "repeated_query":
    case "repeated_clarification":
    case "missing_context":
    case "human_hypothesis":
      return "context_pack";
    case "approval_stall":
    case "manual_handoff":
      return "workflow";
    default:
      return "both";
  }
}

function evidenceOf(event: FrictionEvent): JsonObject {
  const {
    estimated_cost_usd,
    estimated_time_ms,
    id,
    kind,
    provider,
    redacted_summary,
    run_id,
    source,
    tool,
    trace_id,
  } = event;
  const about = { event_id: id, kind, source, provider, tool, run_id, trace_id };
  return { ...about, redacted_summary, estimated_cost_usd, estimated_time_ms };
}

function metadataText(event: FrictionEvent, key: string): string | null {
  const value = event.metadata[key];
  return typeof value === "string" && value !== "" ? value : null;
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}

const usualSlot = "primary_context";

function candidateOf(
  group: readonly FrictionEvent[],
  title: string,
  recommended: Suggestion["recommended"],
  owner: string | undefined,
): ContextPack {
  const first = group[0] as FrictionEvent;
  const slots = distinct(group.map((event) => metadataText(event, "output_slot")));
  const queried = group.filter((event) => metadataText(event, "query") !== null);
  const queries = (queried.length === 0 ? [first] : queried).map((event, index) => ({
    id: `query_${index + 1}`,
    label: event.tool,
    provider: event.provider,
    query: metadataText(event, "query") ?? event.redacted_summary,
    output_slot: metadataText(event, "output_slot") ?? slots[0] ?? usualSlot,
    filters: {},
  }));
  const capability = metadataText(first, "capability");
  return readContextPack({
    name: title,
    description: `Made from ${first.kind} friction that came up ${group.length} times; review it before it is used.`,
    owner: owner ?? first.actor ?? "team",
    triggers: [{ kind: first.kind, source: first.source, match_hint: first.recurrence_hints[0] ?? null }],
    inputs: [
      {
        name: "incident_or_task",
        description: "Which incident, ticket, run or task this is about.",
        required: true,
        source: first.source,
      },
    ],
    included_queries: queries,
    included_tools: group.flatMap((event) =>
      event.tool === null
        ? []
        : [
            {
              name: event.tool,
              capability: metadataText(event, "capability"),
              purpose: event.redacted_summary,
              deterministic: true,
            },
          ],
    ),
    secrets: distinct(group.map((event) => metadataText(event, "secret_ref"))).map((name) => ({
      name,
      capability,
      required: true,
    })),
    capabilities: distinct(group.map((event) => metadataText(event, "capability"))),
    output_slots: (slots.length === 0 ? [usualSlot] : slots).map((name) => ({
      name,
      description: "What was gathered before the agent started",
      artifact_kind: "context",
    })),
    review: {
      owner: owner ?? null,
      approval_required: true,
      privacy_notes: ["Check that queries and documents show no raw secrets of customers."],
    },
    fallback_instructions:
      "Where this context is not enough, ask one question with a clear scope, and record it as friction.",
    metadata: { recommended_artifact: recommended },
  });
}

/** The events of a fixture: a list of them, or `{events: [...]}`. */
export function frictionOf(fixture: Json, services: ArtifactServices): readonly FrictionEvent[] {
  const events = isJsonObject(fixture) ? (fixture.events ?? null) : fixture;
  if (!isJsonArray(events)) throw new RunRecordError("friction events fixture must be an array or {events: [...]}");
  return events.map((event) => readFriction(event, services));
}

/** Judges suggestions by what a fixture expects of them. */
export function evaluateFriction(fixture: Json, services: ArtifactServices): JsonObject {
  const { expected_suggestions, options } = objectOf(fixture);
  const friction = frictionOf(fixture, services);
  const suggestions = suggestContextPacks(friction, suggestionOptions(options ?? null), services);
  const expected = isJsonArray(expected_suggestions ?? null) ? (expected_suggestions as readonly Json[]) : [];
  const failures = expected.flatMap((each) => judgeSuggestions(suggestions, objectOf(each)));
  return {
    pass: failures.length === 0,
    failures,
    event_count: friction.length,
    suggestion_count: suggestions.length,
    suggestions: suggestions.map(({ json }) => json),
  };
}

/** What is wrong with suggestions, if one of them, and so many in all, are expected to be like this. */
export function judgeSuggestions(suggestions: readonly Suggestion[], expected: JsonObject): readonly string[] {
  const least = typeof expected.min_suggestions === "number" ? expected.min_suggestions : 1;
  if (suggestions.length < least)
    return [`expected at least ${least} context-pack suggestion(s), got ${suggestions.length}`];
  return suggestions.some((suggestion) => fits(suggestion, expected))
    ? []
    : [`no context-pack suggestion matched expectation ${encodeJson(expected)}`];
}

function fits({ manifest, recommended, title }: Suggestion, expected: JsonObject): boolean {
  const wants = (key: string, holds: (wanted: string) => boolean): boolean => {
    const wanted = expected[key];
    return typeof wanted !== "string" || holds(wanted);
  };
  return (
    wants("recommended_artifact", (wanted) => wanted === recommended) &&
    wants("title_contains", (wanted) => title.toLowerCase().includes(wanted.toLowerCase())) &&
    wants("manifest_name_contains", (wanted) => manifest.name.toLowerCase().includes(wanted.toLowerCase())) &&
    wants("required_capability", (wanted) => manifest.capabilities.includes(wanted)) &&
    wants("required_output_slot", (wanted) => manifest.output_slots.some(({ name }) => name === wanted))
  );
}
