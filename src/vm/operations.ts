import type { Outcome } from "../builtin/index.ts";
import { nearestName } from "../text/index.ts";
import {
  BuiltinValue,
  Closure,
  DictValue,
  dictRest,
  EnumValue,
  expectList,
  getIndexOptional,
  getPropertyOptional,
  handOut,
  isInt,
  isObject,
  isResult,
  ListValue,
  plainError,
  type Raise,
  RangeValue,
  runtimeError,
  show,
  typeError,
  typeName,
  type Value,
} from "../value/index.ts";
import { callClosure, callNative, isCallable } from "./calls.ts";
import type { Register } from "./frame.ts";
import type { LinkedModule } from "./linked-module.ts";
import type { Task } from "./task.ts";

// Operand lists are a count at `at`, then that many registers.

export function argumentsFrom(registers: readonly Register[], code: Int32Array, at: number): Value[] {
  const count = code[at] as number;
  const args = new Array<Value>(count);
  for (let index = 0; index < count; index++) args[index] = registers[code[at + 1 + index] as number] as Value;
  return args;
}

export function makeList(registers: readonly Register[], code: Int32Array, at: number): ListValue {
  return new ListValue(argumentsFrom(registers, code, at));
}

export function makeDict(registers: readonly Register[], code: Int32Array, at: number): DictValue {
  const dict = new DictValue();
  const count = code[at] as number;
  for (let index = 1; index < count; index += 2) {
    const key = registers[code[at + index] as number] as Value;
    dict.setInPlace(typeof key === "string" ? key : show(key), registers[code[at + index + 1] as number] as Value);
  }
  return dict;
}

export function concat(registers: readonly Register[], code: Int32Array, at: number): string {
  const count = code[at] as number;
  let text = "";
  for (let index = 1; index <= count; index++) {
    const part = registers[code[at + index] as number] as Value;
    text += typeof part === "string" ? part : show(part);
  }
  return text;
}

export function spreadList(list: ListValue, source: Value): ListValue {
  let longer = list;
  for (const item of expectList(source).view()) longer = longer.appendOwned(handOut(item));
  return longer;
}

export function dictRestOf(dict: DictValue, registers: readonly Register[], code: Int32Array, at: number): DictValue {
  return dictRest(dict, argumentsFrom(registers, code, at) as string[]);
}

/** Bounds that are no ints silently count as 0 (language-semantics §4.5). */
export function makeRange(start: Value, end: Value, isExclusive: boolean): RangeValue {
  return new RangeValue(boundOf(start), boundOf(end), isExclusive);
}

function boundOf(value: Value): number {
  return isInt(value) ? Number(value) : 0;
}

export function isVariant(value: Value, enumName: string, variant: string, fieldCount: number): boolean {
  if (!(value instanceof EnumValue) || value.enumName !== enumName || value.variant !== variant) return false;
  return fieldCount < 0 || value.fields.length === fieldCount;
}

export const propertyOptional: (value: Value, name: string) => Value = getPropertyOptional;
export const indexOptional: (value: Value, index: Value) => Value = getIndexOptional;

export function expectResult(value: Value): EnumValue {
  if (isResult(value)) return value;
  throw typeError(`? operator requires a Result value, got ${typeName(value)}`);
}

// -------------------------------------------------------------- names

/** A name that the runtime may know although the compiler does not: what a host has set. */
export function resolveGlobal(task: Task, name: string, inSight: string): Value {
  const value = task.machine.global(name);
  if (value !== undefined) return value;
  throw undefinedVariable(task, name, inSight);
}

/** `inSight`: the names that the program itself has at that place, separated by blanks. */
export function undefinedVariable(task: Task, name: string, inSight = ""): Raise {
  return undefinedName("variable", name, candidates(task, inSight));
}

function candidates(task: Task, inSight: string): string[] {
  const builtins = [...task.machine.catalog.builtins.keys()].filter((name) => !specialForms.has(name));
  const local = inSight === "" ? [] : inSight.split(" ");
  const { globals, catalog } = task.machine;
  return [...local, ...globals.keys(), ...catalog.globals.keys(), ...builtins];
}

/** Builtins that are part of the language's grammar rather than of its library: nobody means them by another name. */
const specialForms: ReadonlySet<string> = new Set(["await", "cancel", "cancel_graceful", "is_cancelled"]);

/** The text with a suggestion is a runtime error; without one it stands alone (language-semantics §7.4). */
function undefinedName(what: "variable" | "builtin", name: string, candidates: Iterable<string>): Raise {
  const nearest = nearestName(name, meantNames(candidates));
  if (nearest === undefined) return plainError(`Undefined ${what}: ${name}`);
  return runtimeError(`Undefined ${what}: ${name} (did you mean \`${nearest}\`?)`);
}

/** Names that a program may have meant, in the order in which equals are preferred. */
function meantNames(candidates: Iterable<string>): string[] {
  return [...candidates].filter((name) => !name.startsWith("%")).sort();
}

/**
 * A call of what is no closure; `name` is empty where the callee has none. A builtin may still hold what it gives (C5), a struct
 * is its maker's own.
 */
export function callOutside(task: Task, callee: Value, name: string, args: readonly Value[]): Outcome {
  const outcome = name === "" ? callNative(task, callee, args) : callByName(task, callee, name, args);
  return isObject(callee) && callee.kind === "struct-type" ? outcome : handOut(outcome);
}

/** A call by a variable's name. What cannot be called does not hide the builtin of that name. */
function callByName(task: Task, callee: Value, name: string, args: readonly Value[]): Outcome {
  if (isCallable(callee)) return callNative(task, callee, args);
  if (task.machine.catalog.builtins.has(name)) return task.machine.native(name)(task, ...args);
  throw undefinedName("builtin", name, candidates(task, ""));
}

/** A call of a name that neither the program nor the catalogue has; a host may still have set it. */
export function callUndefined(task: Task, name: string, inSight: string, args: readonly Value[]): Outcome {
  const global = task.machine.global(name);
  if (global !== undefined && isCallable(global)) {
    return global instanceof Closure ? callClosure(task, global, args, false) : callNative(task, global, args);
  }
  throw undefinedName("builtin", name, candidates(task, inSight));
}

/** The right side of a pipe: anything callable, or the name of a function as a string. */
export function pipeTarget(task: Task, module: LinkedModule, target: Value): Value {
  if (isCallable(target)) return target;
  if (typeof target === "string") {
    const slot = module.code.slotNames.indexOf(target);
    const found = slot < 0 ? undefined : module.slots[slot];
    if (found !== undefined && isCallable(found)) return found;
    if (task.machine.catalog.builtins.has(target)) return new BuiltinValue(target);
    throw plainError(`Undefined builtin: ${target}`);
  }
  throw typeError(`Cannot call ${show(target)}`);
}
