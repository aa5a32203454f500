import type { NativeFunction } from "../builtin/index.ts";
import type { FunctionCode, ModuleCode } from "../bytecode/index.ts";
import { Closure, ModuleInstance, StructType } from "../value/index.ts";
import type { CodeMemories } from "./code-memory.ts";
import { type Compiler, LinkedFunction } from "./linked-function.ts";
import type { Task } from "./task.ts";

/** A module in one machine: its slots, and its pools resolved against that machine's builtins. */
export class LinkedModule extends ModuleInstance {
  readonly code: ModuleCode;
  readonly natives: readonly NativeFunction[];
  readonly structs: readonly StructType[];
  readonly #functions: (LinkedFunction | undefined)[];
  readonly #bareClosures: (Closure | undefined)[];
  readonly #roots = new Map<FunctionCode, LinkedFunction>();
  readonly #memories: CodeMemories;
  readonly #compiler: Compiler | undefined;

  constructor(
    code: ModuleCode,
    native: (name: string) => NativeFunction,
    memories: CodeMemories,
    compiler: Compiler | undefined,
  ) {
    super(code.source.path, code.slotNames.length);
    this.code = code;
    this.natives = code.builtins.map((name) =>
      memories.catalog.builtins.get(name)?.asksCaller === true
        ? calledFrom(code.source.path, native(name))
        : native(name),
    );
    this.structs = code.structs.map(({ name, fieldNames }) => new StructType(name, fieldNames));
    this.#memories = memories;
    this.#compiler = compiler;
    this.#functions = new Array<LinkedFunction | undefined>(code.functions.length).fill(undefined);
    this.#bareClosures = this.#functions.map(() => undefined);
  }

  /** A function of this module, linked at its first use. */
  functionAt(index: number): LinkedFunction {
    return (this.#functions[index] ??= this.#link(this.code.functions[index] as FunctionCode));
  }

  /** The one closure over a function that captures nothing: closures are equal to none, so nobody can tell it from another. */
  bareClosure(index: number): Closure {
    return (this.#bareClosures[index] ??= new Closure(this.functionAt(index), []));
  }

  /** A closure over code outside of the function table: a pipeline, the module's own body. */
  rootClosure(code: FunctionCode): Closure {
    let root = this.#roots.get(code);
    if (!root) this.#roots.set(code, (root = this.#link(code)));
    return new Closure(root, []);
  }

  #link(code: FunctionCode): LinkedFunction {
    return new LinkedFunction(this.#memories.of(code), this, this.#compiler);
  }
}

/** A builtin that learns which file calls it. */
function calledFrom(path: string, native: NativeFunction): NativeFunction {
  return (context, ...args) => {
    const task = context as Task;
    const outer = task.callerPath;
    task.callerPath = path;
    try {
      return native(task, ...args);
    } finally {
      task.callerPath = outer;
    }
  };
}
