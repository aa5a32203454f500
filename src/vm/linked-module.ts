import type { NativeFunction } from "../builtin/index.ts";
import type { Constant, FunctionCode, ModuleCode } from "../bytecode/index.ts";
import { Closure, DurationValue, FloatValue, ModuleInstance, StructType, type Value } from "../value/index.ts";
import { wrapInt } from "../value/int.ts";

type Template = readonly (Value | undefined)[];

/** A module in one machine: its slots, and its pools resolved against that machine's builtins. */
export class LinkedModule extends ModuleInstance {
  readonly code: ModuleCode;
  readonly natives: readonly NativeFunction[];
  readonly structs: readonly StructType[];
  readonly #templates: (Template | undefined)[];

  constructor(code: ModuleCode, native: (name: string) => NativeFunction) {
    super(code.source.path, code.slotNames.length);
    this.code = code;
    this.natives = code.builtins.map(native);
    this.structs = code.structs.map(({ name, fieldNames }) => new StructType(name, fieldNames));
    this.#templates = new Array<Template | undefined>(code.functions.length).fill(undefined);
  }

  /** The frame template of a function of this module, made at its first use. */
  templateOf(index: number): Template {
    return (this.#templates[index] ??= templateOf(this.code.functions[index] as FunctionCode));
  }

  /** A closure over code outside of the function table: a pipeline, the module's own body. */
  rootClosure(code: FunctionCode): Closure {
    return new Closure(code, this, [], templateOf(code));
  }
}

function templateOf(code: FunctionCode): Template {
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
