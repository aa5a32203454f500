import {
  type Constant,
  encodeBody,
  type FunctionCode,
  type IrBlock,
  type IrOperation,
  type IrStatement,
  leaves,
  type ModuleCode,
  opcodes,
  type ParamCode,
} from "../bytecode/index.ts";
import type { Statement } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import type { ModuleBuilder } from "./module-builder.ts";
import { settleOwnership } from "./ownership.ts";
import { constantKey, Pool } from "./pools.ts";
import { type Binding, isLike, Scope } from "./scope.ts";

/** While a function is built its captures are numbered from here, because how many there will be is not known yet. */
const captureBase = 1 << 20;

/** A construct that control can leave early, innermost last. */
export type Exit =
  | { readonly kind: "loop"; readonly breakLabel: number; readonly continueLabel: number; readonly cursor?: number }
  | {
      readonly kind: "finalizer";
      readonly label: number;
      /** How the body ended: an index into `ways`, 0 for its plain end, -1 for an error. */
      readonly completion: number;
      readonly value: number;
      readonly ways: ExitWay[];
    };

export type ExitWay =
  | { readonly kind: "return" }
  | { readonly kind: "break" | "continue"; readonly loop: Exit & { kind: "loop" } };

export type Flow = FunctionCode["flow"];

/** One function under construction: registers, constants, captures, scopes, and the IR written so far. */
export class FunctionBuilder {
  readonly module: ModuleBuilder;
  readonly parent: FunctionBuilder | undefined;
  readonly name: string;
  readonly form: FunctionCode["form"];
  readonly params: ParamCode[] = [];
  readonly exits: Exit[] = [];
  scope = new Scope();
  /** How many handlers stand around the place that is being compiled. */
  tryDepth = 0;
  /** Cells of local functions, by the statement that declares them. */
  readonly cells = new Map<Statement, Binding & { kind: "cell" }>();
  #block: IrStatement[] = [];
  #nextRegister = 0;
  #registerCount = 0;
  #nextLabel = 0;
  readonly #claims = new Set<IrStatement>();
  readonly #constants = new Pool<Constant>();
  readonly #captures: { readonly name: string; readonly source: Binding; readonly binding: Binding }[] = [];

  constructor(options: {
    module: ModuleBuilder;
    parent?: FunctionBuilder;
    name: string;
    form: FunctionCode["form"];
  }) {
    this.module = options.module;
    this.parent = options.parent;
    this.name = options.name;
    this.form = options.form;
  }

  // ------------------------------------------------------------ registers

  newRegister(): number {
    const register = this.#nextRegister++;
    if (this.#nextRegister > this.#registerCount) this.#registerCount = this.#nextRegister;
    return register;
  }

  /** Runs `body` and frees the registers it took: a statement's temporaries, a block's locals. */
  withRegisters<T>(body: () => T): T {
    const mark = this.#nextRegister;
    const result = body();
    this.#nextRegister = mark;
    return result;
  }

  constant(constant: Constant): number {
    return -1 - this.#constants.add(constantKey(constant), constant);
  }

  nil(): number {
    return this.constant({ kind: "nil" });
  }

  int(value: number): number {
    return this.constant({ kind: "int", value: BigInt(value) });
  }

  text(value: string): number {
    return this.constant({ kind: "string", value });
  }

  bool(value: boolean): number {
    return this.constant({ kind: "bool", value });
  }

  // ------------------------------------------------------------ names

  withScope<T>(body: () => T): T {
    const outer = this.scope;
    this.scope = new Scope(outer);
    const result = body();
    this.scope = outer;
    return result;
  }

  /** What the name means here, capturing it from an enclosing function where it comes from one. */
  resolve(name: string): Binding | undefined {
    const binding = this.scope.lookup(name) ?? this.#capture(name);
    if (binding?.kind === "cell") binding.isUsed = true;
    return binding;
  }

  /** Whether the name means anything here, without capturing it. */
  knows(name: string): boolean {
    if (this.scope.lookup(name)) return true;
    return this.parent ? this.parent.knows(name) : this.module.resolveTopLevel(name) !== undefined;
  }

  /**
   * The names of the program at this place that one may have meant by an unknown one; sorted, separated by blanks. `harness` is known
   * wherever programs run.
   */
  namesLike(name: string): string {
    if (name === "harness") return "";
    const names = new Set<string>(this.module.topLevelLike(name));
    for (let fb: FunctionBuilder | undefined = this; fb; fb = fb.parent) {
      for (const visible of fb.scope.visibleNames()) if (isLike(visible, name)) names.add(visible);
    }
    return [...names].sort().join(" ");
  }

  #capture(name: string): Binding | undefined {
    const source = this.parent ? this.parent.resolve(name) : this.module.resolveTopLevel(name);
    if (!source) return undefined;
    if (source.kind === "enum" || source.kind === "slot") return source;
    const known = this.#captures.find((capture) => capture.name === name);
    if (known) return known.binding;
    const register = captureBase + this.#captures.length;
    const isMutable = source.kind === "register" && source.isMutable;
    const binding: Binding =
      source.kind === "cell" ? { kind: "cell", register, isUsed: true } : { kind: "register", register, isMutable };
    this.#captures.push({ name, source, binding });
    return binding;
  }

  /** The names this function captured, as the enclosing function knows them, in capture order. */
  get captured(): readonly { readonly name: string; readonly source: Binding }[] {
    return this.#captures;
  }

  // ------------------------------------------------------------ emitting

  emit(op: IrOperation["op"], operands: readonly number[], span: Span, list?: readonly number[]): void {
    this.#block.push({ kind: "op", op, operands, span, ...(list ? { list } : {}) });
  }

  /** Marks a register's collection as reachable by a second path, which comes next. Constants are no collections. */
  share(register: number, span: Span): void {
    if (register >= 0) this.emit("share", [register], span);
  }

  /** Marks what was just put into a register for good, unless nobody else holds it. */
  claim(register: number, span: Span): void {
    this.share(register, span);
    this.#claims.add(this.#block[this.#block.length - 1] as IrStatement);
  }

  /** Whether nothing emitted from here on can be reached. */
  get hasLeft(): boolean {
    return leaves(this.#block);
  }

  /** Emits an operation that can still be taken back before the function is finished. */
  emitRemovable(op: IrOperation["op"], operands: readonly number[], span: Span): () => void {
    const block = this.#block;
    this.emit(op, operands, span);
    const operation = block[block.length - 1] as IrStatement;
    return () => void block.splice(block.indexOf(operation), 1);
  }

  push(statement: IrStatement): void {
    this.#block.push(statement);
  }

  /** A conditional whose blocks are what `then` and `otherwise` emit. */
  branch(condition: number, span: Span, then: () => void, otherwise: () => void = () => {}): void {
    this.push({ kind: "if", condition, then: this.collect(then), otherwise: this.collect(otherwise), span });
  }

  labeled(body: (label: number) => void): void {
    const label = this.newLabel();
    this.push({ kind: "labeled", label, body: this.collect(() => body(label)) });
  }

  leave(label: number): void {
    this.push({ kind: "break", label });
  }

  protect(caught: number, body: () => void, handler: () => void, role: "handler" | "finalizer" = "handler"): void {
    this.tryDepth++;
    const guarded = this.collect(body);
    this.tryDepth--;
    this.push({
      kind: "try",
      body: guarded,
      caught,
      handler: this.collect(handler),
      isFinalizer: role === "finalizer",
    });
  }

  newLabel(): number {
    return this.#nextLabel++;
  }

  /** Collects what `body` emits into a block of its own. */
  collect(body: () => void): IrBlock {
    const outer = this.#block;
    const inner: IrStatement[] = [];
    this.#block = inner;
    body();
    this.#block = outer;
    return inner;
  }

  // ------------------------------------------------------------ finishing

  #settled(): IrBlock {
    const { pools, catalog } = this.module;
    const isPlain = ({ type }: ParamCode): boolean => type?.kind === "named" && plainTypes.has(type.name);
    return settleOwnership({
      body: this.#block,
      paramCount: this.params.length,
      plainParams: new Set([...this.params.keys()].filter((index) => isPlain(this.params[index] as ParamCode))),
      claims: this.#claims,
      borrows: ({ op, operands }) =>
        op === "callBuiltin" && this.module.builtin(pools.builtins[operands[1] as number] as string)?.borrows === true,
      worksInPlace: ({ operands }) => {
        const name = pools.names[operands[2] as number] as string;
        const methods = [...catalog.methods.values()].flatMap((table) => table.get(name) ?? []);
        return methods.length > 0 && methods.every((method) => method.runOwned !== undefined);
      },
    });
  }

  finish(options: { flow: Flow; span: Span; moduleCode: ModuleCode }): FunctionCode {
    const captureCount = this.#captures.length;
    const body = renumber(this.#settled(), this.params.length, captureCount);
    const constants = this.#constants.items;
    const constantBase = this.#registerCount + captureCount;
    return {
      name: this.name,
      form: this.form,
      flow: options.flow,
      params: this.params,
      required: this.params.filter((param) => !param.hasFallback && !param.isRest).length,
      captureCount,
      registerCount: constantBase + constants.length,
      constants,
      ...encodeBody(body, constantBase),
      span: options.span,
      module: options.moduleCode,
      body,
    };
  }
}

const plainTypes: ReadonlySet<string> = new Set(["int", "float", "string", "bool"]);

/** Moves captures in behind the parameters, now that both counts are known. */
function renumber(block: IrBlock, paramCount: number, captureCount: number): IrBlock {
  if (captureCount === 0) return block;
  const register = (operand: number): number => {
    if (operand < paramCount) return operand;
    return operand >= captureBase ? paramCount + operand - captureBase : operand + captureCount;
  };
  return block.map((statement) => renumberStatement(statement, register, paramCount, captureCount));
}

function renumberStatement(
  statement: IrStatement,
  register: (operand: number) => number,
  paramCount: number,
  captureCount: number,
): IrStatement {
  const inner = (block: IrBlock): IrBlock => renumber(block, paramCount, captureCount);
  switch (statement.kind) {
    case "op":
      return renumberOperation(statement, register);
    case "if":
      return {
        ...statement,
        condition: register(statement.condition),
        then: inner(statement.then),
        otherwise: inner(statement.otherwise),
      };
    case "loop":
    case "labeled":
      return { ...statement, body: inner(statement.body) };
    case "next":
      return { ...statement, target: register(statement.target), cursor: register(statement.cursor) };
    case "try":
      return {
        ...statement,
        body: inner(statement.body),
        caught: register(statement.caught),
        handler: inner(statement.handler),
      };
    case "break":
    case "continue":
      return statement;
  }
}

function renumberOperation(operation: IrOperation, register: (operand: number) => number): IrOperation {
  const kinds = registerOperands(operation.op);
  return {
    ...operation,
    operands: operation.operands.map((operand, index) => (kinds[index] ? register(operand) : operand)),
    ...(operation.list ? { list: operation.list.map(register) } : {}),
  };
}

/** For each operand but a list: whether it is a register. */
function registerOperands(op: IrOperation["op"]): readonly boolean[] {
  return [...opcodes[op].operands]
    .filter((kind) => kind !== "*")
    .map((kind) => kind === "d" || kind === "r" || kind === "x");
}
