/**
 * The syntax tree, whole. It is one file because it is one definition: every stage reads it beside every other node.
 *
 * A node is a plain object with a `kind`, a `span` over its text, and nothing computed: resolution and types live in
 * side tables. A list keeps source order. A name that a message may point at is a `Name` (text and span).
 */
import type { Span } from "../text/index.ts";

export interface Name {
  readonly text: string;
  readonly span: Span;
}

interface Node {
  readonly span: Span;
}

// ---------------------------------------------------------------- programs

export interface Program extends Node {
  readonly kind: "program";
  /** Declarations and statements in source order. */
  readonly items: readonly Statement[];
  /** Every comment, in source order, for the printer and the formatter. */
  readonly comments: readonly Comment[];
}

export interface Comment extends Node {
  readonly style: "line" | "block" | "doc-line" | "doc-block" | "shebang";
  /** With its delimiters. */
  readonly text: string;
}

export interface Block extends Node {
  readonly statements: readonly Statement[];
}

// ---------------------------------------------------------------- declarations

export type Declaration =
  | ImportDeclaration
  | PipelineDeclaration
  | OverrideDeclaration
  | FunctionDeclaration
  | ToolDeclaration
  | SkillDeclaration
  | EvalPackDeclaration
  | TypeDeclaration
  | EnumDeclaration
  | StructDeclaration
  | ImplDeclaration
  | InterfaceDeclaration;

export interface Attribute extends Node {
  readonly name: Name;
  readonly arguments: readonly AttributeArgument[];
}

export interface AttributeArgument extends Node {
  readonly name?: Name;
  readonly value: AttributeValue;
}

export type AttributeValue =
  | (Node & { readonly kind: "string"; readonly value: string })
  | (Node & { readonly kind: "int"; readonly value: bigint })
  | (Node & { readonly kind: "float"; readonly value: number })
  | (Node & { readonly kind: "duration"; readonly milliseconds: number })
  | (Node & { readonly kind: "bool"; readonly value: boolean })
  | (Node & { readonly kind: "nil" })
  /** A bare or dotted word: `a`, `a.b`, `continue`. */
  | (Node & { readonly kind: "word"; readonly text: string })
  | (Node & { readonly kind: "list"; readonly items: readonly AttributeValue[] })
  | (Node & {
      readonly kind: "dict";
      readonly entries: readonly { readonly key: Name; readonly value: AttributeValue }[];
    })
  /** A word with arguments, kept as data: `budget(usd: 3)`. */
  | (Node & { readonly kind: "call"; readonly callee: string; readonly arguments: readonly AttributeArgument[] });

/** What every declaration may carry. `doc` is the text of the doc comment above it, without delimiters. */
interface Declared extends Node {
  readonly attributes: readonly Attribute[];
  readonly isPublic: boolean;
  readonly doc?: string;
}

/** `import "p"` (no `names`), `import { a, b } from "p"`, `import a::b::{x}` (whose `path` is `a/b`). */
export interface ImportDeclaration extends Declared {
  readonly kind: "import";
  readonly path: string;
  readonly pathSpan: Span;
  readonly names?: readonly Name[];
  readonly form: "string" | "path";
}

export interface PipelineDeclaration extends Declared {
  readonly kind: "pipeline";
  readonly name: Name;
  readonly params: readonly Name[];
  readonly returns?: TypeExpression;
  readonly extends?: Name;
  readonly body: Block;
}

export interface OverrideDeclaration extends Declared {
  readonly kind: "override";
  readonly name: Name;
  readonly params: readonly Name[];
  readonly body: Block;
}

export interface TypeParameter extends Node {
  readonly name: Name;
  readonly variance?: "in" | "out";
}

export interface WhereConstraint extends Node {
  readonly parameter: Name;
  readonly bound: Name;
}

export interface Parameter extends Node {
  readonly name: Name;
  readonly type?: TypeExpression;
  readonly fallback?: Expression;
  readonly isRest: boolean;
}

export interface FunctionDeclaration extends Declared {
  readonly kind: "function";
  readonly name: Name;
  /** `gen fn`: returns a stream and uses `emit`. */
  readonly isStream: boolean;
  readonly typeParameters: readonly TypeParameter[];
  readonly params: readonly Parameter[];
  readonly returns?: TypeExpression;
  readonly where: readonly WhereConstraint[];
  readonly body: Block;
}

export interface ToolDeclaration extends Declared {
  readonly kind: "tool";
  readonly name: Name;
  readonly params: readonly Parameter[];
  readonly returns?: TypeExpression;
  /** The `description "…"` line of the body. */
  readonly description?: string;
  readonly body: Block;
}

/** One `key value` line of a skill or of an eval pack. */
export interface Field extends Node {
  readonly key: Name;
  readonly value: Expression;
}

export interface SkillDeclaration extends Declared {
  readonly kind: "skill";
  readonly name: Name;
  readonly fields: readonly Field[];
}

export interface EvalPackDeclaration extends Declared {
  readonly kind: "eval-pack";
  readonly name: Name;
  /** The quoted identifier after the name: `eval_pack regression "slack-connector" {…}`. */
  readonly id?: string;
  readonly fields: readonly Field[];
  readonly body: readonly Statement[];
  readonly summarize?: Block;
}

export interface TypeDeclaration extends Declared {
  readonly kind: "type";
  readonly name: Name;
  readonly typeParameters: readonly TypeParameter[];
  readonly type: TypeExpression;
}

export interface EnumDeclaration extends Declared {
  readonly kind: "enum";
  readonly name: Name;
  readonly typeParameters: readonly TypeParameter[];
  readonly variants: readonly EnumVariant[];
}

export interface EnumVariant extends Node {
  readonly name: Name;
  readonly fields: readonly Parameter[];
}

export interface StructDeclaration extends Declared {
  readonly kind: "struct";
  readonly name: Name;
  readonly typeParameters: readonly TypeParameter[];
  readonly fields: readonly StructField[];
}

export interface StructField extends Node {
  readonly name: Name;
  readonly isOptional: boolean;
  readonly type?: TypeExpression;
}

export interface ImplDeclaration extends Declared {
  readonly kind: "impl";
  readonly target: Name;
  readonly methods: readonly FunctionDeclaration[];
}

export interface InterfaceDeclaration extends Declared {
  readonly kind: "interface";
  readonly name: Name;
  readonly typeParameters: readonly TypeParameter[];
  readonly associatedTypes: readonly AssociatedType[];
  readonly methods: readonly InterfaceMethod[];
}

export interface AssociatedType extends Node {
  readonly name: Name;
  readonly fallback?: TypeExpression;
}

export interface InterfaceMethod extends Node {
  readonly name: Name;
  readonly typeParameters: readonly TypeParameter[];
  readonly params: readonly Parameter[];
  readonly returns?: TypeExpression;
}

// ---------------------------------------------------------------- types

export type TypeExpression =
  /** `int`, `Point`, `list<T>`, `owned<T>`, `a.B`. */
  | (Node & { readonly kind: "named-type"; readonly name: Name; readonly arguments: readonly TypeExpression[] })
  /** `[T]`. */
  | (Node & { readonly kind: "list-type"; readonly element: TypeExpression })
  | (Node & {
      readonly kind: "function-type";
      readonly params: readonly TypeExpression[];
      readonly returns: TypeExpression;
    })
  | (Node & { readonly kind: "shape-type"; readonly fields: readonly ShapeField[] })
  | (Node & { readonly kind: "union-type"; readonly members: readonly TypeExpression[] })
  | (Node & { readonly kind: "intersection-type"; readonly members: readonly TypeExpression[] })
  /** `T?`. */
  | (Node & { readonly kind: "optional-type"; readonly inner: TypeExpression })
  | (Node & { readonly kind: "string-type"; readonly value: string })
  | (Node & { readonly kind: "int-type"; readonly value: bigint });

export interface ShapeField extends Node {
  readonly name: Name;
  readonly isOptional: boolean;
  readonly type: TypeExpression;
}

// ---------------------------------------------------------------- statements

export type Statement =
  | Declaration
  | BindingStatement
  | AssignStatement
  | ForStatement
  | WhileStatement
  | GuardStatement
  | RequireStatement
  | DeferStatement
  | MutexStatement
  | ReturnStatement
  | ThrowStatement
  | YieldStatement
  | EmitStatement
  | BreakStatement
  | ContinueStatement
  | ExpressionStatement;

export interface BindingStatement extends Node {
  readonly kind: "binding";
  readonly mode: "let" | "var" | "const";
  readonly pattern: BindingPattern;
  readonly type?: TypeExpression;
  readonly value: Expression;
}

export type BindingPattern =
  | (Node & { readonly kind: "name-pattern"; readonly name: Name })
  | (Node & { readonly kind: "dict-pattern"; readonly fields: readonly DictPatternField[]; readonly rest?: Name })
  | (Node & { readonly kind: "list-pattern"; readonly elements: readonly ListPatternElement[]; readonly rest?: Name })
  /** `for (a, b) in …` only. */
  | (Node & { readonly kind: "pair-pattern"; readonly first: Name; readonly second: Name });

export interface DictPatternField extends Node {
  readonly key: Name;
  readonly alias?: Name;
  readonly fallback?: Expression;
}

export interface ListPatternElement extends Node {
  readonly name: Name;
  readonly fallback?: Expression;
}

export interface AssignStatement extends Node {
  readonly kind: "assign";
  readonly target: Expression;
  readonly operator: "=" | "+=" | "-=" | "*=" | "/=" | "%=";
  readonly value: Expression;
}

export interface ForStatement extends Node {
  readonly kind: "for";
  readonly pattern: BindingPattern;
  readonly iterable: Expression;
  readonly body: Block;
}

export interface WhileStatement extends Node {
  readonly kind: "while";
  readonly condition: Expression;
  readonly body: Block;
}

export interface GuardStatement extends Node {
  readonly kind: "guard";
  readonly condition: Expression;
  readonly otherwise: Block;
}

export interface RequireStatement extends Node {
  readonly kind: "require";
  readonly condition: Expression;
  readonly error?: Expression;
}

export interface DeferStatement extends Node {
  readonly kind: "defer";
  readonly body: Block;
}

export interface MutexStatement extends Node {
  readonly kind: "mutex";
  readonly body: Block;
}

export interface ReturnStatement extends Node {
  readonly kind: "return";
  readonly value?: Expression;
}

export interface ThrowStatement extends Node {
  readonly kind: "throw";
  readonly value: Expression;
}

export interface YieldStatement extends Node {
  readonly kind: "yield";
  readonly value?: Expression;
}

export interface EmitStatement extends Node {
  readonly kind: "emit";
  readonly value: Expression;
}

export interface BreakStatement extends Node {
  readonly kind: "break";
}

export interface ContinueStatement extends Node {
  readonly kind: "continue";
}

export interface ExpressionStatement extends Node {
  readonly kind: "expression";
  readonly expression: Expression;
}

// ---------------------------------------------------------------- expressions

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "**"
  | "=="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "in"
  | "not in";

export type Expression =
  | (Node & { readonly kind: "nil" })
  | (Node & { readonly kind: "bool"; readonly value: boolean })
  /** Within 64 bits; a longer literal is a float. */
  | (Node & { readonly kind: "int"; readonly value: bigint })
  | (Node & { readonly kind: "float"; readonly value: number })
  | (Node & { readonly kind: "duration"; readonly milliseconds: number; readonly lexeme: string })
  | (Node & { readonly kind: "string"; readonly value: string; readonly quote: "plain" | "raw" | "triple" })
  | InterpolationExpression
  | (Node & { readonly kind: "name"; readonly name: string })
  | (Node & { readonly kind: "list"; readonly items: readonly (Expression | SpreadElement)[] })
  | (Node & { readonly kind: "dict"; readonly entries: readonly (DictEntry | SpreadElement)[] })
  /** `P { x: 1 }`. */
  | (Node & { readonly kind: "struct"; readonly name: Name; readonly entries: readonly (DictEntry | SpreadElement)[] })
  | (Node & { readonly kind: "unary"; readonly operator: "!" | "-"; readonly operand: Expression })
  | BinaryExpression
  | (Node & {
      readonly kind: "logical";
      readonly operator: "&&" | "||" | "??";
      readonly left: Expression;
      readonly right: Expression;
    })
  | (Node & { readonly kind: "pipe"; readonly left: Expression; readonly right: Expression })
  | (Node & {
      readonly kind: "range";
      readonly start: Expression;
      readonly end: Expression;
      readonly isExclusive: boolean;
    })
  | (Node & {
      readonly kind: "ternary";
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    })
  | CallExpression
  | MethodCallExpression
  | (Node & {
      readonly kind: "property";
      readonly object: Expression;
      readonly name: Name;
      readonly isOptional: boolean;
    })
  | (Node & {
      readonly kind: "index";
      readonly object: Expression;
      readonly index: Expression;
      readonly isOptional: boolean;
    })
  | (Node & {
      readonly kind: "slice";
      readonly object: Expression;
      readonly start?: Expression;
      readonly end?: Expression;
    })
  /** Postfix `?` on a Result. */
  | (Node & { readonly kind: "unwrap"; readonly operand: Expression })
  /** `try* e`. */
  | (Node & { readonly kind: "try-star"; readonly operand: Expression })
  | ClosureExpression
  | IfExpression
  | MatchExpression
  | TryExpression
  | (Node & { readonly kind: "retry"; readonly count: Expression; readonly body: Block })
  | (Node & { readonly kind: "deadline"; readonly duration: Expression; readonly body: Block })
  | (Node & { readonly kind: "spawn"; readonly body: Block })
  | ParallelExpression
  | SelectExpression
  | HumanExpression
  /** `cost_route { key: value … body }`. */
  | (Node & { readonly kind: "cost-route"; readonly options: readonly Field[]; readonly body: Block });

export interface InterpolationExpression extends Node {
  readonly kind: "interpolation";
  readonly quote: "plain" | "triple";
  readonly parts: readonly (StringPart | ExpressionPart)[];
}

export interface StringPart extends Node {
  readonly kind: "text";
  readonly value: string;
}

export interface ExpressionPart extends Node {
  readonly kind: "hole";
  readonly expression: Expression;
}

export interface SpreadElement extends Node {
  readonly kind: "spread";
  readonly value: Expression;
}

export interface DictEntry extends Node {
  readonly kind: "entry";
  readonly key: DictKey;
  readonly value: Expression;
}

export type DictKey =
  | (Node & { readonly kind: "name-key"; readonly text: string })
  | (Node & { readonly kind: "string-key"; readonly text: string })
  | (Node & { readonly kind: "computed-key"; readonly expression: Expression });

export interface BinaryExpression extends Node {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** A call by name: Harn has no other kind. */
export interface CallExpression extends Node {
  readonly kind: "call";
  readonly callee: Name;
  readonly typeArguments: readonly TypeExpression[];
  readonly arguments: readonly (Expression | SpreadElement)[];
}

export interface MethodCallExpression extends Node {
  readonly kind: "method-call";
  readonly object: Expression;
  readonly method: Name;
  readonly isOptional: boolean;
  readonly arguments: readonly (Expression | SpreadElement)[];
}

export interface ClosureExpression extends Node {
  readonly kind: "closure";
  /** `{ x -> … }` or `fn(x) { … }`. */
  readonly form: "braces" | "fn";
  readonly params: readonly Parameter[];
  readonly body: Block;
}

export interface IfExpression extends Node {
  readonly kind: "if";
  readonly condition: Expression;
  readonly then: Block;
  readonly otherwise?: Block | IfExpression;
}

export interface MatchExpression extends Node {
  readonly kind: "match";
  readonly subject: Expression;
  readonly arms: readonly MatchArm[];
}

export interface MatchArm extends Node {
  /** More than one: an or-pattern. A pattern is an expression and is given its meaning by the compiler. */
  readonly patterns: readonly Expression[];
  readonly guard?: Expression;
  readonly body: Block;
}

/** `try { }` alone gives a Result; with `catch` or `finally` it gives the value of the block that ended. */
export interface TryExpression extends Node {
  readonly kind: "try";
  readonly body: Block;
  readonly handler?: CatchClause;
  readonly finalizer?: Block;
}

export interface CatchClause extends Node {
  readonly name?: Name;
  readonly type?: TypeExpression;
  readonly body: Block;
}

export interface ParallelExpression extends Node {
  readonly kind: "parallel";
  readonly mode: "count" | "each" | "settle";
  readonly subject: Expression;
  readonly param?: Name;
  readonly maxConcurrent?: Expression;
  readonly asStream: boolean;
  readonly body: Block;
}

export interface SelectExpression extends Node {
  readonly kind: "select";
  readonly cases: readonly SelectCase[];
  readonly timeout?: { readonly span: Span; readonly duration: Expression; readonly body: Block };
  readonly fallback?: Block;
}

export interface SelectCase extends Node {
  readonly name: Name;
  readonly channel: Expression;
  readonly body: Block;
}

/** `request_approval(…)` and its three siblings: the only calls with named arguments. */
export interface HumanExpression extends Node {
  readonly kind: "human";
  readonly verb: "request_approval" | "dual_control" | "ask_user" | "escalate_to";
  readonly arguments: readonly HumanArgument[];
}

export interface HumanArgument extends Node {
  readonly name?: Name;
  readonly value: Expression;
}
