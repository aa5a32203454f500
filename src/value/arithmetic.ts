import { DictValue } from "./dict.ts";
import { FloatValue } from "./float.ts";
import { addInts, divideInts, multiplyInts, negateInt, powerInts, remainderInts, subtractInts } from "./int.ts";
import { typeName } from "./kind.ts";
import { checkListSize, ListValue } from "./list.ts";
import { powerByInt, powerFloats } from "./power.ts";
import { plainError, type Raise, runtimeError, typeError } from "./raise.ts";
import { checkTextLength, repeatText } from "./text.ts";
import { isInt, type Value } from "./value.ts";

export function add(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return addInts(a, b);
  if (typeof a === "string" && typeof b === "string") return joinText(a, b);
  const left = asFloat(a);
  const right = asFloat(b);
  if (left !== undefined && right !== undefined) {
    return isInt(a) && isInt(b) ? addInts(a, b) : new FloatValue(left + right);
  }
  if (a instanceof ListValue && b instanceof ListValue) return joinLists(a, b);
  if (a instanceof DictValue && b instanceof DictValue) return merge(a, b);
  throw typeError(`Cannot add ${typeName(a)} and ${typeName(b)}`);
}

/** `a + b` where nobody reads `a` afterwards: an unshared list or dict grows in place. */
export function addOwned(a: Value, b: Value): Value {
  if (a instanceof ListValue && b instanceof ListValue) {
    b.handOutElements();
    return a.appendAllOwned(b.view());
  }
  if (a instanceof DictValue && b instanceof DictValue && !a.shared) {
    b.handOutElements();
    for (const [key, value] of b.toMap()) a.setInPlace(key, value);
    return a;
  }
  return add(a, b);
}

export function subtract(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return subtractInts(a, b);
  const left = asFloat(a);
  const right = asFloat(b);
  if (left === undefined || right === undefined) throw typeError(`Cannot subtract ${typeName(b)} from ${typeName(a)}`);
  return isInt(a) && isInt(b) ? subtractInts(a, b) : new FloatValue(left - right);
}

export function multiply(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return multiplyInts(a, b);
  const left = asFloat(a);
  const right = asFloat(b);
  if (left !== undefined && right !== undefined) {
    return isInt(a) && isInt(b) ? multiplyInts(a, b) : new FloatValue(left * right);
  }
  if (typeof a === "string" && isInt(b)) return repeatText(a, Number(b));
  if (typeof b === "string" && isInt(a)) return repeatText(b, Number(a));
  throw typeError(`Cannot multiply ${typeName(a)} and ${typeName(b)}`);
}

export function divide(a: Value, b: Value): Value {
  const left = asFloat(a);
  const right = asFloat(b);
  if (left === undefined || right === undefined) throw runtimeError(`Cannot divide ${typeName(a)} by ${typeName(b)}`);
  if (!isInt(a) || !isInt(b)) return new FloatValue(left / right);
  if (b === 0) throw divisionByZero();
  return divideInts(a, b);
}

export function modulo(a: Value, b: Value): Value {
  const left = asFloat(a);
  const right = asFloat(b);
  if (left === undefined || right === undefined) throw runtimeError(`Cannot modulo ${typeName(a)} by ${typeName(b)}`);
  if (right === 0) throw divisionByZero();
  return isInt(a) && isInt(b) ? remainderInts(a, b) : new FloatValue(left % right);
}

export function power(a: Value, b: Value): Value {
  const left = asFloat(a);
  const right = asFloat(b);
  if (left === undefined || right === undefined)
    throw typeError(`Cannot exponentiate ${typeName(a)} by ${typeName(b)}`);
  if (isInt(b)) return isInt(a) && b >= 0 ? powerInts(a, b) : new FloatValue(powerByInt(left, b));
  return new FloatValue(powerFloats(left, right));
}

export function negate(a: Value): Value {
  if (isInt(a)) return negateInt(a);
  if (a instanceof FloatValue) return new FloatValue(-a.value);
  throw runtimeError(`Cannot negate value of type ${typeName(a)}`);
}

function divisionByZero(): Raise {
  return plainError("Division by zero");
}

/** A number as a float, or `undefined` for other kinds. */
function asFloat(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (value instanceof FloatValue) return value.value;
  return typeof value === "bigint" ? Number(value) : undefined;
}

function joinText(a: string, b: string): string {
  checkTextLength(a.length + b.length);
  return a + b;
}

function joinLists(a: ListValue, b: ListValue): ListValue {
  checkListSize(a.size + b.size);
  a.handOutElements();
  b.handOutElements();
  return new ListValue(a.view().concat(b.view()));
}

/** The entries of both; those of `b` win. */
function merge(a: DictValue, b: DictValue): DictValue {
  a.handOutElements();
  b.handOutElements();
  const merged = a.copy();
  for (const [key, value] of b.toMap()) merged.setInPlace(key, value);
  return merged;
}
