/**
 * Lists under construction, one above the other on a shared stack. An array that grows by `push` keeps room for seventeen
 * elements, and a program has a list at every call: copying each finished list to its exact size halves the tree's memory.
 */
export class ListStack {
  readonly #items: unknown[] = [];
  #count = 0;

  /** Where the next list begins. */
  mark(): number {
    return this.#count;
  }

  push(item: unknown): void {
    this.#items[this.#count++] = item;
  }

  /** Ends the list that began at `mark`. Its caller knows what it pushed. */
  take<T>(mark: number): T[] {
    if (this.#count === mark) return [];
    const list = this.#items.slice(mark, this.#count) as T[];
    this.#count = mark;
    return list;
  }

  /** Forgets the lists that a failure left unfinished. */
  drop(mark: number): void {
    this.#count = mark;
  }
}
