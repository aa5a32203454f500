import type {
  Declaration,
  EnumDeclaration,
  EvalPackDeclaration,
  Expression,
  Field,
  FunctionDeclaration,
  ImplDeclaration,
  Name,
  SkillDeclaration,
  Statement,
  StructDeclaration,
  ToolDeclaration,
} from "../syntax/index.ts";
import { compileDeclared, emitDeclared } from "./attributes.ts";
import { emitBuiltin } from "./calls.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { compileFunction, emitClosure, functionSource, lowerBlockClosure } from "./functions.ts";
import { lowerLiteral } from "./literals.ts";
import { lowerName, lowerOwned } from "./operands.ts";
import { declareName, emitRedeclared } from "./patterns.ts";
import { type Literal, schemaOf } from "./schema-lowering.ts";
import type { Binding } from "./scope.ts";

/**
 * Functions of a block see each other and themselves, whatever their order, and so do closures bound by `let` where no
 * other meaning of the name is in sight. One that is captured before its declaration has run is captured through a cell,
 * which the declaration fills.
 */
export function prepareLocalFunctions(fb: FunctionBuilder, statements: readonly Statement[]): () => void {
  const cells: { readonly remove: () => void; readonly binding: Binding & { kind: "cell" } }[] = [];
  for (const statement of statements) {
    const name = nameOfFunction(fb, statement);
    if (!name || fb.scope.own(name.text)) continue;
    const binding: Binding & { kind: "cell" } = { kind: "cell", register: fb.newRegister(), isUsed: false };
    fb.scope.declare(name.text, binding);
    fb.cells.set(statement, binding);
    cells.push({ binding, remove: fb.emitRemovable("makeCell", [binding.register], name.span) });
  }
  return () => {
    for (const { binding, remove } of cells) if (!binding.isUsed) remove();
  };
}

function nameOfFunction(fb: FunctionBuilder, statement: Statement): Name | undefined {
  if (statement.kind === "function") return statement.name;
  if (statement.kind !== "binding" || statement.mode === "var" || statement.pattern.kind !== "name-pattern")
    return undefined;
  const { name } = statement.pattern;
  return statement.value.kind === "closure" && name.text !== "_" && !fb.knows(name.text) ? name : undefined;
}

type LocalDeclaration = Exclude<Declaration, { kind: "import" | "pipeline" | "override" }>;

export function lowerLocalDeclaration(fb: FunctionBuilder, declaration: LocalDeclaration): void {
  switch (declaration.kind) {
    case "function":
      return lowerLocalFunction(fb, declaration);
    case "struct": {
      fb.module.types.set(declaration.name.text, declaration);
      const register = fb.newRegister();
      emitStructType(fb, declaration, register);
      return declareName(fb, declaration.name, register, false);
    }
    case "enum":
      fb.module.types.set(declaration.name.text, declaration);
      return fb.scope.declare(declaration.name.text, enumBinding(declaration));
    case "type":
    case "interface":
      fb.module.types.set(declaration.name.text, declaration);
      return;
    case "impl":
      return fb.withRegisters(() => lowerImpl(fb, declaration));
    case "tool":
    case "skill":
    case "eval-pack": {
      const register = fb.newRegister();
      fb.withRegisters(() => lowerRegistration(fb, declaration, register));
      return declareName(fb, declaration.name, register, false);
    }
  }
}

function lowerLocalFunction(fb: FunctionBuilder, declaration: FunctionDeclaration): void {
  const { name, span } = declaration;
  const known = fb.scope.own(name.text);
  const cell = fb.cells.get(declaration);
  if (known?.kind === "register" && !known.isMutable) emitRedeclared(fb, name);
  const closure = fb.newRegister();
  emitClosure(fb, compileDeclared(fb.module, fb, declaration), closure, span);
  if (cell?.isUsed) fb.emit("storeCell", [cell.register, closure], span);
  fb.scope.declare(name.text, { kind: "register", register: closure, isMutable: false });
  emitDeclared(fb, declaration, closure);
}

export function enumBinding(declaration: EnumDeclaration): Binding {
  const variants = new Set(declaration.variants.map((variant) => variant.name.text));
  return { kind: "enum", name: declaration.name.text, variants };
}

export function emitStructType(fb: FunctionBuilder, declaration: StructDeclaration, target: number): void {
  const fieldNames = declaration.fields.map((field) => field.name.text);
  fb.emit(
    "makeStructType",
    [target, fb.module.addStruct({ name: declaration.name.text, fieldNames })],
    declaration.span,
  );
}

/** Methods of what is no struct are never found, and so are left out; the checker says so. */
export function lowerImpl(fb: FunctionBuilder, declaration: ImplDeclaration): void {
  const target = fb.resolve(declaration.target.text);
  if (target === undefined || target.kind === "enum") return;
  const type = lowerName(fb, declaration.target.text, declaration.target.span);
  for (const method of declaration.methods) {
    const closure = fb.newRegister();
    emitClosure(
      fb,
      compileFunction(fb.module, fb, functionSource(method, `${declaration.target.text}.${method.name.text}`)),
      closure,
      method.span,
    );
    fb.emit("addMethod", [type, fb.module.pools.name(method.name.text), closure], method.span);
  }
}

/** `tool`, `skill` and `eval_pack` bind a name to what the runtime makes of them. */
export function lowerRegistration(
  fb: FunctionBuilder,
  declaration: ToolDeclaration | SkillDeclaration | EvalPackDeclaration,
  target: number,
  isTopLevel = false,
): void {
  switch (declaration.kind) {
    case "tool":
      return lowerTool(fb, declaration, target);
    case "skill":
      return emitBuiltin(
        fb,
        "%skill",
        target,
        [fb.text(declaration.name.text), lowerFields(fb, declaration.fields)],
        declaration.span,
      );
    case "eval-pack":
      return lowerEvalPack(fb, declaration, target, isTopLevel);
  }
}

function lowerTool(fb: FunctionBuilder, declaration: ToolDeclaration, target: number): void {
  const { span } = declaration;
  const find = (name: string): ReturnType<typeof fb.module.typeBehind> => fb.module.typeBehind(name);
  const params: Literal = declaration.params.map((param) => ({
    name: param.name.text,
    schema: param.type ? schemaOf(param.type, find) : null,
    has_default: param.fallback !== undefined,
    ...literalDefault(param.fallback),
  }));
  const handler = fb.newRegister();
  const compiled = compileFunction(fb.module, fb, {
    name: declaration.name.text,
    form: "function",
    params: declaration.params,
    body: declaration.body,
    span,
    yieldsLast: true,
  });
  emitClosure(fb, compiled, handler, span);
  const returns = declaration.returns ? lowerLiteral(fb, schemaOf(declaration.returns, find), span) : fb.nil();
  const description = fb.text(declaration.description ?? declaration.doc ?? "");
  emitBuiltin(
    fb,
    "%tool",
    target,
    [fb.text(declaration.name.text), description, lowerLiteral(fb, params, span), handler, returns],
    span,
  );
}

/** A default that is a constant is part of what the model is told about a parameter. */
function literalDefault(fallback: Expression | undefined): { readonly default?: Literal } {
  switch (fallback?.kind) {
    case "bool":
    case "int":
    case "string":
      return { default: fallback.value };
    case "float":
      return Number.isInteger(fallback.value) ? {} : { default: fallback.value };
    default:
      return {};
  }
}

/** The statements in a pack see its fields and the pack itself by name. At the top level of a file they do not run. */
function lowerEvalPack(
  fb: FunctionBuilder,
  declaration: EvalPackDeclaration,
  target: number,
  isTopLevel: boolean,
): void {
  const { span, name, fields } = declaration;
  const params = [name, ...fields.map(({ key }) => key)].map((each) => ({
    name: each,
    isRest: false,
    span: each.span,
  }));
  const closureOrNil = (statements: readonly Statement[]): number => {
    if (statements.length === 0 || isTopLevel) return fb.nil();
    const closure = fb.newRegister();
    lowerBlockClosure(fb, { statements, span }, params, closure);
    return closure;
  };
  const id = fb.text(declaration.id ?? name.text);
  const keys = lowerLiteral(
    fb,
    fields.map(({ key }) => key.text),
    span,
  );
  const values = lowerFields(fb, fields);
  const body = closureOrNil(declaration.body);
  const summarize = closureOrNil(declaration.summarize?.statements ?? []);
  emitBuiltin(fb, "%eval_pack", target, [id, keys, values, body, summarize], span);
}

function lowerFields(fb: FunctionBuilder, fields: readonly Field[]): number {
  const dict = fb.newRegister();
  const entries = fields.flatMap(({ key, value }) => [fb.text(key.text), lowerOwned(fb, value)]);
  fb.emit("makeDict", [dict], fields[0]?.span ?? { start: 0, end: 0 }, entries);
  return dict;
}
