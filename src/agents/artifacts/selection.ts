import { type ContextPolicy, renderArtifacts, selectAdaptively } from "../../records/index.ts";
import type { DictValue } from "../../value/index.ts";
import { artifactDict, artifactOf } from "./artifact.ts";

/** The artifacts that a stage sees, the most wanted first. Those that were not cut are what they were. */
export function selectForStage(artifacts: readonly DictValue[], policy: ContextPolicy): DictValue[] {
  const given = new Map(artifacts.map((dict) => [artifactOf(dict), dict]));
  return selectAdaptively([...given.keys()], policy).map((artifact) => given.get(artifact) ?? artifactDict(artifact));
}

/** Artifacts as a model reads them. */
export function renderForModel(artifacts: readonly DictValue[], policy: ContextPolicy): string {
  return renderArtifacts(artifacts.map(artifactOf), policy);
}
