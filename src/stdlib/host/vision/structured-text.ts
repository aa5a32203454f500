import { DictValue, FloatValue, ListValue, scalarLength, type Value } from "../../../value/index.ts";

/** A word that was read off an image, and where. */
interface Word {
  /** Numbers of the page, and of the block, paragraph, line and word within what is around each. */
  readonly at: readonly [page: number, block: number, paragraph: number, line: number, word: number];
  readonly box: Box;
  /** 0 to 100; undefined when the program cannot tell. */
  readonly confidence: number | undefined;
  readonly text: string;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Some words of a text that belong together: a line or a block. */
interface Group {
  readonly firstWord: number;
  readonly words: readonly Word[];
  readonly start: number;
  readonly text: string;
}

/** A table that is not what Tesseract writes. */
export class WordTableError extends Error {}

const wordLevel = 5;
const columns = 12;

/** The words in Tesseract's table of tab separated values; blank ones are left out. */
function readWords(table: string): Word[] {
  const lines = table.split("\n").slice(1);
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    const cells = line.replace(/\r$/, "").split("\t");
    if (cells.length < columns) throw new WordTableError(`line ${index + 2} has ${cells.length} columns`);
    const numbers = cells.slice(0, columns - 1).map(Number);
    if (numbers.some(Number.isNaN)) throw new WordTableError(`line ${index + 2} has a column that is no number`);
    const [
      level = 0,
      page = 0,
      block = 0,
      paragraph = 0,
      lineNumber = 0,
      word = 0,
      left = 0,
      top = 0,
      width = 0,
      height = 0,
    ] = numbers;
    const text = cells
      .slice(columns - 1)
      .join("\t")
      .trim();
    if (level !== wordLevel || text === "") return [];
    const confidence = numbers[10] ?? -1;
    return [
      {
        at: [page, block, paragraph, lineNumber, word] as const,
        box: { left, top, right: left + width, bottom: top + height },
        confidence: confidence < 0 ? undefined : confidence,
        text,
      },
    ];
  });
}

/** Words next to each other whose first numbers are the same. */
function runs(words: readonly Word[], depth: number): Word[][] {
  const groups: Word[][] = [];
  for (const word of words) {
    const before = groups.at(-1)?.[0];
    if (before?.at.slice(0, depth).every((number, index) => number === word.at[index])) groups.at(-1)?.push(word);
    else groups.push([word]);
  }
  return groups;
}

/** Words with spaces between them, lines with breaks, blocks with blank lines. */
function layOut(words: readonly Word[]): { readonly text: string; readonly lines: Group[]; readonly blocks: Group[] } {
  const lines: Group[] = [];
  const blocks: Group[] = [];
  const pieces: string[] = [];
  let length = 0;
  let firstWord = 0;
  const add = (piece: string): void => {
    pieces.push(piece);
    length += scalarLength(piece);
  };
  for (const block of runs(words, 2)) {
    if (pieces.length > 0) add("\n\n");
    const [start, firstOfBlock] = [length, firstWord];
    const texts = runs(block, 4).map((line, index) => {
      if (index > 0) add("\n");
      const text = line.map((word) => word.text).join(" ");
      lines.push({ firstWord, words: line, start: length, text });
      add(text);
      firstWord += line.length;
      return text;
    });
    blocks.push({ firstWord: firstOfBlock, words: block, start, text: texts.join("\n") });
  }
  return { text: pieces.join(""), lines, blocks };
}

function boxValue(words: readonly Word[]): DictValue {
  const least = (side: "left" | "top"): number => words.reduce((low, { box }) => Math.min(low, box[side]), Infinity);
  const most = (side: "right" | "bottom"): number => words.reduce((high, { box }) => Math.max(high, box[side]), 0);
  const [left, top] = [least("left"), least("top")];
  return DictValue.of({ left, top, width: most("right") - left, height: most("bottom") - top });
}

function confidenceValue(words: readonly Word[]): Record<string, Value> {
  const known = words.flatMap(({ confidence }) => confidence ?? []);
  if (known.length === 0) return {};
  return { confidence: new FloatValue(known.reduce((sum, each) => sum + each, 0) / known.length) };
}

function groupFields({ firstWord, words, start, text }: Group): Record<string, Value> {
  return {
    text,
    token_start: firstWord,
    token_count: words.length,
    char_start: start,
    char_end: start + scalarLength(text),
    bbox: boxValue(words),
    ...confidenceValue(words),
  };
}

function tokensOf({ words, start }: Group): DictValue[] {
  let at = start;
  return words.map((word) => {
    const [page, block, paragraph, line, number] = word.at;
    const end = at + scalarLength(word.text);
    const token = DictValue.of({
      page,
      block,
      paragraph,
      line,
      word: number,
      text: word.text,
      normalized: word.text.toLowerCase(),
      char_start: at,
      char_end: end,
      bbox: boxValue([word]),
      ...confidenceValue([word]),
    });
    at = end + 1;
    return token;
  });
}

/**
 * `{_type, text, blocks, lines, tokens, stats}` of Tesseract's table. Places are characters of `text` and numbers of tokens; boxes are pixels.
 *
 * @throws WordTableError
 */
export function structuredText(table: string): Record<string, Value> {
  const { text, lines, blocks } = layOut(readWords(table));
  const tokens = lines.flatMap(tokensOf);
  let firstLine = 0;
  const blockValues = blocks.map((block) => {
    const [page = 0, number = 0] = block.words[0]?.at ?? [];
    const lineCount = runs(block.words, 4).length;
    const value = DictValue.of({
      page,
      block: number,
      line_start: firstLine,
      line_count: lineCount,
      ...groupFields(block),
    });
    firstLine += lineCount;
    return value;
  });
  const lineValues = lines.map((line) => {
    const [page = 0, block = 0, paragraph = 0, number = 0] = line.words[0]?.at ?? [];
    return DictValue.of({ page, block, paragraph, line: number, ...groupFields(line) });
  });
  return {
    _type: "structured_text",
    text,
    blocks: new ListValue(blockValues),
    lines: new ListValue(lineValues),
    tokens: new ListValue(tokens),
    stats: DictValue.of({ token_count: tokens.length, line_count: lines.length, block_count: blocks.length }),
  };
}
