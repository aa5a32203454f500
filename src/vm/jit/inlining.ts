import type { CallbackLoop } from "../../builtin/index.ts";
import { type FunctionCode, type IrBlock, type IrOperation, leaves } from "../../bytecode/index.ts";
import type { MethodTable } from "../../value/index.ts";
import type { MethodCache } from "../caches.ts";
import type { CodeMemories, CodeMemory, WrongGuess } from "../code-memory.ts";
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
  /** Which method it is, or the slot of the module that the callee is taken from. */
  readonly at: number;
  /** Whether the callee is entered like from native code. */
  readonly isNested: boolean;
}

/** Code beyond this many units is called. */
const sizeLimit = 160;

/** The way to a function that is found in a module's slot. */
export function planOfCall(slot: number, callee: CodeMemory | undefined, given: number): InlinePlan | undefined {
  return callee && isInlinable(callee, given)
    ? { ways: [{ memory: callee, table: undefined, at: slot, isNested: false }] }
    : undefined;
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
    ways.push({ memory, table, at, isNested: true });
  }
  return ways.length === 0 ? undefined : { ways };
}

/** Whether a call with so many arguments can be printed as what it calls. */
export function isInlinable(memory: CodeMemory, given: number): boolean {
  const { code } = memory;
  if (code.flow !== "plain" || code.code.length > sizeLimit) return false;
  if (code.params.length !== given || !acceptsCount(code, given) || !memory.speculates) return false;
  return isPure(new FunctionText(memory), code.body) && leaves(code.body);
}

/**
 * Methods of lists that call a small function for each element, printed as loops around its body. The function only works
 * something out (`inlining.ts`), so that a loop that is left in the middle is left as if it had not begun.
 */
export interface CallbackPlan {
  readonly loop: CallbackLoop;
  readonly memory: CodeMemory;
}

/** How a method call can be printed that is given a closure over this code as its last argument. */
export function planOfCallback(
  text: FunctionText,
  operation: IrOperation,
  callee: CodeMemory,
): CallbackPlan | undefined {
  const name = text.code.module.names[operation.operands[2] ?? -1] ?? "";
  const loop = text.memory.all.catalog.methods.get("list")?.get(name)?.loop;
  if (loop === undefined || operation.list?.length !== argumentsBefore[loop] + 1) return undefined;
  return isInlinable(callee, argumentsBefore[loop] + 1) ? { loop, memory: callee } : undefined;
}

/** What the method is given before the function; the function itself gets as much before the element. */
const argumentsBefore: Readonly<Record<CallbackLoop, number>> = { map: 0, filter: 0, reduce: 1 };

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
  /** The variable that gets the value, and the label that is left then. */
  readonly result: string;
  readonly label: string;
}

/** The text of a callee in the middle of its caller's. Its registers have names of their own. */
export class InlinedText extends FunctionText {
  readonly #site: InlineSite;
  readonly #prefix: string;
  readonly #closure: string;
  readonly #isNested: boolean;

  constructor(way: InlineWay, site: InlineSite, closure: string) {
    super(way.memory);
    this.#site = site;
    this.#closure = closure;
    this.#isNested = way.isNested;
    this.#prefix = site.host.newPrefix();
  }

  override get isInlined(): boolean {
    return true;
  }

  override get isNested(): string {
    return String(this.#isNested);
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
    const { result, label } = this.#site;
    return `${result} = ${value}; break ${label};`;
  }

  /** Puts the arguments and what the closure holds where the body looks for them. */
  enter(args: readonly string[]): void {
    for (const [index, value] of args.entries()) this.line(`${this.write(index)} = ${value};`);
    for (let index = 0; index < this.code.captureCount; index++)
      this.line(`${this.write(args.length + index)} = ${this.#closure}.captures[${index}];`);
  }
}
