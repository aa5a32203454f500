import { type Diagnostic, diagnose, lineRemoval, type TextEdit } from "../../diagnostics/index.ts";
import type {
  AssignStatement,
  BindingStatement,
  Block,
  EmitStatement,
  Expression,
  GuardStatement,
  RequireStatement,
  ReturnStatement,
  Statement,
  YieldStatement,
} from "../../syntax/index.ts";
import { unreachable } from "../../text/index.ts";
import {
  emitOutsideStream,
  immutableAssignment,
  ownedEscapes,
  unreachableCode,
  yieldInStream,
} from "../diagnostics.ts";
import { isAssignable } from "../model/assignable.ts";
import { resolve } from "../model/resolve.ts";
import { dynamic, isNil, nil, type Type } from "../model/type.ts";
import { joinTypes, withNil } from "../model/union.ts";
import type { Binding } from "../symbols/scope.ts";
import { boundaryOf } from "./boundary.ts";
import { checkConst } from "./const-values.ts";
import type { BlockResult, Checker, Completion } from "./context.ts";
import { checkIf, checkTry, exploreBlock } from "./control.ts";
import { checkDeclaration } from "./declarations.ts";
import { checkFor, checkWhile } from "./loops.ts";
import { checkMatch } from "./match.ts";
import { expectType } from "./mismatch.ts";
import { arithmeticType } from "./operators.ts";
import { declarePattern } from "./patterns.ts";
import { reportPartialNarrowing } from "./unknowns.ts";
import { weaken } from "./weaken.ts";

const done: BlockResult = { type: nil, completion: "completes" };
const exits: BlockResult = { type: nil, completion: "exits" };

/** A block in a scope of its own. */
export function checkBlock(c: Checker, block: Block): BlockResult {
  return c.inScope(() => checkStatements(c, block.statements));
}

/** Statements of one scope, which may use each other's declarations in any order. */
export function checkStatements(c: Checker, statements: readonly Statement[]): BlockResult {
  c.announceBlock(statements);
  return checkSequence(c, statements);
}

/** Statements whose declarations are known already, in order. What comes after an exit is still checked, and reported once. */
export function checkSequence(c: Checker, statements: readonly Statement[]): BlockResult {
  let type: Type = nil;
  let completion: Completion = "completes";
  let isReported = false;
  for (const [index, statement] of statements.entries()) {
    if (completion === "exits" && !isReported) {
      c.report(unreachableFinding(c, statement, statements.slice(index)));
      isReported = true;
    }
    const result = c.statement(statement);
    type = result.type;
    if (completion === "completes") completion = result.completion;
  }
  return { type: completion === "completes" ? type : { kind: "never" }, completion };
}

/** What is left of a block is taken out, unless something is declared in it. */
function unreachableFinding(c: Checker, first: Statement, dead: readonly Statement[]): Diagnostic {
  const finding = diagnose(unreachableCode, c.source, first.span, undefined);
  const end = dead.at(-1)?.span.end ?? first.span.end;
  const edit = dead.some(declares) ? undefined : lineRemoval(c.source.text, { start: first.span.start, end });
  return edit === undefined ? finding : { ...finding, fix: [edit] };
}

function declares(statement: Statement): boolean {
  return "attributes" in statement;
}

export function checkStatement(c: Checker, statement: Statement): BlockResult {
  switch (statement.kind) {
    case "binding":
      return checkBinding(c, statement);
    case "assign":
      return checkAssign(c, statement);
    case "for":
      return checkFor(c, statement);
    case "while":
      return checkWhile(c, statement);
    case "guard":
      return checkGuard(c, statement);
    case "require":
      return checkRequire(c, statement);
    case "defer":
      exploreBlock(c, [], () => c.block(statement.body));
      return done;
    case "mutex":
      return { ...done, completion: c.block(statement.body).completion };
    case "return":
      return checkReturn(c, statement);
    case "throw":
      c.expression(statement.value);
      reportPartialNarrowing(c, "throw", statement.span);
      return exits;
    case "yield":
      return checkYield(c, statement);
    case "emit":
      return checkEmit(c, statement);
    case "break":
    case "continue":
      return exits;
    case "expression":
      return checkExpressionStatement(c, statement.expression);
    case "import":
    case "pipeline":
    case "override":
    case "function":
    case "tool":
    case "skill":
    case "eval-pack":
    case "type":
    case "enum":
    case "struct":
    case "impl":
    case "interface":
      checkDeclaration(c, statement);
      return done;
    default:
      return unreachable(statement);
  }
}

function checkExpressionStatement(c: Checker, expression: Expression): BlockResult {
  switch (expression.kind) {
    case "if":
      return checkIf(c, expression);
    case "match":
      return checkMatch(c, expression);
    case "try":
      return checkTry(c, expression);
    default: {
      const type = c.expression(expression);
      return { type, completion: type.kind === "never" ? "diverges" : "completes" };
    }
  }
}

function checkBinding(c: Checker, statement: BindingStatement): BlockResult {
  const { mode, pattern, value } = statement;
  const found = c.expression(value);
  const known = mode === "const" ? checkConst(c, statement) : undefined;
  const completion: Completion = found.kind === "never" ? "diverges" : "completes";
  if (pattern.kind !== "name-pattern") {
    declarePattern(c, pattern, mode);
    return { type: nil, completion };
  }
  if (statement.type === undefined) {
    const binding = c.declare(pattern.name, mode, found.kind === "never" ? dynamic : found);
    binding.awaitsType = mode === "var" && isNil(found);
    binding.boundary = boundaryOf(c, value);
    if (known !== undefined) c.constants.set(binding, known);
    return { type: nil, completion };
  }
  const declared = c.typeOf(statement.type);
  expectType(c, value, found, {
    kind: "initial",
    context: `${mode} binding \`${pattern.name.text}\``,
    expected: declared,
    origin: { span: statement.span, text: "expected type declared here" },
  });
  c.declare(pattern.name, mode, declared, true);
  return { type: nil, completion };
}

function checkAssign(c: Checker, statement: AssignStatement): BlockResult {
  const { target, value } = statement;
  const found = c.expression(value);
  const binding = rootBinding(c, target);
  if (target.kind !== "name") visitTarget(c, target);
  if (binding === undefined || binding.mode === "function") return done;
  if (binding.mode !== "var") {
    const finding = diagnose(immutableAssignment, c.source, target.span, { name: binding.name });
    const edit = varInstead(c, binding);
    c.report(edit === undefined ? finding : { ...finding, fix: [edit] });
  }
  if (target.kind === "name") assignName(c, statement, binding, found);
  else {
    c.facts.forget(binding);
    weaken(binding, "part");
  }
  return done;
}

/** `var` for the `let` of a single name; one edit for all assignments to it. */
function varInstead(c: Checker, binding: Binding): TextEdit | undefined {
  const known = c.mutableBindings.get(binding.span.start);
  if (known !== undefined || binding.mode !== "let") return known;
  const [keyword] =
    /\blet[ \t]+$/.exec(c.source.text.slice(Math.max(0, binding.span.start - 40), binding.span.start)) ?? [];
  if (keyword === undefined) return undefined;
  const start = binding.span.start - keyword.length;
  const edit = { span: { start, end: start + "let".length }, text: "var" };
  c.mutableBindings.set(binding.span.start, edit);
  return edit;
}

function rootBinding(c: Checker, target: Expression): Binding | undefined {
  let at = target;
  while (at.kind === "property" || at.kind === "index") at = at.object;
  return at.kind === "name" ? c.scope.find(at.name) : undefined;
}

/** Writing a field adds it where it is absent, so only what is read on the way is checked. */
function visitTarget(c: Checker, target: Expression): void {
  if (target.kind === "index") {
    visitTarget(c, target.object);
    c.expression(target.index);
  } else if (target.kind === "property") visitTarget(c, target.object);
  else c.expression(target);
}

function assignName(c: Checker, statement: AssignStatement, binding: Binding, found: Type): void {
  const { operator, target, value } = statement;
  const result = operator === "=" ? found : compoundResult(operator, binding.type, found);
  c.facts.forget(binding);
  if (operator === "=" && !binding.isAnnotated) binding.boundary = boundaryOf(c, value);
  if (binding.awaitsType) {
    if (isNil(result)) return;
    binding.type = withNil(result);
    binding.awaitsType = false;
    binding.isGathered = !c.scope.holds(binding);
    return;
  }
  if (binding.isGathered && !isAssignable(result, binding.type)) binding.type = joinTypes([binding.type, result]);
  if (!isAssignable(result, binding.type) && isDictLike(result)) weaken(binding, "whole");
  const fits = expectType(c, value, result, {
    kind: "assigned",
    context: `assignment to \`${binding.name}\``,
    expected: binding.type,
    origin: { span: target.span, text: `\`${binding.name}\` has this expected type` },
  });
  // A value that is narrower than its variable stays so until the next assignment.
  const declared = resolve(binding.type);
  const isPrecise = result.kind !== "dynamic" && result.kind !== "never" && isAssignable(result, declared);
  if (fits && operator === "=" && isPrecise && (declared.kind === "union" || declared.kind === "unknown")) {
    c.learn([{ binding, path: "", type: result }]);
  }
}

function isDictLike(type: Type): boolean {
  const resolved = resolve(type);
  return resolved.kind === "shape" || (resolved.kind === "generic" && resolved.name === "dict");
}

/** `a += b` where both are known; a combination that only running can judge is left alone. */
function compoundResult(operator: AssignStatement["operator"], target: Type, value: Type): Type {
  switch (operator) {
    case "+=":
      return arithmeticType("+", target, value);
    case "-=":
      return arithmeticType("-", target, value);
    case "*=":
      return arithmeticType("*", target, value);
    case "/=":
      return arithmeticType("/", target, value);
    case "%=":
      return arithmeticType("%", target, value);
    case "=":
      return value;
  }
}

function checkGuard(c: Checker, statement: GuardStatement): BlockResult {
  const { whenTrue, whenFalse } = c.condition(statement.condition);
  const otherwise = exploreBlock(c, whenFalse, () => c.nested(() => c.block(statement.otherwise)));
  const passed = c.facts.explore(() => {
    c.learn(whenTrue);
    return true;
  });
  c.facts.merge([passed, otherwise.outcome]);
  return done;
}

function checkRequire(c: Checker, statement: RequireStatement): BlockResult {
  const { whenTrue } = c.condition(statement.condition);
  if (statement.error) c.expression(statement.error);
  c.learn(whenTrue);
  return done;
}

/** Results inside loops, `match` and `try` are not compared: what is known of values there is too often less than it is. */
function checkReturn(c: Checker, statement: ReturnStatement): BlockResult {
  const { value } = statement;
  const { returns, isNested, isOwned, span, results } = c.enclosing;
  const found = value === undefined ? nil : c.expression(value);
  results.push(found);
  if (value === undefined || returns === undefined) return exits;
  if (!isOwned) reportOwned(c, value);
  if (!isNested) {
    expectType(c, value, found, {
      kind: "returned",
      context: "return value",
      expected: returns,
      origin: { span, text: "return type declared here" },
    });
  }
  return exits;
}

/** A block drops what it owns when it ends; handing that out needs a result that says so. */
function reportOwned(c: Checker, value: Expression): void {
  if (value.kind !== "name") return;
  const binding = c.scope.find(value.name);
  if (binding === undefined || binding.mode === "param") return;
  if (binding.type.kind === "generic" && binding.type.name === "owned") {
    c.report(diagnose(ownedEscapes, c.source, value.span, { name: binding.name }));
  }
}

function checkYield(c: Checker, statement: YieldStatement): BlockResult {
  if (c.enclosing.kind === "stream") c.report(diagnose(yieldInStream, c.source, statement.span, undefined));
  if (statement.value) c.expression(statement.value);
  return done;
}

function checkEmit(c: Checker, statement: EmitStatement): BlockResult {
  const found = c.expression(statement.value);
  const { emits, isInStream, span } = c.enclosing;
  if (!isInStream) c.report(diagnose(emitOutsideStream, c.source, statement.span, undefined));
  else if (emits !== undefined) {
    expectType(c, statement.value, found, {
      kind: "returned",
      context: "`emit` value",
      expected: emits,
      origin: { span, text: "stream emit type expected here" },
    });
  }
  return done;
}
