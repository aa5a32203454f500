/** A 1-based line and a 1-based column, counted in Unicode scalars as editors and the reference count them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Offsets to lines and back, by binary search over the line starts. */
export class LineMap {
  readonly #text: string;
  readonly #starts: number[] = [0];
  /** Without surrogates a code unit is a character, and a column needs no counting. */
  #hasSurrogates: boolean | undefined;
  /** The place last asked for: going on from there, many places on a long line are counted once. */
  #last = { start: 0, offset: 0, count: 0 };

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  positionAt(offset: number): Position {
    const line = this.lineAt(offset);
    const start = this.startOf(line);
    this.#hasSurrogates ??= /[\ud800-\udfff]/.test(this.#text);
    return { line, column: 1 + (this.#hasSurrogates ? this.#countCharacters(start, offset) : offset - start) };
  }

  #countCharacters(start: number, offset: number): number {
    const { start: lastStart, offset: from, count: counted } = this.#last;
    const goesOn = lastStart === start && from <= offset;
    let count = goesOn ? counted : 0;
    for (const _ of this.#text.slice(goesOn ? from : start, offset)) count++;
    this.#last = { start, offset, count };
    return count;
  }

  startOf(line: number): number {
    return this.#starts[line - 1] ?? this.#text.length;
  }

  /** The text of a 1-based line, without its line break. */
  textOf(line: number): string {
    const end = this.#starts[line] ?? this.#text.length + 1;
    return this.#text.slice(this.startOf(line), end - 1).replace(/\r$/, "");
  }
}
