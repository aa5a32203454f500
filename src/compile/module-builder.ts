import type { Builtin, Catalog } from "../builtin/index.ts";
import type { FunctionCode, ImportCode, ModuleCode, StructCode } from "../bytecode/index.ts";
import type {
  EnumDeclaration,
  InterfaceDeclaration,
  StructDeclaration,
  TypeDeclaration,
  TypeExpression,
} from "../syntax/index.ts";
import type { Source, Span } from "../text/index.ts";
import type { Lowering } from "./lowering.ts";
import { ModulePools } from "./pools.ts";
import { type Binding, isLike } from "./scope.ts";
import type { TypeNames } from "./type-lowering.ts";

/** Types that a module can name: its own and those it imports. */
export type NamedType = StructDeclaration | EnumDeclaration | TypeDeclaration | InterfaceDeclaration;

/** A program that parses but cannot be compiled. */
export interface CompileProblem {
  readonly message: string;
  readonly span: Span;
}

/** What all functions of a module share while they are compiled. */
export class ModuleBuilder implements TypeNames {
  readonly source: Source;
  /** Most modules have no generator, and their functions need not be searched for what makes one. */
  readonly mentionsYield: boolean;
  readonly catalog: Catalog;
  readonly pools = new ModulePools();
  readonly slotNames: string[] = [];
  readonly topLevel = new Map<string, Binding>();
  readonly #topLevelLike = new Map<string, readonly string[]>();
  readonly types = new Map<string, NamedType>();
  /** Slots of the module's own declarations, which hide imported ones. */
  readonly ownSlots = new Set<number>();
  readonly problems: CompileProblem[] = [];
  readonly imports: ImportCode[] = [];
  readonly exports = new Map<string, number>();
  readonly pipelines = new Map<string, FunctionCode>();
  /** The finished code; functions point at it while it is still being filled. */
  readonly code: ModuleCode;

  readonly lowering: Lowering;

  constructor(source: Source, catalog: Catalog, lowering: Lowering) {
    this.lowering = lowering;
    this.source = source;
    this.mentionsYield = source.text.includes("yield");
    this.catalog = catalog;
    this.code = { source } as ModuleCode;
  }

  builtin(name: string): Builtin | undefined {
    return this.catalog.builtins.get(name);
  }

  reportProblem(message: string, span: Span): void {
    this.problems.push({ message, span });
  }

  /** Gives a module-level name a slot. */
  addSlot(name: string, isMutable: boolean): number {
    const slot = this.slotNames.length;
    this.slotNames.push(name);
    this.topLevel.set(name, { kind: "slot", slot, isMutable });
    return slot;
  }

  /** Looked for once per unknown name, however often the program says it. */
  topLevelLike(name: string): readonly string[] {
    const known = this.#topLevelLike.get(name);
    if (known !== undefined) return known;
    const found = [...this.topLevel.keys()].filter((candidate) => isLike(candidate, name));
    this.#topLevelLike.set(name, found);
    return found;
  }

  resolveTopLevel(name: string): Binding | undefined {
    return this.topLevel.get(name);
  }

  addStruct(struct: StructCode): number {
    this.pools.structs.push(struct);
    return this.pools.structs.length - 1;
  }

  addFunction(code: FunctionCode): number {
    this.pools.functions.push(code);
    return this.pools.functions.length - 1;
  }

  // ------------------------------------------------------------ types

  isNominal(name: string): boolean {
    const type = this.types.get(name);
    return type?.kind === "struct" || type?.kind === "enum";
  }

  isInterface(name: string): boolean {
    return this.types.get(name)?.kind === "interface";
  }

  /** The type an alias or a struct stands for, as a type expression. */
  typeBehind(name: string): TypeExpression | undefined {
    const declared = this.types.get(name);
    if (declared?.kind === "type") return declared.type;
    return declared?.kind === "struct" ? shapeOf(declared) : undefined;
  }

  finish(declare: FunctionCode, initialize: FunctionCode): ModuleCode {
    return Object.assign(this.code, {
      slotNames: this.slotNames,
      names: this.pools.names,
      builtins: this.pools.builtins,
      functions: this.pools.functions,
      structs: this.pools.structs,
      imports: this.imports,
      exports: this.exports,
      declare,
      initialize,
      pipelines: this.pipelines,
    });
  }
}

function shapeOf(struct: StructDeclaration): TypeExpression {
  const anything = (span: Span): TypeExpression => ({
    kind: "named-type",
    name: { text: "any", span },
    arguments: [],
    span,
  });
  return {
    kind: "shape-type",
    span: struct.span,
    fields: struct.fields.map((field) => ({
      name: field.name,
      isOptional: field.isOptional,
      type: field.type ?? anything(field.span),
      span: field.span,
    })),
  };
}
