import { compare, sortTexts, type Value } from "../value/index.ts";

/** Stable sorting by the language's comparison, in which unlike kinds count as equal. */

/** The values in order, as a new array. */
export function sortValues(values: readonly Value[]): Value[] {
  // Equal ints and texts cannot be told apart, so that any order of theirs is stable.
  if (values.every(isNumber)) return Array.from(Float64Array.from(values).sort());
  if (values.every(isText)) return sortTexts(values);
  return orderOf(values).map((at) => values[at] as Value);
}

/** `items` in the order of `keys`, which stand at the same positions. */
export function sortByKeys(items: readonly Value[], keys: readonly Value[]): Value[] {
  return orderOf(keys).map((at) => items[at] as Value);
}

function isNumber(value: Value): value is number {
  return typeof value === "number";
}

function isText(value: Value): value is string {
  return typeof value === "string";
}

/** The positions of the keys in sorted order. */
function orderOf(keys: readonly Value[]): number[] {
  const order = keys.map((_, at) => at);
  if (keys.every(isNumber)) return order.sort((a, b) => (keys[a] as number) - (keys[b] as number));
  const compareAt = (a: number, b: number) => compare(keys[a] as Value, keys[b] as Value);
  return order.length <= insertionLength ? insertionSort(order, compareAt) : order.sort(compareAt);
}

/**
 * Where unlike kinds mix, the comparison is no order and the result depends on the method. Short lists move each element
 * left past greater ones, as programs may have come to expect.
 */
const insertionLength = 20;

function insertionSort(order: number[], compareAt: (a: number, b: number) => number): number[] {
  for (let sorted = 1; sorted < order.length; sorted++) {
    const moving = order[sorted] as number;
    let at = sorted;
    for (; at > 0 && compareAt(moving, order[at - 1] as number) < 0; at--) order[at] = order[at - 1] as number;
    order[at] = moving;
  }
  return order;
}
