import { type FunctionCode, type IrBlock, type IrOperation, leaves } from "../../bytecode/index.ts";
import type { MethodTable } from "../../value/index.ts";
import type { MethodCache } from "../caches.ts";
import { maxFrames } from "../calls.ts";
import type { CodeMemories, CodeMemory, WrongGuess } from "../code-memory.ts";
import { depthMask, levelOf } from "../level.ts";
import { acceptsCount } from "../linked-function.ts";
import { FunctionText } from "./function-text.ts";
import { anything } from "./kinds.ts";
import { parameterTest } from "./parameters.ts";
import type { SupportName } from "./support.ts";

/**
 * Calls that are printed as the body of what they call. Only functions that work out a value and touch nothing: where the body
 * meets what it did not count on, the call is left as if it had not begun, and the interpreter makes it in full.
 */
export interface InlinePlan {
  readonly ways: readonly InlineWay[];
}

export interface InlineWay {
  readonly memory: CodeMemory;
  /** The methods of the struct types whose values go this way, and which it is; undefined where the callee itself is looked at. */
  readonly table: MethodTable | undefined;
  readonly at: number;
}

/** Code beyond this many units is called. */
const sizeLimit = 160;

/** The way to a function that is found in a module's slot. */
export function planOfCall(callee: CodeMemory | undefined, given: number): InlinePlan | undefined {
  return callee && isInlinable(callee, given) ? { ways: [{ memory: callee, table: undefined, at: 0 }] } : undefined;
}

/** The ways to the methods that a place has met. */
export function planOfMethod(cache: MethodCache, given: number, all: CodeMemories): InlinePlan | undefined {
  if (cache.isCrowded) return undefined;
  const ways: InlineWay[] = [];
  for (const [table, at] of [
    [cache.table, cache.at],
    [cache.otherTable, cache.otherAt],
  ] as const) {
    if (table === null) continue;
    const memory = all.of(table.codes[at] as FunctionCode);
    if (!isInlinable(memory, given + 1)) return undefined;
    ways.push({ memory, table, at });
  }
  return ways.length === 0 ? undefined : { ways };
}

function isInlinable(memory: CodeMemory, given: number): boolean {
  const { code } = memory;
  if (code.flow !== "plain" || code.code.length > sizeLimit) return false;
  if (code.params.length !== given || !acceptsCount(code, given) || !memory.speculates) return false;
  return isPure(new FunctionText(memory), code.body) && leaves(code.body);
}

/** Whether it only works out a value, in ways that can be printed without leaving for anything but the start of the call. */
function isPure(text: FunctionText, block: IrBlock): boolean {
  return block.every((statement) => {
    switch (statement.kind) {
      case "op":
        return isPureOperation(text, statement);
      case "if":
        return isPure(text, statement.then) && isPure(text, statement.otherwise);
      case "labeled":
        return isPure(text, statement.body);
      case "break":
        return true;
      default:
        return false;
    }
  });
}

function isPureOperation(text: FunctionText, operation: IrOperation): boolean {
  if (text.hasFailed(operation)) return false;
  switch (operation.op) {
    case "move":
    case "share":
    case "adopt":
    case "loadSlot":
    case "not":
    case "truthy":
    case "isNil":
    case "eq":
    case "ne":
    case "lt":
    case "gt":
    case "le":
    case "ge":
    case "makeList":
    case "return":
      return true;
    case "add":
    case "addOwned":
    case "sub":
    case "mul":
    case "div":
    case "mod":
      return text.modeOf(operation) !== "any";
    case "checkParam":
      return parameterTest(text, text.code.params[operation.operands[1] ?? 0]?.type, "x", anything) !== undefined;
    case "getProp":
      return text.propertyCacheOf(operation).shape !== null;
    case "getIndex":
      return (
        text.constant(operation.operands[2] ?? 0)?.kind !== "string" || text.propertyCacheOf(operation).shape !== null
      );
    default:
      return false;
  }
}

/** What a call is printed for: where the place is, and what it leaves behind. */
export interface InlineSite {
  /** What the printed text is part of. */
  readonly host: FunctionText;
  readonly pc: number;
  readonly openCursors: readonly number[];
  /** The register that gets the value, and the label that is left then. */
  readonly target: number;
  readonly label: string;
}

/** The text of a callee in the middle of its caller's. Its registers have names of their own. */
export class InlinedText extends FunctionText {
  readonly #site: InlineSite;
  readonly #prefix: string;
  readonly #closure: string;
  readonly #isMethod: boolean;

  constructor(way: InlineWay, site: InlineSite, closure: string) {
    super(way.memory);
    this.#site = site;
    this.#closure = closure;
    this.#isMethod = way.table !== undefined;
    this.#prefix = site.host.newPrefix();
  }

  override get isInlined(): boolean {
    return true;
  }

  override get isNested(): string {
    return this.#isMethod ? "true" : "false";
  }

  override get slots(): string {
    return `${this.#closure}.fn.module.slots`;
  }

  override line(text: string): void {
    this.#site.host.line(text);
  }

  override collect(body: () => void): string {
    return this.#site.host.collect(body);
  }

  override newLabel(): string {
    return this.#site.host.newLabel();
  }

  override newPrefix(): string {
    return this.#site.host.newPrefix();
  }

  override helper(name: SupportName): string {
    return this.#site.host.helper(name);
  }

  override table(entry: unknown): string {
    return this.#site.host.table(entry);
  }

  override name(index: number): string {
    return this.table(this.code.module.names[index]);
  }

  protected override variable(register: number): string {
    const name = `${this.#prefix}${register}`;
    this.#site.host.declare(name);
    return name;
  }

  protected override templateConstant(index: number): string {
    return this.table(this.memory.template[this.constantBase + index]);
  }

  override place(): string {
    return `pc = ${this.#site.pc}`;
  }

  override bail(pc: number, _open: readonly number[], reason: WrongGuess["reason"] = "kind"): string {
    const { host, pc: call, openCursors } = this.#site;
    return host.bailFor(call, openCursors, { reason, memory: this.memory, offset: pc });
  }

  override otherwise(pc: number): string {
    return this.bail(pc, []);
  }

  override returns(value: string): string {
    const { host, target, label } = this.#site;
    return `${host.write(target)} = ${value}; break ${label};`;
  }

  /** Puts the arguments and what the closure holds where the body looks for them. */
  enter(args: readonly string[]): void {
    for (const [index, value] of args.entries()) this.line(`${this.write(index)} = ${value};`);
    for (let index = 0; index < this.code.captureCount; index++)
      this.line(`${this.write(args.length + index)} = ${this.#closure}.captures[${index}];`);
  }
}

/** Holds where the stack has room for one call more: the callee's own look at it is left out. */
export const hasRoom = `(level & ${depthMask}) < ${levelOf(maxFrames, false)}`;
