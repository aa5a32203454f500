import type { Catalog } from "../../builtin/index.ts";
import { type Diagnostic, diagnose, type TextEdit } from "../../diagnostics/index.ts";
import type { Module } from "../../modules/index.ts";
import type { Block, ClosureExpression, Expression, Name, Statement, TypeExpression } from "../../syntax/index.ts";
import type { Source, Span } from "../../text/index.ts";
import { redeclared } from "../diagnostics.ts";
import { dynamic, type ParameterType, type Type } from "../model/type.ts";
import { type Fact, FactTrail } from "../symbols/facts.ts";
import { declareImpls, declareNames, ScopeHome } from "../symbols/home.ts";
import { lowerType } from "../symbols/lower.ts";
import { patternNames } from "../symbols/pattern-names.ts";
import { type Binding, type BindingMode, Scope } from "../symbols/scope.ts";
import type { Constraint } from "../symbols/signature.ts";

export interface CheckOptions {
  /** Whether the ambient stdio names are findings of style or errors. */
  readonly ambientStdio: "warn" | "deny";
  /** `[check] strict_types`: what comes from outside is validated before its parts are read. */
  readonly strictTypes?: boolean;
}

/** Whether the next statement is reached. `diverges` is as final as `exits`, but not written where one looks. */
export type Completion = "completes" | "diverges" | "exits";

export interface BlockResult {
  /** Of the last expression; nil where the block ends otherwise. */
  readonly type: Type;
  readonly completion: Completion;
}

/** What a condition says where it holds and where it does not. */
export interface ConditionFacts {
  readonly whenTrue: readonly Fact[];
  readonly whenFalse: readonly Fact[];
}

/** The function around a statement. */
export interface Enclosing {
  readonly kind: "module" | "function" | "stream" | "pipeline" | "tool" | "closure" | "method";
  /** The declared result, for `return` and `emit`. */
  readonly returns: Type | undefined;
  /** The element that a stream emits. */
  readonly emits: Type | undefined;
  readonly span: Span;
  /** Within a loop, `match` or `try`, where results are not compared with the declaration. */
  readonly isNested: boolean;
  /** The stream function around a closure, for `emit`. */
  readonly isInStream: boolean;
  /** Results must be handed out as such: `owned<T>`. */
  readonly isOwned: boolean;
  /** What `return` has given so far. */
  readonly results: Type[];
}

/** The checks call each other through this table: each kind of node has its file, and no file knows all others. */
export interface Visitors {
  expression(c: Checker, expression: Expression): Type;
  statement(c: Checker, statement: Statement): BlockResult;
  /** Statements in the scope that is open, as for the body of a function, which shares it with the parameters. */
  statements(c: Checker, statements: readonly Statement[]): BlockResult;
  block(c: Checker, block: Block): BlockResult;
  closure(c: Checker, closure: ClosureExpression): Type;
  condition(c: Checker, condition: Expression): ConditionFacts;
}

/** One check of one module: what is in scope, what is known, what was found. */
export class Checker {
  readonly module: Module;
  readonly catalog: Catalog;
  readonly options: CheckOptions;
  readonly found: Diagnostic[] = [];
  /** Of the places, and of the parts of literals, in the current body: conditions ask for them, and literals that do not fit as a whole. */
  readonly types = new Map<Expression, Type>();
  /** Struct literals without a declaration so far. One further down, in a block of its own, still counts. */
  readonly unknownStructs: { readonly name: Name; readonly scope: Scope; readonly span: Span }[] = [];
  readonly structNames = new Set<string>();
  /** Likewise: a function that some other block declares is found by name where that block is being run. */
  readonly undefinedCalls: { readonly name: string; readonly finding: Diagnostic }[] = [];
  readonly functionNames = new Set<string>();
  /** The values of constants, as far as they are worked out here. */
  readonly constants = new Map<Binding, bigint | number | boolean | null>();
  /** How immutable bindings that are assigned to would be declared otherwise, by where their names stand. */
  readonly mutableBindings = new Map<number, TextEdit>();
  /** What was suggested for which name, so that a slip repeated everywhere is looked up once. */
  readonly suggestions = new Map<string, string | undefined>();
  /** The bindings of type `unknown` in the function being checked. */
  unknowns: Binding[] = [];
  /** The constraints on type parameters of the function being checked. */
  bounds: ReadonlyMap<string, readonly Constraint[]> = new Map();
  /** A call target can only be called undefined when no import may still provide it. */
  readonly importsAreWhole: boolean;
  /**
   * Inside a function or a `try` that is handed to a function of the program: `must_fail({ -> keys(5) })` is right to call it so.
   * What the machine will refuse there is no error of the program, and still worth a word.
   */
  isTrial = false;
  readonly #visitors: Visitors;
  #shared: Scope | undefined;
  scope: Scope;
  facts = new FactTrail();
  enclosing: Enclosing;

  constructor(module: Module, scope: Scope, catalog: Catalog, options: CheckOptions, visitors: Visitors) {
    this.module = module;
    this.scope = scope;
    this.catalog = catalog;
    this.options = options;
    this.#visitors = visitors;
    this.importsAreWhole = scope.isWhole;
    this.enclosing = {
      kind: "module",
      returns: undefined,
      emits: undefined,
      span: module.program.span,
      isNested: false,
      isInStream: false,
      isOwned: false,
      results: [],
    };
  }

  get source(): Source {
    return this.module.source;
  }

  report(diagnostic: Diagnostic): void {
    this.found.push(diagnostic);
  }

  expression(expression: Expression): Type {
    return this.#visitors.expression(this, expression);
  }

  /** Checks an expression whose type will be asked for again. */
  noted(expression: Expression): Type {
    const type = this.expression(expression);
    this.types.set(expression, type);
    return type;
  }

  /** A declaration of the top level. What was noted of its expressions serves nothing else. */
  body(statement: Statement): void {
    this.statement(statement);
    this.types.clear();
    this.facts = new FactTrail();
  }

  statement(statement: Statement): BlockResult {
    return this.#visitors.statement(this, statement);
  }

  statements(body: Block): BlockResult {
    return this.#visitors.statements(this, body.statements);
  }

  block(block: Block): BlockResult {
    return this.#visitors.block(this, block);
  }

  closure(closure: ClosureExpression): Type {
    return this.#visitors.closure(this, closure);
  }

  condition(condition: Expression): ConditionFacts {
    return this.#visitors.condition(this, condition);
  }

  typeOf(expression: TypeExpression | undefined): Type {
    return expression === undefined ? dynamic : lowerType(expression, this.scope);
  }

  /** A declared result, where type parameters are about to be in scope. */
  typeOfResult(expression: TypeExpression | undefined, parameters: readonly ParameterType[]): Type | undefined {
    return expression && new ScopeHome(this.scope).typeOf(expression, parameters);
  }

  /** A scope of its own for the names of a block. */
  inScope<T>(run: () => T): T {
    const outer = this.scope;
    this.scope = new Scope(outer);
    try {
      return run();
    } finally {
      this.scope = outer;
    }
  }

  /** The body of a function: its own results, its own facts over those of where it is written. */
  inFunction<T>(enclosing: Partial<Enclosing> & Pick<Enclosing, "kind" | "span">, run: () => T): T {
    const outer = this.enclosing;
    this.enclosing = {
      returns: undefined,
      emits: undefined,
      isNested: false,
      isInStream: false,
      isOwned: false,
      results: [],
      ...enclosing,
    };
    try {
      return this.inScope(run);
    } finally {
      this.enclosing = outer;
    }
  }

  /** An argument for a function of the program. */
  argument(expression: Expression): Type {
    if (this.isTrial || (expression.kind !== "closure" && expression.kind !== "try"))
      return this.expression(expression);
    this.isTrial = true;
    try {
      return this.expression(expression);
    } finally {
      this.isTrial = false;
    }
  }

  /** Where `return` is no longer compared with the declared result. */
  nested<T>(run: () => T): T {
    const outer = this.enclosing;
    this.enclosing = { ...outer, isNested: true };
    try {
      return run();
    } finally {
      this.enclosing = outer;
    }
  }

  announceBlock(statements: readonly Statement[]): void {
    declareNames(statements, this.scope);
    declareImpls(statements, this.scope);
    for (const statement of statements) {
      if (statement.kind === "struct") this.structNames.add(statement.name.text);
      if (statement.kind === "function") this.functionNames.add(statement.name.text);
    }
    this.announceVariables(statements);
  }

  announceVariables(statements: readonly Statement[]): void {
    for (const statement of statements) this.scope.announce(namesOf(statement));
  }

  declare(
    name: { readonly text: string; readonly span: Span },
    mode: BindingMode,
    type: Type,
    isAnnotated = false,
  ): Binding {
    const binding: Binding = {
      name: name.text,
      mode,
      span: name.span,
      type,
      isAnnotated,
      isShared: this.#shared !== undefined && this.scope.parent === this.#shared && mode === "var",
      awaitsType: false,
      facts: undefined,
    };
    if (type.kind === "unknown") this.unknowns.push(binding);
    const earlier = name.text === "_" ? undefined : this.scope.declare(binding);
    if (this.#shared !== undefined && this.scope.parent === this.#shared) {
      this.#shared.declare({ ...binding, type: isAnnotated ? type : dynamic, facts: undefined });
    }
    if (earlier !== undefined && isRedeclaration(earlier.mode, mode)) {
      const finding = diagnose(redeclared, this.source, name.span, { name: name.text });
      this.report({ ...finding, rule: "shadow-variable" });
    }
    return binding;
  }

  /** The scope that the functions of the file see, while its top level is being checked. */
  shareWith(scope: Scope | undefined): void {
    this.#shared = scope;
  }

  learn(facts: readonly Fact[]): void {
    for (const fact of facts) {
      // Any call may change a shared cell: what was seen there is no promise, but no ground for a finding either.
      this.facts.learn(fact.binding.isShared ? { ...fact, type: dynamic } : fact);
    }
  }
}

/** The variables that a statement puts into the block around it; the body of `retry` has no scope of its own. */
function namesOf(statement: Statement): readonly string[] {
  if (statement.kind === "binding") return patternNames(statement.pattern);
  if (statement.kind !== "expression" || statement.expression.kind !== "retry") return [];
  return statement.expression.body.statements.flatMap(namesOf);
}

/** A `var` may take over any name; a `let` only that of a `var`. */
function isRedeclaration(earlier: BindingMode, later: BindingMode): boolean {
  return (later === "let" || later === "const") && (earlier === "let" || earlier === "const" || earlier === "param");
}
