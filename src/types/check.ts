import type { Catalog } from "../builtin/index.ts";
import { compareDiagnostics, type Diagnostic, diagnose } from "../diagnostics/index.ts";
import type { Module, ModuleGraph } from "../modules/index.ts";
import type { Statement } from "../syntax/index.ts";
import { nearestName } from "../text/index.ts";
import { checkCondition } from "./checker/conditions.ts";
import { Checker, type CheckOptions, type Visitors } from "./checker/context.ts";
import { checkExpression } from "./checker/expressions.ts";
import { checkClosure } from "./checker/functions.ts";
import { checkMain } from "./checker/main-signature.ts";
import { checkBlock, checkSequence, checkStatement, checkStatements } from "./checker/statements.ts";
import { unknownStruct } from "./diagnostics.ts";
import { Scope } from "./symbols/scope.ts";
import { World } from "./symbols/world.ts";

export type { CheckOptions } from "./checker/context.ts";

const visitors: Visitors = {
  expression: checkExpression,
  statement: checkStatement,
  statements: checkStatements,
  block: checkBlock,
  closure: checkClosure,
  condition: checkCondition,
};

/** The findings about the entry of a program, in the order of its text. Of what it imports, only the signatures are read. */
export function check(graph: ModuleGraph, catalog: Catalog, options: CheckOptions): Diagnostic[] {
  return checkModule(graph.entry, new World(), catalog, options);
}

/** The findings about one module. They depend on its own text, and on the declarations of what it imports. */
export function checkModule(module: Module, world: World, catalog: Catalog, options: CheckOptions): Diagnostic[] {
  const c = new Checker(module, world.scopeOf(module), catalog, options, visitors);
  const { items } = module.program;
  checkScript(
    c,
    items.filter((item) => !isBody(item)),
  );
  for (const item of items) if (isBody(item)) c.body(item);
  for (const item of items) if (item.kind === "function" && item.name.text === "main") checkMain(c, item);
  reportUnknownStructs(c);
  for (const { name, finding } of c.undefinedCalls) if (!c.functionNames.has(name)) c.report(finding);
  return c.found.sort(compareDiagnostics);
}

/** What runs when it is called, and does not see how far the top level has come. */
function isBody(item: Statement): boolean {
  switch (item.kind) {
    case "function":
    case "tool":
    case "pipeline":
    case "override":
    case "impl":
    case "eval-pack":
      return true;
    default:
      return false;
  }
}

/**
 * The top level as a script. Its variables are typed there as in any block; the functions of the file see those with a written type,
 * since a value that is only inferred at one point of the script may be another by the time that they run.
 */
function checkScript(c: Checker, statements: readonly Statement[]): void {
  const outer = c.scope;
  c.announceVariables(statements);
  c.scope = new Scope(outer);
  c.shareWith(outer);
  c.facts.explore(() => {
    checkSequence(c, statements);
    return true;
  });
  c.shareWith(undefined);
  c.scope = outer;
}

function reportUnknownStructs(c: Checker): void {
  if (!c.importsAreWhole) return;
  for (const { name, scope, span } of c.unknownStructs) {
    if (c.structNames.has(name.text)) continue;
    const nearest = nearestName(name.text, scope.typeNames(), 2);
    const finding = diagnose(unknownStruct, c.source, span, { name: name.text, nearest });
    c.report(nearest === undefined ? finding : { ...finding, fix: [{ span: name.span, text: nearest }] });
  }
}
