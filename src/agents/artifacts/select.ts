import { boolAt, dictAt, numberAt, textAt, textsAt } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";
import { microcompact } from "../compaction/microcompact.ts";
import { priorityOf, tokensOf } from "./artifact.ts";
import type { ContextPolicy } from "./context-policy.ts";

/** The artifacts that a policy lets through, the most wanted first, within its limits. */
function selectArtifacts(artifacts: readonly DictValue[], policy: ContextPolicy): DictValue[] {
  const wanted = artifacts.filter((artifact) => isWanted(artifact, policy)).sort((a, b) => order(a, b, policy));
  return withinLimits(wanted, policy);
}

function isWanted(artifact: DictValue, policy: ContextPolicy): boolean {
  const kind = textAt(artifact, "kind") ?? "";
  const stage = textAt(artifact, "stage");
  if (policy.pinnedIds.includes(textAt(artifact, "id") ?? "")) return true;
  if (policy.includeKinds.length > 0 && !policy.includeKinds.includes(kind)) return false;
  if (policy.excludeKinds.includes(kind)) return false;
  return policy.includeStages.length === 0 || (stage !== undefined && policy.includeStages.includes(stage));
}

/** Pinned, kinds that are preferred, priority, freshness, recency, relevance, fewer tokens. */
function order(a: DictValue, b: DictValue, policy: ContextPolicy): number {
  return (
    pinned(b, policy) - pinned(a, policy) ||
    preferred(b, policy) - preferred(a, policy) ||
    priorityOf(b) - priorityOf(a) ||
    (policy.preferFresh ? freshness(b) - freshness(a) : 0) ||
    (policy.preferRecent ? later(a, b) : 0) ||
    relevance(b) - relevance(a) ||
    tokensOf(a) - tokensOf(b)
  );
}

function pinned(artifact: DictValue, policy: ContextPolicy): number {
  return policy.pinnedIds.includes(textAt(artifact, "id") ?? "") ? 1 : 0;
}

function preferred(artifact: DictValue, policy: ContextPolicy): number {
  return policy.prioritizeKinds.includes(textAt(artifact, "kind") ?? "") ? 1 : 0;
}

const freshnessRanks: Readonly<Record<string, number>> = { live: 3, fresh: 2, normal: 1, stale: 0 };

function freshness(artifact: DictValue): number {
  return freshnessRanks[textAt(artifact, "freshness") ?? "normal"] ?? 1;
}

function relevance(artifact: DictValue): number {
  return numberAt(artifact, "relevance") ?? 0;
}

function later(a: DictValue, b: DictValue): number {
  const [left, right] = [textAt(a, "created_at") ?? "", textAt(b, "created_at") ?? ""];
  return left === right ? 0 : left < right ? 1 : -1;
}

function withinLimits(artifacts: readonly DictValue[], policy: ContextPolicy): DictValue[] {
  const most = policy.maxArtifacts ?? Number.POSITIVE_INFINITY;
  const budget = (policy.maxTokens ?? Number.POSITIVE_INFINITY) - (policy.reserveTokens ?? 0);
  const kept: DictValue[] = [];
  let used = 0;
  for (const artifact of artifacts) {
    if (kept.length >= most) break;
    const tokens = tokensOf(artifact);
    if (used + tokens > budget) continue;
    used += tokens;
    kept.push(artifact);
  }
  return kept;
}

/** The share of the budget that one artifact may take, at least, in tokens. */
const smallestShare = 500;

/** Selection for a stage: what a change made stale is dropped, equal texts are kept once, and long ones are cut. */
export function selectAdaptively(artifacts: readonly DictValue[], policy: ContextPolicy): DictValue[] {
  const changed = new Set(
    artifacts.flatMap((artifact) =>
      textAt(artifact, "freshness") === "fresh" ? (textsAt(dictAt(artifact, "metadata"), "changed_paths") ?? []) : [],
    ),
  );
  const wanted = artifacts.filter((artifact) => isWanted(artifact, policy));
  const valid = wanted.filter((artifact) => {
    const evidence = textsAt(dictAt(artifact, "metadata"), "evidence_paths") ?? [];
    return boolAt(dictAt(artifact, "metadata"), "pinned") === true || !evidence.some((path) => changed.has(path));
  });
  const ranked = [...valid].sort((a, b) => order(a, b, policy));
  const unique = ranked.filter(
    (artifact, at) =>
      textAt(artifact, "text") === undefined ||
      ranked.findIndex((other) => textAt(other, "text") === textAt(artifact, "text")) === at,
  );
  return selectArtifacts(cut(unique, policy), policy);
}

function cut(artifacts: readonly DictValue[], policy: ContextPolicy): DictValue[] {
  const { maxTokens } = policy;
  if (maxTokens === undefined) return [...artifacts];
  const share = Math.max(Math.floor(maxTokens / Math.max(1, artifacts.length)), smallestShare);
  return artifacts.map((artifact) => {
    const text = textAt(artifact, "text");
    if (text === undefined || tokensOf(artifact) <= share) return artifact;
    const shorter = microcompact(text, share * 4);
    return artifact.with("text", shorter).with("estimated_tokens", Math.ceil(shorter.length / 4));
  });
}
