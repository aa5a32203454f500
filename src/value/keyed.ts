import { Collection } from "./collection.ts";
import type { Shape } from "./shape.ts";
import { sortTexts } from "./text-order.ts";
import type { Value } from "./value.ts";

/**
 * What dicts and structs share: values by key, so that `__proto__` is a key like any other. Few keys stand in an array, in
 * the order of a `Shape`; many, or ever new ones, in a map.
 */
export abstract class Keyed extends Collection {
  /** `undefined` while the values are in a map. Only for whoever keeps to C2, as `slots`. */
  shape: Shape | undefined;
  /** The values in the order of the shape's keys. */
  slots: Value[];
  #map: Map<string, Value> | undefined;
  #sorted: readonly string[] | undefined;

  /** Takes `values` over: a map, or an array in the order of the shape. */
  constructor(values: Map<string, Value> | Value[], shape: Shape | undefined) {
    super();
    this.shape = shape;
    // Not by the class of the values: this is what making a dict costs.
    const isMap = shape === undefined;
    this.slots = isMap ? noSlots : (values as Value[]);
    this.#map = isMap ? (values as Map<string, Value>) : undefined;
    this.#sorted = undefined;
  }

  override get backing(): object {
    return this.#map ?? this.slots;
  }

  get size(): number {
    return this.#map === undefined ? this.slots.length : this.#map.size;
  }

  get(key: string): Value | undefined {
    if (this.shape === undefined) return (this.#map as Map<string, Value>).get(key);
    const index = this.shape.indexOf(key);
    return index < 0 ? undefined : this.slots[index];
  }

  has(key: string): boolean {
    return this.shape === undefined ? (this.#map as Map<string, Value>).has(key) : this.shape.indexOf(key) >= 0;
  }

  /** Keys in code point order. */
  keys(): readonly string[] {
    if (this.shape !== undefined) return this.shape.sorted;
    this.#sorted ??= sortTexts((this.#map as Map<string, Value>).keys());
    return this.#sorted;
  }

  values(): Value[] {
    return this.keys().map((key) => this.get(key) as Value);
  }

  /** A fresh map of the entries, in no particular order, for building another value. */
  toMap(): Map<string, Value> {
    const { shape } = this;
    if (shape === undefined) return new Map(this.#map);
    return new Map(shape.keys.map((key, index) => [key, this.slots[index] as Value]));
  }

  protected override elements(): Iterable<Value> {
    return this.#map === undefined ? this.slots : this.#map.values();
  }

  /** What a copy starts from: the values, and how their keys are kept. */
  protected copied(): { readonly values: Map<string, Value> | Value[]; readonly shape: Shape | undefined } {
    return { values: this.#map === undefined ? this.slots.slice() : new Map(this.#map), shape: this.shape };
  }

  /** Writes in place. Only for an unshared header (C2), such as one that was just made. */
  setInPlace(key: string, value: Value): void {
    const { shape } = this;
    if (shape === undefined) {
      const map = this.#map as Map<string, Value>;
      const { size } = map;
      map.set(key, value);
      if (map.size !== size) this.#sorted = undefined;
      return;
    }
    const index = shape.indexOf(key);
    if (index >= 0) {
      this.slots[index] = value;
      return;
    }
    const longer = shape.with(key);
    if (longer !== undefined) {
      this.shape = longer;
      this.slots.push(value);
    } else {
      this.#useMap().set(key, value);
    }
  }

  /** Only for an unshared header (C2). */
  removeInPlace(key: string): void {
    if (!this.has(key)) return;
    this.#useMap().delete(key);
    this.#sorted = undefined;
  }

  #useMap(): Map<string, Value> {
    this.#map ??= this.toMap();
    this.shape = undefined;
    this.slots = noSlots;
    return this.#map;
  }
}

/** Of every value whose entries are in a map. Nobody writes to it: there is no shape that says where. */
const noSlots: Value[] = [];
