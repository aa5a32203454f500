import { keywords, Token } from "./token.ts";

/** Candidates by length and first letter, with their kinds. A bucket holds three at most. */
const buckets: (readonly (readonly [word: string, kind: number])[] | undefined)[] = build();

const longest = Math.max(...keywords.map((word) => word.length));

function bucketOf(length: number, firstCode: number): number {
  return (length << 5) | (firstCode & 31);
}

function build(): (readonly (readonly [string, number])[] | undefined)[] {
  const table: [string, number][][] = Array.from({ length: 20 << 5 });
  keywords.forEach((word, index) => {
    const bucket = bucketOf(word.length, word.charCodeAt(0));
    (table[bucket] ??= []).push([word, Token.AskUser + index]);
  });
  return table;
}

/** The kind of the word between two offsets: a keyword's, or `Identifier`. Compares in place; nothing is sliced. */
export function keywordAt(text: string, start: number, end: number): number {
  const length = end - start;
  if (length < 2 || length > longest) return Token.Identifier;
  const bucket = buckets[bucketOf(length, text.charCodeAt(start))];
  if (bucket === undefined) return Token.Identifier;
  for (let index = 0; index < bucket.length; index++) {
    const candidate = bucket[index] as readonly [string, number];
    if (text.startsWith(candidate[0], start)) return candidate[1];
  }
  return Token.Identifier;
}
