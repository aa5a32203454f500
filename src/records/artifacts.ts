import { encodeJson, isJsonObject, type Json, type JsonObject, rfc3339 } from "../eventlog/index.ts";
import { compareText, scalarSlice } from "../value/index.ts";
import { RunRecordError } from "./error.ts";
import { anyJson, bool, count, list, nullable, ShapeError, text } from "./schema/codec.ts";
import { columnOf } from "./schema/column.ts";
import { record } from "./schema/record.ts";
import type { RecordServices } from "./services.ts";
import { type ArtifactRecord, artifact } from "./shapes/artifact.ts";

export type ArtifactServices = Pick<RecordServices, "ids" | "now">;

/** Older names of kinds. */
const kindNames: Readonly<Record<string, string>> = {
  file: "workspace_file",
  transcript: "transcript_summary",
  verification: "verification_result",
  test: "test_result",
};

/** How much a kind matters where nothing else is said (run-records §3.6). */
const priorities: Readonly<Record<string, number>> = {
  verification_result: 100,
  test_result: 100,
  verification_bundle: 95,
  handoff: 92,
  diff: 90,
  git_diff: 90,
  patch: 90,
  patch_set: 90,
  patch_proposal: 90,
  diff_review: 90,
  review_decision: 90,
  apply_intent: 90,
  plan: 80,
  workspace_file: 70,
  workspace_snapshot: 70,
  editor_selection: 70,
  resource: 70,
  summary: 60,
  transcript_summary: 60,
  command_result: 50,
};

const lowestPriority = 40;

/** Tokens are taken to be four bytes each. */
export function estimateTokens(content: string): number {
  return Math.ceil(new TextEncoder().encode(content).length / 4);
}

export function readArtifact(json: Json, services: ArtifactServices): ArtifactRecord {
  return completeArtifact(readArtifactShape(json), services);
}

export function readArtifactShape(json: Json): ArtifactRecord {
  return readShape("orchestration", () => artifact.read(json, ""), json);
}

export function artifactJson(given: ArtifactRecord): Json {
  return artifact.toJson(given);
}

/** With an id and a time as well. */
export function completeArtifact(given: ArtifactRecord, services: ArtifactServices): ArtifactRecord {
  return normalizeArtifact({
    ...given,
    id: given.id === "" ? services.ids.next("artifact") : given.id,
    created_at: given.created_at === "" ? rfc3339(services.now()) : given.created_at,
  });
}

/** What follows from the other fields: the present name of its kind, how much it matters, how long it is. */
export function normalizeArtifact(given: ArtifactRecord): ArtifactRecord {
  const named = given.kind.trim() === "" ? "artifact" : given.kind;
  const kind = kindNames[named] ?? named;
  return {
    ...given,
    _type: given._type === "" ? "artifact" : given._type,
    kind,
    priority: given.priority ?? priorities[kind] ?? lowestPriority,
    estimated_tokens: given.estimated_tokens ?? (given.text === null ? null : estimateTokens(given.text)),
  };
}

/** Reads a payload of a program; its mistakes are told with the payload, and where in its text they stand. */
export function readShape<T>(what: string, read: () => T, payload: Json): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const column = columnOf(payload, error.path === "." ? "" : error.path);
    const where = column === undefined ? "" : ` at line 1 column ${column}`;
    throw new RunRecordError(
      `${what} parse error at ${error.path}: ${error.detail}${where} | payload=${encodeJson(payload)}`,
      { cause: error },
    );
  }
}

/** Which artifacts a stage is to see. */
export const contextPolicy = record("ContextPolicy", {
  max_artifacts: nullable(count),
  max_tokens: nullable(count),
  reserve_tokens: nullable(count),
  include_kinds: list(text),
  exclude_kinds: list(text),
  prioritize_kinds: list(text),
  pinned_ids: list(text),
  include_stages: list(text),
  prefer_recent: bool,
  prefer_fresh: bool,
  render: nullable(text),
  custom_sections: anyJson,
});

export type ContextPolicy = typeof contextPolicy.empty;

export function readContextPolicyShape(json: Json): ContextPolicy {
  return readShape("context policy", () => contextPolicy.read(json, ""), json);
}

/** As builtins that take a policy tell its mistakes: without a place, as its fields are few. */
export function readContextPolicy(json: Json): ContextPolicy {
  try {
    return contextPolicy.read(json, "");
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new RunRecordError(`context policy parse error: ${error.detail}`, { cause: error });
  }
}

export function contextPolicyJson(policy: ContextPolicy): Json {
  return contextPolicy.toJson(policy);
}

/** The artifacts that a policy lets through, most important first, as many as its budget takes. */
export function selectArtifacts(
  artifacts: readonly ArtifactRecord[],
  policy: ContextPolicy,
): readonly ArtifactRecord[] {
  const { max_artifacts, max_tokens, reserve_tokens } = policy;
  const wanted = artifacts.filter((each) => isWanted(each, policy));
  const budget = max_tokens === null ? Number.POSITIVE_INFINITY : Math.max(0, max_tokens - (reserve_tokens ?? 0));
  const most = max_artifacts ?? Number.POSITIVE_INFINITY;
  const selected: ArtifactRecord[] = [];
  let used = 0;
  for (const each of [...wanted].sort((left, right) => compareArtifacts(left, right, policy))) {
    if (selected.length >= most) break;
    const size = each.estimated_tokens ?? estimateTokens(each.text ?? "");
    if (used + size > budget) continue;
    used += size;
    selected.push(each);
  }
  return selected;
}

function isWanted({ kind, stage }: ArtifactRecord, policy: ContextPolicy): boolean {
  const { exclude_kinds, include_kinds, include_stages } = policy;
  return (
    (include_kinds.length === 0 || include_kinds.includes(kind)) &&
    !exclude_kinds.includes(kind) &&
    (include_stages.length === 0 || (stage !== null && include_stages.includes(stage)))
  );
}

const leastTokensEach = 500;

/**
 * The same after what says nothing new is gone: artifacts whose evidence a fresh one has changed, and repeated texts. Long
 * texts are cut, so that one cannot take the budget of all.
 */
export function selectAdaptively(
  artifacts: readonly ArtifactRecord[],
  policy: ContextPolicy,
): readonly ArtifactRecord[] {
  const changed = new Set(
    artifacts
      .filter(({ freshness }) => freshness === "fresh")
      .flatMap(({ metadata }) => textsOf(metadata.changed_paths)),
  );
  const current = artifacts.filter(
    ({ metadata }) => !textsOf(metadata.evidence_paths).some((path) => changed.has(path)),
  );
  const most =
    policy.max_tokens === null
      ? undefined
      : Math.max(Math.floor(policy.max_tokens / Math.max(1, artifacts.length)), leastTokensEach);
  const seen = new Set<string>();
  // Only among what is wanted: a text must not be missing because an artifact that nobody wants has it, too.
  const distinct = current
    .filter((each) => isWanted(each, policy))
    .sort((left, right) => compareArtifacts(left, right, policy))
    .filter(({ text: content }) => content === null || content === "" || (!seen.has(content) && seen.add(content)));
  return selectArtifacts(most === undefined ? distinct : distinct.map((each) => cut(each, most)), policy);
}

function cut(given: ArtifactRecord, tokens: number): ArtifactRecord {
  if (given.text === null || (given.estimated_tokens ?? estimateTokens(given.text)) <= tokens) return given;
  const content = scalarSlice(given.text, 0, tokens * 4);
  return { ...given, text: content, estimated_tokens: estimateTokens(content) };
}

const freshnessRanks = ["stale", "normal", "recent", "fresh", "live"];

function compareArtifacts(left: ArtifactRecord, right: ArtifactRecord, policy: ContextPolicy): number {
  const rank = ({ freshness }: ArtifactRecord): number => freshnessRanks.indexOf(freshness ?? "normal");
  const higher = (of: (each: ArtifactRecord) => number): number => of(right) - of(left);
  return (
    higher(({ id }) => Number(policy.pinned_ids.includes(id))) ||
    higher(({ kind }) => Number(policy.prioritize_kinds.includes(kind))) ||
    higher(({ priority }) => priority ?? 0) ||
    (policy.prefer_fresh ? higher(rank) : 0) ||
    (policy.prefer_recent ? compareText(right.created_at, left.created_at) : 0) ||
    higher(({ relevance }) => relevance ?? 0) ||
    sizeOf(left) - sizeOf(right)
  );
}

/** What has no text comes last. */
function sizeOf({ estimated_tokens }: ArtifactRecord): number {
  return estimated_tokens ?? Number.MAX_SAFE_INTEGER;
}

/** Artifacts as a model reads them. */
export function renderArtifacts(artifacts: readonly ArtifactRecord[], policy: ContextPolicy): string {
  const render = policy.render === "json" ? jsonBlock : block;
  return artifacts.map(render).join("\n\n");
}

function titleOf({ id, kind, title }: ArtifactRecord): string {
  return title ?? `${kind} ${id}`;
}

function bodyOf({ data, text: content }: ArtifactRecord): string {
  return content ?? (data === null ? "" : encodeJson(data));
}

function block(each: ArtifactRecord): string {
  const line = (name: string, value: string): string => `<${name}>${escapeMarkup(value)}</${name}>`;
  return [
    "<artifact>",
    line("title", titleOf(each)),
    line("kind", each.kind),
    line("source", each.source ?? "unknown"),
    line("freshness", each.freshness ?? "normal"),
    line("priority", String(each.priority ?? lowestPriority)),
    `<body>\n${bodyOf(each)}\n</body>`,
    "</artifact>",
  ].join("\n");
}

function jsonBlock(each: ArtifactRecord): string {
  const { freshness, id, kind, priority, source } = each;
  return encodeJson({ id, title: titleOf(each), kind, source, freshness, priority, text: bodyOf(each) });
}

function escapeMarkup(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** An artifact made from another. Keys of `extras` go over what it takes from there. */
export function deriveArtifact(
  parent: ArtifactRecord,
  kind: string,
  extras: JsonObject,
  services: ArtifactServices,
): ArtifactRecord {
  const inherited = artifact.toJson(parent) as JsonObject;
  const given: JsonObject = { id: `${parent.id}_derived`, ...extras, kind };
  const lineage = [...new Set([...parent.lineage, parent.id, ...textsOf(extras.lineage)])];
  const hasOwnText = extras.text !== undefined;
  return readArtifact(
    {
      ...inherited,
      created_at: "",
      estimated_tokens: hasOwnText ? null : (inherited.estimated_tokens ?? null),
      ...given,
      lineage,
    },
    services,
  );
}

function textsOf(json: Json | undefined): string[] {
  return Array.isArray(json) ? json.filter((each): each is string => typeof each === "string") : [];
}

/** Any JSON as a program may hand it in: an object, or nothing. */
export function objectOf(json: Json | undefined): JsonObject {
  return json !== undefined && isJsonObject(json) ? json : {};
}
