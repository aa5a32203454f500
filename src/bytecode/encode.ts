import type { Span } from "../text/index.ts";
import type { FunctionCode, Handler } from "./code.ts";
import type { IrBlock, IrOperation, IrStatement } from "./ir.ts";
import { type OpName, opcodes, opNumbers } from "./opcodes.ts";

/** What flattening one function gives: see the same fields of `FunctionCode`. */
export type EncodedBody = Pick<FunctionCode, "code" | "places" | "handlers">;

/** Flattens structured IR. `constantBase` is the register of the first constant. */
export function encodeBody(body: IrBlock, constantBase: number): EncodedBody {
  const encoder = new Encoder(constantBase);
  encoder.block(body);
  return encoder.finish();
}

/** For each block of structured IR: the code offset at which each of its statements starts, and after them that of its end. */
export type Layout = ReadonlyMap<IrBlock, readonly number[]>;

/** Where the statements of a function's IR stand in its code. */
export function layoutOf(body: IrBlock, constantBase: number): Layout {
  const layout = new Map<IrBlock, number[]>();
  new Encoder(constantBase, layout).block(body);
  return layout;
}

/** A jump target that may not be placed yet: offsets of operands to patch wait in it. */
interface Target {
  offset: number;
  readonly pending: number[];
}

interface LabelTargets {
  readonly end: Target;
  readonly start?: Target;
}

class Encoder {
  readonly #constantBase: number;
  readonly #code: number[] = [];
  readonly #places: number[] = [];
  readonly #handlers: Handler[] = [];
  readonly #labels = new Map<number, LabelTargets>();
  readonly #layout: Map<IrBlock, number[]> | undefined;
  #span: Span = { start: 0, end: 0 };

  constructor(constantBase: number, layout?: Map<IrBlock, number[]>) {
    this.#constantBase = constantBase;
    this.#layout = layout;
  }

  finish(): EncodedBody {
    return { code: Int32Array.from(this.#code), places: Int32Array.from(this.#places), handlers: this.#handlers };
  }

  block(statements: IrBlock): void {
    const offsets: number[] | undefined = this.#layout && [];
    for (const statement of statements) {
      offsets?.push(this.#code.length);
      this.#statement(statement);
    }
    offsets?.push(this.#code.length);
    if (offsets) this.#layout?.set(statements, offsets);
  }

  #statement(statement: IrStatement): void {
    switch (statement.kind) {
      case "op":
        return this.#operation(statement);
      case "if":
        return this.#if(statement);
      case "loop":
        return this.#loop(statement);
      case "labeled":
        return this.#labeled(statement.label, statement.body);
      case "break":
        return this.#jump("jump", this.#labelOf(statement.label).end);
      case "continue":
        this.#span = statement.span;
        return this.#jump("jumpBack", this.#labelOf(statement.label).start as Target);
      case "next":
        this.#span = statement.span;
        this.#begin("next");
        this.#code.push(statement.target, this.#register(statement.cursor));
        return this.#reference(this.#labelOf(statement.done).end);
      case "try":
        return this.#try(statement);
    }
  }

  #operation(operation: IrOperation): void {
    this.#span = operation.span;
    this.#begin(operation.op);
    const { operands } = opcodes[operation.op];
    let next = 0;
    for (const kind of operands) {
      if (kind === "*") {
        const list = operation.list ?? [];
        this.#code.push(list.length);
        for (const register of list) this.#code.push(this.#register(register));
      } else {
        const operand = operation.operands[next++] as number;
        this.#code.push(kind === "r" || kind === "x" || kind === "d" ? this.#register(operand) : operand);
      }
    }
  }

  #if(statement: IrStatement & { kind: "if" }): void {
    this.#span = statement.span;
    const leaveWhenFalse = statement.then.length === 0 ? onlyBreak(statement.otherwise) : undefined;
    if (leaveWhenFalse !== undefined)
      return this.#jump("jumpIfNot", this.#labelOf(leaveWhenFalse).end, statement.condition);
    const leaveWhenTrue = statement.otherwise.length === 0 ? onlyBreak(statement.then) : undefined;
    if (leaveWhenTrue !== undefined) return this.#jump("jumpIf", this.#labelOf(leaveWhenTrue).end, statement.condition);
    const end = newTarget();
    if (statement.then.length === 0) {
      this.#jump("jumpIf", end, statement.condition);
      this.block(statement.otherwise);
      return this.#place(end);
    }
    const otherwise = newTarget();
    this.#jump("jumpIfNot", otherwise, statement.condition);
    this.block(statement.then);
    if (statement.otherwise.length === 0) return this.#place(otherwise);
    if (!leaves(statement.then)) this.#jump("jump", end);
    this.#place(otherwise);
    this.block(statement.otherwise);
    this.#place(end);
  }

  #loop(statement: IrStatement & { kind: "loop" }): void {
    const targets = { start: newTarget(), end: newTarget() };
    this.#labels.set(statement.label, targets);
    this.#place(targets.start);
    this.block(statement.body);
    this.#span = statement.span;
    if (!leaves(statement.body)) this.#jump("jumpBack", targets.start);
    this.#place(targets.end);
  }

  #labeled(label: number, body: IrBlock): void {
    const end = newTarget();
    this.#labels.set(label, { end });
    this.block(body);
    this.#place(end);
  }

  #try({ body, caught, handler, isFinalizer }: IrStatement & { kind: "try" }): void {
    const start = this.#code.length;
    const end = newTarget();
    this.block(body);
    const stop = this.#code.length;
    if (!leaves(body)) this.#jump("jump", end);
    this.#handlers.push({ start, end: stop, target: this.#code.length, register: caught, isFinalizer });
    this.block(handler);
    this.#place(end);
  }

  #begin(op: OpName): void {
    this.#places.push(this.#code.length, this.#span.start, this.#span.end);
    this.#code.push(opNumbers[op]);
  }

  #jump(op: "jump" | "jumpBack" | "jumpIf" | "jumpIfNot", target: Target, condition?: number): void {
    this.#begin(op);
    if (condition !== undefined) this.#code.push(this.#register(condition));
    this.#reference(target);
  }

  #reference(target: Target): void {
    if (target.offset < 0) target.pending.push(this.#code.length);
    this.#code.push(target.offset);
  }

  #place(target: Target): void {
    target.offset = this.#code.length;
    for (const at of target.pending) this.#code[at] = target.offset;
  }

  #labelOf(label: number): LabelTargets {
    const targets = this.#labels.get(label);
    if (!targets) throw new TypeError(`label ${label} is not open`);
    return targets;
  }

  #register(operand: number): number {
    return operand < 0 ? this.#constantBase - 1 - operand : operand;
  }
}

function newTarget(): Target {
  return { offset: -1, pending: [] };
}

function onlyBreak(block: IrBlock): number | undefined {
  const [only] = block;
  return block.length === 1 && only?.kind === "break" ? only.label : undefined;
}

/** Whether control never reaches the end of the block. */
export function leaves(block: IrBlock): boolean {
  const last = block[block.length - 1];
  if (!last) return false;
  switch (last.kind) {
    case "op":
      return last.op === "return" || last.op === "throw" || last.op === "rethrow" || last.op === "tailCall";
    case "break":
    case "continue":
      return true;
    case "if":
      return leaves(last.then) && leaves(last.otherwise);
    default:
      return false;
  }
}
