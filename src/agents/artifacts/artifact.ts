import { jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { textAt } from "../../llm/fields.ts";
import {
  type ArtifactRecord,
  artifactJson,
  normalizeArtifact,
  RunRecordError,
  readArtifactShape,
} from "../../records/index.ts";
import { DictValue, runtimeError, type Value } from "../../value/index.ts";

/** Where artifacts get their ids and times from. */
export interface ArtifactSource {
  readonly newId: () => string;
  /** RFC 3339. */
  readonly now: () => string;
}

/** An artifact with every field, from whatever of them is given. */
export function makeArtifact(source: ArtifactSource, given: DictValue): DictValue {
  const read = artifactOf(given);
  const named = {
    ...read,
    id: read.id === "" ? `artifact_${source.newId()}` : read.id,
    created_at: read.created_at === "" ? source.now() : read.created_at,
  };
  return artifactDict(normalizeArtifact(named));
}

/** The artifact that a dict describes; an error that a program can catch when a field is of the wrong kind. */
export function artifactOf(given: DictValue): ArtifactRecord {
  return understood(() => readArtifactShape(jsonOfValue(given)));
}

export function artifactDict(artifact: ArtifactRecord): DictValue {
  return valueOfJson(artifactJson(artifact)) as DictValue;
}

export function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RunRecordError ? runtimeError(error.message) : error;
  }
}

export function artifactTitle(artifact: DictValue): string {
  return textAt(artifact, "title") ?? `${textAt(artifact, "kind") ?? "artifact"} ${textAt(artifact, "id") ?? ""}`;
}

export function isArtifact(value: Value): value is DictValue {
  return value instanceof DictValue;
}
