/**
 * Programs for property tests, as trees. Every tree here can be written down; what cannot (a union that ends before a function
 * type does, a struct whose first key is computed) is not generated. Spans are empty: nothing that is tested reads them.
 */
import fc from "fast-check";
import type {
  Attribute,
  AttributeArgument,
  AttributeValue,
  BindingPattern,
  Block,
  Declaration,
  DictEntry,
  Expression,
  Field,
  FunctionDeclaration,
  IfExpression,
  Name,
  Parameter,
  Program,
  SpreadElement,
  Statement,
  TypeExpression,
} from "../ast.ts";
import { dedent } from "../string-text.ts";
import { isReserved, keywords } from "../token.ts";

const span = { start: 0, end: 0 };

/** A field that is there or absent, as the tree's optional fields are. */
function optional<K extends string, T>(key: K, value: fc.Arbitrary<T>): fc.Arbitrary<{ [P in K]?: T }> {
  return fc
    .option(value, { nil: undefined })
    .map((found) => (found === undefined ? {} : { [key]: found }) as { [P in K]?: T });
}

function merged<A extends object, B extends object>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>): fc.Arbitrary<A & B> {
  return fc.tuple(a, b).map(([first, second]) => ({ ...first, ...second }));
}

function few<T>(item: fc.Arbitrary<T>, max = 3): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength: max });
}

// ---------------------------------------------------------------- names and literals

const contextual = [
  "gen",
  "each",
  "settle",
  "with",
  "as",
  "stream",
  "not",
  "where",
  "out",
  "timeout",
  "default",
  "cost_route",
  "summarize",
  "description",
  "_",
];
const word = fc.oneof(
  fc.constantFrom("a", "b", "item", "total", "größe", "x1", "_y"),
  fc.constantFrom(...contextual),
  fc.constantFrom("Point", "READY", "E"),
);
const name: fc.Arbitrary<Name> = word.map((text) => ({ text, span }));
const anyWord = fc.oneof(word, fc.constantFrom(...keywords));
const typeName = fc.constantFrom("int", "string", "Point", "T", "nil", "a.B");

const text = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom("", "${x}", "$", "\\", "\\n", '"', "a\nb", "\t\r\0", "}", "\u{1F600}", "$${", "\\${", "//", "  "),
);
const rawText = text.map((value) => value.replace(/["\n]/g, ""));

/** What is left of some text after dedenting, which dedents to itself. */
const tripleText = fc
  .array(fc.constantFrom("a", "  b", "", "${c}", '"q" ""', "\\n \\ ", "    d e"), { maxLength: 5 })
  .map((lines) => dedent([`\n${lines.join("\n")}\n`])[0] ?? "");

const literal: fc.Arbitrary<Expression> = fc.oneof(
  fc.constant<Expression>({ kind: "nil", span }),
  fc.boolean().map((value): Expression => ({ kind: "bool", span, value })),
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map((value): Expression => ({ kind: "int", span, value })),
  fc
    .double({ min: 0, noNaN: true })
    .filter((value) => !Object.is(value, -0))
    .map((value): Expression => ({ kind: "float", span, value })),
  fc
    .constantFrom<[string, number]>(["5ms", 5], ["2s", 2000], ["1w", 604_800_000], ["0d", 0])
    .map(([lexeme, milliseconds]): Expression => ({ kind: "duration", span, milliseconds, lexeme })),
  text.map((value): Expression => ({ kind: "string", span, value, quote: "plain" })),
  rawText.map((value): Expression => ({ kind: "string", span, value, quote: "raw" })),
  tripleText.map((value): Expression => ({ kind: "string", span, value, quote: "triple" })),
  word.map((text): Expression => ({ kind: "name", span, name: text })),
);

// ---------------------------------------------------------------- types

const { type } = fc.letrec<{ type: TypeExpression; closed: TypeExpression }>((tie) => ({
  /** A function type takes all that follows, so it is last wherever it is. */
  type: fc.oneof(
    { depthSize: "small" },
    tie("closed"),
    fc
      .tuple(few(tie("type"), 2), tie("type"))
      .map(([params, returns]): TypeExpression => ({ kind: "function-type", span, params, returns })),
    fc
      .array(tie("closed"), { minLength: 2, maxLength: 3 })
      .map((members): TypeExpression => ({ kind: "union-type", span, members })),
    fc
      .array(tie("closed"), { minLength: 2, maxLength: 3 })
      .map((members): TypeExpression => ({ kind: "intersection-type", span, members })),
  ),
  closed: fc.oneof(
    { depthSize: "small" },
    fc.tuple(typeName, fc.constant([])).map(([text, list]) => namedType(text, list)),
    fc
      .tuple(fc.constantFrom("list", "dict", "owned"), fc.array(tie("type"), { minLength: 1, maxLength: 2 }))
      .map(([text, list]) => namedType(text, list)),
    tie("type").map((element): TypeExpression => ({ kind: "list-type", span, element })),
    few(fc.tuple(anyWord, fc.boolean(), tie("type"))).map(
      (fields): TypeExpression => ({
        kind: "shape-type",
        span,
        fields: fields.map(([text, isOptional, inner]) => ({ span, name: { text, span }, isOptional, type: inner })),
      }),
    ),
    typeName.map((text): TypeExpression => ({ kind: "optional-type", span, inner: namedType(text, []) })),
    text.map((value): TypeExpression => ({ kind: "string-type", span, value })),
    fc
      .bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n })
      .map((value): TypeExpression => ({ kind: "int-type", span, value })),
  ),
}));

function namedType(text: string, list: readonly TypeExpression[]): TypeExpression {
  return { kind: "named-type", span, name: { text, span }, arguments: list };
}

// ---------------------------------------------------------------- expressions and statements

/** Two texts side by side would read back as one. */
function joinParts(quote: "plain" | "triple", pieces: readonly [string, Expression][], last: string): Expression {
  const texts = [...pieces.map(([piece]) => piece), last];
  const values = quote === "triple" ? dedent([`\n${texts[0] ?? ""}`, ...texts.slice(1, -1), `${last}\n`]) : texts;
  const parts = pieces.flatMap(([, expression], index) => [
    ...textPart(values[index]),
    { kind: "hole" as const, span, expression },
  ]);
  return { kind: "interpolation", span, quote, parts: [...parts, ...textPart(values[pieces.length])] };
}

function textPart(value: string | undefined) {
  return value ? [{ kind: "text" as const, span, value }] : [];
}

const binaryOperators = ["+", "-", "*", "/", "%", "**", "==", "!=", "<", ">", "<=", ">=", "in", "not in"] as const;

// An interface has no index signature, which `letrec` wants.
type Tied = {
  expression: Expression;
  element: Expression | SpreadElement;
  block: Block;
  statement: Statement;
  parameters: Parameter[];
  pattern: BindingPattern;
  field: Field;
  ifExpression: IfExpression;
};

const tied = fc.letrec<Tied>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 6, arbitrary: literal },
    { weight: 4, arbitrary: operators(tie("expression")) },
    { weight: 3, arbitrary: postfixes(tie("expression"), tie("element")) },
    { weight: 3, arbitrary: brackets(tie("expression"), tie("element")) },
    { weight: 1, arbitrary: closures(tie("parameters"), tie("block")) },
    { weight: 1, arbitrary: blockForms(tie("expression"), tie("block"), tie("field"), tie("ifExpression")) },
  ),
  element: fc.oneof(
    tie("expression"),
    tie("expression").map((value): SpreadElement => ({ kind: "spread", span, value })),
  ),
  block: few(tie("statement"), 2).map((statements): Block => ({ span, statements })),
  statement: fc.oneof(
    { depthSize: "small" },
    tie("expression").map((expression): Statement => ({ kind: "expression", span, expression })),
    statements(tie("expression"), tie("block"), tie("pattern")),
  ),
  parameters: parameters(tie("expression")),
  pattern: patterns(tie("expression")),
  field: fc.tuple(name, tie("expression")).map(([key, value]): Field => ({ span, key, value })),
  ifExpression: merged(
    fc.record({ condition: tie("expression"), then: tie("block") }),
    optional("otherwise", fc.oneof({ depthSize: "small" }, tie("block"), tie("ifExpression"))),
  ).map((parts): IfExpression => ({ kind: "if", span, ...parts })),
}));

function operators(e: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  return fc.oneof(
    fc
      .record({ operator: fc.constantFrom(...binaryOperators), left: e, right: e })
      .map((parts): Expression => ({ kind: "binary", span, ...parts })),
    fc
      .record({ operator: fc.constantFrom("&&", "||", "??"), left: e, right: e })
      .map((parts): Expression => ({ kind: "logical", span, ...parts })),
    fc.record({ left: e, right: e }).map((parts): Expression => ({ kind: "pipe", span, ...parts })),
    fc
      .record({ start: e, end: e, isExclusive: fc.boolean() })
      .map((parts): Expression => ({ kind: "range", span, ...parts })),
    fc
      .record({ condition: e, then: e, otherwise: e })
      .map((parts): Expression => ({ kind: "ternary", span, ...parts })),
    fc
      .record({ operator: fc.constantFrom("!", "-"), operand: e })
      .map((parts): Expression => ({ kind: "unary", span, ...parts })),
    e.map((operand): Expression => ({ kind: "try-star", span, operand })),
    e.map((operand): Expression => ({ kind: "unwrap", span, operand })),
  );
}

function postfixes(
  e: fc.Arbitrary<Expression>,
  element: fc.Arbitrary<Expression | SpreadElement>,
): fc.Arbitrary<Expression> {
  const member = anyWord.map((text): Name => ({ text, span }));
  return fc.oneof(
    fc
      .record({
        callee: name,
        typeArguments: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, few(type, 2)),
        arguments: few(element),
      })
      .map((parts): Expression => ({ kind: "call", span, ...parts })),
    fc
      .record({ object: e, method: member, isOptional: fc.boolean(), arguments: few(element) })
      .map((parts): Expression => ({ kind: "method-call", span, ...parts })),
    fc
      .record({ object: e, name: member, isOptional: fc.boolean() })
      .map((parts): Expression => ({ kind: "property", span, ...parts })),
    fc
      .record({ object: e, index: e, isOptional: fc.boolean() })
      .map((parts): Expression => ({ kind: "index", span, ...parts })),
    merged(fc.record({ object: e }), merged(optional("start", e), optional("end", e))).map(
      (parts): Expression => ({ kind: "slice", span, ...parts }),
    ),
    fc
      .record({
        verb: fc.constantFrom("ask_user", "request_approval", "dual_control", "escalate_to"),
        arguments: few(merged(optional("name", name), fc.record({ value: e })).map((parts) => ({ span, ...parts }))),
      })
      .map((parts): Expression => ({ kind: "human", span, ...parts })),
  );
}

function brackets(
  e: fc.Arbitrary<Expression>,
  element: fc.Arbitrary<Expression | SpreadElement>,
): fc.Arbitrary<Expression> {
  const wordEntry = fc
    .tuple(word, e)
    .map(([key, value]): DictEntry => ({ kind: "entry", span, key: { kind: "name-key", span, text: key }, value }));
  const textEntry = fc
    .tuple(text, e)
    .map(([key, value]): DictEntry => ({ kind: "entry", span, key: { kind: "string-key", span, text: key }, value }));
  const entry = fc.oneof(
    wordEntry,
    textEntry,
    fc
      .tuple(anyWord, e)
      .map(([key, value]): DictEntry => ({ kind: "entry", span, key: { kind: "name-key", span, text: key }, value })),
    fc.tuple(e, e).map(
      ([key, value]): DictEntry => ({
        kind: "entry",
        span,
        key: { kind: "computed-key", span, expression: key },
        value,
      }),
    ),
    e.map((value): SpreadElement => ({ kind: "spread", span, value })),
  );
  const structEntries = fc.oneof(
    fc.constant([]),
    fc.tuple(fc.oneof(wordEntry, textEntry), few(entry, 2)).map(([first, rest]) => [first, ...rest]),
  );
  return fc.oneof(
    few(element).map((items): Expression => ({ kind: "list", span, items })),
    few(entry).map((entries): Expression => ({ kind: "dict", span, entries })),
    structEntries.map((entries): Expression => ({ kind: "struct", span, name: { text: "Point", span }, entries })),
    fc
      .tuple(fc.array(fc.tuple(text, e), { minLength: 1, maxLength: 2 }), text)
      .map(([pieces, last]) => joinParts("plain", pieces, last)),
    fc
      .tuple(fc.array(fc.tuple(tripleText, e), { minLength: 1, maxLength: 2 }), tripleText)
      .map(([pieces, last]) => joinParts("triple", pieces, last)),
  );
}

function closures(params: fc.Arbitrary<Parameter[]>, body: fc.Arbitrary<Block>): fc.Arbitrary<Expression> {
  return fc
    .record({ form: fc.constantFrom("braces", "fn"), params, body })
    .map((parts): Expression => ({ kind: "closure", span, ...parts }));
}

function blockForms(
  e: fc.Arbitrary<Expression>,
  body: fc.Arbitrary<Block>,
  field: fc.Arbitrary<Field>,
  ifExpression: fc.Arbitrary<IfExpression>,
): fc.Arbitrary<Expression> {
  const arm = merged(
    fc.record({ patterns: fc.array(e, { minLength: 1, maxLength: 2 }), body }),
    optional("guard", e),
  ).map((parts) => ({ span, ...parts }));
  const handler = merged(
    fc.record({ body }),
    fc.oneof(fc.constant({}), merged(fc.record({ name }), optional("type", type))),
  ).map((parts) => ({ span, ...parts }));
  const mode = fc.constantFrom("count", "each", "settle");
  const selectCase = fc.record({ name, channel: e, body }).map((parts) => ({ span, ...parts }));
  return fc.oneof(
    ifExpression,
    // At least one arm: `match Point {}` without any reads as a match of a struct `Point {}`.
    fc
      .record({ subject: e, arms: fc.array(arm, { minLength: 1, maxLength: 2 }) })
      .map((parts): Expression => ({ kind: "match", span, ...parts })),
    merged(fc.record({ body }), merged(optional("handler", handler), optional("finalizer", body))).map(
      (parts): Expression => ({ kind: "try", span, ...parts }),
    ),
    fc.record({ count: e, body }).map((parts): Expression => ({ kind: "retry", span, ...parts })),
    fc.record({ duration: e, body }).map((parts): Expression => ({ kind: "deadline", span, ...parts })),
    body.map((block): Expression => ({ kind: "spawn", span, body: block })),
    merged(
      fc.record({ mode, subject: e, asStream: fc.boolean(), body }),
      merged(optional("param", name), optional("maxConcurrent", e)),
    ).map(
      (parts): Expression => ({ kind: "parallel", span, ...parts, asStream: parts.asStream && parts.mode === "each" }),
    ),
    merged(
      fc.record({ cases: fc.array(selectCase, { minLength: 1, maxLength: 2 }) }),
      fc.oneof(
        fc.constant({}),
        fc.record({ timeout: fc.record({ span: fc.constant(span), duration: e, body }) }),
        fc.record({ fallback: body }),
      ),
    ).map((parts): Expression => ({ kind: "select", span, ...parts })),
    fc.record({ options: few(field, 2), body }).map((parts): Expression => ({ kind: "cost-route", span, ...parts })),
  );
}

/** Required parameters first, then those with fallbacks, then a rest. */
function parameters(e: fc.Arbitrary<Expression>): fc.Arbitrary<Parameter[]> {
  const required = merged(fc.record({ name }), optional("type", type)).map(
    (parts): Parameter => ({ span, ...parts, isRest: false }),
  );
  const defaulted = merged(fc.record({ name, fallback: e }), optional("type", type)).map(
    (parts): Parameter => ({ span, ...parts, isRest: false }),
  );
  const rest = merged(fc.record({ name }), optional("type", type)).map(
    (parts): Parameter => ({ span, ...parts, isRest: true }),
  );
  return fc
    .tuple(few(required, 2), few(defaulted, 1), few(rest, 1))
    .map(([first, second, third]) => [...first, ...second, ...third]);
}

function patterns(e: fc.Arbitrary<Expression>): fc.Arbitrary<BindingPattern> {
  return fc.oneof(
    name.map((found): BindingPattern => ({ kind: "name-pattern", span, name: found })),
    merged(
      fc.record({
        fields: few(
          merged(fc.record({ key: name }), merged(optional("alias", name), optional("fallback", e))).map((parts) => ({
            span,
            ...parts,
          })),
        ),
      }),
      optional("rest", name),
    ).map((parts): BindingPattern => ({ kind: "dict-pattern", span, ...parts })),
    merged(
      fc.record({
        elements: few(merged(fc.record({ name }), optional("fallback", e)).map((parts) => ({ span, ...parts }))),
      }),
      optional("rest", name),
    ).map((parts): BindingPattern => ({ kind: "list-pattern", span, ...parts })),
  );
}

function statements(
  e: fc.Arbitrary<Expression>,
  body: fc.Arbitrary<Block>,
  pattern: fc.Arbitrary<BindingPattern>,
): fc.Arbitrary<Statement> {
  const target = fc.oneof(
    word.map((text): Expression => ({ kind: "name", span, name: text })),
    fc
      .tuple(e, name)
      .map(([object, property]): Expression => ({ kind: "property", span, object, name: property, isOptional: false })),
    fc.tuple(e, e).map(([object, index]): Expression => ({ kind: "index", span, object, index, isOptional: false })),
  );
  const pair = fc
    .tuple(name, name)
    .map(([first, second]): BindingPattern => ({ kind: "pair-pattern", span, first, second }));
  const constant = name.map((found): BindingPattern => ({ kind: "name-pattern", span, name: found }));
  return fc.oneof(
    merged(fc.record({ mode: fc.constantFrom("let", "var"), pattern, value: e }), optional("type", type)).map(
      (parts): Statement => ({ kind: "binding", span, ...parts }),
    ),
    merged(fc.record({ mode: fc.constant("const" as const), pattern: constant, value: e }), optional("type", type)).map(
      (parts): Statement => ({ kind: "binding", span, ...parts }),
    ),
    fc
      .record({ target, operator: fc.constantFrom("=", "+=", "-=", "*=", "/=", "%="), value: e })
      .map((parts): Statement => ({ kind: "assign", span, ...parts })),
    fc
      .record({ pattern: fc.oneof(pattern, pair), iterable: e, body })
      .map((parts): Statement => ({ kind: "for", span, ...parts })),
    fc.record({ condition: e, body }).map((parts): Statement => ({ kind: "while", span, ...parts })),
    fc.record({ condition: e, otherwise: body }).map((parts): Statement => ({ kind: "guard", span, ...parts })),
    merged(fc.record({ condition: e }), optional("error", e)).map(
      (parts): Statement => ({ kind: "require", span, ...parts }),
    ),
    fc.record({ kind: fc.constantFrom("defer", "mutex"), body }).map((parts): Statement => ({ span, ...parts })),
    merged(fc.record({ kind: fc.constantFrom("return", "yield") }), optional("value", e)).map(
      (parts): Statement => ({ span, ...parts }),
    ),
    fc.record({ kind: fc.constantFrom("throw", "emit"), value: e }).map((parts): Statement => ({ span, ...parts })),
    fc.constantFrom("break", "continue").map((kind): Statement => ({ kind, span })),
  );
}

// ---------------------------------------------------------------- declarations

const attributeValue = fc.letrec<{ value: AttributeValue; argument: AttributeArgument }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text.map((value): AttributeValue => ({ kind: "string", span, value })),
    fc.bigInt({ min: -1000n, max: 1000n }).map((value): AttributeValue => ({ kind: "int", span, value })),
    fc.constantFrom(0.5, -2.25).map((value): AttributeValue => ({ kind: "float", span, value })),
    fc.constantFrom(0, 90_000).map((milliseconds): AttributeValue => ({ kind: "duration", span, milliseconds })),
    fc.boolean().map((value): AttributeValue => ({ kind: "bool", span, value })),
    fc.constant<AttributeValue>({ kind: "nil", span }),
    fc.constantFrom("allow", "a.b", "continue", "retry").map((text): AttributeValue => ({ kind: "word", span, text })),
    few(tie("value"), 2).map((items): AttributeValue => ({ kind: "list", span, items })),
    few(
      fc.record({
        key: fc.oneof(
          name,
          text.map((found) => ({ text: found, span })),
        ),
        value: tie("value"),
      }),
      2,
    ).map((entries): AttributeValue => ({ kind: "dict", span, entries })),
    few(tie("argument"), 2).map((list): AttributeValue => ({ kind: "call", span, callee: "budget", arguments: list })),
  ),
  argument: merged(
    optional("name", fc.oneof(name, fc.constant<Name>({ text: "retry", span }))),
    fc.record({ value: tie("value") }),
  ).map((parts): AttributeArgument => ({ span, ...parts })),
}));
const attribute: fc.Arbitrary<Attribute> = fc
  .record({ name, arguments: few(attributeValue.argument, 2) })
  .map((parts) => ({ span, ...parts }));

const docLine = fc.constantFrom("What it does.", "", "  indented", "* starred", "/ slashed", "`code`");
const head = merged(
  fc.record({ attributes: few(attribute, 2) }),
  optional(
    "doc",
    fc.array(docLine, { minLength: 1, maxLength: 3 }).map((lines) => lines.join("\n")),
  ),
);
const publicHead = merged(head, fc.record({ isPublic: fc.boolean() }));
const privateHead = merged(head, fc.record({ isPublic: fc.constant(false) }));
const bareHead = (isPublic: fc.Arbitrary<boolean>) =>
  merged(fc.record({ attributes: fc.constant([]), isPublic }), optional("doc", docLine));

const typeParameters = few(
  merged(
    fc.record({ name: fc.constantFrom("T", "U", "out").map((text): Name => ({ text, span })) }),
    optional("variance", fc.constantFrom("in" as const, "out" as const)),
  ).map((parts) => ({ span, ...parts })),
  2,
);
const where = few(
  fc.record({ parameter: name, bound: name }).map((parts) => ({ span, ...parts })),
  2,
);
const block = tied.block;
const returns = optional("returns", type);

const functionDeclaration: fc.Arbitrary<FunctionDeclaration> = fc
  .tuple(
    publicHead,
    fc.record({ name, isStream: fc.boolean(), typeParameters, params: tied.parameters, where, body: block }),
    returns,
  )
  .map(([first, second, third]) => ({ kind: "function", span, ...first, ...second, ...third }));

function declaration(isTopLevel: boolean): fc.Arbitrary<Declaration> {
  const names = few(name);
  const nested: fc.Arbitrary<Declaration>[] = [
    functionDeclaration,
    fc
      .tuple(
        publicHead,
        fc.record({ name, params: tied.parameters, body: block }),
        returns,
        optional("description", text),
      )
      .map(([a, b, c, d]): Declaration => ({ kind: "tool", span, ...a, ...b, ...c, ...d })),
    fc
      .tuple(publicHead, fc.record({ name, fields: few(tied.field) }))
      .map(([a, b]): Declaration => ({ kind: "skill", span, ...a, ...b })),
    fc
      .tuple(
        publicHead,
        fc.record({ name, fields: few(tied.field, 2), body: few(tied.statement, 2) }),
        optional("id", text),
        optional("summarize", block),
      )
      .map(([a, b, c, d]): Declaration => ({ kind: "eval-pack", span, ...a, ...b, ...c, ...d })),
    fc
      .tuple(privateHead, fc.record({ name, typeParameters, type }))
      .map(([a, b]): Declaration => ({ kind: "type", span, ...a, ...b })),
    fc
      .tuple(
        publicHead,
        fc.record({
          name,
          typeParameters,
          variants: few(fc.record({ name, fields: tied.parameters }).map((parts) => ({ span, ...parts }))),
        }),
      )
      .map(([a, b]): Declaration => ({ kind: "enum", span, ...a, ...b })),
    fc
      .tuple(
        publicHead,
        fc.record({
          name,
          typeParameters,
          fields: few(
            merged(fc.record({ name, isOptional: fc.boolean() }), optional("type", type)).map((parts) => ({
              span,
              ...parts,
            })),
          ),
        }),
      )
      .map(([a, b]): Declaration => ({ kind: "struct", span, ...a, ...b })),
    fc
      .tuple(privateHead, fc.record({ target: name, methods: few(functionDeclaration, 2) }))
      .map(([a, b]): Declaration => ({ kind: "impl", span, ...a, ...b })),
    fc
      .tuple(
        privateHead,
        fc.record({
          name,
          typeParameters,
          associatedTypes: few(
            merged(fc.record({ name }), optional("fallback", type)).map((parts) => ({ span, ...parts })),
            2,
          ),
          methods: few(
            merged(fc.record({ name, typeParameters, params: tied.parameters }), returns).map((parts) => ({
              span,
              ...parts,
            })),
            2,
          ),
        }),
      )
      .map(([a, b]): Declaration => ({ kind: "interface", span, ...a, ...b })),
    fc
      .tuple(bareHead(fc.constant(false)), fc.record({ name, params: names, body: block }))
      .map(([a, b]): Declaration => ({ kind: "override", span, ...a, ...b })),
  ];
  if (!isTopLevel) return fc.oneof(...nested);
  return fc.oneof(
    ...nested,
    fc
      .tuple(publicHead, fc.record({ name, params: names, body: block }), returns, optional("extends", name))
      .map(([a, b, c, d]): Declaration => ({ kind: "pipeline", span, ...a, ...b, ...c, ...d })),
    fc
      .tuple(
        bareHead(fc.boolean()),
        fc.record({ path: text, pathSpan: fc.constant(span), form: fc.constant("string" as const) }),
        optional("names", names),
      )
      .map(([a, b, c]): Declaration => ({ kind: "import", span, ...a, ...b, ...c })),
    fc.tuple(bareHead(fc.boolean()), few(name, 1), fc.tuple(name, names)).map(
      ([a, more, [first, imported]]): Declaration => ({
        kind: "import",
        span,
        ...a,
        path: [first, ...more].map((segment) => segment.text).join("/"),
        pathSpan: span,
        form: "path",
        names: imported,
      }),
    ),
  );
}

/** Reserved words never are names. */
if (contextual.some(isReserved)) throw new Error("a contextual word has become reserved");

export const arbitraryExpression: fc.Arbitrary<Expression> = tied.expression;

export const arbitraryProgram: fc.Arbitrary<Program> = few(fc.oneof(declaration(true), tied.statement), 4).map(
  (items): Program => ({ kind: "program", span, items, comments: [] }),
);
