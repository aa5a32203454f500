import { type IrBlock, type IrOperation, type IrStatement, leaves } from "../../bytecode/index.ts";
import { unreachable } from "../../text/index.ts";
import { cursorForms } from "../cursor.ts";
import { truth } from "./arithmetic.ts";
import { type FunctionText, shareText } from "./function-text.ts";
import { type CallbackPlan, InlinedText, type InlinePlan, type InlineSite, type InlineWay } from "./inlining.ts";
import { intrinsicOf } from "./intrinsics.ts";
import { anything, kinds } from "./kinds.ts";
import { depth, isIdle, printOperation } from "./operations.ts";
import { blocksOf, type Step } from "./position.ts";
import { inlinedTypes, type TypeInfo } from "./types.ts";

/** Operations that may run other code of the program, or builtins. */
const callers: ReadonlySet<string> = new Set([
  "call",
  "callNamed",
  "callSpread",
  "callBuiltin",
  "callBuiltinSpread",
  "callMethod",
  "callMethodOptional",
  "callMethodOwned",
  "callMethodSpread",
  "tailCall",
  "undefinedCall",
  "closeCursor",
]);

/** Prints structured IR as structured JavaScript, from the start of a function or from any place in it. */
export class Printer {
  readonly text: FunctionText;
  /** For each open label: the statement that leaves it, and for a loop's the one that starts it again. */
  readonly #labels = new Map<number, { leave: string; again: string }>();
  /** Cursors of the loops around this place: their position is in variables. */
  readonly openCursors: number[] = [];
  /** Whether a self tail call can go back to the start. */
  readonly canRestart: boolean;
  usesRestart = false;

  readonly #types: TypeInfo;
  /** Whether each loop around this place runs no code but its own, and so counts its fuel in a variable. */
  readonly #isQuiet: boolean[] = [];
  /** The handlers around this place, each with the statement that goes on at it once its register has the error. */
  readonly #handlers: { readonly caught: (error: string) => string; readonly enter: string }[] = [];

  constructor(text: FunctionText, types: TypeInfo, canRestart: boolean) {
    this.#types = types;
    this.text = text;
    this.canRestart = canRestart;
  }

  block(block: IrBlock, from = 0): void {
    for (let index = from; index < block.length; index++) this.#statement(block, index);
  }

  /**
   * From a place in the middle: the rest of the block there, then what follows the statement that it is part of, and so on
   * outwards. A loop around it is printed in whole behind the rest of the iteration that is under way.
   */
  from(path: readonly Step[]): void {
    this.#from(path, 0);
  }

  #from(path: readonly Step[], depth: number): void {
    const { block, index } = path[depth] as Step;
    if (depth === path.length - 1) return this.block(block, index);
    const statement = block[index] as IrStatement;
    const next = path[depth + 1] as Step;
    this.#around(statement, next.block, () => this.#from(path, depth + 1));
    this.block(block, index + 1);
  }

  #around(statement: IrStatement, inner: IrBlock, rest: () => void): void {
    switch (statement.kind) {
      case "if":
        return rest();
      case "labeled":
        return this.#labeled(statement.label, rest);
      case "loop": {
        const label = this.text.newLabel();
        const first = this.text.newLabel();
        this.text.line(`${label}: {`);
        this.#labels.set(statement.label, { leave: `break ${label};`, again: `break ${first};` });
        this.text.line(`${first}: {`);
        this.#inLoop(statement, () => {
          rest();
          this.#implicitBackEdge(statement);
        });
        this.text.line("}");
        this.#loop(statement);
        return this.text.line("}");
      }
      case "try":
        return inner === statement.body ? this.#try(statement, rest) : rest();
      default:
        throw new TypeError(`a ${statement.kind} holds no place to go on from`);
    }
  }

  #statement(block: IrBlock, index: number): void {
    const statement = block[index] as IrStatement;
    const { text } = this;
    const pc = this.#offset(block, index);
    text.at(pc);
    switch (statement.kind) {
      case "op":
        return printOperation(this, statement, pc, this.#offset(block, index + 1));
      case "if": {
        const holds = truth(text, text.read(statement.condition), this.typesOf(statement)[0]);
        if (statement.then.length === 0) {
          text.line(`if (!(${holds})) {`);
          this.block(statement.otherwise);
          return text.line("}");
        }
        text.line(`if (${holds}) {`);
        this.block(statement.then);
        if (statement.otherwise.length > 0) {
          text.line("} else {");
          this.block(statement.otherwise);
        }
        return text.line("}");
      }
      case "loop":
        return this.#loop(statement);
      case "labeled":
        return this.#labeled(statement.label, () => this.block(statement.body));
      case "break":
        return text.line(this.#labelOf(statement.label).leave);
      case "continue":
        this.backEdge(pc);
        return text.line(this.#labelOf(statement.label).again);
      case "next":
        return this.#next(statement, pc, this.#offset(block, index + 1));
      case "try":
        return this.#try(statement, () => this.block(statement.body));
      default:
        return unreachable(statement);
    }
  }

  // ------------------------------------------------------------ control

  #labeled(label: number, body: () => void): void {
    const name = this.text.newLabel();
    this.#labels.set(label, { leave: `break ${name};`, again: "" });
    this.text.line(`${name}: {`);
    body();
    this.text.line("}");
  }

  #loop(statement: IrStatement & { kind: "loop" }): void {
    const name = this.text.newLabel();
    this.#labels.set(statement.label, { leave: `break ${name};`, again: `continue ${name};` });
    this.text.line(`${name}: for (;;) {`);
    this.#inLoop(statement, () => {
      this.block(statement.body);
      this.#implicitBackEdge(statement);
    });
    this.text.line("}");
  }

  #inLoop(statement: IrStatement & { kind: "loop" }, body: () => void): void {
    const next = statement.body.find((inner) => inner.kind === "next");
    if (next) this.openCursors.push(next.cursor);
    this.#isQuiet.push(this.#runsNothingElse(statement.body));
    body();
    this.#isQuiet.pop();
    if (next) this.openCursors.pop();
  }

  #implicitBackEdge(statement: IrStatement & { kind: "loop" }): void {
    if (!leaves(statement.body)) this.backEdge(this.#offset(statement.body, statement.body.length));
  }

  #runsNothingElse(block: IrBlock): boolean {
    return block.every((statement) => {
      if (statement.kind === "op") return !callers.has(statement.op) || this.#isInPlace(statement);
      if (statement.kind === "next") return ((this.typesOf(statement)[0] ?? anything) & kinds.pulled) === 0;
      return blocksOf(statement).every((inner) => this.#runsNothingElse(inner));
    });
  }

  #isInPlace(operation: IrOperation): boolean {
    return intrinsicOf(this.text, operation) !== undefined || this.planOf(operation) !== undefined;
  }

  /** What the operands of a statement may be, as far as it was reached. */
  typesOf(statement: IrStatement): readonly number[] {
    return this.#types.kinds.get(statement) ?? [];
  }

  /** How a call is printed in place, if it is. */
  planOf(operation: IrOperation): InlinePlan | undefined {
    return this.#types.plans.get(operation);
  }

  /** Whether a call's callee surely is a function of the module. */
  isDeclared(operation: IrOperation): boolean {
    return this.#types.declared.has(operation);
  }

  get isInLoop(): boolean {
    return this.#isQuiet.length > 0;
  }

  /** The loop that a method call with a small function is printed as, if it is. */
  callbackOf(operation: IrOperation): CallbackPlan | undefined {
    return this.#types.callbacks.get(operation);
  }

  /** The body of a callee, which leaves its value in the site's register. */
  inline(way: InlineWay, site: InlineSite, closure: string, args: readonly string[], given: readonly number[]): void {
    const text = new InlinedText(way, site, closure);
    text.enter(args);
    const { body } = way.memory.code;
    new Printer(text, inlinedTypes(way.memory, given).info, false).block(body);
  }

  /** A call in a loop is paid for by the back edge. */
  spendForCall(pc: number): void {
    if (this.#isQuiet.length === 0) this.backEdge(pc);
  }

  /** Spends fuel; the machine may want the task to stop here. */
  backEdge(pc: number): void {
    const { text } = this;
    if (this.#isQuiet.at(-1) === true) {
      const stop = `if (${text.helper("refuel")}(task)) { ${text.suspend(pc, pc, -1, this.openCursors)} }`;
      return text.line(`if (--fuel < 0) { fuel = 10000; pc = ${pc}; ${stop} }`);
    }
    this.text.line(
      `if (--task.fuel < 0 && (pc = ${pc}, ${text.helper("refuel")}(task))) { ${this.text.suspend(pc, pc, -1, this.openCursors)} }`,
    );
  }

  #next(statement: IrStatement & { kind: "next" }, pc: number, next: number): void {
    const { text } = this;
    const { form, at, stop, items } = text.cursor(statement.cursor);
    const target = text.write(statement.target);
    const { leave } = this.#labelOf(statement.done);
    const type = this.typesOf(statement)[0] ?? anything;
    const count = `if (${at} >= ${stop}) ${leave} ${target} = ${at}++;`;
    const step = `if (${at} >= ${stop}) ${leave} ${target} = ${items}[${at}++]; ${shareText(target)}`;
    if (type === kinds.counter) return text.line(count);
    const elements = type === kinds.array ? text.elementsOf(statement) : undefined;
    if (elements !== undefined) {
      text.line(`if (${at} >= ${stop}) ${leave} ${target} = ${items}[${at}];`);
      text.line(`if (${elements.isOther(target, text)}) { ${text.bail(pc, this.openCursors)} }`);
      return text.line(`${at}++; ${elements.isCollection ? `${target}.shared = true;` : ""}`);
    }
    if (type === kinds.array) return text.line(step);
    text.line(`if (${form} === ${cursorForms.counter}) { ${count} }`);
    text.line(`else if (${form} === ${cursorForms.array}) { ${step} }`);
    text.line(`else { pc = ${pc}; task.depth = ${depth};`);
    text.line(`x = ${text.read(statement.cursor)}.next(task); if (x === ${text.helper("DONE")}) ${leave}`);
    text.line(
      `if (x === ${text.helper("S")}) { ${text.suspend(pc, next, statement.target, this.openCursors)} } ${target} = x; }`,
    );
  }

  #try(statement: IrStatement & { kind: "try" }, body: () => void): void {
    const { text } = this;
    if (this.#closesIdly(statement)) return body();
    const error = text.newLabel();
    const handler = text.newLabel();
    const end = text.newLabel();
    const caught = (thrown: string): string =>
      `${text.write(statement.caught)} = ${text.helper("caught")}(${thrown}, fr, pc, ${statement.isFinalizer});`;
    text.line(`${end}: {`);
    text.line(`${handler}: try {`);
    this.#handlers.push({ caught, enter: `break ${handler};` });
    body();
    this.#handlers.pop();
    text.line(`break ${end};`);
    text.line(`} catch (${error}) {`);
    text.line(`if (fr === undefined) fr = ${text.helper("frameOf")}(closure, level); ${caught(error)}`);
    text.line("}");
    this.block(statement.handler);
    text.line("}");
  }

  /**
   * An error that this call has caught goes on. To a handler of the call it goes without a throw, which would be most of the work
   * where thousands of tasks are interrupted together.
   */
  rethrow(error: string, pc: number): void {
    const handler = this.#handlers.at(-1);
    this.text.line(`pc = ${pc}; ${handler ? `${handler.caught(error)} ${handler.enter}` : `throw ${error};`}`);
  }

  /** Whether a handler does nothing but close a cursor that needs no closing. */
  #closesIdly({ handler, caught }: IrStatement & { kind: "try" }): boolean {
    const [close, rethrow, ...others] = handler;
    if (close?.kind !== "op" || rethrow?.kind !== "op" || others.length > 0) return false;
    if (close.op !== "closeCursor" || rethrow.op !== "rethrow" || rethrow.operands[0] !== caught) return false;
    return isIdle(this.typesOf(close)[0]);
  }

  #labelOf(label: number): { leave: string; again: string } {
    const found = this.#labels.get(label);
    if (!found) throw new TypeError(`label ${label} is not open`);
    return found;
  }

  #offset(block: IrBlock, index: number): number {
    return this.text.layout.get(block)?.[index] as number;
  }
}
