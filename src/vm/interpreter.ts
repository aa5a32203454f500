/**
 * Tier 0: runs bytecode over heap frames. It is long because it is one loop with a case for each opcode; what takes more
 * than a few lines is a function of `operations.ts` or `calls.ts`.
 *
 * I1. `execute` runs a frame to its end, an error, or a suspension. Calls recurse; a tail call replaces the frame.
 * I2. When an instruction gives `SUSPENDED`, the frame is captured with the place to go on and the register that waits, and
 *     `SUSPENDED` is returned, so that each caller does the same. The captured frames are the whole state: resuming hands
 *     the value to the innermost, its result to the next, and so on (`Task.resume`).
 * I3. `pc` always is the start of the running instruction when anything can throw: handlers and traces are found by it.
 * I4. Back edges and calls spend fuel. Running out checks cancellation and lets the host's event loop breathe.
 */
import { DONE, type Outcome, type ResumableFrame, SUSPENDED } from "../builtin/index.ts";
import { opNumbers as op } from "../bytecode/index.ts";
import {
  add,
  addOwned,
  Cell,
  Closure,
  Collection,
  childIndex,
  childProperty,
  compare,
  contains,
  DictValue,
  divide,
  EnumValue,
  equal,
  err,
  expectDict,
  expectList,
  expectPair,
  handOut,
  isResult,
  type Keyed,
  ListValue,
  listRest,
  modulo,
  multiply,
  negate,
  ok,
  ownForWrite,
  peekIndex,
  plainError,
  power,
  Raise,
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
} from "../value/index.ts";
import { lookUp, rememberMethod } from "./caches.ts";
import { callClosure, callMethod, construct, enterClosure, maxFrames, runFrame, settle, startFrame } from "./calls.ts";
import { seen } from "./code-memory.ts";
import { type Cursor, cursorForms, cursorOver } from "./cursor.ts";
import { Frame, newRegisters } from "./frame.ts";
import { levelOf } from "./level.ts";
import type { CompiledEntry, LinkedFunction } from "./linked-function.ts";
import {
  argumentsFrom,
  callOutside,
  callUndefined,
  concat,
  dictRestOf,
  expectResult,
  indexOptional,
  isVariant,
  makeDict,
  makeList,
  makeRange,
  pipeTarget,
  propertyOptional,
  resolveGlobal,
  spreadList,
  undefinedVariable,
} from "./operations.ts";
import { checkParameter } from "./params.ts";
import type { Task } from "./task.ts";
import type { Tier } from "./tier.ts";
import { asRaise, leaveFrame } from "./trace.ts";
import { Unwind } from "./unwind.ts";

function execute(task: Task, first: Frame): Outcome {
  let frame = first;
  let { registers, fn } = frame;
  let { module } = fn;
  let code = frame.code.code;
  let pc = frame.resumeAt;
  let compiled: CompiledEntry | undefined;
  task.depth = frame.depth;
  while (compiled === undefined) {
    try {
      running: for (;;) {
        switch (code[pc]) {
          // ------------------------------------------------ moving
          case op.move:
            registers[code[pc + 1]!] = registers[code[pc + 2]!];
            pc += 3;
            continue;
          case op.share: {
            const value = registers[code[pc + 1]!];
            if (value instanceof Collection) value.shared = true;
            pc += 2;
            continue;
          }
          case op.adopt: {
            const value = registers[code[pc + 1]!];
            if (frame.isNested && value instanceof Collection) value.shared = true;
            pc += 2;
            continue;
          }
          case op.loadSlot: {
            const value = module.slots[code[pc + 2]!];
            if (value === undefined) throw undefinedVariable(task, nameAt(frame, code[pc + 3]!));
            registers[code[pc + 1]!] = value;
            pc += 4;
            continue;
          }
          case op.storeSlot:
            module.slots[code[pc + 1]!] = registers[code[pc + 2]!] as Value;
            pc += 3;
            continue;
          case op.loadGlobal:
            registers[code[pc + 1]!] = resolveGlobal(task, nameAt(frame, code[pc + 2]!), nameAt(frame, code[pc + 3]!));
            pc += 4;
            continue;
          case op.loadBuiltin:
            registers[code[pc + 1]!] = task.machine.builtinValue(module.code.builtins[code[pc + 2]!]!);
            pc += 3;
            continue;
          case op.makeClosure: {
            const count = code[pc + 3]!;
            const captures = new Array<Value | Cell>(count);
            for (let index = 0; index < count; index++)
              captures[index] = registers[code[pc + 4 + index]!] as Value | Cell;
            registers[code[pc + 1]!] =
              count === 0 ? module.bareClosure(code[pc + 2]!) : new Closure(module.functionAt(code[pc + 2]!), captures);
            pc += 4 + count;
            continue;
          }
          case op.makeCell:
            registers[code[pc + 1]!] = new Cell();
            pc += 2;
            continue;
          case op.loadCell: {
            const { value } = registers[code[pc + 2]!] as Cell;
            if (value === undefined) throw undefinedVariable(task, nameAt(frame, code[pc + 3]!));
            registers[code[pc + 1]!] = value;
            pc += 4;
            continue;
          }
          case op.storeCell:
            (registers[code[pc + 1]!] as Cell).value = registers[code[pc + 2]!] as Value;
            pc += 3;
            continue;
          case op.isMissing:
            registers[code[pc + 1]!] = registers[code[pc + 2]!] === undefined;
            pc += 3;
            continue;
          case op.checkParam:
            checkParameter(frame.code, code[pc + 2]!, registers[code[pc + 1]!] as Value);
            pc += 3;
            continue;
          // ------------------------------------------------ operators
          case op.add: {
            const a = registers[code[pc + 2]!] as Value;
            const b = registers[code[pc + 3]!] as Value;
            if (typeof a !== "number" || typeof b !== "number") fn.memory.noteOperands(pc, a, b);
            registers[code[pc + 1]!] = add(a, b);
            pc += 4;
            continue;
          }
          case op.addOwned: {
            const a = registers[code[pc + 2]!] as Value;
            const b = registers[code[pc + 3]!] as Value;
            if (typeof a !== "number" || typeof b !== "number") fn.memory.noteOperands(pc, a, b);
            registers[code[pc + 1]!] = addOwned(a, b);
            pc += 4;
            continue;
          }
          case op.sub: {
            const a = registers[code[pc + 2]!] as Value;
            const b = registers[code[pc + 3]!] as Value;
            if (typeof a !== "number" || typeof b !== "number") fn.memory.noteOperands(pc, a, b);
            registers[code[pc + 1]!] = subtract(a, b);
            pc += 4;
            continue;
          }
          case op.mul: {
            const a = registers[code[pc + 2]!] as Value;
            const b = registers[code[pc + 3]!] as Value;
            if (typeof a !== "number" || typeof b !== "number") fn.memory.noteOperands(pc, a, b);
            registers[code[pc + 1]!] = multiply(a, b);
            pc += 4;
            continue;
          }
          case op.div: {
            const a = registers[code[pc + 2]!] as Value;
            const b = registers[code[pc + 3]!] as Value;
            if (typeof a !== "number" || typeof b !== "number") fn.memory.noteOperands(pc, a, b);
            registers[code[pc + 1]!] = divide(a, b);
            pc += 4;
            continue;
          }
          case op.mod: {
            const a = registers[code[pc + 2]!] as Value;
            const b = registers[code[pc + 3]!] as Value;
            if (typeof a !== "number" || typeof b !== "number") fn.memory.noteOperands(pc, a, b);
            registers[code[pc + 1]!] = modulo(a, b);
            pc += 4;
            continue;
          }
          case op.pow:
            registers[code[pc + 1]!] = power(registers[code[pc + 2]!] as Value, registers[code[pc + 3]!] as Value);
            pc += 4;
            continue;
          case op.neg:
            registers[code[pc + 1]!] = negate(registers[code[pc + 2]!] as Value);
            pc += 3;
            continue;
          case op.not:
            registers[code[pc + 1]!] = !truthy(registers[code[pc + 2]!] as Value);
            pc += 3;
            continue;
          case op.truthy:
            registers[code[pc + 1]!] = truthy(registers[code[pc + 2]!] as Value);
            pc += 3;
            continue;
          case op.isNil:
            registers[code[pc + 1]!] = registers[code[pc + 2]!] === null;
            pc += 3;
            continue;
          case op.eq:
            registers[code[pc + 1]!] = equal(registers[code[pc + 2]!] as Value, registers[code[pc + 3]!] as Value);
            pc += 4;
            continue;
          case op.ne:
            registers[code[pc + 1]!] = !equal(registers[code[pc + 2]!] as Value, registers[code[pc + 3]!] as Value);
            pc += 4;
            continue;
          case op.lt: {
            const a = registers[code[pc + 2]!] as Value;
            const b = registers[code[pc + 3]!] as Value;
            registers[code[pc + 1]!] = typeof a === "number" && typeof b === "number" ? a < b : compare(a, b) < 0;
            pc += 4;
            continue;
          }
          case op.gt: {
            const a = registers[code[pc + 2]!] as Value;
            const b = registers[code[pc + 3]!] as Value;
            registers[code[pc + 1]!] = typeof a === "number" && typeof b === "number" ? a > b : compare(a, b) > 0;
            pc += 4;
            continue;
          }
          case op.le: {
            const a = registers[code[pc + 2]!] as Value;
            const b = registers[code[pc + 3]!] as Value;
            registers[code[pc + 1]!] = typeof a === "number" && typeof b === "number" ? a <= b : compare(a, b) <= 0;
            pc += 4;
            continue;
          }
          case op.ge: {
            const a = registers[code[pc + 2]!] as Value;
            const b = registers[code[pc + 3]!] as Value;
            registers[code[pc + 1]!] = typeof a === "number" && typeof b === "number" ? a >= b : compare(a, b) >= 0;
            pc += 4;
            continue;
          }
          case op.in:
            registers[code[pc + 1]!] = contains(registers[code[pc + 3]!] as Value, registers[code[pc + 2]!] as Value);
            pc += 4;
            continue;
          case op.range:
            registers[code[pc + 1]!] = makeRange(
              registers[code[pc + 2]!] as Value,
              registers[code[pc + 3]!] as Value,
              code[pc + 4] === 1,
            );
            pc += 5;
            continue;
          case op.concat: {
            registers[code[pc + 1]!] = concat(registers, code, pc + 2);
            pc += 3 + code[pc + 2]!;
            continue;
          }
          // ------------------------------------------------ building
          case op.makeList:
            registers[code[pc + 1]!] = makeList(registers, code, pc + 2);
            pc += 3 + code[pc + 2]!;
            continue;
          case op.listPush: {
            const list = registers[code[pc + 1]!] as ListValue;
            registers[code[pc + 1]!] = list.appendOwned(registers[code[pc + 2]!] as Value);
            pc += 3;
            continue;
          }
          case op.listSpread:
            registers[code[pc + 1]!] = spreadList(
              registers[code[pc + 1]!] as ListValue,
              registers[code[pc + 2]!] as Value,
            );
            pc += 3;
            continue;
          case op.makeDict:
            registers[code[pc + 1]!] = makeDict(registers, code, pc + 2);
            pc += 3 + code[pc + 2]!;
            continue;
          case op.dictPut: {
            const key = registers[code[pc + 2]!] as Value;
            (registers[code[pc + 1]!] as DictValue).setInPlace(
              typeof key === "string" ? key : show(key),
              registers[code[pc + 3]!] as Value,
            );
            pc += 4;
            continue;
          }
          case op.dictSpread: {
            const target = registers[code[pc + 1]!] as DictValue;
            const source = registers[code[pc + 2]!] as Value;
            if (!(source instanceof DictValue)) throw spreadMismatch(source);
            for (const [key, value] of source.entries()) target.setInPlace(key, value);
            pc += 3;
            continue;
          }
          case op.makeStruct: {
            const type = registers[code[pc + 2]!] as Value;
            const fields = registers[code[pc + 3]!] as Value;
            registers[code[pc + 1]!] = type instanceof StructType ? construct(type, fields) : fields;
            pc += 4;
            continue;
          }
          case op.makeStructType:
            registers[code[pc + 1]!] = module.structs[code[pc + 2]!]!;
            pc += 3;
            continue;
          case op.addMethod: {
            const type = registers[code[pc + 1]!] as Value;
            if (!(type instanceof StructType)) throw runtimeError("impl needs a struct");
            type.addMethod(nameAt(frame, code[pc + 2]!), registers[code[pc + 3]!] as Closure);
            pc += 4;
            continue;
          }
          case op.makeEnum: {
            const fields = argumentsFrom(registers, code, pc + 4);
            registers[code[pc + 1]!] = new EnumValue(
              nameAt(frame, code[pc + 2]!),
              nameAt(frame, code[pc + 3]!),
              fields,
            );
            pc += 5 + code[pc + 4]!;
            continue;
          }
          // ------------------------------------------------ reading
          case op.getProp: {
            const object = registers[code[pc + 2]!] as Value;
            const cache = fn.propertyCacheAt(pc);
            registers[code[pc + 1]!] =
              object !== null && (object as Keyed).shape === cache.shape
                ? (object as Keyed).slots[cache.at]
                : lookUp(cache, object, nameAt(frame, code[pc + 3]!));
            pc += 4;
            continue;
          }
          case op.getPropOptional:
            registers[code[pc + 1]!] = propertyOptional(
              registers[code[pc + 2]!] as Value,
              nameAt(frame, code[pc + 3]!),
            );
            pc += 4;
            continue;
          case op.getIndex: {
            const object = registers[code[pc + 2]!] as Value;
            const index = registers[code[pc + 3]!] as Value;
            const hit = object instanceof ListValue && typeof index === "number" ? object.at(index) : undefined;
            if (typeof object === "string") fn.memory.note(pc, seen.text);
            registers[code[pc + 1]!] = hit === undefined ? peekIndex(object, index) : hit;
            pc += 4;
            continue;
          }
          case op.getIndexOptional:
            registers[code[pc + 1]!] = indexOptional(
              registers[code[pc + 2]!] as Value,
              registers[code[pc + 3]!] as Value,
            );
            pc += 4;
            continue;
          case op.slice:
            registers[code[pc + 1]!] = slice(
              registers[code[pc + 2]!] as Value,
              registers[code[pc + 3]!] as Value,
              registers[code[pc + 4]!] as Value,
            );
            pc += 5;
            continue;
          // ------------------------------------------------ writing
          case op.setProp:
            registers[code[pc + 1]!] = setProperty(
              registers[code[pc + 1]!] as Value,
              nameAt(frame, code[pc + 2]!),
              registers[code[pc + 3]!] as Value,
            );
            pc += 4;
            continue;
          case op.setIndex:
            registers[code[pc + 1]!] = setIndex(
              registers[code[pc + 1]!] as Value,
              registers[code[pc + 2]!] as Value,
              registers[code[pc + 3]!] as Value,
            );
            pc += 4;
            continue;
          case op.childProp: {
            const parent = ownForWrite(registers[code[pc + 2]!] as Value);
            registers[code[pc + 2]!] = parent;
            registers[code[pc + 1]!] = childProperty(parent, nameAt(frame, code[pc + 3]!));
            pc += 4;
            continue;
          }
          case op.childIndex: {
            const parent = ownForWrite(registers[code[pc + 2]!] as Value);
            registers[code[pc + 2]!] = parent;
            registers[code[pc + 1]!] = childIndex(parent, registers[code[pc + 3]!] as Value);
            pc += 4;
            continue;
          }
          // ------------------------------------------------ destructuring and matching
          case op.checkPattern: {
            const value = registers[code[pc + 1]!] as Value;
            if (code[pc + 2] === 0) expectDict(value);
            else if (code[pc + 2] === 1) expectList(value);
            else expectPair(value);
            pc += 3;
            continue;
          }
          case op.dictRest:
            registers[code[pc + 1]!] = dictRestOf(registers[code[pc + 2]!] as DictValue, registers, code, pc + 3);
            pc += 4 + code[pc + 3]!;
            continue;
          case op.listRest:
            registers[code[pc + 1]!] = listRest(registers[code[pc + 2]!] as ListValue, code[pc + 3]!);
            pc += 4;
            continue;
          case op.isKind: {
            const value = registers[code[pc + 2]!];
            registers[code[pc + 1]!] = code[pc + 3] === 0 ? value instanceof DictValue : value instanceof ListValue;
            pc += 4;
            continue;
          }
          case op.listReaches:
            registers[code[pc + 1]!] = (registers[code[pc + 2]!] as ListValue).size >= code[pc + 3]!;
            pc += 4;
            continue;
          case op.isVariant:
            registers[code[pc + 1]!] = isVariant(
              registers[code[pc + 2]!] as Value,
              nameAt(frame, code[pc + 3]!),
              nameAt(frame, code[pc + 4]!),
              code[pc + 5]!,
            );
            pc += 6;
            continue;
          case op.enumField:
            registers[code[pc + 1]!] = (registers[code[pc + 2]!] as EnumValue).fields[code[pc + 3]!] ?? null;
            pc += 4;
            continue;
          case op.catches: {
            const value = registers[code[pc + 2]!] as Value;
            const name = nameAt(frame, code[pc + 3]!);
            registers[code[pc + 1]!] = value instanceof EnumValue && value.enumName === name;
            pc += 4;
            continue;
          }
          // ------------------------------------------------ calling
          case op.call:
          case op.callNamed: {
            const isNamed = code[pc] === op.callNamed;
            const callee = registers[code[pc + 2]!] as Value;
            const at = isNamed ? pc + 4 : pc + 3;
            const count = code[at]!;
            let result: Outcome;
            if (callee instanceof Closure) {
              if (--task.fuel < 0 && task.refuel()) return suspend(task, frame, pc, pc, -1);
              const inCompiledForm = (callee.fn as LinkedFunction).warmUp(count);
              if (inCompiledForm !== undefined) {
                const args = argumentsFrom(registers, code, at);
                result = settle(task, inCompiledForm(task, callee, levelOf(frame.depth + 1, false), ...args));
                task.depth = frame.depth;
                if (result === SUSPENDED) return suspend(task, frame, pc, at + 1 + count, code[pc + 1]!);
                registers[code[pc + 1]!] = result;
                pc = at + 1 + count;
                continue;
              }
              const next = newRegisters(callee);
              const { params } = callee.fn.code;
              const given = Math.min(count, params.length);
              for (let index = 0; index < given; index++) next[index] = registers[code[at + 1 + index]!];
              const isExact = count === params.length && callee.fn.code.required === count;
              if (isExact && frame.depth < maxFrames) {
                const inner = new Frame(callee, next, frame.depth + 1, false);
                result = callee.code.flow === "plain" ? settle(task, execute(task, inner)) : runFrame(task, inner);
              } else {
                const args = params[params.length - 1]?.isRest ? argumentsFrom(registers, code, at) : undefined;
                result = runFrame(task, startFrame(task, callee, next, count, false, args));
              }
              task.depth = frame.depth;
            } else {
              const args = argumentsFrom(registers, code, at);
              result = callOutside(task, callee, isNamed ? nameAt(frame, code[pc + 3]!) : "", args);
            }
            const next = at + 1 + count;
            if (result === SUSPENDED) return suspend(task, frame, pc, next, code[pc + 1]!);
            registers[code[pc + 1]!] = result;
            pc = next;
            continue;
          }
          case op.callSpread: {
            const callee = registers[code[pc + 2]!] as Value;
            const args = (registers[code[pc + 4]!] as ListValue).toArray();
            const result =
              callee instanceof Closure
                ? callClosure(task, callee, args, false)
                : callOutside(task, callee, nameAt(frame, code[pc + 3]!), args);
            if (result === SUSPENDED) return suspend(task, frame, pc, pc + 5, code[pc + 1]!);
            registers[code[pc + 1]!] = result;
            pc += 5;
            continue;
          }
          case op.callBuiltin: {
            const native = module.natives[code[pc + 2]!]!;
            const count = code[pc + 3]!;
            let result: Outcome;
            switch (count) {
              case 0:
                result = native(task);
                break;
              case 1:
                result = native(task, registers[code[pc + 4]!] as Value);
                break;
              case 2:
                result = native(task, registers[code[pc + 4]!] as Value, registers[code[pc + 5]!] as Value);
                break;
              case 3:
                result = native(
                  task,
                  registers[code[pc + 4]!] as Value,
                  registers[code[pc + 5]!] as Value,
                  registers[code[pc + 6]!] as Value,
                );
                break;
              default:
                result = native(task, ...argumentsFrom(registers, code, pc + 3));
            }
            if (result === SUSPENDED) return suspend(task, frame, pc, pc + 4 + count, code[pc + 1]!);
            registers[code[pc + 1]!] = result;
            pc += 4 + count;
            continue;
          }
          case op.callBuiltinSpread: {
            const result = module.natives[code[pc + 2]!]!(task, ...(registers[code[pc + 3]!] as ListValue).toArray());
            if (result === SUSPENDED) return suspend(task, frame, pc, pc + 4, code[pc + 1]!);
            registers[code[pc + 1]!] = result;
            pc += 4;
            continue;
          }
          case op.callMethod:
          case op.callMethodOptional:
          case op.callMethodOwned: {
            const receiver = registers[code[pc + 2]!] as Value;
            const count = code[pc + 4]!;
            let result: Outcome = null;
            if (receiver !== null || code[pc] !== op.callMethodOptional) {
              if (receiver instanceof StructValue)
                rememberMethod(fn.methodCacheAt(pc), receiver, nameAt(frame, code[pc + 3]!));
              const args = argumentsFrom(registers, code, pc + 4);
              result = callMethod(task, receiver, nameAt(frame, code[pc + 3]!), args, code[pc] === op.callMethodOwned);
            }
            if (result === SUSPENDED) return suspend(task, frame, pc, pc + 5 + count, code[pc + 1]!);
            registers[code[pc + 1]!] = result;
            pc += 5 + count;
            continue;
          }
          case op.callMethodSpread: {
            const args = (registers[code[pc + 4]!] as ListValue).toArray();
            const result = callMethod(task, registers[code[pc + 2]!] as Value, nameAt(frame, code[pc + 3]!), args);
            if (result === SUSPENDED) return suspend(task, frame, pc, pc + 5, code[pc + 1]!);
            registers[code[pc + 1]!] = result;
            pc += 5;
            continue;
          }
          case op.tailCall: {
            const callee = registers[code[pc + 1]!] as Value;
            const args = argumentsFrom(registers, code, pc + 3);
            if (!(callee instanceof Closure) || callee.code.flow !== "plain") {
              const name = nameAt(frame, code[pc + 2]!);
              const result =
                callee instanceof Closure
                  ? runFrame(task, enterClosure(task, callee, args, false))
                  : callOutside(task, callee, name, args);
              if (result === SUSPENDED) return suspendReturn(task, frame, pc);
              return result;
            }
            if (--task.fuel < 0 && task.refuel()) return suspend(task, frame, pc, pc, -1);
            task.depth = frame.depth - 1;
            if ((callee.fn as LinkedFunction).warmUp(args.length) !== undefined) {
              task.tailCall = { closure: callee, args, level: levelOf(frame.depth, frame.isNested) };
              return SUSPENDED;
            }
            frame = enterClosure(task, callee, args, frame.isNested);
            task.depth = frame.depth;
            ({ registers, fn } = frame);
            ({ module } = fn);
            code = frame.code.code;
            pc = 0;
            continue;
          }
          case op.undefinedCall: {
            const name = nameAt(frame, code[pc + 2]!);
            const inSight = nameAt(frame, code[pc + 3]!);
            const result = callUndefined(task, name, inSight, argumentsFrom(registers, code, pc + 4));
            const next = pc + 5 + code[pc + 4]!;
            if (result === SUSPENDED) return suspend(task, frame, pc, next, code[pc + 1]!);
            registers[code[pc + 1]!] = result;
            pc = next;
            continue;
          }
          case op.fail: {
            const text = nameAt(frame, code[pc + 2]!);
            throw code[pc + 1] === 0 ? plainError(text) : code[pc + 1] === 1 ? runtimeError(text) : typeError(text);
          }
          case op.pipeTarget:
            registers[code[pc + 1]!] = pipeTarget(task, module, registers[code[pc + 2]!] as Value);
            pc += 3;
            continue;
          // ------------------------------------------------ iterating
          case op.iterate:
            fn.memory.noteLoopedOver(pc, registers[code[pc + 2]!] as Value);
            registers[code[pc + 1]!] = cursorOver(registers[code[pc + 2]!] as Value);
            pc += 3;
            continue;
          case op.next: {
            const cursor = registers[code[pc + 2]!] as Cursor;
            const value = cursor.next(task);
            if (value === DONE) {
              pc = code[pc + 3]!;
              continue;
            }
            if (value === SUSPENDED) return suspend(task, frame, pc, pc + 4, code[pc + 1]!);
            if (cursor.form === cursorForms.array) fn.memory.noteElement(pc, value);
            registers[code[pc + 1]!] = value;
            pc += 4;
            continue;
          }
          case op.closeCursor:
            (registers[code[pc + 1]!] as Cursor).close(task);
            pc += 2;
            continue;
          // ------------------------------------------------ Result
          case op.isErr:
            registers[code[pc + 1]!] = expectResult(registers[code[pc + 2]!] as Value).variant === "Err";
            pc += 3;
            continue;
          case op.resultValue:
            registers[code[pc + 1]!] = (registers[code[pc + 2]!] as EnumValue).fields[0] ?? null;
            pc += 3;
            continue;
          case op.toOk: {
            const value = registers[code[pc + 2]!] as Value;
            registers[code[pc + 1]!] = isResult(value) ? value : ok(value);
            pc += 3;
            continue;
          }
          case op.toErr:
            registers[code[pc + 1]!] = err(registers[code[pc + 2]!] as Value);
            pc += 3;
            continue;
          // ------------------------------------------------ control
          case op.jump:
            pc = code[pc + 1]!;
            continue;
          case op.jumpBack:
            if (--task.fuel < 0 && task.refuel()) return suspend(task, frame, pc, pc, -1);
            pc = code[pc + 1]!;
            if (--fn.memory.loopsLeft < 0) {
              compiled = fn.entryAt(pc, frame);
              if (compiled !== undefined) {
                // Its next call is compiled from the start, with each loop once.
                if (frame.code.flow === "plain") fn.memory.callsLeft = 0;
                frame.resumeAt = pc;
                break running;
              }
              fn.memory.loopsLeft = Number.POSITIVE_INFINITY;
            }
            continue;
          case op.jumpIf: {
            const condition = registers[code[pc + 1]!] as Value;
            pc = condition === true || (condition !== false && truthy(condition)) ? code[pc + 2]! : pc + 3;
            continue;
          }
          case op.jumpIfNot: {
            const condition = registers[code[pc + 1]!] as Value;
            pc = condition === false || (condition !== true && !truthy(condition)) ? code[pc + 2]! : pc + 3;
            continue;
          }
          case op.return:
            return registers[code[pc + 1]!] as Value;
          case op.throw:
            throw thrown(registers[code[pc + 1]!] as Value);
          case op.rethrow:
            throw registers[code[pc + 1]!] as Raise;
          case op.caughtValue:
            registers[code[pc + 1]!] = (registers[code[pc + 2]!] as Raise).value;
            pc += 3;
            continue;
          default:
            throw new TypeError(`no operation ${code[pc]} at ${pc}`);
        }
      }
    } catch (error) {
      frame.pc = pc;
      task.depth = frame.depth;
      pc = handle(frame, error);
    }
  }
  return compiled(task, frame);
}

function nameAt(frame: Frame, index: number): string {
  return frame.fn.module.code.names[index]!;
}

function spreadMismatch(value: Value): never {
  expectDict(value);
  throw new TypeError("a dict was expected to be refused");
}

function suspend(task: Task, frame: Frame, pc: number, resumeAt: number, target: number): typeof SUSPENDED {
  frame.pc = pc;
  frame.resumeAt = resumeAt;
  frame.target = target;
  task.capture(frame);
  return SUSPENDED;
}

/** A suspended call in tail position: its value is this frame's result. */
function suspendReturn(task: Task, frame: Frame, pc: number): typeof SUSPENDED {
  frame.pc = pc;
  task.capture(passOn);
  return SUSPENDED;
}

const passOn: ResumableFrame = { resume: (_context, value) => value };

/** Where an error goes on in this frame. Without a handler it leaves the frame. */
function handle(frame: Frame, thrownValue: unknown): number {
  const error = asRaise(thrownValue);
  const target = handlerOf(frame, error);
  if (target < 0) throw error;
  return target;
}

/** The same for one that came from outside of the frame; -1 when it leaves. */
function handlerOf(frame: Frame, error: unknown): number {
  const isUnwinding = error instanceof Unwind;
  if (!isUnwinding && !(error instanceof Raise)) return -1;
  for (const handler of frame.code.handlers) {
    if (frame.pc >= handler.start && frame.pc < handler.end && (handler.isFinalizer || !isUnwinding)) {
      if (!isUnwinding && error.held?.frame !== frame) error.held = { frame, offset: frame.pc };
      frame.registers[handler.register] = error;
      return handler.target;
    }
  }
  if (!isUnwinding) leaveFrame(error, frame);
  return -1;
}

function resumeFrame(task: Task, frame: Frame, value: Value): Outcome {
  const { code } = frame.code;
  if (code[frame.pc] === op.next && (frame.registers[code[frame.pc + 2]!] as Cursor).atEnd)
    frame.resumeAt = code[frame.pc + 3]!;
  else if (frame.target >= 0) frame.registers[frame.target] = handOut(value);
  return goOn(task, frame);
}

function failFrame(task: Task, frame: Frame, error: unknown): Outcome | undefined {
  const target = handlerOf(frame, error);
  if (target < 0) return undefined;
  frame.resumeAt = target;
  return goOn(task, frame);
}

function goOn(task: Task, frame: Frame): Outcome {
  const compiled = frame.fn.warmEntryAt(frame.resumeAt, frame);
  return settle(task, compiled === undefined ? execute(task, frame) : compiled(task, frame));
}

export const interpreter: Tier = { run: execute, resume: resumeFrame, fail: failFrame };
