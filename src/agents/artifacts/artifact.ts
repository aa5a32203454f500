import { dictAt, list, numberAt, record, textAt, textsAt } from "../../llm/fields.ts";
import { utf8Length } from "../../llm/mock/match-text.ts";
import { DictValue, type Value } from "../../value/index.ts";

/** Where artifacts get their ids and times from. */
export interface ArtifactSource {
  readonly newId: () => string;
  /** RFC 3339. */
  readonly now: () => string;
}

const kindAliases: Readonly<Record<string, string>> = {
  "": "artifact",
  file: "workspace_file",
  transcript: "transcript_summary",
  verification: "verification_result",
  test: "test_result",
};

const priorities: ReadonlyMap<string, number> = new Map([
  ["verification_result", 100],
  ["test_result", 100],
  ["verification_bundle", 95],
  ["handoff", 92],
  ...["diff", "git_diff", "patch", "patch_set", "patch_proposal", "diff_review", "review_decision", "apply_intent"].map(
    (kind): [string, number] => [kind, 90],
  ),
  ["plan", 80],
  ...["workspace_file", "workspace_snapshot", "editor_selection", "resource"].map((kind): [string, number] => [
    kind,
    70,
  ]),
  ["summary", 60],
  ["transcript_summary", 60],
  ["command_result", 50],
]);

const otherPriority = 40;

/** An artifact with every field, from whatever of them is given. */
export function makeArtifact(source: ArtifactSource, given: DictValue): DictValue {
  const named = (textAt(given, "kind") ?? "").trim();
  const kind = kindAliases[named] ?? named;
  const text = textAt(given, "text");
  const id = textAt(given, "id") ?? "";
  return record({
    _type: "artifact",
    id: id === "" ? `artifact_${source.newId()}` : id,
    kind,
    title: textAt(given, "title") ?? null,
    text: text ?? null,
    data: given.get("data") ?? null,
    source: textAt(given, "source") ?? null,
    created_at: textAt(given, "created_at") ?? source.now(),
    freshness: textAt(given, "freshness") ?? null,
    priority: numberAt(given, "priority") ?? priorities.get(kind) ?? otherPriority,
    lineage: list(textsAt(given, "lineage") ?? []),
    relevance: given.get("relevance") ?? null,
    estimated_tokens: given.get("estimated_tokens") ?? (text === undefined ? null : Math.ceil(utf8Length(text) / 4)),
    stage: textAt(given, "stage") ?? null,
    metadata: dictAt(given, "metadata") ?? new DictValue(),
  });
}

export function artifactTitle(artifact: DictValue): string {
  return textAt(artifact, "title") ?? `${textAt(artifact, "kind") ?? "artifact"} ${textAt(artifact, "id") ?? ""}`;
}

export function tokensOf(artifact: DictValue): number {
  return numberAt(artifact, "estimated_tokens") ?? 0;
}

export function priorityOf(artifact: DictValue): number {
  return numberAt(artifact, "priority") ?? otherPriority;
}

export function isArtifact(value: Value): value is DictValue {
  return value instanceof DictValue;
}
