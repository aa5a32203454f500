import type { IrOperation } from "../../bytecode/index.ts";
import { Shape } from "../../value/index.ts";
import type { PropertyCache } from "../caches.ts";
import { cursorForms } from "../cursor.ts";
import { depthMask, tailDepthLimit, tailLimit, tailStep } from "../level.ts";
import { acceptsCount } from "../linked-function.ts";
import { comparison, floatOperand, printArithmetic, truth } from "./arithmetic.ts";
import { printCallbackLoop } from "./callback-loops.ts";
import { type FunctionText, openCursorText, shareText } from "./function-text.ts";
import type { InlinePlan, InlineWay } from "./inlining.ts";
import { intrinsicOf, intrinsicText } from "./intrinsics.ts";
import { anything, collections, isNumber, isText, kinds } from "./kinds.ts";
import { parameterTest } from "./parameters.ts";
import type { Printer } from "./printer.ts";
import type { SupportName } from "./support.ts";
import { argumentsOf } from "./types.ts";

/** Prints one operation. `pc` is its offset and `next` that of what follows. */
export function printOperation(printer: Printer, operation: IrOperation, pc: number, next: number): void {
  const { text } = printer;
  const raw = text.rawTarget;
  if (raw !== undefined && printRaw(printer, operation, raw, pc)) return;
  printBoxed(printer, operation, pc, next);
  if (raw !== undefined) text.line(`${raw} = ${text.write(operation.operands[0] ?? 0)}.value;`);
}

/** A result that is kept as an unboxed float, where there is a way to it without a box. */
function printRaw(printer: Printer, operation: IrOperation, target: string, pc: number): boolean {
  const { text } = printer;
  const { op, operands, list } = operation;
  switch (op) {
    case "move":
      text.line(`${target} = ${floatOperand(text, operands[1] ?? 0, kinds.float)};`);
      return true;
    case "callBuiltin": {
      if (intrinsicOf(text, operation) !== "squareRoot") return false;
      const argument = floatOperand(text, list?.[0] ?? 0, printer.typesOf(operation)[2] ?? anything);
      if (argument === undefined) return false;
      text.line(`${target} = Math.sqrt(${argument});`);
      return true;
    }
    default:
      if (text.modeOf(operation) !== "float") return false;
      printArithmetic(printer, operation, pc);
      return true;
  }
}

/**
 * A closure that captures nothing is there already; in a loop, one that captures what the last one captured is the last one.
 * Nobody can tell: closures are equal to none.
 */
function closureText(printer: Printer, index: number, captures: readonly string[]): string {
  const { text } = printer;
  if (captures.length === 0) return `${text.module}.bareClosure(${index})`;
  const made = `new ${text.helper("Closure")}(${text.module}.functionAt(${index}), [${captures.join(", ")}])`;
  const areVariables = captures.every((capture) => /^\w+$/.test(capture));
  if (!printer.isInLoop || !areVariables) return made;
  const last = `${text.newPrefix()}closure`;
  text.declare(last);
  const isSame = captures.map((capture, at) => `${last}.captures[${at}] === ${capture}`).join(" && ");
  return `${last} !== undefined && ${isSame} ? ${last} : (${last} = ${made})`;
}

function printBoxed(printer: Printer, operation: IrOperation, pc: number, next: number): void {
  const { text } = printer;
  const { op, operands } = operation;
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = operands;
  const list = operation.list ?? [];
  const read = (operand: number): string => text.read(operand);
  const set = (register: number, value: string): void => text.line(`${text.write(register)} = ${value};`);
  /** A helper's call that may raise. */
  const raising = (name: SupportName, ...args: readonly string[]): string =>
    `(pc = ${pc}, ${text.helper(name)}(${args.join(", ")}))`;
  const values = (): string => `[${list.map(read).join(", ")}]`;
  const types = printer.typesOf(operation);
  switch (op) {
    // ------------------------------------------------ moving
    case "move":
      return set(a, read(b));
    case "share":
      if (((types[0] ?? 0) & collections) === 0) return;
      if (types[0] === kinds.list || types[0] === kinds.dict || types[0] === kinds.struct)
        return text.line(`${read(a)}.shared = true;`);
      return text.line(shareText(read(a)));
    case "adopt":
      if (((types[0] ?? 0) & collections) === 0) return;
      return text.line(`if (${text.isNested}) { ${shareText(read(a))} }`);
    case "loadSlot": {
      const declared = text.declaredIn(b);
      if (declared === text.code && !text.isInlined) return set(a, "closure");
      if (declared !== undefined) return set(a, printer.isInLoop ? text.calleeIn(b, declared) : `${text.slots}[${b}]`);
      const usual = `pc = ${pc}; throw ${text.helper("undefinedVariable")}(task, ${text.name(c)});`;
      set(a, `${text.slots}[${b}]`);
      return text.line(`if (${read(a)} === undefined) { ${text.otherwise(pc, printer.openCursors, usual)} }`);
    }
    case "storeSlot":
      return text.line(`${text.slots}[${a}] = ${read(b)};`);
    case "loadGlobal":
      return set(a, raising("resolveGlobal", "task", text.name(b), text.name(c)));
    case "loadBuiltin":
      return set(a, `task.machine.builtinValue(${text.module}.code.builtins[${b}])`);
    case "makeClosure":
      return set(a, closureText(printer, b, list.map(read)));
    case "makeCell":
      return set(a, `new ${text.helper("Cell")}()`);
    case "loadCell":
      text.line(`x = ${read(b)}.value;`);
      text.line(
        `if (x === undefined) { pc = ${pc}; throw ${text.helper("undefinedVariable")}(task, ${text.name(c)}); }`,
      );
      return set(a, "x");
    case "storeCell":
      return text.line(`${read(a)}.value = ${read(b)};`);
    case "isMissing":
      return set(a, `${read(b)} === undefined`);
    case "checkParam": {
      const test = parameterTest(text, text.code.params[b]?.type, read(a), types[0] ?? anything);
      if (test === "") return;
      const usual = `${raising("checkParameter", "closure.fn.code", String(b), read(a))};`;
      return text.line(
        test === undefined ? usual : `if (!(${test})) { ${text.otherwise(pc, printer.openCursors, usual)} }`,
      );
    }
    // ------------------------------------------------ operators
    case "add":
    case "addOwned":
    case "sub":
    case "mul":
    case "div":
    case "mod":
      return printArithmetic(printer, operation, pc);
    case "pow":
      return set(a, raising("power", read(b), read(c)));
    case "neg":
      return set(a, raising("negate", read(b)));
    case "not":
      return set(a, `!(${truth(text, read(b), types[1])})`);
    case "truthy":
      return set(a, truth(text, read(b), types[1]));
    case "isNil":
      return set(a, `${read(b)} === null`);
    case "eq":
    case "ne":
    case "lt":
    case "gt":
    case "le":
    case "ge":
      return set(a, comparison(printer, op, operation, types, pc));
    case "in":
      return set(a, raising("contains", read(c), read(b)));
    case "range":
      if (isNumber(types[1] ?? anything) && isNumber(types[2] ?? anything))
        return set(a, `new ${text.helper("RangeValue")}(${read(b)}, ${read(c)}, ${d === 1})`);
      return set(a, raising("makeRange", read(b), read(c), String(d === 1)));
    case "concat":
      return set(a, concatenation(text, list, types.slice(1), pc));
    // ------------------------------------------------ building
    case "makeList":
      return set(a, `new ${text.helper("ListValue")}(${values()})`);
    case "listPush":
      return set(a, `${read(a)}.appendOwned(${read(b)})`);
    case "listSpread":
      return set(a, raising("spreadList", read(a), read(b)));
    case "makeDict":
      return set(a, dictLiteral(text, list) ?? raising("makeDict", values()));
    case "dictPut":
      return text.line(`${raising("dictPut", read(a), read(b), read(c))};`);
    case "dictSpread":
      return text.line(`${raising("dictSpread", read(a), read(b))};`);
    case "makeStruct":
      return set(a, raising("makeStruct", read(b), read(c)));
    case "makeStructType":
      return set(a, `${text.module}.structs[${b}]`);
    case "addMethod":
      return text.line(`${raising("addMethod", read(a), text.name(b), read(c))};`);
    case "makeEnum":
      return set(a, `new ${text.helper("EnumValue")}(${text.name(b)}, ${text.name(c)}, ${values()})`);
    // ------------------------------------------------ reading
    case "getProp":
      return property(printer, operation, b, c, pc);
    case "getPropOptional":
      return set(a, raising("propertyOptional", read(b), text.name(c)));
    case "getIndex":
      return index(printer, operation, types, pc);
    case "getIndexOptional":
      return set(a, raising("indexOptional", read(b), read(c)));
    case "slice":
      return set(a, raising("slice", read(b), read(c), read(d)));
    // ------------------------------------------------ writing
    case "setProp":
      return setProperty(text, a, text.name(b), c, pc);
    case "setIndex":
      text.line(
        `if (${isInside(text, a, b, types[0], types[1])} && !${read(a)}.shared) ${read(a)}.items[${read(b)}] = ${read(c)}; else ${text.write(a)} = ${raising("setIndex", read(a), read(b), read(c))};`,
      );
      return;
    case "childProp": {
      const q = text.table(text.memory.propertyCacheAt(pc));
      const isThere = `${read(b)} !== null && ${read(b)}.shape === ${q}.shape && !${read(b)}.shared`;
      return child(printer, operation, isThere, `${read(b)}.slots`, `${q}.at`, [
        "ownProperty",
        q,
        read(b),
        text.name(c),
      ]);
    }
    case "childIndex": {
      const isThere = `${isInside(text, b, c, types[1], types[2])} && !${read(b)}.shared`;
      return child(printer, operation, isThere, `${read(b)}.items`, read(c), ["childIndex", read(b), read(c)]);
    }
    // ------------------------------------------------ destructuring and matching
    case "checkPattern":
      return text.line(`${raising("checkPattern", read(a), String(b))};`);
    case "dictRest":
      return set(a, raising("dictRest", read(b), values()));
    case "listRest":
      return set(a, raising("listRest", read(b), String(c)));
    case "isKind":
      return set(a, `${read(b)} instanceof ${text.helper(c === 0 ? "DictValue" : "ListValue")}`);
    case "listReaches":
      return set(a, `${read(b)}.size >= ${c}`);
    case "isVariant":
      return set(a, `${text.helper("isVariant")}(${read(b)}, ${text.name(c)}, ${text.name(d)}, ${e})`);
    case "enumField":
      text.line(`x = ${read(b)}.fields[${c}];`);
      return set(a, "x === undefined ? null : x");
    case "catches":
      return set(a, `${text.helper("catches")}(${read(b)}, ${text.name(c)})`);
    // ------------------------------------------------ calling
    case "call":
      return call(printer, a, b, `""`, list, pc, next, printer.isDeclared(operation));
    case "callNamed": {
      const plan = printer.planOf(operation);
      if (plan !== undefined) return inlineCall(printer, operation, plan, pc);
      return call(printer, a, b, text.name(c), list, pc, next, printer.isDeclared(operation));
    }
    case "callSpread":
      return suspendable(
        printer,
        `${text.helper("callOther")}(task, level, ${read(b)}, ${text.name(c)}, ${read(d)}.toArray())`,
        a,
        pc,
        next,
      );
    case "callBuiltin": {
      const intrinsic = intrinsicOf(text, operation);
      if (intrinsic !== undefined) {
        const argument = read(list[0] as number);
        const call = `(pc = ${pc}, ${text.builtin(b)}(task, ${argument}))`;
        return set(a, intrinsicText(text, intrinsic, argument, types[2] ?? anything, call));
      }
      text.line(`task.depth = ${depth};`);
      return suspendable(printer, `${text.builtin(b)}(${["task", ...list.map(read)].join(", ")})`, a, pc, next);
    }
    case "callBuiltinSpread":
      text.line(`task.depth = ${depth};`);
      return suspendable(printer, `${text.builtin(b)}(task, ...${read(c)}.toArray())`, a, pc, next);
    case "callMethod": {
      const plan = printer.planOf(operation);
      if (plan !== undefined) return inlineMethod(printer, operation, plan, pc);
      return methodOfAny(printer, operation, pc, next);
    }
    case "callMethodOwned":
      return methodOfAny(printer, operation, pc, next);
    case "callMethodSpread":
      return suspendable(
        printer,
        `${text.helper("method")}(task, level, ${text.table(text.methodCacheOf(operation))}, ${read(b)}, ${text.name(c)}, ${read(d)}.toArray(), false)`,
        a,
        pc,
        next,
      );
    case "callMethodOptional":
      text.line(`if (${read(b)} === null) ${text.write(a)} = null; else {`);
      callMethod(printer, operation, false, pc, next);
      return text.line("}");
    case "tailCall":
      return tailCall(printer, a, b, list, pc);
    case "undefinedCall":
      text.line(`task.depth = ${depth};`);
      return suspendable(
        printer,
        `${text.helper("callUndefined")}(task, ${text.name(b)}, ${text.name(c)}, ${values()})`,
        a,
        pc,
        next,
      );
    case "fail":
      return text.line(`pc = ${pc}; throw ${text.helper("fault")}(${a}, ${text.name(b)});`);
    case "pipeTarget":
      return set(a, raising("pipeTarget", "task", text.module, read(b)));
    // ------------------------------------------------ iterating
    case "iterate":
      return iterate(printer, operation, types[1] ?? anything, pc);
    case "closeCursor":
      if (isIdle(types[0])) return;
      return text.line(`pc = ${pc}; task.depth = ${depth}; ${read(a)}.close(task);`);
    // ------------------------------------------------ Result
    case "isErr":
      return set(a, raising("isErr", read(b)));
    case "resultValue":
      text.line(`x = ${read(b)}.fields[0];`);
      return set(a, "x === undefined ? null : x");
    case "toOk":
      return set(a, `${text.helper("toOk")}(${read(b)})`);
    case "toErr":
      return set(a, `${text.helper("err")}(${read(b)})`);
    // ------------------------------------------------ control
    case "return":
      return text.line(text.returns(read(a)));
    case "throw":
      return text.line(`pc = ${pc}; throw ${text.helper("thrown")}(${read(a)});`);
    case "rethrow":
      return printer.rethrow(read(a), pc);
    case "caughtValue":
      return set(a, `${read(b)}.value`);
  }
}

/**
 * What is looped over, from its start. Where it is known, or counted on, to be a list or a range that fits into 32 bits, there is
 * no cursor but the variables that stand for it.
 */
function iterate(printer: Printer, operation: IrOperation, type: number, pc: number): void {
  const { text } = printer;
  const [target = 0, source = 0] = operation.operands;
  const { form, at, stop, items } = text.cursor(target);
  const value = text.read(source);
  const seen = text.loopedOver(operation);
  const isA = (name: SupportName): string => `${value} === null || ${value}.constructor !== ${text.helper(name)}`;
  if (type === kinds.list || (seen === "list" && type !== kinds.range)) {
    if (type !== kinds.list) text.line(`if (${isA("ListValue")}) { ${text.bail(pc, printer.openCursors)} }`);
    return text.line(
      `${items} = ${value}.items; ${stop} = ${value}.size; ${at} = 0; ${form} = ${cursorForms.array}; ${text.write(target)} = null;`,
    );
  }
  if ((type === kinds.range && !text.hasFailed(operation)) || seen === "range") {
    if (type !== kinds.range) text.line(`if (${isA("RangeValue")}) { ${text.bail(pc, printer.openCursors)} }`);
    text.line(`x = ${value}.start; t = x + ${value}.size;`);
    text.line(`if (x !== (x | 0) || t !== (t | 0)) { ${text.bail(pc, printer.openCursors)} }`);
    return text.line(
      `${at} = x | 0; ${stop} = t | 0; ${form} = ${cursorForms.counter}; ${items} = undefined; ${text.write(target)} = null;`,
    );
  }
  text.line(`${text.write(target)} = (pc = ${pc}, ${text.helper("cursorOver")}(${value})); ${openCursorText(target)}`);
}

/** Whether closing a cursor of those kinds does nothing. */
export function isIdle(type = anything): boolean {
  return type !== 0 && (type & ~(kinds.counter | kinds.array)) === 0;
}

/** The depth of the running call. */
export const depth = `(level & ${depthMask}) >> 1`;

/**
 * `a[b]`: an element of a list, a character of a text, or the entry of a dict under a constant key where it stood the last time.
 * What has been seen so far is counted on, until that was wrong once.
 */
function index(printer: Printer, operation: IrOperation, types: readonly number[], pc: number): void {
  const { text } = printer;
  const [target = 0, object = 0, at = 0] = operation.operands;
  const value = text.read(object);
  const key = text.read(at);
  const counts = !text.hasFailed(operation);
  const set = (condition: string, result: string, otherwise: string): void =>
    text.line(
      counts
        ? `if (${condition}) ${text.write(target)} = ${result}; else { ${text.bail(pc, printer.openCursors)} }`
        : `${text.write(target)} = ${condition} ? ${result} : ${otherwise};`,
    );
  if (text.constant(at)?.kind === "string") {
    const cache = text.memory.propertyCacheAt(pc);
    const q = text.table(cache);
    const isDict = `${value} !== null && ${value}.constructor === ${text.helper("DictValue")}`;
    const otherwise = `(pc = ${pc}, ${text.helper("lookUpEntry")}(${q}, ${value}, ${key}))`;
    if (counts && cache.shape !== null) return known(printer, target, isDict, value, cache, pc);
    const isThere = `${isDict} && ${value}.shape === ${q}.shape`;
    return text.line(`${text.write(target)} = ${isThere} ? ${value}.slots[${q}.at] : ${otherwise};`);
  }
  const otherwise = `(pc = ${pc}, ${text.helper("peekIndex")}(${value}, ${key}))`;
  const objectType = types[1] ?? anything;
  if (isText(objectType) || text.hasSeenText(operation)) {
    const isTexts = isText(objectType) ? "" : `typeof ${value} === "string" && `;
    const isInt = isNumber(types[2] ?? anything) ? "" : `typeof ${key} === "number" && `;
    const isPlain =
      objectType === kinds.plain
        ? ""
        : ` && (${value} === ${text.helper("plainText")}.last || ${text.helper("isPlain")}(${value}))`;
    return set(`${isTexts}${isInt}${key} >= 0 && ${key} < ${value}.length${isPlain}`, `${value}[${key}]`, otherwise);
  }
  return set(isInside(text, object, at, types[1], types[2]), `${value}.items[${key}]`, otherwise);
}

/** Whether a value is a list and an index inside it. */
function isInside(text: FunctionText, object: number, at: number, objectType = anything, indexType = anything): string {
  const list = text.read(object);
  const index = text.read(at);
  const isList =
    objectType === kinds.list ? "" : `${list} !== null && ${list}.constructor === ${text.helper("ListValue")} && `;
  const isInt = isNumber(indexType) ? "" : `typeof ${index} === "number" && `;
  return `${isList}${isInt}${index} >= 0 && ${index} < ${list}.size`;
}

/** `a.name` where it stood the last time. */
function property(printer: Printer, operation: IrOperation, object: number, name: number, pc: number): void {
  const { text } = printer;
  const [target = 0] = operation.operands;
  const value = text.read(object);
  const cache = text.memory.propertyCacheAt(pc);
  if (cache.shape !== null && !text.hasFailed(operation))
    return known(printer, target, `${value} !== null`, value, cache, pc);
  const q = text.table(cache);
  const isThere = `${value} !== null && ${value}.shape === ${q}.shape`;
  const otherwise = `(pc = ${pc}, ${text.helper("lookUp")}(${q}, ${value}, ${text.name(name)}))`;
  text.line(`${text.write(target)} = ${isThere} ? ${value}.slots[${q}.at] : ${otherwise};`);
}

/** A property of values that have had one shape so far: with it and the place in the text, the engine can take them out of loops. */
function known(
  printer: Printer,
  target: number,
  kindTest: string,
  value: string,
  { shape, at }: PropertyCache,
  pc: number,
): void {
  const { text } = printer;
  const isThere = `${kindTest} && ${value}.shape === ${text.table(shape)}`;
  text.line(`if (${isThere}) ${text.write(target)} = ${value}.slots[${at}];`);
  text.line(`else { ${text.bail(pc, printer.openCursors)} }`);
}

/**
 * A part of a collection for writing into it: as it stands there when it is the collection's own (value/collection.ts, C3), and
 * otherwise a copy that is.
 */
function child(
  { text }: Printer,
  operation: IrOperation,
  isThere: string,
  backing: string,
  at: string,
  [helper, ...given]: readonly [SupportName, ...string[]],
): void {
  const [target = 0, parent = 0] = operation.operands;
  const value = text.read(parent);
  text.line(`if (${isThere} && (x = ${backing}[${at}]) !== null && x.shared === false && x.owner === ${backing})`);
  text.line(`${text.write(target)} = x;`);
  text.line(`else { ${text.write(parent)} = ${text.helper("ownForWrite")}(${value});`);
  text.line(`${text.place(text.offset)}; ${text.write(target)} = ${text.helper(helper)}(${given.join(", ")}); }`);
}

function setProperty(text: FunctionText, object: number, name: string, value: number, pc: number): void {
  const target = text.read(object);
  const cache = text.table(text.memory.propertyCacheAt(pc));
  const isThere = `${target} !== null && ${target}.shape === ${cache}.shape && !${target}.shared`;
  text.line(`if (${isThere}) ${target}.slots[${cache}.at] = ${text.read(value)};`);
  text.line(
    `else { pc = ${pc}; ${text.write(object)} = ${text.helper("put")}(${cache}, ${target}, ${name}, ${text.read(value)}); }`,
  );
}

/** A dict of constant keys, all different. */
function dictLiteral(text: FunctionText, parts: readonly number[]): string | undefined {
  const keys: string[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const key = text.constant(parts[index] as number);
    if (key?.kind !== "string" || keys.includes(key.value)) return undefined;
    keys.push(key.value);
  }
  const shape = Shape.of(keys);
  if (!shape) return undefined;
  const values = parts.filter((_part, index) => index % 2 === 1).map((part) => text.read(part));
  return `new ${text.helper("DictValue")}([${values.join(", ")}], ${text.table(shape)})`;
}

function concatenation(text: FunctionText, parts: readonly number[], types: readonly number[], pc: number): string {
  if (parts.length === 0) return `""`;
  const shown = parts.map((part, at) => {
    const value = text.read(part);
    if (isText(types[at] ?? anything)) return value;
    if (isNumber(types[at] ?? anything)) return `("" + ${value})`;
    const show = `(pc = ${pc}, ${text.helper("show")}(${value}))`;
    return `(typeof ${value} === "string" ? ${value} : typeof ${value} === "number" ? "" + ${value} : ${show})`;
  });
  return shown.length === 1 ? (shown[0] as string) : shown.join(" + ");
}

/** A call whose outcome may be that the task waits. */
function suspendable(printer: Printer, outcome: string, target: number, pc: number, next: number): void {
  const { text } = printer;
  text.line(`pc = ${pc}; x = ${outcome};`);
  text.line(`if (x === ${text.helper("S")}) { ${text.suspend(pc, next, target, printer.openCursors)} }`);
  text.line(`${text.write(target)} = x;`);
}

/**
 * A method call. The methods of builtin kinds are known now; a struct's are remembered. The receiver's mark follows
 * `invoke` in `calls.ts`.
 */
function callMethod(printer: Printer, operation: IrOperation, isOwned: boolean, pc: number, next: number): void {
  const { text } = printer;
  const [target = 0, object = 0, name = 0] = operation.operands;
  const args = (operation.list ?? []).map((argument) => text.read(argument));
  const receiver = text.read(object);
  const { methods } = text.memory.all.catalog;
  const word = text.code.module.names[name] as string;
  const cache = text.table(text.methodCacheOf(operation));
  const ways: string[] = [];
  if (args.length < 4) {
    for (const [table, at] of [
      ["table", "at"],
      ["otherTable", "otherAt"],
    ]) {
      const given = ["task", "o", methodLevel, receiver, ...args].join(", ");
      const isStruct = `${receiver} !== null && ${receiver}.constructor === ${text.helper("StructValue")}`;
      const isKnown = `${isStruct} && ${receiver}.type.methodTable === ${cache}.${table}`;
      const found = `o = ${receiver}.type.methods[${cache}.${at}], (e = o.fn.compiled${args.length + 1}) !== undefined`;
      ways.push(`${isKnown} && (${found}) ? e(${given})`);
    }
  }
  for (const [kind, test] of [
    ["list", `${receiver} !== null && ${receiver}.constructor === ${text.helper("ListValue")}`],
    ["string", `typeof ${receiver} === "string"`],
  ] as const) {
    const method = methods.get(kind)?.get(word);
    if (!method || args.length > 3) continue;
    const entry = text.table(method);
    const given = ["task", receiver, ...args].join(", ");
    const run = isOwned && method.runOwned ? `${entry}.runOwned(${given})` : `${entry}.run(${given})`;
    const keeps = kind === "list" && !(isOwned && method.runOwned) && !method.borrows;
    ways.push(`${test} ? ${keeps ? `(${receiver}.shared = true, ${run})` : run}`);
  }
  const other = `${text.helper("method")}(task, level, ${cache}, ${receiver}, ${text.name(name)}, [${args.join(", ")}], ${isOwned})`;
  text.line(`pc = ${pc}; task.depth = ${depth};`);
  text.line(`x = ${[...ways, other].join("\n: ")};`);
  settled(printer, target, pc, next);
}

function methodOfAny(printer: Printer, operation: IrOperation, pc: number, next: number): void {
  const plan = printer.callbackOf(operation);
  const usual = (): void => callMethod(printer, operation, operation.op === "callMethodOwned", pc, next);
  if (plan === undefined) usual();
  else printCallbackLoop(printer, operation, plan, pc, usual);
}

/** Where a method stands: it is entered like from native code. */
const methodLevel = `(level & ${depthMask}) + 2 | 1`;

/** A call whose callee is printed here. Anything but that callee, and a stack without room, is left to the interpreter. */
function inlineCall(printer: Printer, operation: IrOperation, { ways }: InlinePlan, pc: number): void {
  const { text } = printer;
  const [target = 0, callee = 0] = operation.operands;
  const way = ways[0] as InlineWay;
  const closure = text.read(callee);
  const known = text.calleeIn(way.at, way.memory.code);
  const isKnown = text.declaredIn(way.at) === way.memory.code ? "" : `${closure} === ${known} && `;
  text.line(`if (!(${isKnown}${text.hasRoom})) { ${text.bail(pc, printer.openCursors)} }`);
  const args = (operation.list ?? []).map((argument) => text.read(argument));
  const label = text.newLabel();
  text.line(`${label}: {`);
  const site = { host: text, pc, openCursors: printer.openCursors, result: text.write(target), label };
  printer.inline(way, site, closure, args, argumentsOf(operation, printer.typesOf(operation)));
  text.line("}");
}

function inlineMethod(printer: Printer, operation: IrOperation, { ways }: InlinePlan, pc: number): void {
  const { text } = printer;
  const [target = 0, object = 0] = operation.operands;
  const receiver = text.read(object);
  const args = [receiver, ...(operation.list ?? []).map((argument) => text.read(argument))];
  const given = argumentsOf(operation, printer.typesOf(operation));
  const isStruct = `${receiver} !== null && ${receiver}.constructor === ${text.helper("StructValue")}`;
  const label = text.newLabel();
  text.line(`${label}: {`);
  const isKnown = printer.typesOf(operation)[1] === kinds.struct ? "" : `${isStruct} && `;
  text.line(`if (!(${isKnown}${text.hasRoom})) { ${text.bail(pc, printer.openCursors)} }`);
  text.line(`x = ${receiver}.type.methodTable;`);
  for (const way of ways) {
    text.line(`if (x === ${text.table(way.table)}) {`);
    const site = { host: text, pc, openCursors: printer.openCursors, result: text.write(target), label };
    printer.inline(way, site, `${receiver}.type.methods[${way.at}]`, args, given);
    text.line("}");
  }
  text.line(`${text.bail(pc, printer.openCursors, "receiver")} }`);
}

/** Takes the outcome of a call in `x`, which a compiled callee may have left pending. */
function settled(printer: Printer, target: number, pc: number, next: number): void {
  const { text } = printer;
  const S = text.helper("S");
  const capture = text.suspend(pc, next, target, printer.openCursors);
  text.line(`if (x === ${S} && (x = ${text.helper("settle")}(task, x)) === ${S}) { ${capture} }`);
  text.line(`${text.write(target)} = x;`);
}

/** Where a callee stands: one deeper, entered from the program, no tail calls below it. */
const calleeLevel = `(level & ${depthMask} | 1) + 1`;

function call(
  printer: Printer,
  target: number,
  callee: number,
  name: string,
  args: readonly number[],
  pc: number,
  next: number,
  isClosure: boolean,
): void {
  const { text } = printer;
  const values = args.map((argument) => text.read(argument));
  const closure = text.read(callee);
  printer.spendForCall(pc);
  const other = `${text.helper("callOther")}(task, level, ${closure}, ${name}, [${values.join(", ")}])`;
  text.line(`pc = ${pc};`);
  if (args.length <= 4) {
    const fn = isClosure ? `(e = ${closure}.fn` : `${closure} !== null && (e = ${closure}.fn) !== undefined && (e = e`;
    text.line(`x = ${fn}.compiled${args.length}) !== undefined`);
    text.line(`? e(${["task", closure, calleeLevel, ...values].join(", ")}) : ${other};`);
  } else {
    text.line(`x = ${other};`);
  }
  settled(printer, target, pc, next);
}

/** The frame is left before the callee runs: `pc` is -1, so that no error of the callee's passes through it. */
function tailCall(printer: Printer, callee: number, name: number, args: readonly number[], pc: number): void {
  const { text } = printer;
  const values = args.map((argument) => text.read(argument));
  const closure = text.read(callee);
  printer.backEdge(pc);
  if (printer.canRestart && text.code.params.length === args.length && acceptsCount(text.code, args.length)) {
    printer.usesRestart = true;
    text.line(`if (${closure} === closure) {`);
    const copies = values.map((_value, index) => `s${index}`);
    if (values.length > 0) text.line(`const ${copies.map((copy, index) => `${copy} = ${values[index]}`).join(", ")};`);
    for (const [index, copy] of copies.entries()) text.line(`${text.write(index)} = ${copy};`);
    for (let index = 0; index < text.code.captureCount; index++)
      text.line(`${text.write(args.length + index)} = closure.captures[${index}];`);
    text.line("continue start; }");
  }
  if (args.length <= 4) {
    text.line(`if (level < ${tailLimit} && (level & ${depthMask}) < ${tailDepthLimit} && ${closure} !== null`);
    text.line(`&& (e = ${closure}.fn) !== undefined && (e = e.compiled${args.length}) !== undefined) {`);
    text.line(`pc = -1; return e(${["task", closure, `level + ${tailStep}`, ...values].join(", ")}); }`);
  }
  text.line(`pc = ${pc};`);
  text.line(`return ${text.helper("tailCall")}(task, level, ${closure}, ${text.name(name)}, [${values.join(", ")}]);`);
}
