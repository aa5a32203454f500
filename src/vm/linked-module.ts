import type { Catalog, NativeFunction } from "../builtin/index.ts";
import type { Constant, FunctionCode, ModuleCode } from "../bytecode/index.ts";
import { Closure, DurationValue, FloatValue, ModuleInstance, StructType, type Value } from "../value/index.ts";
import { wrapInt } from "../value/int.ts";
import { type Compiler, LinkedFunction } from "./linked-function.ts";
import type { Task } from "./task.ts";

/** A module in one machine: its slots, and its pools resolved against that machine's builtins. */
export class LinkedModule extends ModuleInstance {
  readonly code: ModuleCode;
  readonly catalog: Catalog;
  readonly natives: readonly NativeFunction[];
  readonly structs: readonly StructType[];
  readonly #functions: (LinkedFunction | undefined)[];
  readonly #roots = new Map<FunctionCode, LinkedFunction>();
  readonly #compiler: Compiler | undefined;

  constructor(code: ModuleCode, native: (name: string) => NativeFunction, catalog: Catalog, compiler?: Compiler) {
    super(code.source.path, code.slotNames.length);
    this.code = code;
    this.catalog = catalog;
    this.natives = code.builtins.map((name) =>
      catalog.builtins.get(name)?.asksCaller === true ? calledFrom(code.source.path, native(name)) : native(name),
    );
    this.structs = code.structs.map(({ name, fieldNames }) => new StructType(name, fieldNames));
    this.#compiler = compiler;
    this.#functions = new Array<LinkedFunction | undefined>(code.functions.length).fill(undefined);
  }

  /** A function of this module, linked at its first use. */
  functionAt(index: number): LinkedFunction {
    return (this.#functions[index] ??= this.#link(this.code.functions[index] as FunctionCode));
  }

  /** A closure over code outside of the function table: a pipeline, the module's own body. */
  rootClosure(code: FunctionCode): Closure {
    let root = this.#roots.get(code);
    if (!root) this.#roots.set(code, (root = this.#link(code)));
    return new Closure(root, []);
  }

  #link(code: FunctionCode): LinkedFunction {
    return new LinkedFunction(code, this, templateOf(code), this.#compiler);
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

function templateOf(code: FunctionCode): readonly (Value | undefined)[] {
  const registers = new Array<Value | undefined>(code.registerCount).fill(undefined);
  const base = code.registerCount - code.constants.length;
  for (const [index, constant] of code.constants.entries()) registers[base + index] = constantValue(constant);
  return registers;
}

function constantValue(constant: Constant): Value {
  switch (constant.kind) {
    case "nil":
      return null;
    case "int":
      return wrapInt(constant.value);
    case "float":
      return new FloatValue(constant.value);
    case "duration":
      return new DurationValue(constant.milliseconds);
    default:
      return constant.value;
  }
}
