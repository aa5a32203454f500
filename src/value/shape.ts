import { sortTexts } from "./text-order.ts";

/** More keys than this are kept in a map. */
const keyLimit = 24;
/** So are those of dicts that add ever new keys. */
const successorLimit = 96;
const shapeLimit = 20_000;

/** Shapes that were made so far. Only speed depends on it: beyond the limit, new combinations of keys live in maps. */
let shapeCount = 0;

/**
 * The keys of a dict or the fields of a struct, in the order in which they were added: where each one's value stands. Values
 * that were built alike have one shape, so a place in a program that reads a key finds it where it stood the last time.
 */
export class Shape {
  readonly keys: readonly string[];
  readonly #indexes: ReadonlyMap<string, number>;
  #successors: Map<string, Shape> | undefined;
  /** The successor that was asked for last, and its key: a place that makes dicts makes many. */
  #lastKey: string | undefined;
  #last: Shape | undefined;
  /** The key that was last added to it by a reader of JSON, with the quote that ends it there. Only speed depends on it. */
  likely: { readonly text: string; readonly shape: Shape } | undefined;
  #sorted: readonly string[] | undefined;

  private constructor(keys: readonly string[]) {
    this.keys = keys;
    this.likely = undefined;
    this.#indexes = new Map(keys.map((key, index) => [key, index]));
  }

  static readonly empty: Shape = new Shape([]);

  /** The shape of these keys, all different, or nothing when they are better kept in a map. */
  static of(keys: readonly string[]): Shape | undefined {
    let shape: Shape | undefined = Shape.empty;
    for (const key of keys) shape = shape?.with(key);
    return shape;
  }

  indexOf(key: string): number {
    return this.#indexes.get(key) ?? -1;
  }

  /** Keys in code point order. */
  get sorted(): readonly string[] {
    this.#sorted ??= sortTexts(this.keys);
    return this.#sorted;
  }

  /** With one more key, which it does not have yet. */
  with(key: string): Shape | undefined {
    if (key === this.#lastKey) return this.#last;
    const known = this.#successors?.get(key);
    if (known) {
      this.#lastKey = key;
      this.#last = known;
      return known;
    }
    this.#successors ??= new Map();
    if (this.keys.length >= keyLimit || this.#successors.size >= successorLimit || shapeCount >= shapeLimit)
      return undefined;
    shapeCount++;
    const successor = new Shape([...this.keys, key]);
    this.#successors.set(key, successor);
    return successor;
  }
}
