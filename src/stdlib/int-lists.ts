import { ListValue } from "../value/index.ts";

/** Ints from here on are counted for each list anew. */
const limit = 1 << 17;

/**
 * The ints from 0 on: what lists of the first ints stand on. Always longer than any of them and never written but at its end,
 * so none of them is seen to be its own (value/list.ts): whoever writes to one or appends to it copies. Only speed depends on it.
 */
const counted: number[] = [];

/** So many ints from `start` on, as a list. */
export function listOfInts(start: number, size: number): ListValue {
  const end = start + size;
  if (start < 0 || end >= limit) return new ListValue(countedFrom(start, size));
  while (counted.length <= end) counted.push(counted.length);
  if (start > 0) return new ListValue(counted.slice(start, end));
  const list = new ListValue(counted, size);
  list.shared = true;
  return list;
}

function countedFrom(start: number, size: number): number[] {
  const ints = new Array<number>(size);
  for (let at = 0; at < size; at++) ints[at] = start + at;
  return ints;
}
