import type { Catalog } from "../builtin/index.ts";
import type { FunctionCode, ModuleCode } from "../bytecode/index.ts";
import type { Module } from "../modules/index.ts";
import type { BindingPattern, Name, PipelineDeclaration, Statement } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import { compileDeclared, emitDeclared, reportMisplacedAttributes } from "./attributes.ts";
import { lowerBlock, lowerStatements } from "./blocks.ts";
import { emitStructType, enumBinding, lowerImpl, lowerRegistration, prepareLocalFunctions } from "./declarations.ts";
import { withFinalizer } from "./exits.ts";
import { lowerExpression } from "./expressions.ts";
import { FunctionBuilder } from "./function-builder.ts";
import { emitClosure, lowerFunctionBody } from "./functions.ts";
import type { Lowering } from "./lowering.ts";
import { type CompileProblem, ModuleBuilder } from "./module-builder.ts";
import { lowerOwnedInto } from "./operands.ts";
import { bindPattern, emitFault, emitRedeclared } from "./patterns.ts";
import { lowerStatement } from "./statements.ts";

const lowering: Lowering = {
  expression: lowerExpression,
  statement: lowerStatement,
  prepareFunctions: prepareLocalFunctions,
};

export interface CompiledModule {
  readonly code: ModuleCode;
  /** What makes the program unrunnable although it parses, such as a `break` outside of a loop. */
  readonly problems: readonly CompileProblem[];
}

/** `entry` runs its pipeline or its statements; an imported module only declares (language-semantics §3, §10, §11). */
export function compileModule(module: Module, catalog: Catalog, role: "entry" | "imported"): CompiledModule {
  const builder = new ModuleBuilder(module.source, catalog, lowering);
  const { items } = module.program;
  declareTypes(builder, module);
  const faults = declareImports(builder, module);
  declareSlots(builder, items);
  for (const item of items) reportMisplacedAttributes(builder, item);
  const declare = compileDeclare(builder, items);
  const isScript = role === "entry" && !items.some((item) => item.kind === "pipeline");
  const initialize = compileInitialize(builder, items, isScript, faults);
  for (const item of items) if (item.kind === "pipeline") compilePipeline(builder, items, item);
  for (const name of module.importable.keys()) exportSlot(builder, name);
  return { code: builder.finish(declare, initialize), problems: builder.problems };
}

function exportSlot(builder: ModuleBuilder, name: string): void {
  const binding = builder.topLevel.get(name);
  if (binding?.kind === "slot") builder.exports.set(name, binding.slot);
}

function declareTypes(builder: ModuleBuilder, module: Module): void {
  const add = (declaration: Statement): void => {
    if (
      declaration.kind === "struct" ||
      declaration.kind === "type" ||
      declaration.kind === "interface" ||
      declaration.kind === "enum"
    ) {
      builder.types.set(declaration.name.text, declaration);
      if (declaration.kind === "enum") builder.topLevel.set(declaration.name.text, enumBinding(declaration));
    }
  };
  for (const { bindings } of module.imports) for (const { exported } of bindings) add(exported.declaration);
  for (const item of module.program.items) add(item);
}

/** Imported values get slots of their own. Gives the texts of imports that fail when the program runs. */
function declareImports(builder: ModuleBuilder, module: Module): { readonly text: string; readonly span: Span }[] {
  const faults: { text: string; span: Span }[] = [];
  for (const { declaration, target, bindings, problem } of module.imports) {
    if (problem !== undefined) faults.push({ text: problem, span: declaration.pathSpan });
    if (!target) continue;
    const values = bindings.filter(
      ({ exported }) => !["type", "interface", "enum", "pipeline"].includes(exported.kind),
    );
    builder.imports.push({
      path: target.id,
      span: declaration.span,
      bindings: values.map(({ name, exported, span }) => ({
        slot: builder.addSlot(name, false),
        name: exported.name,
        from: exported.module.id,
        span,
      })),
    });
  }
  return faults;
}

function declareSlots(builder: ModuleBuilder, items: readonly Statement[]): void {
  for (const item of items) {
    switch (item.kind) {
      case "function":
      case "struct":
      case "tool":
      case "skill":
      case "eval-pack":
        addOwnSlot(builder, item.name);
        break;
      case "binding":
        for (const name of namesOf(item.pattern)) addOwnSlot(builder, name, item.mode === "var");
        break;
      default:
    }
  }
}

/** The first declaration of a name gives it its slot; a second `let` is reported when it runs. */
function addOwnSlot(builder: ModuleBuilder, name: Name, isMutable = false): void {
  if (name.text === "_") return;
  const known = builder.topLevel.get(name.text);
  if (known?.kind === "slot" && builder.ownSlots.has(known.slot)) {
    if (isMutable) builder.topLevel.set(name.text, { ...known, isMutable: true });
    return;
  }
  builder.ownSlots.add(builder.addSlot(name.text, isMutable));
}

export function namesOf(pattern: BindingPattern): Name[] {
  switch (pattern.kind) {
    case "name-pattern":
      return [pattern.name];
    case "pair-pattern":
      return [pattern.first, pattern.second];
    case "dict-pattern":
      return [...pattern.fields.map((field) => field.alias ?? field.key), ...(pattern.rest ? [pattern.rest] : [])];
    case "list-pattern":
      return [...pattern.elements.map((element) => element.name), ...(pattern.rest ? [pattern.rest] : [])];
  }
}

/** Types first, then functions, then methods: none of it runs code of the program, so order and cycles do not matter. */
function compileDeclare(builder: ModuleBuilder, items: readonly Statement[]): FunctionCode {
  const fb = new FunctionBuilder({ module: builder, name: "", form: "module" });
  const declared = new Set<string>();
  for (const item of items) {
    if (item.kind !== "struct" || declared.has(item.name.text)) continue;
    declared.add(item.name.text);
    fb.withRegisters(() => {
      const type = fb.newRegister();
      emitStructType(fb, item, type);
      fb.emit("storeSlot", [slotOf(builder, item.name.text), type], item.span);
    });
  }
  for (const item of items) {
    if (item.kind !== "function" || declared.has(item.name.text)) continue;
    declared.add(item.name.text);
    fb.withRegisters(() => {
      const closure = fb.newRegister();
      emitClosure(fb, compileDeclared(builder, undefined, item), closure, item.span);
      fb.emit("storeSlot", [slotOf(builder, item.name.text), closure], item.span);
      emitDeclared(fb, item, closure);
    });
  }
  for (const item of items) if (item.kind === "impl") fb.withRegisters(() => lowerImpl(fb, item));
  fb.emit("return", [fb.nil()], { start: 0, end: 0 });
  return fb.finish({ flow: "plain", span: { start: 0, end: 0 }, moduleCode: builder.code });
}

function slotOf(builder: ModuleBuilder, name: string): number {
  const binding = builder.topLevel.get(name);
  if (binding?.kind !== "slot") throw new TypeError(`${name} has no slot`);
  return binding.slot;
}

/** Top-level bindings and registrations; in a script, every statement, and the last one's value is the result. */
function compileInitialize(
  builder: ModuleBuilder,
  items: readonly Statement[],
  isScript: boolean,
  faults: readonly { readonly text: string; readonly span: Span }[],
): FunctionCode {
  const fb = new FunctionBuilder({ module: builder, name: "", form: "pipeline" });
  const result = fb.newRegister();
  const span = { start: 0, end: 0 };
  fb.emit("move", [result, fb.nil()], span);
  for (const fault of faults) emitFault(fb, "plain", fault.text, fault.span);
  const duplicates = duplicatesIn(fb, items);
  for (const item of items) if (item.kind !== "binding") reportDuplicates(fb, duplicates, item);
  const bindings = items.filter((item) => item.kind === "binding");
  const registrations = items.filter(
    (item) => item.kind === "tool" || item.kind === "skill" || item.kind === "eval-pack",
  );
  const order = isScript ? items : [...bindings, ...registrations];
  lowerItems(fb, order, 0, { duplicates, result: isScript ? result : undefined });
  fb.emit("return", [result], span);
  return fb.finish({ flow: "plain", span, moduleCode: builder.code });
}

interface TopLevel {
  readonly duplicates: Duplicates;
  /** The register of a script's value. */
  readonly result: number | undefined;
}

/** What follows a `defer` runs under its protection, as in a block. */
function lowerItems(fb: FunctionBuilder, items: readonly Statement[], start: number, top: TopLevel): void {
  for (let index = start; index < items.length; index++) {
    const item = items[index] as Statement;
    if (item.kind === "defer") {
      const rest = (): void => lowerItems(fb, items, index + 1, top);
      return withFinalizer(fb, item.span, rest, () => lowerBlock(fb, item.body));
    }
    if (item.kind === "binding") reportDuplicates(fb, top.duplicates, item);
    lowerTopLevel(fb, item, index === items.length - 1 ? top.result : undefined);
  }
}

function lowerTopLevel(fb: FunctionBuilder, item: Statement, result: number | undefined): void {
  const builder = fb.module;
  switch (item.kind) {
    case "binding":
      return fb.withRegisters(() => {
        const value = fb.newRegister();
        lowerOwnedInto(fb, item.value, value);
        fb.withScope(() => {
          bindPattern(fb, item.pattern, value, { isMutable: item.mode === "var" });
          for (const name of namesOf(item.pattern)) {
            const binding = fb.scope.own(name.text);
            if (binding?.kind === "register")
              fb.emit("storeSlot", [slotOf(builder, name.text), binding.register], name.span);
          }
        });
      });
    case "tool":
    case "skill":
    case "eval-pack":
      return fb.withRegisters(() => {
        const value = fb.newRegister();
        lowerRegistration(fb, item, value, true);
        fb.emit("storeSlot", [slotOf(builder, item.name.text), value], item.span);
      });
    case "function":
    case "struct":
    case "enum":
    case "type":
    case "interface":
    case "impl":
      return;
    case "expression":
      if (result !== undefined) return fb.withRegisters(() => lowerOwnedInto(fb, item.expression, result));
      return lowerStatement(fb, item);
    default:
      return lowerStatement(fb, item);
  }
}

type Duplicates = ReadonlyMap<Statement, readonly Name[]>;

/** A name bound twice fails where it is bound the second time, a function when the program starts (language-semantics §3). */
function reportDuplicates(fb: FunctionBuilder, duplicates: Duplicates, item: Statement): void {
  for (const name of duplicates.get(item) ?? []) emitRedeclared(fb, name);
}

function duplicatesIn(fb: FunctionBuilder, items: readonly Statement[]): Duplicates {
  const found = new Map<Statement, Name[]>();
  const fixed = new Set<string>();
  const imported = new Set(
    fb.module.imports.flatMap(({ bindings }) => bindings.map(({ slot }) => fb.module.slotNames[slot])),
  );
  for (const item of items) {
    const names =
      item.kind === "binding"
        ? namesOf(item.pattern)
        : item.kind === "function" || item.kind === "struct"
          ? [item.name]
          : [];
    const isFixed = item.kind !== "binding" || item.mode !== "var";
    for (const name of names) {
      if (name.text === "_") continue;
      if (isFixed && (fixed.has(name.text) || (item.kind === "function" && imported.has(name.text))))
        found.set(item, [...(found.get(item) ?? []), name]);
      if (isFixed) fixed.add(name.text);
      else fixed.delete(name.text);
    }
  }
  return found;
}

/** A pipeline's parent runs first. Parameters are names that a host may have set (language-semantics §10). */
function compilePipeline(builder: ModuleBuilder, items: readonly Statement[], pipeline: PipelineDeclaration): void {
  const fb = new FunctionBuilder({ module: builder, name: pipeline.name.text, form: "pipeline" });
  for (const ancestor of ancestorsOf(items, pipeline)) {
    fb.withRegisters(() => fb.withScope(() => lowerStatements(fb, ancestor.body.statements)));
  }
  lowerFunctionBody(fb, pipeline.body, true);
  builder.pipelines.set(
    pipeline.name.text,
    fb.finish({ flow: "plain", span: pipeline.span, moduleCode: builder.code }),
  );
}

function ancestorsOf(items: readonly Statement[], pipeline: PipelineDeclaration): PipelineDeclaration[] {
  const chain: PipelineDeclaration[] = [];
  let current = pipeline;
  while (current.extends) {
    const parent = items.find(
      (item): item is PipelineDeclaration => item.kind === "pipeline" && item.name.text === current.extends?.text,
    );
    if (!parent || parent === pipeline || chain.includes(parent)) break;
    chain.unshift(parent);
    current = parent;
  }
  return chain;
}
