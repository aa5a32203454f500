import { encodeJson, isJsonObject, type Json, type JsonObject, rfc3339 } from "../eventlog/index.ts";
import { RunRecordError } from "./error.ts";
import { ShapeError } from "./schema/codec.ts";
import type { RecordServices } from "./services.ts";
import type { ArtifactRecord } from "./shapes/artifact.ts";

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

export function normalizeArtifact(given: ArtifactRecord, services: ArtifactServices): ArtifactRecord {
  const named = given.kind.trim() === "" ? "artifact" : given.kind;
  const kind = kindNames[named] ?? named;
  return {
    ...given,
    _type: given._type === "" ? "artifact" : given._type,
    id: given.id === "" ? services.ids.next("artifact") : given.id,
    kind,
    created_at: given.created_at === "" ? rfc3339(services.now()) : given.created_at,
    priority: given.priority ?? priorities[kind] ?? lowestPriority,
    estimated_tokens: given.estimated_tokens ?? (given.text === null ? null : estimateTokens(given.text)),
  };
}

/** Reads a payload of a program; its mistakes are told with the payload. */
export function readShape<T>(what: string, read: () => T, payload: Json): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new RunRecordError(`${what} parse error at ${error.path}: ${error.detail} | payload=${encodeJson(payload)}`, {
      cause: error,
    });
  }
}

/** Any JSON as a program may hand it in: an object, or nothing. */
export function objectOf(json: Json | undefined): JsonObject {
  return json !== undefined && isJsonObject(json) ? json : {};
}
