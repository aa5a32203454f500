import type { Constant, FunctionCode, IrOperation, IrStatement, Layout } from "../../bytecode/index.ts";
import { Closure } from "../../value/index.ts";
import type { MethodCache, PropertyCache } from "../caches.ts";
import { maxFrames } from "../calls.ts";
import { type CodeMemory, seen, type WrongGuess } from "../code-memory.ts";
import { depthMask, levelOf } from "../level.ts";
import { acceptsCount, type LinkedFunction } from "../linked-function.ts";
import type { LinkedModule } from "../linked-module.ts";
import { analysisOf } from "./code-analysis.ts";
import { type CodeMark, type CodeMarks, marked, offsetsOf, throughMark } from "./code-marks.ts";
import { declaredFunctions } from "./declared-functions.ts";
import { kinds, number } from "./kinds.ts";
import type { Liveness } from "./liveness.ts";
import type { RawFloats } from "./raw-floats.ts";
import { type Site, type SupportName, support } from "./support.ts";

/** `int`: two ints that give an int below 2^53. `float`: a float with a float or an int. */
export type ArithmeticMode = "int" | "float" | "any";

export type ArithmeticOp = "add" | "addOwned" | "sub" | "mul" | "div" | "mod";
const arithmetic: ReadonlySet<string> = new Set<ArithmeticOp>(["add", "addOwned", "sub", "mul", "div", "mod"]);

type Callable = (...args: never[]) => unknown;

/** Helpers that may take a while: a profiler is to see which place calls them. */
const working: ReadonlySet<SupportName> = new Set<SupportName>([
  "add",
  "addOwned",
  "callOther",
  "childIndex",
  "ownProperty",
  "compare",
  "contains",
  "cursorOver",
  "dictRest",
  "dictSpread",
  "equal",
  "indexOptional",
  "listRest",
  "lookUp",
  "lookUpEntry",
  "makeDict",
  "makeStruct",
  "method",
  "multiply",
  "peekIndex",
  "peekProperty",
  "put",
  "setIndex",
  "setProperty",
  "show",
  "slice",
  "spreadList",
]);

/**
 * The text of one compiled form while it is printed, and the tables its code reads.
 *
 * G1. Nothing that a program wrote gets into the text: registers, sites and pools are numbers, and a string constant is
 *     JSON. Names of properties, functions and errors are read from the module's tables.
 */
export class FunctionText {
  readonly memory: CodeMemory;
  readonly code: FunctionCode;
  readonly layout: Layout;
  readonly constantBase: number;
  readonly tables: unknown[] = [];
  #leaves = false;
  readonly #liveness: Liveness;
  readonly #offsets: ReadonlyMap<IrStatement, number>;
  readonly #helpers = new Set<SupportName>();
  readonly #names = new Set<number>();
  readonly #builtins = new Set<number>();
  readonly #ofModule = new Set<ModulePart>();
  /** What the callees are that calls are printed in place for, by slot. */
  readonly #callees = new Map<number, string>();
  #asksForRoom = false;
  readonly #constants = new Set<number>();
  readonly #registers = new Set<number>();
  readonly #cursors = new Set<number>();
  readonly #marks: CodeMarks | undefined;
  readonly #module: LinkedModule | undefined;
  /** The offset of what is being printed. */
  #offset = 0;
  #lines: string[] = [];
  #raw: RawFloats | undefined;
  readonly #rawNames = new Set<string>();
  #nextLabel = 0;
  #nextPrefix = 0;
  /** Variables besides those of registers. */
  readonly #others = new Set<string>();

  /** `module` is that of the machine which asks for the form: only to guess from. */
  constructor(memory: CodeMemory, module?: LinkedModule, marks?: CodeMarks) {
    const { layout, liveness, offsets } = analysisOf(memory);
    const { code } = memory;
    this.#marks = marks;
    this.#offsets = offsets;
    this.memory = memory;
    this.code = code;
    this.#module = module;
    this.layout = layout;
    this.#liveness = liveness;
    this.constantBase = code.registerCount - code.constants.length;
  }

  line(text: string): void {
    this.#lines.push(this.#marks === undefined ? text : marked(text, this.#offset));
  }

  get offset(): number {
    return this.#offset;
  }

  /** What is printed from here on stands for the code at that offset. */
  at(offset: number): void {
    this.#offset = offset;
  }

  /** The finished text under the name by which a profiler will know it, if there is one. */
  named(source: string, form: CodeMark["form"]): string {
    if (this.#marks === undefined) return source;
    return `${source}\n//# sourceURL=${this.#marks.add({ code: this.code, form, offsets: offsetsOf(source) })}`;
  }

  /** What `body` prints, apart. */
  collect(body: () => void): string {
    const outer = this.#lines;
    this.#lines = [];
    body();
    const text = this.#lines.join("\n");
    this.#lines = outer;
    return text;
  }

  newLabel(): string {
    return `L${this.#nextLabel++}`;
  }

  /** What the variables of a call that is printed in place begin with. */
  newPrefix(): string {
    return `g${this.#nextPrefix++}_`;
  }

  declare(variable: string): void {
    this.#others.add(variable);
  }

  /** Whether it is printed in place of a call. */
  get isInlined(): boolean {
    return false;
  }

  /** Holds when the call was made by native code. */
  get isNested(): string {
    return "(level & 1) === 1";
  }

  /** The module's slots, as a variable. */
  get slots(): string {
    this.#ofModule.add("slots");
    return "slots";
  }

  /** The module in the machine that runs the code, as a variable. */
  get module(): string {
    this.#ofModule.add("module");
    return "module";
  }

  /** Tells errors and handlers which instruction runs. */
  place(pc: number): string {
    return `pc = ${pc}`;
  }

  helper(name: SupportName): string {
    if (this.#marks !== undefined && working.has(name))
      return this.table(throughMark(support[name] as Callable, this.#marks.add(this.#site())));
    this.#helpers.add(name);
    return name;
  }

  #site(): CodeMark {
    return { code: this.code, form: "site", offsets: [this.#offset] };
  }

  /** The text of a pooled name, as a variable. */
  name(index: number): string {
    this.#names.add(index);
    return `n${index}`;
  }

  /** Something that the code refers to by a variable: a cache, a shape, a method. */
  table(entry: unknown): string {
    return `q${this.tables.push(entry) - 1}`;
  }

  offsetOf(statement: IrStatement): number {
    return this.#offsets.get(statement) as number;
  }

  /** Floats are kept unboxed in what is printed from here on. */
  keepRaw(floats: RawFloats): void {
    this.#raw = floats;
  }

  /** The variable of the unboxed float that an operand of the running statement is, if it is one. */
  rawFloat(operand: number): string | undefined {
    return this.#rawVariable(this.#raw?.read(this.#offset, operand));
  }

  /** The variable for the unboxed float that the running operation writes, if it writes one. */
  get rawTarget(): string | undefined {
    return this.#rawVariable(this.#raw?.written(this.#offset));
  }

  #rawVariable(web: number | undefined): string | undefined {
    if (web === undefined) return undefined;
    const name = `f${web}`;
    this.#rawNames.add(name);
    return name;
  }

  /** Takes the unboxed floats out of the frame that a form goes on with. */
  unboxed(offset: number, registers: Iterable<number>): string {
    return [...registers]
      .map((register) => [register, this.#raw?.read(offset, register)] as const)
      .filter(([, web]) => web !== undefined && this.#rawNames.has(`f${web}`))
      .map(([register, web]) => `f${web} = ${this.variable(register)}.value;`)
      .join(" ");
  }

  #boxed(variable: string): string {
    return `new ${this.helper("FloatValue")}(${variable})`;
  }

  /** Whether the code printed so far has a variable for a register. */
  uses(register: number): boolean {
    return this.#registers.has(register);
  }

  /** A pooled builtin, ready to call: its variable. */
  builtin(index: number): string {
    if (this.#marks !== undefined) {
      const { code, natives } = this.#module as LinkedModule;
      const url = this.#marks.add({ ...this.#site(), callee: code.builtins[index] as string });
      return this.table(throughMark(natives[index] as Callable, url));
    }
    this.#ofModule.add("natives");
    this.#builtins.add(index);
    return `b${index}`;
  }

  /** What arithmetic at a place may count on: see `CodeMemory.feedback`. */
  modeOf(operation: IrOperation): ArithmeticMode {
    if (!arithmetic.has(operation.op) || !this.memory.speculates) return "any";
    const [, left = 0, right = 0] = operation.operands;
    const constants = [this.constant(left)?.kind, this.constant(right)?.kind];
    const feedback = this.#feedbackAt(operation) & ~seen.wide;
    if (feedback === 0 && constants.every((kind) => kind === undefined || kind === "int")) return "int";
    const sides = [feedback & 3, feedback >> 2].map((side, index) =>
      constants[index] === "float" ? seen.float : constants[index] === "int" ? seen.int : side,
    );
    return sides.every((side) => side === seen.float || side === seen.int) && sides.includes(seen.float)
      ? "float"
      : "any";
  }

  /** For arithmetic in mode `float`: whether an operand (0 or 1) has been an int so far. */
  hasSeenInt(operation: IrOperation, side: 0 | 1): boolean {
    if (this.constant(operation.operands[side + 1] ?? 0)?.kind === "int") return true;
    const feedback = this.#feedbackAt(operation);
    return ((side === 0 ? feedback : feedback >> 2) & seen.int) !== 0;
  }

  /** For arithmetic in mode `int`: whether its result has needed more than 32 bits. */
  isWide(operation: IrOperation): boolean {
    return (this.#feedbackAt(operation) & seen.wide) !== 0;
  }

  methodCacheOf(operation: IrOperation): MethodCache {
    return this.memory.methodCacheAt(this.#offsets.get(operation) as number);
  }

  /** Whether calls may be printed as what they call: not where a profiler is to see them. */
  get mayInline(): boolean {
    return this.#marks === undefined && this.memory.speculates;
  }

  propertyCacheOf(operation: IrOperation): PropertyCache {
    return this.memory.propertyCacheAt(this.#offsets.get(operation) as number);
  }

  /** Whether a compiled form has been left at an operation. */
  hasFailed(operation: IrOperation): boolean {
    return !this.memory.speculates || (this.#feedbackAt(operation) & seen.other) !== 0;
  }

  /** What an `iterate` has only looped over so far, if it is a list or a range. */
  loopedOver(operation: IrOperation): "list" | "range" | undefined {
    if (this.hasFailed(operation)) return undefined;
    const feedback = this.#feedbackAt(operation);
    return feedback === seen.list ? "list" : feedback === seen.range ? "range" : undefined;
  }

  /** The one kind of elements that a loop over lists has met so far; undefined where there are several, or none that matters. */
  elementsOf(next: IrStatement & { readonly kind: "next" }): ElementKind | undefined {
    return this.memory.speculates ? elementKinds.get(this.#feedbackAt(next)) : undefined;
  }

  hasSeenText(operation: IrOperation): boolean {
    return (this.#feedbackAt(operation) & seen.text) !== 0;
  }

  #feedbackAt(statement: IrStatement): number {
    return this.memory.feedback?.[this.#offsets.get(statement) ?? -1] ?? 0;
  }

  /** What an operand stands for, if it is a constant. */
  constant(operand: number): Constant | undefined {
    return this.code.constants[operand < 0 ? -1 - operand : operand - this.constantBase];
  }

  /** Whether an operand is known to be an int below 2^53. */
  isNumber(operand: number): boolean {
    const constant = this.constant(operand);
    return constant?.kind === "int" && Number.isSafeInteger(Number(constant.value));
  }

  /** An operand for reading. */
  read(operand: number): string {
    if (operand < 0) return this.#constant(-1 - operand);
    if (operand >= this.constantBase) return this.#constant(operand - this.constantBase);
    const raw = this.rawFloat(operand);
    return raw === undefined ? this.variable(operand) : `(${this.#boxed(raw)})`;
  }

  protected variable(register: number): string {
    this.#registers.add(register);
    return `r${register}`;
  }

  /** The code of the function that a slot surely holds: the module declares it, and nothing else writes there. */
  declaredIn(slot: number): FunctionCode | undefined {
    return declaredFunctions(this.code.module).get(slot);
  }

  /**
   * The function that a slot holds. Where the module does not declare it, it is the one that stands there now: only a guess, as
   * slots change and what is printed here is not what ran before.
   */
  functionIn(slot: number, given: number): CodeMemory | undefined {
    const declared = this.declaredIn(slot);
    if (declared !== undefined)
      return declared.flow === "plain" && acceptsCount(declared, given) ? this.memory.all.of(declared) : undefined;
    const value = this.#module?.slots[slot];
    if (!(value instanceof Closure)) return undefined;
    const { code, memory } = value.fn as LinkedFunction;
    return code.flow === "plain" && acceptsCount(code, given) ? memory : undefined;
  }

  /** The closure over that code in a slot when the form is entered, as a variable; undefined if it is none. */
  calleeIn(slot: number, code: FunctionCode): string {
    const value = `${this.slots}[${slot}]`;
    if (this.declaredIn(slot) === code) this.#callees.set(slot, value);
    else this.#callees.set(slot, `${this.helper("closureOver")}(${value}, ${this.table(code)})`);
    return `h${slot}`;
  }

  /** Holds where the stack has room for one call more: the callee's own look at it is left out. */
  get hasRoom(): string {
    this.#asksForRoom = true;
    return "hasRoom";
  }

  /** A register for writing. */
  write(register: number): string {
    return this.variable(register);
  }

  /** The variables that stand for an open cursor besides its register: form, position, end, items. */
  cursor(register: number): {
    readonly form: string;
    readonly at: string;
    readonly stop: string;
    readonly items: string;
  } {
    this.#cursors.add(register);
    this.#registers.add(register);
    return { form: `k${register}`, at: `i${register}`, stop: `m${register}`, items: `a${register}` };
  }

  #constant(index: number): string {
    const constant = this.code.constants[index];
    switch (constant?.kind) {
      case "nil":
        return "null";
      case "bool":
        return String(constant.value);
      case "string":
        return quoted(constant.value);
      case "int": {
        const value = Number(constant.value);
        // In brackets, because a property may be asked of it.
        if (Number.isSafeInteger(value)) return `(${value})`;
      }
    }
    return this.templateConstant(index);
  }

  /** A constant that is no literal of JavaScript's. */
  protected templateConstant(index: number): string {
    this.#constants.add(index);
    return `c${index}`;
  }

  /** Leaves for the interpreter, which runs the instruction at `pc` and all that follows. */
  bail(pc: number, open: readonly number[], reason: WrongGuess["reason"] = "kind"): string {
    return this.bailFor(pc, open, { reason, memory: this.memory, offset: pc });
  }

  /** The same where the guess was made somewhere else. */
  bailFor(pc: number, open: readonly number[], bails: WrongGuess): string {
    return this.#leave({ pc, resumeAt: pc, target: -1, bails }, open);
  }

  /** What is done where a quick way does not do. */
  otherwise(_pc: number, _open: readonly number[], usual: string): string {
    return usual;
  }

  returns(value: string): string {
    return `return ${value};`;
  }

  /**
   * All ways out meet behind the body. The call before is never made in code that does not leave, so the engine takes it for
   * a way out of its own and plans with none of what follows. Only what this way keeps is named: a register that is dead here
   * must not have to be at hand.
   */
  #leave(place: Omit<Site, "kept">, open: readonly number[]): string {
    const kept = this.#liveness.keptAt(place.pc, place.resumeAt, place.target);
    for (const cursor of open) if (!kept.includes(cursor)) kept.push(cursor);
    const site: Site = { ...place, kept };
    this.#leaves = true;
    const values = kept.map((register) => {
      const raw = this.#rawVariable(this.#raw?.read(place.pc, register));
      return raw === undefined ? this.write(register) : this.#boxed(raw);
    });
    const sync = open.map((register) => `${this.#cursorLeft(register)} `).join("");
    return `${this.helper("cold")}(); ${sync}w = ${this.table(site)}; v = [${values.join(", ")}]; break out;`;
  }

  /** Puts a cursor into its register that stands where its variables say. */
  #cursorLeft(register: number): string {
    const { form, at, stop, items } = this.cursor(register);
    return `r${register} = ${this.helper("cursorAt")}(r${register}, ${form}, ${at}, ${stop}, ${items});`;
  }

  /** What is live where a form begins. */
  liveAt(offset: number): readonly number[] {
    return this.#liveness.liveAt(offset);
  }

  /** Leaves the call suspended: at `resumeAt` it goes on, with its value in `target`. */
  suspend(pc: number, resumeAt: number, target: number, open: readonly number[]): string {
    return this.#leave({ pc, resumeAt, target, bails: undefined }, open);
  }

  #moduleVariables(): readonly string[] {
    return [
      ...(this.#ofModule.has("module") ? ["const module = closure.fn.module;"] : []),
      ...(this.#ofModule.has("slots") ? ["const slots = closure.fn.module.slots;"] : []),
      ...(this.#ofModule.has("natives") ? ["const natives = closure.fn.module.natives;"] : []),
      ...[...this.#builtins].map((index) => `const b${index} = natives[${index}];`),
      ...[...this.#callees].map(([slot, callee]) => `const h${slot} = ${callee};`),
      ...(this.#asksForRoom ? [`const hasRoom = (level & ${depthMask}) < ${levelOf(maxFrames, false)};`] : []),
    ];
  }

  /** The whole text: the body of a function of the tables that gives the compiled form. */
  finish(form: FormText): string {
    const leave = this.helper("leave");
    const exit = `return ${this.helper("exit")}(task, fr === undefined ? ${this.helper("frameOf")}(closure, level) : fr, w, v);`;
    const registers = [...this.#registers].filter((register) => register >= form.parameters).sort((a, b) => a - b);
    const variables = registers.map((register) => `, r${register}${form.prologue(register)}`);
    for (const register of this.#cursors)
      variables.push(`, k${register}, i${register} = 0, m${register} = 0, a${register}`);
    for (const name of this.#others) variables.push(`, ${name}`);
    for (const name of this.#rawNames) variables.push(`, ${name} = NaN`);
    return [
      `"use strict";`,
      ...[...this.#helpers].map((name) => `const ${name} = support.${name};`),
      ...[...this.#names].map((index) => `const n${index} = names[${index}];`),
      ...this.tables.map((_entry, index) => `const q${index} = tables[${index}];`),
      ...[...this.#constants].map((index) => `const c${index} = template[${this.constantBase + index}];`),
      form.head,
      ...this.#moduleVariables(),
      `let pc = 0, x, e, o, w, v, t = 0, fuel = 10000${variables.join("")};`,
      form.guards,
      ...(form.resumes ? [...this.#cursors].map(openCursor) : []),
      "try {",
      "out: {",
      form.body,
      "}",
      `} catch (error) { throw pc < 0 ? error : ${leave}(error, closure, level, pc, fr); }`,
      this.#leaves ? exit : "",
      "}",
    ].join("\n");
  }
}

/** An element's kind, what tells that a value is none of that kind, and whether it may be marked as shared. */
interface ElementKind {
  readonly kind: number;
  readonly isOther: (value: string, text: FunctionText) => string;
  readonly isCollection: boolean;
}

const isOtherThan =
  (name: "DictValue" | "ListValue" | "StructValue") =>
  (value: string, text: FunctionText): string =>
    `${value} === null || ${value}.constructor !== ${text.helper(name)}`;

const elementKinds: ReadonlyMap<number, ElementKind> = new Map<number, ElementKind>([
  [seen.ints, { kind: number, isOther: (value) => `typeof ${value} !== "number"`, isCollection: false }],
  [seen.texts, { kind: kinds.string, isOther: (value) => `typeof ${value} !== "string"`, isCollection: false }],
  [seen.lists, { kind: kinds.list, isOther: isOtherThan("ListValue"), isCollection: true }],
  [seen.dicts, { kind: kinds.dict, isOther: isOtherThan("DictValue"), isCollection: true }],
  [seen.structs, { kind: kinds.struct, isOther: isOtherThan("StructValue"), isCollection: true }],
]);

/** What a form asks of the module that it runs in, since forms belong to no machine. */
type ModulePart = "slots" | "natives" | "module";

interface FormText {
  /** Up to the variables of the registers. */
  readonly head: string;
  /** How many of the first registers are parameters of the form itself. */
  readonly parameters: number;
  /** What a register's variable starts with. */
  readonly prologue: (register: number) => string;
  /** Behind the variables. */
  readonly guards: string;
  readonly body: string;
  /** Whether it goes on with a frame, whose cursors stand somewhere. */
  readonly resumes: boolean;
}

/** Takes up a cursor that a frame of the interpreter holds, where the register holds one. */
function openCursor(register: number): string {
  return `if (r${register} !== undefined && r${register} !== null && r${register}.form !== undefined) { ${openCursorText(register)} }`;
}

/** Takes the state of a cursor into variables, where the engine knows the position for an int of 32 bits. */
export function openCursorText(register: number): string {
  return `k${register} = r${register}.form; i${register} = r${register}.at | 0; m${register} = r${register}.stop | 0; a${register} = r${register}.items;`;
}

/** A string as JavaScript source. JSON leaves two line separators as they are, which not every reader of source takes. */
export function quoted(text: string): string {
  return JSON.stringify(text)
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

/** Marks what may be a collection. */
export function shareText(value: string): string {
  return `if (typeof ${value} === "object" && ${value} !== null && ${value}.shared === false) ${value}.shared = true;`;
}
