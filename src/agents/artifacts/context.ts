import type { CallContext } from "../../builtin/index.ts";
import { sha256 } from "../../eventlog/index.ts";
import { float, intAt, isCallable, itemsAt, list, numberAt, numberOf, record, textAt } from "../../llm/fields.ts";
import { type DictValue, type Raise, runtimeError, type Value } from "../../value/index.ts";
import { words } from "../tools/bm25.ts";
import { artifactTitle, isArtifact } from "./artifact.ts";

type Dedup = "chunked" | "none" | "semantic";
type Strategy = "relevance" | "recency" | "round_robin";
const dedups: readonly Dedup[] = ["chunked", "none", "semantic"];
const strategies: readonly Strategy[] = ["recency", "relevance", "round_robin"];

interface Chunk {
  readonly id: string;
  readonly artifact: DictValue;
  readonly index: number;
  readonly count: number;
  readonly text: string;
  readonly tokens: number;
  score: number;
}

interface Settings {
  readonly budget: number;
  readonly dedup: Dedup;
  readonly strategy: Strategy;
  readonly query: string;
  readonly threshold: number;
  readonly overlap: number;
}

/** Packs what artifacts say into a budget of tokens, and tells what was taken, what was not, and why. */
export async function assembleContext(context: CallContext, options: DictValue): Promise<DictValue> {
  const settings = readSettings(options);
  const dropped: DictValue[] = [];
  const chunks: Chunk[] = [];
  for (const artifact of (itemsAt(options, "artifacts") ?? []).filter(isArtifact)) {
    const text = textAt(artifact, "text");
    if (text === undefined || text.trim() === "") {
      dropped.push(drop(artifact, undefined, text === undefined ? "no_text" : "empty_text", ""));
      continue;
    }
    chunks.push(...chunksOf(artifact, text, settings));
  }
  await score(context, chunks, settings, options.get("ranker_callback"));
  const unique = withoutRepeats(ranked(chunks, settings), settings, dropped);
  return pack(unique, settings, dropped);
}

function readSettings(options: DictValue): Settings {
  return {
    budget: intAt(options, "budget_tokens") ?? 8000,
    dedup: word(options, "dedup", dedups, "chunked"),
    strategy: word(options, "strategy", strategies, "relevance"),
    query: textAt(options, "query") ?? "",
    threshold: intAt(options, "microcompact_threshold") ?? 2000,
    overlap: numberAt(options, "semantic_overlap") ?? 0.85,
  };
}

function word<T extends string>(options: DictValue, key: string, known: readonly T[], fallback: T): T {
  const given = textAt(options, key);
  if (given === undefined) return fallback;
  const found = known.find((each) => each === given);
  if (found === undefined) throw wrongWord(key, known, given);
  return found;
}

function wrongWord(key: string, known: readonly string[], given: string): Raise {
  return runtimeError(`assemble_context: ${key} must be one of ${known.join(" | ")} (got "${given}")`);
}

function tokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** A text beyond the threshold is cut where its paragraphs end. */
function chunksOf(artifact: DictValue, text: string, settings: Settings): Chunk[] {
  const pieces = tokens(text) <= settings.threshold ? [text] : paragraphs(text, settings.threshold);
  const id = textAt(artifact, "id") ?? "";
  return pieces.map((piece, index) => ({
    id: `${id}#${sha256(piece).slice(0, 16)}`,
    artifact,
    index,
    count: pieces.length,
    text: piece,
    tokens: tokens(piece),
    score: 0,
  }));
}

function paragraphs(text: string, threshold: number): string[] {
  const pieces: string[] = [];
  for (const paragraph of text.split(/\n\s*\n/)) {
    const last = pieces.at(-1);
    const joined = last === undefined ? paragraph : `${last}\n\n${paragraph}`;
    if (last !== undefined && tokens(joined) <= threshold) pieces[pieces.length - 1] = joined;
    else pieces.push(paragraph);
  }
  return pieces;
}

async function score(
  context: CallContext,
  chunks: readonly Chunk[],
  settings: Settings,
  ranker: Value | undefined,
): Promise<void> {
  if (settings.strategy !== "relevance") return;
  if (isCallable(ranker) && settings.query !== "") {
    const answer = await context.callAsync(ranker as Value, [settings.query, list(chunks.map(chunkDict))]);
    const scores = itemsAt(record({ scores: answer }), "scores") ?? [];
    chunks.forEach((chunk, at) => {
      chunk.score = numberOf(scores[at]) ?? 0;
    });
    return;
  }
  const wanted = new Set(words(settings.query));
  for (const chunk of chunks) {
    const said = new Set(words(chunk.text));
    const shared = [...wanted].filter((each) => said.has(each)).length;
    chunk.score = wanted.size === 0 ? (numberAt(chunk.artifact, "relevance") ?? 0) : shared / wanted.size;
  }
}

function ranked(chunks: readonly Chunk[], settings: Settings): Chunk[] {
  switch (settings.strategy) {
    case "relevance":
      return [...chunks].sort((a, b) => b.score - a.score);
    case "recency":
      return [...chunks].sort((a, b) => compare(created(b), created(a)));
    case "round_robin":
      return [...chunks].sort((a, b) => a.index - b.index);
  }
}

/** To the second: artifacts of one moment are equally recent, and keep their order. */
function created(chunk: Chunk): string {
  return (textAt(chunk.artifact, "created_at") ?? "").slice(0, "2026-01-01T00:00:00".length);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function withoutRepeats(chunks: readonly Chunk[], settings: Settings, dropped: DictValue[]): Chunk[] {
  if (settings.dedup === "none") return [...chunks];
  const kept: Chunk[] = [];
  for (const chunk of chunks) {
    const twin = kept.find((other) =>
      settings.dedup === "chunked" ? other.text === chunk.text : overlapOf(other, chunk) >= settings.overlap,
    );
    if (twin === undefined) kept.push(chunk);
    else dropped.push(drop(chunk.artifact, chunk, "duplicate", `same as ${twin.id}`));
  }
  return kept;
}

function overlapOf(a: Chunk, b: Chunk): number {
  const left = new Set(words(a.text));
  const right = new Set(words(b.text));
  const shared = [...left].filter((each) => right.has(each)).length;
  return shared / Math.max(1, Math.min(left.size, right.size));
}

function pack(chunks: readonly Chunk[], settings: Settings, dropped: DictValue[]): DictValue {
  const kept: Chunk[] = [];
  const reasons: DictValue[] = [];
  let used = 0;
  for (const chunk of chunks) {
    const fits = used + chunk.tokens <= settings.budget;
    reasons.push(reason(chunk, fits, settings));
    if (!fits) {
      dropped.push(drop(chunk.artifact, chunk, "budget_exceeded", `${chunk.tokens} tokens`));
      continue;
    }
    used += chunk.tokens;
    kept.push(chunk);
  }
  return record({
    chunks: list(kept.map(chunkDict)),
    included: list(kept.map((chunk) => reason(chunk, true, settings))),
    dropped: list(dropped),
    reasons: list(reasons),
    total_tokens: used,
    budget_tokens: settings.budget,
    strategy: settings.strategy,
    dedup: settings.dedup,
  });
}

function reason(chunk: Chunk, isIncluded: boolean, settings: Settings): DictValue {
  return record({
    artifact_id: textAt(chunk.artifact, "id") ?? "",
    chunk_id: chunk.id,
    included: isIncluded,
    reason: isIncluded ? "selected" : "budget_exceeded",
    score: float(chunk.score),
    strategy: settings.strategy,
  });
}

function drop(artifact: DictValue, chunk: Chunk | undefined, why: string, detail: string): DictValue {
  return record({
    artifact_id: textAt(artifact, "id") ?? "",
    chunk_id: chunk?.id ?? null,
    reason: why,
    detail,
  });
}

function chunkDict(chunk: Chunk): DictValue {
  const { artifact } = chunk;
  return record({
    id: chunk.id,
    artifact_id: textAt(artifact, "id") ?? "",
    artifact_kind: textAt(artifact, "kind") ?? "artifact",
    title: artifactTitle(artifact),
    source: artifact.get("source") ?? null,
    text: chunk.text,
    chunk_index: chunk.index,
    chunk_count: chunk.count,
    estimated_tokens: chunk.tokens,
    score: float(chunk.score),
  });
}
