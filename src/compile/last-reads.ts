import { type IrBlock, type IrOperation, type IrStatement, opcodes } from "../bytecode/index.ts";

/** Constants stand below zero. */
export function constantOperand(operand: number): boolean {
  return operand < 0;
}

/**
 * Which registers a function reads for the last time where. Whatever an error may still lead to counts: inside a protected
 * body, what its handler reads is never read for the last time.
 */
export class Liveness {
  readonly #lastReads = new Map<IrStatement, ReadonlySet<number>>();
  readonly #reads = new Map<IrOperation, readonly number[]>();
  readonly #ends = new Map<number, ReadonlySet<number>>();
  readonly #starts = new Map<number, ReadonlySet<number>>();
  /** What the handlers around this place read. */
  #held: ReadonlySet<number> = new Set();

  constructor(body: IrBlock) {
    this.#block(body, new Set());
  }

  /** Whether nothing reads the register behind the operation, which reads it. */
  isLastRead(operation: IrOperation, register: number): boolean {
    return this.#lastReads.get(operation)?.has(register) === true;
  }

  /** The registers that an operation reads, once for each time. */
  readsOf(operation: IrOperation): readonly number[] {
    let reads = this.#reads.get(operation);
    if (reads === undefined) {
      const kinds = opcodes[operation.op].operands;
      const plain = operation.operands.filter((operand, index) => {
        const kind = kinds[index];
        return (kind === "r" || kind === "x") && !constantOperand(operand);
      });
      reads = [...plain, ...(operation.list ?? []).filter((operand) => !constantOperand(operand))];
      this.#reads.set(operation, reads);
    }
    return reads;
  }

  /** Whether a statement or one in it has to do with a register. */
  mentions(statement: IrStatement, register: number): boolean {
    const within = (block: IrBlock): boolean => block.some((inner) => this.mentions(inner, register));
    switch (statement.kind) {
      case "op":
        return statement.operands.includes(register) || statement.list?.includes(register) === true;
      case "if":
        return statement.condition === register || within(statement.then) || within(statement.otherwise);
      case "loop":
      case "labeled":
        return within(statement.body);
      case "next":
        return statement.target === register || statement.cursor === register;
      case "try":
        return statement.caught === register || within(statement.body) || within(statement.handler);
      default:
        // What follows is not reached from here.
        return true;
    }
  }

  // ------------------------------------------------------------ backwards

  /** What is live before a block, given what is live behind it. */
  #block(block: IrBlock, after: ReadonlySet<number>): Set<number> {
    let live = union(after, this.#held);
    for (let index = block.length - 1; index >= 0; index--) live = this.#statement(block[index] as IrStatement, live);
    return live;
  }

  #statement(statement: IrStatement, live: Set<number>): Set<number> {
    switch (statement.kind) {
      case "op":
        return this.#operation(statement, live);
      case "if": {
        const before = union(this.#block(statement.then, live), this.#block(statement.otherwise, live));
        if (!constantOperand(statement.condition)) before.add(statement.condition);
        return before;
      }
      case "labeled":
        this.#ends.set(statement.label, live);
        return this.#block(statement.body, live);
      case "loop": {
        let head = new Set(this.#starts.get(statement.label));
        for (;;) {
          this.#starts.set(statement.label, head);
          const before = this.#block(statement.body, head);
          if ([...before].every((register) => head.has(register))) return before;
          head = union(head, before);
        }
      }
      case "break":
        return union(this.#ends.get(statement.label) ?? new Set(), this.#held);
      case "continue":
        return union(this.#starts.get(statement.label) ?? new Set(), this.#held);
      case "next": {
        live.delete(statement.target);
        const before = union(live, this.#ends.get(statement.done) ?? new Set());
        before.add(statement.cursor);
        return union(before, this.#held);
      }
      case "try": {
        const outer = this.#held;
        const handler = this.#block(statement.handler, live);
        handler.delete(statement.caught);
        this.#held = union(outer, handler);
        const before = this.#block(statement.body, live);
        this.#held = outer;
        return union(before, handler);
      }
    }
  }

  #operation(operation: IrOperation, after: Set<number>): Set<number> {
    const { op, operands } = operation;
    const live = leaves.has(op) ? new Set(this.#held) : after;
    const kinds = opcodes[op].operands;
    if (op !== "share") {
      // What is written here is read before: `x = f(x)` is the last to read the old `x`.
      const last = new Set<number>();
      for (const register of this.readsOf(operation)) {
        const isReplaced = kinds[0] === "d" && operands[0] === register && !this.#held.has(register);
        if (!live.has(register) || isReplaced) last.add(register);
      }
      this.#lastReads.set(operation, last);
    }
    if (kinds[0] === "d" && !this.#held.has(operands[0] as number)) live.delete(operands[0] as number);
    if (op !== "share") for (const register of this.readsOf(operation)) live.add(register);
    return live;
  }
}

const leaves: ReadonlySet<string> = new Set(["return", "throw", "rethrow", "tailCall", "fail"]);

function union(a: ReadonlySet<number>, b: ReadonlySet<number>): Set<number> {
  const both = new Set(a);
  for (const register of b) both.add(register);
  return both;
}
