/** How the tokens of a model are counted. No vocabulary is bundled, so that no count here is exact. */
export interface Tokenizer {
  readonly family: "openai" | "anthropic" | "gemini" | "unknown";
  /** The vocabulary that the model's provider counts by, or whose counts come near; undefined for models of other makers. */
  readonly encoder: "o200k_base" | "cl100k_base" | undefined;
}

export function tokenizerOf(model: string): Tokenizer {
  const id = model.toLowerCase().slice(model.lastIndexOf("/") + 1);
  if (/^(?:gpt-4o|gpt-4\.1|gpt-[5-9]|gpt-oss|chatgpt-4o|o[134])/.test(id))
    return { family: "openai", encoder: "o200k_base" };
  if (/^(?:gpt-|text-embedding-|ft:gpt-)/.test(id)) return { family: "openai", encoder: "cl100k_base" };
  if (/claude/.test(id)) return { family: "anthropic", encoder: "cl100k_base" };
  if (/^gemini/.test(id)) return { family: "gemini", encoder: "cl100k_base" };
  return { family: "unknown", encoder: undefined };
}

/** The pieces in which byte-pair vocabularies never join: words with the blank before them, digits by threes, marks, blanks. */
const pieces = / ?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s*[\r\n]+|\s+/gu;

/**
 * About how many tokens a text takes. A short Latin word is one token and a long one breaks about every six letters; letters of other scripts
 * take about one each; runs of marks break about every three.
 */
export function estimateTokensByPieces(text: string): number {
  let count = 0;
  for (const [piece] of text.matchAll(pieces)) count += tokensOf(piece);
  return count;
}

function tokensOf(piece: string): number {
  const bare = piece.trim();
  if (bare === "" || /^\p{N}/u.test(bare)) return 1;
  if (!/^\p{L}/u.test(bare)) return Math.ceil(bare.length / 3);
  if (/^\p{Script=Latin}+$/u.test(bare)) return bare.length <= 8 ? 1 : Math.ceil(bare.length / 6);
  if (/^[\p{Script=Cyrillic}\p{Script=Greek}]+$/u.test(bare)) return Math.ceil(bare.length / 3);
  return [...bare].length;
}
