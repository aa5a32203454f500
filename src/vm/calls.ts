import {
  arityError,
  type Catalog,
  type Method,
  type NativeFunction,
  type Outcome,
  PullHandle,
  type ReceiverKind,
  SUSPENDED,
} from "../builtin/index.ts";
import {
  type BuiltinValue,
  Closure,
  Collection,
  DictValue,
  type HandleValue,
  isObject,
  Keyed,
  ListValue,
  plainError,
  type Raise,
  runtimeError,
  type StructType,
  type StructValue,
  show,
  typeError,
  typeName,
  type Value,
} from "../value/index.ts";
import { Frame, newRegisters, type Register } from "./frame.ts";
import { Generator } from "./generator.ts";
import { depthOf, levelOf } from "./level.ts";
import type { LinkedFunction } from "./linked-function.ts";
import type { Task } from "./task.ts";
import { stackOverflow } from "./trace.ts";

/** Frames a task may have on top of each other, its first included (language-semantics §12). */
export const maxFrames = 512;

// -------------------------------------------------------------- closures

/** A frame for a call whose arguments are already in an array. */
export function enterClosure(task: Task, closure: Closure, args: readonly Value[], isNested: boolean): Frame {
  const registers = newRegisters(closure);
  for (let index = 0; index < args.length && index < closure.code.params.length; index++)
    registers[index] = args[index];
  return startFrame(task, closure, registers, args.length, isNested, args);
}

/**
 * Arity, rest parameter and depth. The given arguments stand in the first registers; a surplus is in `args`, which only a
 * rest parameter or an error looks at.
 */
export function startFrame(
  task: Task,
  closure: Closure,
  registers: Register[],
  given: number,
  isNested: boolean,
  args: readonly Value[] | undefined,
): Frame {
  checkArity(closure, given);
  const { params } = closure.code;
  if (params[params.length - 1]?.isRest)
    registers[params.length - 1] = new ListValue((args ?? []).slice(params.length - 1));
  const depth = task.depth + 1;
  if (depth > maxFrames) throw plainError(stackOverflow);
  return new Frame(closure, registers, depth, isNested);
}

export function checkArity(closure: Closure, given: number): void {
  const { params, required, name } = closure.code;
  const max = params[params.length - 1]?.isRest ? Number.POSITIVE_INFINITY : params.length;
  if (given < required || given > max) throw arityError(name || "<closure>", required, max, given);
}

/** Runs a frame that was just made, or makes the generator that its function stands for. */
export function runFrame(task: Task, frame: Frame): Outcome {
  if (frame.code.flow !== "plain") return new Generator(task, frame);
  const { depth } = task;
  const outcome = settle(task, task.machine.tier.run(task, frame));
  task.depth = depth;
  return outcome;
}

/** Calls a closure in whatever form it has. */
export function callClosure(task: Task, closure: Closure, args: readonly Value[], isNested: boolean): Outcome {
  const compiled = (closure.fn as LinkedFunction).warmUp(args.length);
  if (compiled === undefined) return runFrame(task, enterClosure(task, closure, args, isNested));
  const { depth } = task;
  const outcome = settle(task, compiled(task, closure, levelOf(depth + 1, isNested), ...args));
  task.depth = depth;
  return outcome;
}

/**
 * The outcome of a compiled call or of `execute`. A tail call that would have made the JavaScript stack too deep was left
 * to the caller, as `SUSPENDED` with `task.tailCall` set: it is made here.
 */
export function settle(task: Task, outcome: Outcome): Outcome {
  let settled = outcome;
  while (settled === SUSPENDED && task.tailCall !== undefined) {
    const { closure, args, level } = task.tailCall;
    task.tailCall = undefined;
    task.depth = depthOf(level) - 1;
    const compiled = (closure.fn as LinkedFunction).warmUp(args.length);
    settled =
      compiled === undefined
        ? task.machine.tier.run(task, enterClosure(task, closure, args, (level & 1) === 1))
        : compiled(task, closure, level, ...args);
  }
  return settled;
}

/** Calls any callable value from native code. */
export function callValue(task: Task, callee: Value, args: readonly Value[]): Outcome {
  if (callee instanceof Closure) return callClosure(task, callee, args, true);
  return callNative(task, callee, args);
}

/** `callValue` with one argument: what most callbacks get. */
export function callWith1(task: Task, callee: Value, a: Value): Outcome {
  const compiled = callee instanceof Closure ? (callee.fn as LinkedFunction).compiled1 : undefined;
  if (compiled === undefined) return callValue(task, callee, [a]);
  const { depth } = task;
  let outcome = compiled(task, callee as Closure, levelOf(depth + 1, true), a);
  if (outcome === SUSPENDED) outcome = settle(task, outcome);
  task.depth = depth;
  return outcome;
}

export function callWith2(task: Task, callee: Value, a: Value, b: Value): Outcome {
  const compiled = callee instanceof Closure ? (callee.fn as LinkedFunction).compiled2 : undefined;
  if (compiled === undefined) return callValue(task, callee, [a, b]);
  const { depth } = task;
  let outcome = compiled(task, callee as Closure, levelOf(depth + 1, true), a, b);
  if (outcome === SUSPENDED) outcome = settle(task, outcome);
  task.depth = depth;
  return outcome;
}

/** Callables that are no closures: builtins by name, struct types. */
export function callNative(task: Task, callee: Value, args: readonly Value[]): Outcome {
  if (isObject(callee)) {
    if (callee.kind === "builtin") return nativeOf(task, callee)(task, ...callee.bound, ...args);
    if (callee.kind === "struct-type") return construct(callee, args[0] ?? null);
  }
  throw typeError(`Cannot call ${show(callee)}`);
}

function nativeOf(task: Task, callee: BuiltinValue): NativeFunction {
  return task.machine.native(callee.name);
}

export function isCallable(value: Value): boolean {
  return isObject(value) && (value.kind === "closure" || value.kind === "builtin" || value.kind === "struct-type");
}

/** `P({…})` and `P {…}`. */
export function construct(type: StructType, fields: Value): StructValue {
  return type.construct(fields instanceof Keyed ? fields : new DictValue());
}

// -------------------------------------------------------------- methods

/** `receiver.name(args)`, first hit wins (language-semantics §6.3). `isOwned`: the receiver dies in the call. */
export function callMethod(
  task: Task,
  receiver: Value,
  name: string,
  args: readonly Value[],
  isOwned = false,
): Outcome {
  if (isObject(receiver)) {
    switch (receiver.kind) {
      case "list":
      case "set":
      case "iter":
        return callTable(task, receiver.kind, receiver, name, args, isOwned);
      case "dict":
        return callDictMethod(task, receiver, name, args, isOwned);
      case "range":
        return callRangeMethod(task, receiver, name, args);
      case "struct":
        return callStructMethod(task, receiver, name, args);
      case "handle":
        return callHandleMethod(task, receiver, name, args);
      default:
        throw typeError(`value of type ${typeName(receiver)} has no method \`${name}\``);
    }
  }
  if (typeof receiver === "string") return callTable(task, "string", receiver, name, args, isOwned);
  throw typeError(`value of type ${typeName(receiver)} has no method \`${name}\``);
}

function methodOf(catalog: Catalog, kind: ReceiverKind, name: string): Method | undefined {
  return catalog.methods.get(kind)?.get(name);
}

function callTable(
  task: Task,
  kind: ReceiverKind,
  receiver: Value,
  name: string,
  args: readonly Value[],
  isOwned: boolean,
): Outcome {
  const method = methodOf(task.machine.catalog, kind, name);
  if (!method) throw noMethod(kind, name);
  return invoke(task, method, receiver, args, isOwned);
}

function noMethod(kind: string, name: string): Raise {
  return runtimeError(`${kind === "generator" ? "Generator" : kind} has no method \`${name}\``);
}

/** A method that may keep any of its receiver leaves it shared (value/collection.ts, C4). */
function invoke(task: Task, method: Method, receiver: Value, args: readonly Value[], isOwned: boolean): Outcome {
  if (isOwned && method.runOwned) return method.runOwned(task, receiver, args[0], args[1], args[2]);
  if (!method.borrows && receiver instanceof Collection) receiver.shared = true;
  return method.run(task, receiver, args[0], args[1], args[2]);
}

/** A namespace's own functions come first; for any other dict the method table does, then callable entries. */
function callDictMethod(task: Task, dict: DictValue, name: string, args: readonly Value[], isOwned: boolean): Outcome {
  const entry = dict.get(name);
  const isNamespace = dict.has("_namespace");
  if (isNamespace && entry !== undefined && isCallable(entry)) return callValue(task, entry, args);
  const method = methodOf(task.machine.catalog, "dict", name);
  if (method) return invoke(task, method, dict, args, isOwned);
  if (entry !== undefined && isCallable(entry)) return callValue(task, entry, args);
  throw noMethod("dict", name);
}

/** A range has the methods of lazy iterators behind its own. */
function callRangeMethod(task: Task, range: Value, name: string, args: readonly Value[]): Outcome {
  const { catalog } = task.machine;
  const own = methodOf(catalog, "range", name);
  if (own) return invoke(task, own, range, args, false);
  const lazy = methodOf(catalog, "iter", name);
  if (!lazy) throw noMethod("iter", name);
  const iterator = task.machine.native("iter")(task, range);
  return invoke(task, lazy, iterator as Value, args, false);
}

/** Methods belong to the type; a field that holds a function can be called like one. */
function callStructMethod(task: Task, struct: StructValue, name: string, args: readonly Value[]): Outcome {
  const method = struct.type.method(name);
  if (method) return callClosure(task, method, [struct, ...args], true);
  const field = struct.get(name);
  if (field !== undefined && isCallable(field)) return callValue(task, field, args);
  throw typeError(`struct ${struct.type.name} has no method \`${name}\``);
}

function callHandleMethod(task: Task, handle: HandleValue, name: string, args: readonly Value[]): Outcome {
  const kind = handle.typeName as ReceiverKind;
  const { catalog } = task.machine;
  const builtin = catalog.handleMethods.get(kind)?.get(name);
  if (builtin !== undefined) return task.machine.native(builtin)(task, ...args);
  const method = methodOf(catalog, kind, name);
  if (method) return invoke(task, method, handle, args, false);
  if (handle instanceof PullHandle) throw noMethod(kind, name);
  throw typeError(`value of type ${kind} has no method \`${name}\``);
}
