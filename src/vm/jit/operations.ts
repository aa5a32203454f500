import type { IrOperation } from "../../bytecode/index.ts";
import { depthMask, tailDepthLimit, tailLimit, tailStep } from "../level.ts";
import type { FunctionText } from "./function-text.ts";
import type { Printer } from "./printer.ts";
import type { SupportName } from "./support.ts";

/** Prints one operation. `pc` is its offset and `next` that of what follows. */
export function printOperation(printer: Printer, operation: IrOperation, pc: number, next: number): void {
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
  switch (op) {
    // ------------------------------------------------ moving
    case "move":
      return set(a, read(b));
    case "share":
      return text.line(`if (typeof ${read(a)} === "object") ${text.helper("share")}(${read(a)});`);
    case "loadSlot":
      set(a, `slots[${b}]`);
      return text.line(
        `if (${read(a)} === undefined) { pc = ${pc}; throw ${text.helper("undefinedVariable")}(task, ${text.name(c)}); }`,
      );
    case "storeSlot":
      return text.line(`slots[${a}] = ${read(b)};`);
    case "loadGlobal":
      return set(a, raising("resolveGlobal", "task", text.name(b), text.name(c)));
    case "loadBuiltin":
      return set(a, `task.machine.builtinValue(module.code.builtins[${b}])`);
    case "makeClosure":
      return set(a, `new ${text.helper("Closure")}(module.functionAt(${b}), ${values()})`);
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
    case "checkParam":
      return text.line(`${raising("checkParameter", "closure.fn.code", String(b), read(a))};`);
    // ------------------------------------------------ operators
    case "add":
      return set(a, safeInt(text, b, c, "+", raising("add", read(b), read(c))));
    case "addOwned":
      return set(a, safeInt(text, b, c, "+", raising("addOwned", read(b), read(c))));
    case "sub":
      return set(a, safeInt(text, b, c, "-", raising("subtract", read(b), read(c))));
    case "mul":
      return set(a, safeInt(text, b, c, "*", raising("multiply", read(b), read(c))));
    case "div":
      return set(
        a,
        numbers(
          text,
          b,
          c,
          `${read(c)} !== 0`,
          `Math.trunc(${read(b)} / ${read(c)}) + 0`,
          raising("divide", read(b), read(c)),
        ),
      );
    case "mod":
      return set(
        a,
        numbers(text, b, c, `${read(c)} !== 0`, `${read(b)} % ${read(c)} + 0`, raising("modulo", read(b), read(c))),
      );
    case "pow":
      return set(a, raising("power", read(b), read(c)));
    case "neg":
      return set(a, raising("negate", read(b)));
    case "not":
      return set(a, `!${text.helper("truthy")}(${read(b)})`);
    case "truthy":
      return set(a, `${text.helper("truthy")}(${read(b)})`);
    case "isNil":
      return set(a, `${read(b)} === null`);
    case "eq":
      return set(a, numbers(text, b, c, "", `${read(b)} === ${read(c)}`, raising("equal", read(b), read(c))));
    case "ne":
      return set(a, numbers(text, b, c, "", `${read(b)} !== ${read(c)}`, `!${raising("equal", read(b), read(c))}`));
    case "lt":
      return set(a, numbers(text, b, c, "", `${read(b)} < ${read(c)}`, `${raising("compare", read(b), read(c))} < 0`));
    case "gt":
      return set(a, numbers(text, b, c, "", `${read(b)} > ${read(c)}`, `${raising("compare", read(b), read(c))} > 0`));
    case "le":
      return set(
        a,
        numbers(text, b, c, "", `${read(b)} <= ${read(c)}`, `${raising("compare", read(b), read(c))} <= 0`),
      );
    case "ge":
      return set(
        a,
        numbers(text, b, c, "", `${read(b)} >= ${read(c)}`, `${raising("compare", read(b), read(c))} >= 0`),
      );
    case "in":
      return set(a, raising("contains", read(c), read(b)));
    case "range":
      return set(a, raising("makeRange", read(b), read(c), String(d === 1)));
    case "concat":
      return set(a, concatenation(text, list, pc));
    // ------------------------------------------------ building
    case "makeList":
      return set(a, `new ${text.helper("ListValue")}(${values()})`);
    case "listPush":
      return set(a, `${read(a)}.appendOwned(${read(b)})`);
    case "listSpread":
      return set(a, raising("spreadList", read(a), read(b)));
    case "makeDict":
      return set(a, raising("makeDict", values()));
    case "dictPut":
      return text.line(`${raising("dictPut", read(a), read(b), read(c))};`);
    case "dictSpread":
      return text.line(`${raising("dictSpread", read(a), read(b))};`);
    case "makeStruct":
      return set(a, raising("makeStruct", read(b), read(c)));
    case "makeStructType":
      return set(a, `module.structs[${b}]`);
    case "addMethod":
      return text.line(`${raising("addMethod", read(a), text.name(b), read(c))};`);
    case "makeEnum":
      return set(a, `new ${text.helper("EnumValue")}(${text.name(b)}, ${text.name(c)}, ${values()})`);
    // ------------------------------------------------ reading
    case "getProp":
      return set(a, raising("peekProperty", read(b), text.name(c)));
    case "getPropOptional":
      return set(a, raising("propertyOptional", read(b), text.name(c)));
    case "getIndex":
      return set(a, index(text, b, c, raising("peekIndex", read(b), read(c))));
    case "getIndexOptional":
      return set(a, raising("indexOptional", read(b), read(c)));
    case "slice":
      return set(a, raising("slice", read(b), read(c), read(d)));
    // ------------------------------------------------ writing
    case "setProp":
      return set(a, raising("setProperty", read(a), text.name(b), read(c)));
    case "setIndex":
      return set(a, raising("setIndex", read(a), read(b), read(c)));
    case "childProp":
      set(b, `${text.helper("ownForWrite")}(${read(b)})`);
      return set(a, raising("childProperty", read(b), text.name(c)));
    case "childIndex":
      set(b, `${text.helper("ownForWrite")}(${read(b)})`);
      return set(a, raising("childIndex", read(b), read(c)));
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
      return call(printer, a, b, `""`, list, pc, next);
    case "callNamed":
      return call(printer, a, b, text.name(c), list, pc, next);
    case "callSpread":
      return suspendable(
        printer,
        `${text.helper("callOther")}(task, level, ${read(b)}, ${text.name(c)}, ${read(d)}.toArray())`,
        a,
        pc,
        next,
      );
    case "callBuiltin":
      text.line(`task.depth = ${depth};`);
      return suspendable(printer, `b${text.builtin(b)}(${["task", ...list.map(read)].join(", ")})`, a, pc, next);
    case "callBuiltinSpread":
      text.line(`task.depth = ${depth};`);
      return suspendable(printer, `b${text.builtin(b)}(task, ...${read(c)}.toArray())`, a, pc, next);
    case "callMethod":
      return method(printer, a, `${read(b)}, ${text.name(c)}, ${values()}, false`, pc, next);
    case "callMethodOwned":
      return method(printer, a, `${read(b)}, ${text.name(c)}, ${values()}, true`, pc, next);
    case "callMethodSpread":
      return method(printer, a, `${read(b)}, ${text.name(c)}, ${read(d)}.toArray(), false`, pc, next);
    case "callMethodOptional":
      text.line(`if (${read(b)} === null) ${text.write(a)} = null; else {`);
      method(printer, a, `${read(b)}, ${text.name(c)}, ${values()}, false`, pc, next);
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
      return set(a, raising("pipeTarget", "task", "module", read(b)));
    // ------------------------------------------------ iterating
    case "iterate": {
      const { form, at, stop, items } = text.cursor(a);
      set(a, raising("cursorOver", read(b)));
      return text.line(
        `${form} = ${read(a)}.form; ${at} = ${read(a)}.at; ${stop} = ${read(a)}.stop; ${items} = ${read(a)}.items;`,
      );
    }
    case "closeCursor":
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
      return text.line(`return ${read(a)};`);
    case "throw":
      return text.line(`pc = ${pc}; throw ${text.helper("thrown")}(${read(a)});`);
    case "rethrow":
      return text.line(`pc = ${pc}; throw ${read(a)};`);
    case "caughtValue":
      return set(a, `${read(b)}.value`);
  }
}

/** The depth of the running call. */
export const depth = `(level & ${depthMask}) >> 1`;

/** Arithmetic of two small ints; everything else is `otherwise`. A product of 0 may be -0, which no int is. */
function safeInt(
  text: FunctionText,
  left: number,
  right: number,
  operator: "+" | "-" | "*",
  otherwise: string,
): string {
  const zero = operator === "*" ? " + 0" : "";
  const sum = `(t = ${text.read(left)} ${operator} ${text.read(right)}${zero}) <= 9007199254740991 && t >= -9007199254740991`;
  return numbers(text, left, right, sum, "t", otherwise);
}

/** `result` where both are numbers and the condition holds, else `otherwise`. */
function numbers(
  text: FunctionText,
  left: number,
  right: number,
  condition: string,
  result: string,
  otherwise: string,
): string {
  const conditions = [left, right].flatMap((operand) =>
    text.isNumber(operand) ? [] : [`typeof ${text.read(operand)} === "number"`],
  );
  if (condition !== "") conditions.push(condition);
  return conditions.length === 0 ? result : `${conditions.join(" && ")} ? ${result} : ${otherwise}`;
}

function index(text: FunctionText, object: number, at: number, otherwise: string): string {
  const list = text.read(object);
  const index = text.read(at);
  const isInside = `${list} instanceof ${text.helper("ListValue")} && typeof ${index} === "number" && ${index} >= 0 && ${index} < ${list}.size`;
  return `${isInside} ? ${list}.items[${index}] : ${otherwise}`;
}

function concatenation(text: FunctionText, parts: readonly number[], pc: number): string {
  if (parts.length === 0) return `""`;
  const shown = parts.map((part) => {
    const value = text.read(part);
    if (value.startsWith('"')) return value;
    return `(typeof ${value} === "string" ? ${value} : (pc = ${pc}, ${text.helper("show")}(${value})))`;
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

function method(printer: Printer, target: number, args: string, pc: number, next: number): void {
  suspendable(printer, `${printer.text.helper("method")}(task, level, ${args})`, target, pc, next);
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
): void {
  const { text } = printer;
  const values = args.map((argument) => text.read(argument));
  const closure = text.read(callee);
  spendFuel(printer, pc);
  const other = `${text.helper("callOther")}(task, level, ${closure}, ${name}, [${values.join(", ")}])`;
  text.line(`pc = ${pc};`);
  if (args.length <= 4) {
    text.line(
      `x = ${closure} !== null && (e = ${closure}.fn) !== undefined && (e = e.compiled${args.length}) !== undefined`,
    );
    text.line(`? e(${["task", closure, calleeLevel, ...values].join(", ")}) : ${other};`);
  } else {
    text.line(`x = ${other};`);
  }
  const { S, settle } = { S: text.helper("S"), settle: text.helper("settle") };
  const capture = text.suspend(pc, next, target, printer.openCursors);
  text.line(`if (x === ${S} && (x = ${settle}(task, x)) === ${S}) { ${capture} }`);
  text.line(`${text.write(target)} = x;`);
}

/** As a back edge does: a program of calls alone has to be stoppable too. */
function spendFuel(printer: Printer, pc: number): void {
  printer.backEdge(pc);
}

/** The frame is left before the callee runs: `pc` is -1, so that no error of the callee's passes through it. */
function tailCall(printer: Printer, callee: number, name: number, args: readonly number[], pc: number): void {
  const { text } = printer;
  const values = args.map((argument) => text.read(argument));
  const closure = text.read(callee);
  spendFuel(printer, pc);
  if (printer.canRestart && text.code.params.length === args.length && text.fn.accepts(args.length)) {
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
