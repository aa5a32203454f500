/** How fast repeated words stop counting, and how much long texts are marked down: the usual constants. */
const saturation = 1.2;
const lengthWeight = 0.75;

interface Document {
  readonly name: string;
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}

export interface Ranked {
  readonly name: string;
  /** Comparable within one search only. */
  readonly score: number;
}

/** Those that fit, best first. */
export function best(found: readonly Ranked[]): Ranked[] {
  return found.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
}

/** Several rankings as one: a place counts less the further down it is. */
export function fused(rankings: readonly (readonly Ranked[])[]): Ranked[] {
  const scores = new Map<string, number>();
  for (const ranking of rankings)
    for (const [at, { name }] of ranking.entries()) scores.set(name, (scores.get(name) ?? 0) + 1 / (61 + at));
  return best([...scores].map(([name, score]) => ({ name, score })));
}

/** Okapi BM25 over a few short texts. */
export class Bm25 {
  readonly #documents: readonly Document[];
  readonly #averageLength: number;

  constructor(texts: readonly (readonly [name: string, text: string])[]) {
    this.#documents = texts.map(([name, text]) => documentOf(name, words(text)));
    const total = this.#documents.reduce((sum, document) => sum + document.length, 0);
    this.#averageLength = total / Math.max(1, this.#documents.length);
  }

  /** What fits at all, best first; equals in the order in which they were given. */
  search(query: string): Ranked[] {
    const wanted = new Set(words(query));
    return best(this.#documents.map((document) => ({ name: document.name, score: this.#score(document, wanted) })));
  }

  #score(document: Document, wanted: ReadonlySet<string>): number {
    let score = 0;
    for (const word of wanted) {
      const count = document.counts.get(word) ?? 0;
      if (count === 0) continue;
      const holders = this.#documents.filter((each) => each.counts.has(word)).length;
      const rarity = Math.log(1 + (this.#documents.length - holders + 0.5) / (holders + 0.5));
      const norm = saturation * (1 - lengthWeight + (lengthWeight * document.length) / this.#averageLength);
      score += (rarity * count * (saturation + 1)) / (count + norm);
    }
    return score;
  }
}

function documentOf(name: string, text: readonly string[]): Document {
  const counts = new Map<string, number>();
  for (const word of text) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { name, counts, length: text.length };
}

/** Lower-case words; names like `read_file` and `readFile` count as two. */
export function words(text: string): string[] {
  return text
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
