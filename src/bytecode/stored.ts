import type { Source } from "../text/index.ts";
import type { Constant, FunctionCode, ModuleCode } from "./code.ts";
import type { IrBlock } from "./ir.ts";

/**
 * Compiled modules as JSON, for a file that a later start reads instead of compiling. Source texts are not in it: whoever
 * reads it has them, because it has to compare them first.
 */
export interface StoredModule {
  readonly functions: readonly StoredFunction[];
  /** Indexes into `functions`. `pool` is what instructions index, the others are entry points. */
  readonly pool: readonly number[];
  readonly declare: number;
  readonly initialize: number;
  readonly pipelines: readonly (readonly [name: string, index: number])[];
  readonly exports: readonly (readonly [name: string, slot: number])[];
  readonly slotNames: ModuleCode["slotNames"];
  readonly names: ModuleCode["names"];
  readonly builtins: ModuleCode["builtins"];
  readonly structs: ModuleCode["structs"];
  readonly imports: ModuleCode["imports"];
}

type StoredFunction = Omit<FunctionCode, "module" | "body" | "code" | "places" | "constants"> & {
  readonly code: readonly number[];
  readonly places: readonly number[];
  readonly constants: readonly StoredConstant[];
  /** JSON within JSON: read only if the function gets hot. */
  readonly body: string;
};

/** JSON has neither 64-bit integers nor every float. */
type StoredConstant =
  | Exclude<Constant, { readonly kind: "int" | "float" }>
  | { readonly kind: "int" | "float"; readonly text: string };

export function storeModule(code: ModuleCode): StoredModule {
  const functions = [...new Set([...code.functions, code.declare, code.initialize, ...code.pipelines.values()])];
  const indexes = new Map(functions.map((fn, index) => [fn, index]));
  const indexOf = (fn: FunctionCode): number => indexes.get(fn) as number;
  return {
    functions: functions.map(storeFunction),
    pool: code.functions.map(indexOf),
    declare: indexOf(code.declare),
    initialize: indexOf(code.initialize),
    pipelines: [...code.pipelines].map(([name, fn]) => [name, indexOf(fn)] as const),
    exports: [...code.exports],
    slotNames: code.slotNames,
    names: code.names,
    builtins: code.builtins,
    structs: code.structs,
    imports: code.imports,
  };
}

function storeFunction({ module: _, body, code, places, constants, ...rest }: FunctionCode): StoredFunction {
  return {
    ...rest,
    code: [...code],
    places: [...places],
    constants: constants.map(storeConstant),
    body: JSON.stringify(body),
  };
}

function storeConstant(constant: Constant): StoredConstant {
  switch (constant.kind) {
    case "int":
      return { kind: "int", text: String(constant.value) };
    case "float":
      return { kind: "float", text: Object.is(constant.value, -0) ? "-0" : String(constant.value) };
    default:
      return constant;
  }
}

/** The module that `storeModule` was given, over the same source. */
export function restoreModule(stored: StoredModule, source: Source): ModuleCode {
  const functions = stored.functions.map((fn) => new StoredFunctionCode(fn));
  const at = (index: number): FunctionCode => functions[index] as FunctionCode;
  const module: ModuleCode = {
    source,
    slotNames: stored.slotNames,
    names: stored.names,
    builtins: stored.builtins,
    functions: stored.pool.map(at),
    structs: stored.structs,
    imports: stored.imports,
    exports: new Map(stored.exports),
    declare: at(stored.declare),
    initialize: at(stored.initialize),
    pipelines: new Map(stored.pipelines.map(([name, index]) => [name, at(index)])),
  };
  for (const fn of functions) fn.module = module;
  return module;
}

class StoredFunctionCode implements FunctionCode {
  readonly name;
  readonly form;
  readonly flow;
  readonly params;
  readonly required;
  readonly captureCount;
  readonly registerCount;
  readonly constants: readonly Constant[];
  readonly code;
  readonly places;
  readonly handlers;
  readonly span;
  module!: ModuleCode;
  #body: string | IrBlock;

  constructor(stored: StoredFunction) {
    this.name = stored.name;
    this.form = stored.form;
    this.flow = stored.flow;
    this.params = stored.params;
    this.required = stored.required;
    this.captureCount = stored.captureCount;
    this.registerCount = stored.registerCount;
    this.constants = stored.constants.map(restoreConstant);
    this.code = Int32Array.from(stored.code);
    this.places = Int32Array.from(stored.places);
    this.handlers = stored.handlers;
    this.span = stored.span;
    this.#body = stored.body;
  }

  get body(): IrBlock {
    if (typeof this.#body === "string") this.#body = JSON.parse(this.#body) as IrBlock;
    return this.#body;
  }
}

function restoreConstant(constant: StoredConstant): Constant {
  switch (constant.kind) {
    case "int":
      return { kind: "int", value: BigInt(constant.text) };
    case "float":
      return { kind: "float", value: Number(constant.text) };
    default:
      return constant;
  }
}
