import { DONE, type Outcome, SUSPENDED } from "../../builtin/index.ts";
import type { FunctionCode } from "../../bytecode/index.ts";
import {
  add,
  addOwned,
  Cell,
  Closure,
  Collection,
  childIndex,
  compare,
  contains,
  DictValue,
  dictRest,
  divide,
  EnumValue,
  equal,
  err,
  expectDict,
  expectList,
  expectPair,
  FloatValue,
  isResult,
  ListValue,
  listRest,
  modulo,
  multiply,
  negate,
  ok,
  ownForWrite,
  peekIndex,
  peekProperty,
  plainError,
  power,
  Raise,
  RangeValue,
  runtimeError,
  StructType,
  StructValue,
  setIndex,
  setProperty,
  show,
  slice,
  subtract,
  thrown,
  truthy,
  typeError,
  type Value,
} from "../../value/index.ts";
import { isPlain, plainText, scalarLength } from "../../value/text.ts";
import { lookUp, lookUpEntry, type MethodCache, ownProperty, put, rememberMethod } from "../caches.ts";
import { callClosure, callMethod, checkArity, construct, settle } from "../calls.ts";
import type { WrongGuess } from "../code-memory.ts";
import { cursorAt, cursorOver } from "../cursor.ts";
import { Frame, type Register } from "../frame.ts";
import { depthOf } from "../level.ts";
import type { LinkedFunction } from "../linked-function.ts";
import {
  callOutside,
  callUndefined,
  expectResult,
  indexOptional,
  isVariant,
  makeRange,
  pipeTarget,
  propertyOptional,
  resolveGlobal,
  spreadList,
  undefinedVariable,
} from "../operations.ts";
import { checkParameter } from "../params.ts";
import type { Task } from "../task.ts";
import { asRaise, leaveCall, stackOverflow } from "../trace.ts";
import { Unwind } from "../unwind.ts";

/**
 * What compiled functions call by name: see `printer.ts`. Whatever has a fast path is printed; the rest of it is here, and is
 * what the interpreter does.
 */

/** A place where a compiled function can be left: which instruction waits, where to go on, and what to keep. */
export interface Site {
  readonly pc: number;
  readonly resumeAt: number;
  /** The register that gets the value that is waited for; -1 for none. */
  readonly target: number;
  /** The registers that are kept, in the order in which \`exit\` gets their values. */
  readonly kept: readonly number[];
  /** Set where the interpreter goes on at once, because the compiled form counted on something that does not hold. */
  readonly bails: WrongGuess | undefined;
}

/** The frame that stands for a compiled call on the heap, made when something has to refer to it. */
function frameOf(closure: Closure, level: number): Frame {
  return new Frame(closure, (closure.fn as LinkedFunction).template.slice(), depthOf(level), (level & 1) === 1);
}

/** Leaves a compiled call by one of its sites. */
function exit(task: Task, frame: Frame, site: Site, values: readonly Register[]): Outcome {
  frame.pc = site.pc;
  frame.resumeAt = site.resumeAt;
  frame.target = site.target;
  const { registers } = frame;
  const { kept } = site;
  for (let index = 0; index < kept.length; index++) registers[kept[index] as number] = values[index];
  if (site.bails === undefined) {
    task.capture(frame);
    return SUSPENDED;
  }
  frame.fn.bail(site.bails);
  return task.machine.tier.run(task, frame);
}

/** Stands where compiled code is left. */
function cold(): void {}

/**
 * What a loop does when it is out of fuel. It is called through a proxy because the engine builds into a loop what that calls,
 * however seldom, and looks through everything but a proxy.
 */
const refuel = new Proxy((task: Task): boolean => task.refuel(), {});

/** A frame that differs from those that its entry was made for. */
function mismatch(task: Task, frame: Frame): Outcome {
  frame.fn.mismatch(frame);
  return task.machine.tier.run(task, frame);
}

/** An error that a compiled call does not handle, with its line of the trace. */
function leave(thrownValue: unknown, closure: Closure, level: number, pc: number, frame: Frame | undefined): unknown {
  const error = asRaise(thrownValue);
  if (error instanceof Raise) {
    const offset = frame !== undefined && error.held?.frame === frame ? error.held.offset : pc;
    leaveCall(error, closure.fn.code, offset, (level & 1) === 1);
  }
  return error;
}

/** What a handler gets to see of an error; throws on what it must not see. */
function caught(thrownValue: unknown, frame: Frame, pc: number, isFinalizer: boolean): Raise | Unwind {
  // The call was left before the error came up: it is not this call's any more.
  if (pc < 0) throw thrownValue;
  const error = asRaise(thrownValue);
  if (error instanceof Raise) {
    if (error.held?.frame !== frame) error.held = { frame, offset: pc };
    return error;
  }
  if (isFinalizer && error instanceof Unwind) return error;
  throw error;
}

/** A call whose callee has no compiled form for so many arguments. `name` is empty where the callee has none. */
function callOther(task: Task, level: number, callee: Value, name: string, args: readonly Value[]): Outcome {
  task.depth = depthOf(level);
  if (callee instanceof Closure) return callClosure(task, callee, args, false);
  return callOutside(task, callee, name, args);
}

/** A tail call that is left to the caller. */
function tailCall(task: Task, level: number, callee: Value, name: string, args: readonly Value[]): Outcome {
  task.depth = depthOf(level);
  if (callee instanceof Closure && callee.fn.code.flow === "plain") {
    checkArity(callee, args.length);
    task.tailCall = { closure: callee, args, level: level & 2047 };
    return SUSPENDED;
  }
  const outcome = callOther(task, level, callee, name, args);
  if (outcome === SUSPENDED) task.capture({ resume: (_context, value) => value });
  return outcome;
}

function method(
  task: Task,
  level: number,
  cache: MethodCache,
  receiver: Value,
  name: string,
  args: readonly Value[],
  isOwned: boolean,
): Outcome {
  task.depth = depthOf(level);
  rememberMethod(cache, receiver, name);
  return callMethod(task, receiver, name, args, isOwned);
}

function makeDict(parts: readonly Value[]): DictValue {
  const dict = new DictValue();
  for (let index = 0; index < parts.length; index += 2) dictPut(dict, parts[index] as Value, parts[index + 1] as Value);
  return dict;
}

function dictPut(dict: DictValue, key: Value, value: Value): void {
  dict.setInPlace(typeof key === "string" ? key : show(key), value);
}

function dictSpread(target: DictValue, source: Value): void {
  expectDict(source);
  for (const [key, value] of (source as DictValue).entries()) target.setInPlace(key, value);
}

function makeStruct(type: Value, fields: Value): Value {
  return type instanceof StructType ? construct(type, fields) : fields;
}

function addMethod(type: Value, name: string, closure: Closure): void {
  if (!(type instanceof StructType)) throw runtimeError("impl needs a struct");
  type.addMethod(name, closure);
}

function share(value: Register): void {
  if (value instanceof Collection) value.shared = true;
}

function checkPattern(value: Value, shape: number): void {
  if (shape === 0) expectDict(value);
  else if (shape === 1) expectList(value);
  else expectPair(value);
}

function fault(kind: number, text: string): Raise {
  return kind === 0 ? plainError(text) : kind === 1 ? runtimeError(text) : typeError(text);
}

function overflow(): Raise {
  return plainError(stackOverflow);
}

function closureOver(value: Value | undefined, code: FunctionCode): Closure | undefined {
  return value instanceof Closure && value.fn.code === code ? value : undefined;
}

function toOk(value: Value): Value {
  return isResult(value) ? value : ok(value);
}

function isErr(value: Value): boolean {
  return expectResult(value).variant === "Err";
}

function catches(value: Value, name: string): boolean {
  return value instanceof EnumValue && value.enumName === name;
}

export const support = {
  S: SUSPENDED,
  DONE,
  Cell,
  Closure,
  DictValue,
  EnumValue,
  FloatValue,
  ListValue,
  add,
  addMethod,
  addOwned,
  callOther,
  callUndefined,
  catches,
  caught,
  checkParameter,
  checkPattern,
  childIndex,
  closureOver,
  cold,
  compare,
  contains,
  cursorAt,
  cursorOver,
  dictPut,
  dictRest,
  dictSpread,
  divide,
  equal,
  err,
  exit,
  fault,
  frameOf,
  indexOptional,
  isErr,
  isPlain,
  isVariant,
  leave,
  lookUp,
  lookUpEntry,
  put,
  RangeValue,
  StructValue,
  listRest,
  makeDict,
  makeRange,
  makeStruct,
  method,
  mismatch,
  modulo,
  multiply,
  negate,
  overflow,
  ownForWrite,
  ownProperty,
  peekIndex,
  peekProperty,
  pipeTarget,
  plainText,
  power,
  propertyOptional,
  refuel,
  resolveGlobal,
  scalarLength,
  setIndex,
  setProperty,
  settle,
  share,
  show,
  slice,
  spreadList,
  subtract,
  tailCall,
  thrown,
  toOk,
  truthy,
  undefinedVariable,
};

export type SupportName = keyof typeof support;
