import { cannotIndex } from "./access.ts";
import { Collection } from "./collection.ts";
import { DictValue } from "./dict.ts";
import { show } from "./display.ts";
import { typeName } from "./kind.ts";
import { ListValue } from "./list.ts";
import { runtimeError, typeError } from "./raise.ts";
import { StructValue } from "./struct.ts";
import { isInt, type Value } from "./value.ts";

/**
 * Writing parts of values. Each function gives the collection to store back where the target came from: the target
 * itself, written in place, when nobody else can reach it, and a copy otherwise (`Collection`, C2).
 *
 * `a.b.c = 2` is: `a` becomes its own (`ownForWrite`), `b` becomes a child that only `a` holds (`childProperty`), and
 * that child is written in place. Nothing needs storing back but `a`.
 */

/** `target.name = value` */
export function setProperty(target: Value, name: string, value: Value): Value {
  if (!(target instanceof DictValue) && !(target instanceof StructValue)) {
    throw typeError(`cannot set property \`${name}\` on ${typeName(target)}`);
  }
  const own = ownForWrite(target);
  own.setInPlace(name, value);
  return own;
}

/** `target[key] = value`. A negative list index counts from the end, and stops at the first element. */
export function setIndex(target: Value, key: Value, value: Value): Value {
  if (target instanceof ListValue) {
    const at = writableIndex(target, key);
    const own = ownForWrite(target);
    own.setInPlace(at, value);
    return own;
  }
  if (target instanceof DictValue) {
    const own = ownForWrite(target);
    own.setInPlace(typeof key === "string" ? key : show(key), value);
    return own;
  }
  throw typeError(`cannot assign by subscript into ${typeName(target)} — only lists and dicts support it`);
}

/** The value to write into in place of this one: a copy of a shared collection, anything else as it is. */
export function ownForWrite<T extends Value>(value: T): T {
  // A copy is a collection of the same class.
  return value instanceof Collection && value.shared ? (value.copy() as Collection & T) : value;
}

/** The part of `parent` to write further into. `parent` is own (`ownForWrite`), or the child of another call. */
export function childProperty(parent: Value, name: string): Value {
  if (parent instanceof DictValue || parent instanceof StructValue) {
    const child = parent.get(name);
    if (!isForeign(parent, child)) return child ?? null;
    const own = ownCopy(parent, child);
    parent.setInPlace(name, own);
    return own;
  }
  throw typeError(`cannot set property \`${name}\` on ${typeName(parent)}`);
}

export function childIndex(parent: Value, key: Value): Value {
  if (parent instanceof ListValue) {
    const at = writableIndex(parent, key);
    const child = parent.at(at);
    if (!isForeign(parent, child)) return child ?? null;
    const own = ownCopy(parent, child);
    parent.setInPlace(at, own);
    return own;
  }
  if (parent instanceof DictValue) return childProperty(parent, typeof key === "string" ? key : show(key));
  throw cannotIndex(parent, key);
}

/** C3: a child that is not this parent's alone has to be replaced by a copy that is. */
function isForeign(parent: Collection, child: Value | undefined): child is Collection & Value {
  return child instanceof Collection && (child.shared || child.owner !== parent.backing);
}

function ownCopy(parent: Collection, child: Collection): Value {
  const own = child.copy() as Collection & Value;
  own.owner = parent.backing;
  return own;
}

function writableIndex(list: ListValue, key: Value): number {
  if (!isInt(key)) throw cannotIndex(list, key);
  const index = Number(key);
  const at = index < 0 ? Math.max(0, index + list.size) : index;
  if (at >= list.size) throw runtimeError(`Index ${key} out of bounds for list of length ${list.size}`);
  return at;
}
