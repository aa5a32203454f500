import { sliceList } from "./access.ts";
import { handOut } from "./collection.ts";
import { DictValue } from "./dict.ts";
import { typeName } from "./kind.ts";
import { ListValue } from "./list.ts";
import { PairValue } from "./pair.ts";
import { typeError } from "./raise.ts";
import type { Value } from "./value.ts";

/** Taking values apart by patterns, and spreading them: both want the same kinds and say so in the same words. */

export function expectDict(value: Value): DictValue {
  if (value instanceof DictValue) return value;
  throw typeError(`cannot destructure ${typeName(value)} with {...} pattern — expected dict`);
}

export function expectList(value: Value): ListValue {
  if (value instanceof ListValue) return value;
  throw typeError(`cannot destructure ${typeName(value)} with [...] pattern — expected list`);
}

export function expectPair(value: Value): PairValue {
  if (value instanceof PairValue) return value;
  throw typeError(`cannot destructure ${typeName(value)} with (...) pattern — expected pair`);
}

/** `...rest` of a dict pattern. */
export function dictRest(dict: DictValue, taken: readonly string[]): DictValue {
  const rest = dict.toMap();
  for (const key of taken) rest.delete(key);
  for (const value of rest.values()) handOut(value);
  return new DictValue(rest);
}

/** `...rest` of a list pattern: what stands at `from` and behind. */
export function listRest(list: ListValue, from: number): ListValue {
  return sliceList(list, from, list.size);
}
