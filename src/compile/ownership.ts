import { type IrBlock, type IrOperation, type IrStatement, opcodes } from "../bytecode/index.ts";
import { constantOperand, Liveness } from "./last-reads.ts";

/**
 * Takes back marks that are not needed (value/collection.ts, C1 and C5). While a function is lowered, whoever keeps a value
 * marks it, because another path to it may exist. Here it is known which register is read for the last time where, and so
 * where a value moves on instead: to another name, into a collection, to a callee, to the caller.
 */
export interface OwnershipInput {
  readonly body: IrBlock;
  readonly paramCount: number;
  /** Marks of a value that was just put into a register for good; all others stand before a second use of a register. */
  readonly claims: ReadonlySet<IrStatement>;
  /** Those of parameters that are never collections. */
  readonly plainParams: ReadonlySet<number>;
  /** Whether a call of a builtin only looks at its arguments. */
  readonly borrows: (operation: IrOperation) => boolean;
  /** Whether the method that a call names works in place on a receiver that nobody reads afterwards, and gives its own. */
  readonly worksInPlace: (operation: IrOperation) => boolean;
}

export function settleOwnership(input: OwnershipInput): IrBlock {
  return new OwnershipPass(input).run();
}

/**
 * Who else may reach what a register holds without it being marked. 0: nobody. Bits: nobody, if the parameters of those
 * numbers came from the program and not from native code, which may keep what it passes. `borrowed`: somebody.
 */
type Hold = number;
const borrowed: Hold = -1;
const paramLimit = 30;

type Holds = Map<number, Hold>;

class OwnershipPass {
  readonly #input: OwnershipInput;
  readonly #liveness: Liveness;
  /** What registers hold before each statement that cares, joined over all ways to it. */
  readonly #before = new Map<IrStatement, Hold>();
  readonly #ends = new Map<number, Holds | undefined>();
  readonly #starts = new Map<number, Holds | undefined>();
  readonly #handlers: Holds[] = [];
  #holds: Holds | undefined = new Map();
  #adopted = 0;

  constructor(input: OwnershipInput) {
    this.#input = input;
    this.#liveness = new Liveness(input.body);
  }

  run(): IrBlock {
    const { body, paramCount, plainParams } = this.#input;
    for (let param = 0; param < paramCount; param++)
      if (!plainParams.has(param)) this.#set(param, param < paramLimit ? 1 << param : borrowed);
    this.#block(body);
    const rewritten = this.#rewrite(body);
    const first = body.find((statement) => statement.kind === "op");
    if (this.#adopted === 0 || first === undefined) return rewritten;
    const adopt: IrStatement[] = [];
    for (let param = 0; param < paramCount; param++)
      if ((this.#adopted & (1 << param)) !== 0)
        adopt.push({ kind: "op", op: "adopt", operands: [param], span: (first as IrOperation).span });
    return [...adopt, ...rewritten];
  }

  // ------------------------------------------------------------ forwards: who holds what

  #block(block: IrBlock): void {
    for (const statement of block) {
      if (!this.#holds) return;
      this.#statement(statement);
    }
  }

  #statement(statement: IrStatement): void {
    switch (statement.kind) {
      case "op":
        return this.#operation(statement);
      case "if": {
        const before = this.#holds as Holds;
        this.#holds = new Map(before);
        this.#block(statement.then);
        const then = this.#holds as Holds | undefined;
        this.#holds = before;
        this.#block(statement.otherwise);
        this.#holds = joined(then, this.#holds);
        return;
      }
      case "labeled":
        this.#ends.set(statement.label, undefined);
        this.#block(statement.body);
        this.#holds = joined(this.#holds, this.#ends.get(statement.label));
        return;
      case "loop": {
        let head = this.#holds as Holds;
        for (;;) {
          this.#starts.set(statement.label, undefined);
          this.#holds = new Map(head);
          this.#block(statement.body);
          const again = joined(this.#holds, this.#starts.get(statement.label));
          const next = joined(new Map(head), again) as Holds;
          if (same(head, next)) break;
          head = next;
        }
        this.#holds = undefined;
        return;
      }
      case "break":
        this.#ends.set(statement.label, joined(this.#ends.get(statement.label), this.#holds));
        this.#holds = undefined;
        return;
      case "continue":
        this.#starts.set(statement.label, joined(this.#starts.get(statement.label), this.#holds));
        this.#holds = undefined;
        return;
      case "next":
        this.#ends.set(statement.done, joined(this.#ends.get(statement.done), new Map(this.#holds)));
        return this.#set(statement.target, borrowed);
      case "try": {
        const seen: Holds = new Map(this.#holds);
        this.#handlers.push(seen);
        this.#block(statement.body);
        this.#handlers.pop();
        const after = this.#holds as Holds | undefined;
        this.#holds = seen;
        // An error, no value.
        this.#set(statement.caught, 0);
        this.#block(statement.handler);
        this.#holds = joined(after, this.#holds);
      }
    }
  }

  #operation(operation: IrOperation): void {
    const { op, operands } = operation;
    const [a = 0, b = 0] = operands;
    switch (op) {
      case "share":
        this.#note(operation, a);
        return this.#set(a, 0);
      case "move": {
        const hold = this.#of(b);
        const moves = b < 0 || this.#liveness.isLastRead(operation, b);
        if (!moves) this.#set(b, borrowed);
        return this.#set(a, moves ? hold : borrowed);
      }
      case "return":
        this.#note(operation, a);
        this.#holds = undefined;
        return;
      case "add":
        this.#note(operation, b);
        return this.#set(a, 0);
      case "callMethod":
        this.#note(operation, b);
        return this.#set(a, this.#inPlace(operation) ? 0 : borrowed);
      case "callMethodOwned":
        return this.#set(a, this.#input.worksInPlace(operation) ? 0 : borrowed);
      case "throw":
      case "rethrow":
      case "tailCall":
      case "fail":
        this.#holds = undefined;
        return;
      default:
        if (opcodes[op].operands.startsWith("d")) this.#set(a, fresh.has(op) ? 0 : borrowed);
    }
  }

  /** Whether a call of a method can be one on a receiver that dies in it: so far as is known about who holds that. */
  #inPlace(operation: IrOperation): boolean {
    const [, receiver = 0] = operation.operands;
    if (this.#before.get(operation) === borrowed || !this.#input.worksInPlace(operation)) return false;
    return this.#diesIn(operation, receiver, operation.list ?? []);
  }

  #diesIn(operation: IrOperation, register: number, others: readonly number[]): boolean {
    return this.#liveness.isLastRead(operation, register) && !others.includes(register);
  }

  #note(statement: IrStatement, register: number): void {
    this.#before.set(statement, join(this.#before.get(statement) ?? 0, this.#of(register)));
  }

  #of(register: number): Hold {
    return constantOperand(register) ? 0 : ((this.#holds as Holds).get(register) ?? 0);
  }

  #set(register: number, hold: Hold): void {
    put(this.#holds as Holds, register, hold);
    for (const seen of this.#handlers) put(seen, register, join(seen.get(register) ?? 0, hold));
  }

  // ------------------------------------------------------------ then: what is not needed

  #rewrite(block: IrBlock): IrBlock {
    return block.flatMap((statement, index) => this.#rewritten(block, index, statement));
  }

  #rewritten(block: IrBlock, index: number, statement: IrStatement): readonly IrStatement[] {
    switch (statement.kind) {
      case "op":
        return this.#rewrittenOperation(block, index, statement);
      case "if":
        return [{ ...statement, then: this.#rewrite(statement.then), otherwise: this.#rewrite(statement.otherwise) }];
      case "loop":
      case "labeled":
        return [{ ...statement, body: this.#rewrite(statement.body) }];
      case "try":
        return [{ ...statement, body: this.#rewrite(statement.body), handler: this.#rewrite(statement.handler) }];
      default:
        return [statement];
    }
  }

  #rewrittenOperation(block: IrBlock, index: number, operation: IrOperation): readonly IrStatement[] {
    const { op, operands, span } = operation;
    const hold = this.#before.get(operation);
    if (hold === undefined) return [operation];
    const [a = 0, b = 0] = operands;
    switch (op) {
      case "share":
        if (hold === borrowed || !(this.#input.claims.has(operation) || this.#movesOn(block, index, a)))
          return [operation];
        this.#adopted |= hold;
        return [];
      case "return":
        return hold === borrowed ? [{ kind: "op", op: "share", operands: [a], span }, operation] : [operation];
      case "add":
        // What is added to a list or a dict is no constant.
        if (hold === borrowed || constantOperand(operands[2] ?? 0)) return [operation];
        if (!this.#diesIn(operation, b, operands.slice(2))) return [operation];
        this.#adopted |= hold;
        return [{ ...operation, op: "addOwned" }];
      case "callMethod":
        if (!this.#inPlace(operation)) return [operation];
        this.#adopted |= hold;
        return [{ ...operation, op: "callMethodOwned" }];
      default:
        return [operation];
    }
  }

  /** Whether the operation that a mark stands before is the last to read the register, and keeps it in one place. */
  #movesOn(block: IrBlock, index: number, register: number): boolean {
    for (let at = index + 1; at < block.length; at++) {
      const statement = block[at] as IrStatement;
      if (statement.kind !== "op") {
        if (this.#liveness.mentions(statement, register)) return false;
        continue;
      }
      if (statement.op === "share") continue;
      const reads = this.#liveness.readsOf(statement).filter((read) => read === register).length;
      if (reads === 0) continue;
      if (this.#liveness.isLastRead(statement, register))
        return reads === 1 && statement.op !== "makeClosure" && !writes(statement, register);
      if (!looks.has(statement.op) && !this.#input.borrows(statement)) return false;
    }
    return false;
  }
}

/** Whether it changes the register's collection instead of keeping it. */
function writes({ op, operands }: IrOperation, register: number): boolean {
  const kinds = opcodes[op].operands;
  return operands.some((operand, index) => operand === register && kinds[index] === "x");
}

/** Operations that look at what they read and give a value of their own. */
const computes = [
  "sub",
  "mul",
  "div",
  "mod",
  "pow",
  "neg",
  "not",
  "truthy",
  "isNil",
  "eq",
  "ne",
  "lt",
  "gt",
  "le",
  "ge",
  "in",
  "range",
  "concat",
] as const;

/** Operations that only look at what they read. */
const looks: ReadonlySet<string> = new Set([
  "isMissing",
  "checkParam",
  ...computes,
  "getProp",
  "getPropOptional",
  "getIndex",
  "getIndexOptional",
  "checkPattern",
  "isKind",
  "listReaches",
  "isVariant",
]);

/** Operations whose result nobody else reaches, or which is marked. */
const fresh: ReadonlySet<string> = new Set([
  "makeClosure",
  "makeCell",
  "isMissing",
  "addOwned",
  ...computes,
  "makeList",
  "makeDict",
  "makeStruct",
  "makeStructType",
  "makeEnum",
  "slice",
  "dictRest",
  "listRest",
  "isKind",
  "listReaches",
  "isVariant",
  "catches",
  "call",
  "callNamed",
  "callSpread",
  "iterate",
  "isErr",
]);

function join(a: Hold, b: Hold): Hold {
  return a === borrowed || b === borrowed ? borrowed : a | b;
}

function put(holds: Holds, register: number, hold: Hold): void {
  if (hold === 0) holds.delete(register);
  else holds.set(register, hold);
}

function joined(a: Holds | undefined, b: Holds | undefined): Holds | undefined {
  if (!a || !b) return a ?? b;
  for (const [register, hold] of b) put(a, register, join(a.get(register) ?? 0, hold));
  return a;
}

function same(a: Holds, b: Holds): boolean {
  return a.size === b.size && [...a].every(([register, hold]) => b.get(register) === hold);
}
