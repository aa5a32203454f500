import { ListValue, type Value } from "../value/index.ts";

/** Cutting lists. The lists they come from are shared, so that elements may move (C4). */

/** Lists of `size` neighbours each; the last may be shorter. */
export function chunksOf(list: ListValue, size: number): ListValue {
  const items = list.view();
  const chunks: Value[] = [];
  for (let at = 0; at < list.size; at += size)
    chunks.push(new ListValue(items.slice(at, Math.min(at + size, list.size))));
  return new ListValue(chunks);
}

/** Every run of `size` neighbours, `step` apart. */
export function windowsOf(list: ListValue, size: number, step: number): ListValue {
  const items = list.view();
  const windows: Value[] = [];
  for (let at = 0; at + size <= list.size; at += step) windows.push(new ListValue(items.slice(at, at + size)));
  return new ListValue(windows);
}
