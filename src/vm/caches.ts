import {
  childProperty,
  DictValue,
  Keyed,
  MethodTable,
  peekIndex,
  peekProperty,
  type Shape,
  StructValue,
  setProperty,
  type Value,
} from "../value/index.ts";

/**
 * Inline caches: what a place in the code found the last time. Whoever runs it compares and takes the short way; the functions
 * here take the long one and remember.
 */

/** Where a property stood in values of one shape. */
export class PropertyCache {
  shape: Shape | null = null;
  at = 0;
}

/** Where the methods of the first two struct types stand that a place has met: one that sees more asks each time. */
export class MethodCache {
  table: MethodTable | null = null;
  at = 0;
  otherTable: MethodTable | null = null;
  otherAt = 0;
  /** Whether it has met more than it holds, or receivers of another kind. */
  isCrowded = false;
}

function remember(cache: PropertyCache, value: Keyed, name: string): void {
  const at = value.shape === undefined ? -1 : value.shape.indexOf(name);
  if (at < 0) return;
  cache.shape = value.shape as Shape;
  cache.at = at;
}

export function lookUp(cache: PropertyCache, value: Value, name: string): Value {
  if (value instanceof Keyed) remember(cache, value, name);
  return peekProperty(value, name);
}

/** `value["name"]`, which only dicts have. */
export function lookUpEntry(cache: PropertyCache, value: Value, name: string): Value {
  if (value instanceof DictValue) remember(cache, value, name);
  return peekIndex(value, name);
}

/** A property for writing into it, of a parent that is its writer's own. */
export function ownProperty(cache: PropertyCache, parent: Value, name: string): Value {
  if (parent instanceof Keyed) remember(cache, parent, name);
  return childProperty(parent, name);
}

export function put(cache: PropertyCache, target: Value, name: string, value: Value): Value {
  const own = setProperty(target, name, value);
  if (own instanceof Keyed) remember(cache, own, name);
  return own;
}

export function rememberMethod(cache: MethodCache, receiver: Value, name: string): void {
  const table = receiver instanceof StructValue ? receiver.type.methodTable : MethodTable.empty;
  if (table === cache.table || table === cache.otherTable) return;
  const at = table.indexOf(name);
  // What is known stays: the engine builds in what one place has always called.
  if (at < 0) {
    cache.isCrowded = true;
  } else if (cache.table === null) {
    cache.table = table;
    cache.at = at;
  } else if (cache.otherTable === null) {
    cache.otherTable = table;
    cache.otherAt = at;
  } else {
    cache.isCrowded = true;
  }
}
