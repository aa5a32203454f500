import type { FunctionCode, IrBlock, IrOperation, IrStatement, TypeSpec } from "../../bytecode/index.ts";
import { isPlain } from "../../value/text.ts";
import type { CodeMemory } from "../code-memory.ts";
import { type ArithmeticOp, FunctionText } from "./function-text.ts";
import { type CallbackPlan, type InlinePlan, planOfCall, planOfCallback, planOfMethod } from "./inlining.ts";
import { intrinsicOf, intrinsicResult } from "./intrinsics.ts";
import { anything, anyValue, isText, kinds, number, numeric, sizeOf, text } from "./kinds.ts";
import type { Step } from "./position.ts";

type Types = Uint32Array;

/** What is known about one form of a function. */
export interface TypeInfo {
  /** The kinds of the registers that each statement reads, in the order of its operands and then of its list. */
  readonly kinds: ReadonlyMap<IrStatement, readonly number[]>;
  /** The calls that are printed in place. */
  readonly plans: ReadonlyMap<IrStatement, InlinePlan | undefined>;
  /** The method calls that are printed as loops. */
  readonly callbacks: ReadonlyMap<IrStatement, CallbackPlan>;
  /** The calls of functions that the module declares. */
  readonly declared: ReadonlySet<IrStatement>;
  /** The kinds of what operations write, by offset. */
  readonly results: ReadonlyMap<number, number>;
}

/** What is shown without surrogates. */
const shownPlain = number | kinds.plain | kinds.bool | kinds.nil | kinds.float;

interface Join {
  types: Types | undefined;
}

/**
 * Which kinds each operand may have: what constants, operators and checks tell, followed through the control flow of one
 * form of a function. Arithmetic that has only seen ints is taken to give ints: the printed code leaves for the interpreter
 * where it does not (`bail`).
 */
export class TypeAnalysis {
  readonly #text: FunctionText;
  readonly #info = new Map<IrStatement, number[]>();
  readonly #labels = new Map<number, { readonly end: Join; readonly again: Join }>();
  readonly #handlers: Types[] = [];
  readonly #plans = new Map<IrStatement, InlinePlan | undefined>();
  readonly #callbacks = new Map<IrStatement, CallbackPlan>();
  readonly #declared = new Set<IrStatement>();
  readonly #results = new Map<number, number>();
  /** The slots whose values registers hold, within straight code. */
  readonly #slotIn = new Map<number, number>();
  /** The functions that registers hold closures over, within straight code. */
  readonly #madeIn = new Map<number, number>();
  #types: Types | undefined;
  #learnt = false;
  /** What the function gives, as far as it was reached. */
  #returned = 0;

  constructor(text: FunctionText) {
    this.#text = text;
  }

  /** From the start of the function. */
  ofCall(body: IrBlock): TypeInfo {
    const { params, captureCount } = this.#text.code;
    this.#types = new Uint32Array(this.#text.constantBase).fill(anything);
    this.#types.fill(0, params.length + captureCount);
    this.#block(body, 0);
    return this.#known;
  }

  /** The same for a call with arguments of those kinds, and what it gives. */
  ofCallWith(body: IrBlock, args: readonly number[]): { readonly info: TypeInfo; readonly result: number } {
    this.#types = new Uint32Array(this.#text.constantBase).fill(anything);
    this.#types.set(args);
    this.#types.fill(0, args.length + this.#text.code.captureCount);
    this.#block(body, 0);
    return { info: this.#known, result: this.#returned };
  }

  get #known(): TypeInfo {
    return {
      kinds: this.#info,
      plans: this.#plans,
      callbacks: this.#callbacks,
      declared: this.#declared,
      results: this.#results,
    };
  }

  /** From a place in the middle, with what the registers hold there. */
  ofEntry(path: readonly Step[], entry: Types): TypeInfo {
    // Code that is printed twice is reached in two ways, and either has to fit what the other has learnt.
    do {
      this.#learnt = false;
      this.#types = entry.slice();
      this.#from(path, 0);
    } while (this.#learnt);
    return this.#known;
  }

  #from(path: readonly Step[], depth: number): void {
    const { block, index } = path[depth] as Step;
    if (depth === path.length - 1) return this.#block(block, index);
    const statement = block[index] as IrStatement;
    const next = path[depth + 1] as Step;
    const rest = (): void => this.#from(path, depth + 1);
    switch (statement.kind) {
      case "labeled":
        this.#labeled(statement.label, rest);
        break;
      case "loop":
        this.#firstIteration(statement, rest);
        break;
      case "try":
        if (next.block === statement.body) this.#try(statement, rest);
        else rest();
        break;
      default:
        rest();
    }
    this.#block(block, index + 1);
  }

  #block(block: IrBlock, from: number): void {
    for (let index = from; index < block.length; index++) this.#statement(block[index] as IrStatement);
  }

  #statement(statement: IrStatement): void {
    if (!this.#types) return;
    if (statement.kind !== "op") {
      this.#slotIn.clear();
      this.#madeIn.clear();
    }
    switch (statement.kind) {
      case "op":
        return this.#operation(statement);
      case "if":
        return this.#if(statement);
      case "loop":
        return this.#loop(statement);
      case "labeled":
        return this.#labeled(statement.label, () => this.#block(statement.body, 0));
      case "break":
        return this.#leave(this.#labels.get(statement.label)?.end);
      case "continue":
        return this.#leave(this.#labels.get(statement.label)?.again);
      case "next":
        return this.#next(statement);
      case "try":
        return this.#try(statement, () => this.#block(statement.body, 0));
    }
  }

  // ------------------------------------------------------------ control

  #if(statement: IrStatement & { kind: "if" }): void {
    this.#note(statement, [this.#of(statement.condition)]);
    const before = this.#types as Types;
    this.#types = before.slice();
    this.#block(statement.then, 0);
    const then = this.#types as Types | undefined;
    this.#types = before;
    this.#block(statement.otherwise, 0);
    this.#types = joined(then, this.#types);
  }

  #labeled(label: number, body: () => void): void {
    const end: Join = { types: undefined };
    this.#labels.set(label, { end, again: { types: undefined } });
    body();
    this.#types = joined(this.#types, end.types);
  }

  #loop(statement: IrStatement & { kind: "loop" }): void {
    const end: Join = { types: undefined };
    let head = this.#types as Types;
    for (;;) {
      const again: Join = { types: undefined };
      this.#labels.set(statement.label, { end, again });
      this.#types = head.slice();
      this.#block(statement.body, 0);
      const next = joined(head.slice(), joined(this.#types, again.types)) as Types;
      if (same(head, next)) break;
      head = next;
    }
    this.#types = end.types;
  }

  /** The rest of an iteration that is under way, then the whole loop. */
  #firstIteration(statement: IrStatement & { kind: "loop" }, rest: () => void): void {
    const first = { end: { types: undefined } as Join, again: { types: undefined } as Join };
    this.#labels.set(statement.label, first);
    rest();
    this.#types = joined(this.#types, first.again.types);
    if (this.#types) this.#loop(statement);
    this.#types = joined(this.#types, first.end.types);
  }

  #next(statement: IrStatement & { kind: "next" }): void {
    const cursor = this.#of(statement.cursor);
    this.#note(statement, [cursor]);
    this.#leaveTo(this.#labels.get(statement.done)?.end);
    const guessed = cursor === kinds.array ? this.#text.elementsOf(statement)?.kind : undefined;
    const element = cursor === kinds.counter ? kinds.small : (guessed ?? anyValue);
    this.#set(statement.target, element);
    this.#noteResult(statement, element);
  }

  #try(statement: IrStatement & { kind: "try" }, body: () => void): void {
    const seen = (this.#types as Types).slice();
    this.#handlers.push(seen);
    body();
    this.#handlers.pop();
    const after = this.#types;
    this.#types = seen;
    this.#set(statement.caught, anything);
    this.#block(statement.handler, 0);
    this.#types = joined(after, this.#types);
  }

  #leave(join: Join | undefined): void {
    this.#leaveTo(join);
    this.#types = undefined;
  }

  #leaveTo(join: Join | undefined): void {
    if (join) join.types = joined(join.types, this.#types?.slice());
  }

  // ------------------------------------------------------------ operations

  #operation(operation: IrOperation): void {
    const reads = [
      ...operation.operands.map((operand) => this.#of(operand)),
      ...(operation.list ?? []).map((o) => this.#of(o)),
    ];
    this.#note(operation, reads);
    const { op, operands } = operation;
    const [a = 0, b = 0, c = 0] = operands;
    if (op === "return" || op === "throw" || op === "rethrow" || op === "tailCall" || op === "fail") {
      if (op === "return") this.#returned |= reads[0] ?? 0;
      this.#types = undefined;
      return;
    }
    if (op === "callMethod" || op === "callMethodOwned") this.#findCallback(operation);
    if ((op === "call" || op === "callNamed") && this.#isDeclared(b)) this.#declared.add(operation);
    const result = this.#result(operation, reads);
    if (result !== undefined) {
      this.#set(a, result);
      this.#noteResult(operation, result);
    }
    if (op === "loadSlot") this.#slotIn.set(a, b);
    if (op === "makeClosure") this.#madeIn.set(a, b);
    // A text that was indexed has been looked at.
    if (op === "getIndex" && result === kinds.plain && a !== b && b >= 0 && b < this.#text.constantBase)
      this.#set(b, kinds.plain);
    if (op === "childProp" || op === "childIndex") this.#set(b, anyValue);
    // What an operator has accepted stays what it was.
    const mode = this.#text.modeOf(operation);
    if (mode === "int") {
      if (b !== a) this.#narrow(b);
      if (c !== a) this.#narrow(c);
    } else if (mode === "float") {
      if (b !== a) this.#narrowSide(operation, 0, b);
      if (c !== a) this.#narrowSide(operation, 1, c);
    }
  }

  #narrowSide(operation: IrOperation, side: 0 | 1, operand: number): void {
    if (this.#text.hasSeenInt(operation, side)) return this.#narrow(operand);
    if (operand >= 0 && operand < this.#text.constantBase) this.#set(operand, kinds.float);
  }

  #narrow(operand: number): void {
    if (operand < 0 || operand >= this.#text.constantBase) return;
    const known = (this.#types as Types)[operand] as number;
    this.#set(operand, (known & number) === 0 ? number : known & number);
  }

  #result(operation: IrOperation, reads: readonly number[]): number | undefined {
    const [a = 0, b = 0, c = 0] = operation.operands;
    switch (operation.op) {
      case "move":
        return reads[1];
      case "add":
      case "addOwned":
      case "sub":
      case "mul":
      case "div":
      case "mod":
        return this.#arithmetic(operation, reads[1] ?? 0, reads[2] ?? 0);
      case "neg":
        return numeric;
      case "not":
      case "truthy":
      case "isNil":
      case "eq":
      case "ne":
      case "lt":
      case "gt":
      case "le":
      case "ge":
      case "in":
      case "isKind":
      case "listReaches":
      case "isVariant":
      case "catches":
      case "isErr":
      case "isMissing":
        return kinds.bool;
      case "concat":
        return reads.slice(1).every((part) => (part & ~shownPlain) === 0) ? kinds.plain : kinds.string;
      case "callBuiltin": {
        const intrinsic = intrinsicOf(this.#text, operation);
        return intrinsic === undefined ? anyValue : intrinsicResult(intrinsic, reads[2] ?? 0);
      }
      case "callNamed":
      case "callMethod":
        return this.#inlined(operation) ?? anyValue;
      case "getIndex":
        return this.#element(operation, reads[1] ?? 0);
      case "range":
        return kinds.range;
      case "loadSlot":
        return this.#text.declaredIn(b) === undefined ? anyValue : kinds.closure;
      case "makeList":
      case "listRest":
      case "listPush":
      case "listSpread":
        return kinds.list;
      case "makeDict":
      case "dictRest":
        return kinds.dict;
      case "makeClosure":
        return kinds.closure;
      case "iterate":
        return cursorKind(reads[1] ?? 0, this.#text.hasFailed(operation), this.#text.loopedOver(operation));
      case "pow":
        return numeric;
      case "slice":
        return text | kinds.list;
      case "setIndex":
        return (reads[0] ?? 0) === kinds.list ? kinds.list : kinds.list | kinds.dict;
      case "checkParam":
        // What never passes is never more than what was asked for.
        return (
          (reads[0] ?? 0) & checkedKind(this.#text.code.params[b]?.type) || checkedKind(this.#text.code.params[b]?.type)
        );
      case "share":
      case "adopt":
      case "storeSlot":
      case "storeCell":
      case "dictPut":
      case "dictSpread":
      case "addMethod":
      case "checkPattern":
      case "closeCursor":
        return undefined;
      case "makeCell":
      case "caughtValue":
        return anything;
      default:
        return a >= 0 && c >= 0 ? anyValue : anyValue;
    }
  }

  /** What a call gives that is printed in place. */
  #inlined(operation: IrOperation): number | undefined {
    if (!this.#plans.has(operation)) this.#plans.set(operation, this.#planOf(operation));
    const plan = this.#plans.get(operation);
    if (plan === undefined) return undefined;
    const reads = this.#info.get(operation) as readonly number[];
    const given = argumentsOf(operation, reads);
    return plan.ways.reduce((all, { memory }) => all | inlinedTypes(memory, given).result, 0);
  }

  #planOf(operation: IrOperation): InlinePlan | undefined {
    if (this.#text.isInlined || !this.#text.mayInline || this.#text.hasFailed(operation)) return undefined;
    const given = operation.list?.length ?? 0;
    if (operation.op === "callMethod")
      return planOfMethod(this.#text.methodCacheOf(operation), given, this.#text.memory.all);
    const slot = this.#slotIn.get(operation.operands[1] ?? -1);
    return slot === undefined ? undefined : planOfCall(slot, this.#text.functionIn(slot, given), given);
  }

  #isDeclared(callee: number): boolean {
    const slot = this.#slotIn.get(callee);
    return slot !== undefined && this.#text.declaredIn(slot) !== undefined;
  }

  /** A list's method that is given a small function which was just made. */
  #findCallback(operation: IrOperation): void {
    const text = this.#text;
    const made = this.#madeIn.get(operation.list?.at(-1) ?? -1);
    if (made === undefined || text.isInlined || !text.mayInline || text.hasFailed(operation)) return;
    const callee = text.memory.all.of(text.code.module.functions[made] as FunctionCode);
    const plan = planOfCallback(text, operation, callee);
    if (plan !== undefined) this.#callbacks.set(operation, plan);
  }

  /** A text that is counted on to be one, and to reach that far, gives a text. */
  #element(operation: IrOperation, object: number): number {
    const isTexts = isText(object) || this.#text.hasSeenText(operation);
    const isKey = this.#text.constant(operation.operands[2] ?? 0)?.kind === "string";
    return isTexts && !isKey && !this.#text.hasFailed(operation) ? kinds.plain : anyValue;
  }

  #arithmetic(operation: IrOperation, left: number, right: number): number {
    switch (this.#text.modeOf(operation)) {
      case "int":
        return intResult(operation.op as ArithmeticOp, left, right, this.#text.isWide(operation));
      case "float":
        return kinds.float;
      case "any": {
        const both = left | right;
        const joins = operation.op === "add" || operation.op === "addOwned";
        const texts = joins || operation.op === "mul" ? both & text : 0;
        const wholes = joins ? both & (kinds.list | kinds.dict) : 0;
        // Float arithmetic gives floats; two ints of any size may give either form.
        return numeric | texts | wholes;
      }
      default:
        return anyValue;
    }
  }

  #of(operand: number): number {
    const constant = this.#text.constant(operand);
    if (operand >= 0 && operand < this.#text.constantBase) return (this.#types as Types)[operand] as number;
    switch (constant?.kind) {
      case "int":
        return this.#text.isNumber(operand) ? sizeOf(Number(constant.value)) : kinds.bigint;
      case "float":
        return kinds.float;
      case "string":
        return isPlain(constant.value) ? kinds.plain : kinds.string;
      case "bool":
        return kinds.bool;
      case "nil":
        return kinds.nil;
      default:
        return kinds.other;
    }
  }

  #set(register: number, types: number): void {
    this.#slotIn.delete(register);
    this.#madeIn.delete(register);
    (this.#types as Types)[register] = types;
    for (const seen of this.#handlers) seen[register] = (seen[register] ?? 0) | types;
  }

  #noteResult(statement: IrStatement, result: number): void {
    const offset = this.#text.offsetOf(statement);
    this.#results.set(offset, (this.#results.get(offset) ?? 0) | result);
  }

  #note(statement: IrStatement, reads: readonly number[]): void {
    const known = this.#info.get(statement);
    if (!known) {
      this.#info.set(statement, [...reads]);
      this.#learnt = true;
      return;
    }
    for (const [index, types] of reads.entries()) {
      const both = (known[index] ?? 0) | types;
      if (both !== known[index]) this.#learnt = true;
      known[index] = both;
    }
  }
}

/** What a function has to do with arguments of those kinds. */
export function inlinedTypes(
  memory: CodeMemory,
  given: readonly number[],
): { readonly info: TypeInfo; readonly result: number } {
  return new TypeAnalysis(new FunctionText(memory)).ofCallWith(memory.code.body, given);
}

/** The kinds of what a call is given, among those of all that it reads: a method is given its receiver first. */
export function argumentsOf({ op, operands, list }: IrOperation, reads: readonly number[]): readonly number[] {
  const listed = reads.slice(operands.length, operands.length + (list?.length ?? 0));
  return op === "callMethod" ? [kinds.struct, ...listed] : listed;
}

function joined(a: Types | undefined, b: Types | undefined): Types | undefined {
  if (!a || !b) return a ?? b;
  for (let index = 0; index < a.length; index++) a[index] = (a[index] ?? 0) | (b[index] ?? 0);
  return a;
}

function same(a: Types, b: Types): boolean {
  return a.every((types, index) => types === b[index]);
}

/** What two ints give that are counted on to be numbers. A rest is as small as either of them. */
export function intResult(op: ArithmeticOp, left: number, right: number, isWide: boolean): number {
  if (op === "mod" && (left === kinds.small || right === kinds.small)) return kinds.small;
  return isWide || left === kinds.wide || right === kinds.wide ? kinds.wide : kinds.small;
}

/** A range that does not fit into 32 bits is run through by its cursor. */
function cursorKind(source: number, isLong: boolean, loopedOver: "list" | "range" | undefined): number {
  if (source === kinds.range) return isLong ? kinds.counter | kinds.pulled : kinds.counter;
  if (source === kinds.list || loopedOver === "list") return kinds.array;
  return loopedOver === "range" ? kinds.counter : kinds.counter | kinds.array | kinds.pulled;
}

function checkedKind(type: TypeSpec | undefined): number {
  if (type?.kind !== "named") return anything;
  switch (type.name) {
    case "string":
      return text;
    case "bool":
      return kinds.bool;
    case "int":
    case "float":
      return numeric;
    case "list":
      return kinds.list;
    default:
      return anything;
  }
}
