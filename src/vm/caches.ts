import {
  type Closure,
  childProperty,
  DictValue,
  Keyed,
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

/** The methods that values of the first two struct types have: a place that sees more asks each time. */
export class MethodCache {
  methods: ReadonlyMap<string, Closure> | null = null;
  closure: Closure | undefined = undefined;
  otherMethods: ReadonlyMap<string, Closure> | null = null;
  otherClosure: Closure | undefined = undefined;
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
  const methods = receiver instanceof StructValue ? receiver.type.methods : noMethods;
  if (methods === cache.methods || methods === cache.otherMethods) return;
  const method = methods.get(name);
  if (method === undefined) {
    cache.isCrowded = true;
    return;
  }
  // What is known stays: the engine builds in what one place has always called.
  if (cache.methods === null) {
    cache.methods = methods;
    cache.closure = method;
  } else if (cache.otherMethods === null || cache.otherClosure?.code === method.code) {
    cache.otherMethods = methods;
    cache.otherClosure = method;
  } else if (cache.closure?.code === method.code) {
    cache.methods = methods;
    cache.closure = method;
  } else {
    cache.isCrowded = true;
  }
}

const noMethods: ReadonlyMap<string, Closure> = new Map();
