/** Every finding of the checker, with its wording. One definition per mistake; several share a code where the registry does. */
import { defineDiagnostic } from "../diagnostics/index.ts";

interface Mismatch {
  readonly context: string;
  readonly expected: string;
  readonly found: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

function mismatch(code: string) {
  return defineDiagnostic<Mismatch>({
    code,
    severity: "error",
    message: ({ context, expected, found, detail }) =>
      `${context}: expected ${expected}, found ${found}${detail === undefined ? "" : ` (${detail})`}`,
    label: () => "found this type",
    hint: ({ hint }) => hint,
  });
}

export const mismatches = {
  returned: mismatch("HARN-TYP-004"),
  assigned: mismatch("HARN-TYP-005"),
  argument: mismatch("HARN-TYP-006"),
  initial: mismatch("HARN-TYP-007"),
  field: mismatch("HARN-TYP-009"),
};
export type MismatchKind = keyof typeof mismatches;

interface Operands {
  readonly operator: string;
  readonly left: string;
  readonly right: string;
}

function operandMessage({ operator, left, right }: Operands): string {
  if (operator === "+") return `can't add ${left} and ${right}`;
  if (operator === "*") return `can't multiply ${left} and ${right} (try string * int)`;
  return `can't use '${operator}' on ${left} and ${right} (needs numeric operands)`;
}

export const badOperands = defineDiagnostic<Operands>({
  code: "HARN-TYP-002",
  severity: "error",
  message: operandMessage,
  hint: () => "convert one side (`to_int`, `to_float`, `to_string`), or use an operator that both have",
});

/** The one case of `badOperands` that an interpolation mends. */
export const addedToText = defineDiagnostic<Operands>({
  code: "HARN-TYP-003",
  severity: "error",
  message: operandMessage,
  hint: () => 'use an interpolation: `"${…}"`',
});

export const unlikeComparison = defineDiagnostic<Operands>({
  code: "HARN-TYP-002",
  severity: "warning",
  message: ({ operator, left, right }) =>
    `Comparing ${left} with ${right} using '${operator}' may give unexpected results`,
  hint: () => "convert one side first; as it stands the answer is always the same",
});

export const pointlessOrdering = defineDiagnostic<Operands>({
  code: "HARN-TYP-002",
  severity: "warning",
  message: ({ operator, left, right }) =>
    `Comparison '${operator}' may not be meaningful for types ${left} and ${right}`,
  hint: () => "convert one side first; values of unlike types have no order",
});

export const conflictingInference = defineDiagnostic<{
  readonly parameter: string;
  readonly first: string;
  readonly second: string;
}>({
  code: "HARN-TYP-006",
  severity: "error",
  message: ({ parameter, first, second }) =>
    `type parameter '${parameter}' was inferred as both ${first} and ${second}`,
  hint: () => "give arguments of one type, or say the type: `f<T>(…)`",
});

export const notAStream = defineDiagnostic<{ readonly found: string }>({
  code: "HARN-TYP-004",
  severity: "error",
  message: ({ found }) => `\`gen fn\` must return Stream<T>, found ${found}`,
  hint: () => "declare `Stream<T>`, or leave the type out",
});

export const endsWithoutReturn = defineDiagnostic<{ readonly name: string; readonly returns: string }>({
  code: "HARN-TYP-101",
  severity: "warning",
  message: ({ name, returns }) => `\`${name}\` promises ${returns} and can end without \`return\`, which gives nil`,
  label: () => "the last value of a `fn` is not its result",
  hint: ({ returns }) => `\`return\` a value at the end, or declare \`${returns} | nil\``,
});

export const methodsOfNoStruct = defineDiagnostic<{ readonly name: string }>({
  code: "HARN-TYP-102",
  severity: "warning",
  message: ({ name }) => `\`${name}\` is no struct: these methods are never called`,
  hint: ({ name }) => `declare \`struct ${name}\`, or write functions that take the value`,
});

export const noSuchMethod = defineDiagnostic<{
  readonly method: string;
  readonly type: string;
  readonly nearest: string | undefined;
  /** Whether a builtin has the name. */
  readonly isFunction: boolean;
}>({
  code: "HARN-TYP-103",
  severity: "warning",
  message: ({ method, type }) => `${type} has no method \`${method}\``,
  label: () => "fails whenever it is called",
  hint: ({ isFunction, method, nearest }) => {
    if (nearest !== undefined) return `did you mean \`${nearest}\`?`;
    return isFunction ? `it is a function: \`${method}(…)\`` : "`harn doc` lists what there is";
  },
});

export const missingField = defineDiagnostic<{ readonly field: string; readonly struct: string }>({
  code: "HARN-TYP-009",
  severity: "warning",
  message: ({ field, struct }) => `Missing field '${field}' in struct '${struct}' construction`,
  hint: ({ field }) => `add \`${field}: …\`, or make it optional in the struct: \`${field}?: …\``,
});

export const unknownStructField = defineDiagnostic<{ readonly field: string; readonly struct: string }>({
  code: "HARN-NAM-004",
  severity: "warning",
  message: ({ field, struct }) => `Unknown field '${field}' in struct '${struct}'`,
  hint: ({ struct }) => `correct the name, or declare the field in \`${struct}\``,
});

export const notGeneric = defineDiagnostic<{ readonly name: string; readonly isBuiltin: boolean }>({
  code: "HARN-TYP-011",
  severity: "error",
  message: ({ name, isBuiltin }) =>
    `${isBuiltin ? "Builtin function" : "Function"} '${name}' does not declare type parameters`,
  hint: () => "leave the type arguments out",
});

export const typeArgumentCount = defineDiagnostic<{
  readonly name: string;
  readonly wanted: number;
  readonly given: number;
}>({
  code: "HARN-TYP-013",
  severity: "error",
  message: ({ name, wanted, given }) =>
    `Function '${name}' expects ${wanted} type argument${wanted === 1 ? "" : "s"}, got ${given}`,
  hint: ({ wanted }) => `give ${wanted}, or none and let them be inferred`,
});

export const wrongVariance = defineDiagnostic<{
  readonly parameter: string;
  readonly declared: "in" | "out";
  readonly position: string;
  readonly declaration: string;
}>({
  code: "HARN-TYP-012",
  severity: "error",
  message: ({ parameter, declared, position, declaration }) =>
    `type parameter '${parameter}' is declared '${declared}' (${declared === "out" ? "covariant" : "contravariant"}) but appears in a ${position} position in ${declaration}`,
  hint: ({ declared, parameter }) => `drop \`${declared}\`, or use \`${parameter}\` in the other direction alone`,
});

export const unmetConstraint = defineDiagnostic<{
  readonly type: string;
  readonly bound: string;
  readonly reason: string;
  readonly parameter: string;
}>({
  code: "HARN-TYP-015",
  severity: "error",
  message: ({ type, bound, reason, parameter }) =>
    `Type '${type}' does not satisfy interface '${bound}': ${reason} (required by constraint \`where ${parameter}: ${bound}\`)`,
  hint: ({ bound }) => `add what \`${bound}\` asks for in an \`impl\`, or pass a type that has it`,
});

export const unknownStruct = defineDiagnostic<{ readonly name: string; readonly nearest: string | undefined }>({
  code: "HARN-TYP-020",
  severity: "error",
  message: ({ name, nearest }) =>
    `unknown struct type \`${name}\`${nearest === undefined ? "" : ` — did you mean \`${nearest}\`?`}`,
  hint: ({ nearest }) => (nearest === undefined ? "declare the struct, or import it" : `write \`${nearest}\``),
});

export const propertyOfNil = defineDiagnostic<{ readonly property: string }>({
  code: "HARN-TYP-025",
  severity: "error",
  message: ({ property }) =>
    `cannot access property \`${property}\` on \`nil\`; the value is statically known to be nil here`,
  hint: () => "give it a value first, or drop the access",
});

export const propertyOfNilable = defineDiagnostic<{ readonly property: string; readonly type: string }>({
  code: "HARN-TYP-025",
  severity: "error",
  message: ({ property, type }) =>
    `cannot access property \`${property}\` on nilable type \`${type}\`; the value may be nil at runtime`,
  hint: ({ property }) => `use \`?.${property}\`, or compare with nil first`,
});

export const undefinedCall = defineDiagnostic<{ readonly name: string; readonly nearest: string | undefined }>({
  code: "HARN-NAM-002",
  severity: "error",
  message: ({ name, nearest }) =>
    `call target \`${name}\` is not defined or imported${nearest === undefined ? "" : ` — did you mean \`${nearest}\`?`}`,
  hint: ({ nearest }) =>
    nearest === undefined ? "correct the name, declare the function, or import it" : `write \`${nearest}\``,
});

export const unknownAttribute = defineDiagnostic<{ readonly name: string }>({
  code: "HARN-NAM-003",
  severity: "warning",
  message: ({ name }) => `unknown attribute \`@${name}\``,
  hint: () => "`harn explain HARN-NAM-003` lists the attributes there are",
});

export const misplacedAttribute = defineDiagnostic<{ readonly name: string; readonly target: string }>({
  code: "HARN-NAM-011",
  severity: "warning",
  message: ({ name, target }) => `\`@${name}\` only applies to ${target}`,
  hint: () => "move the attribute, or drop it",
});

export const badAttributeArgument = defineDiagnostic<{ readonly problem: string }>({
  code: "HARN-NAM-012",
  severity: "warning",
  message: ({ problem }) => problem,
  hint: () => "`harn explain HARN-NAM-012` says what attributes take",
});

/** Attributes of a Flow predicate that do not go together. */
export const badPredicate = defineDiagnostic<{ readonly problem: string }>({
  code: "HARN-ORC-009",
  severity: "warning",
  message: ({ problem }) => problem,
  hint: () =>
    "a Flow predicate is `@invariant`, one of `@deterministic` and `@semantic`, and `@archivist(evidence: […])`",
});

interface UnknownField {
  readonly field: string;
  readonly owner: string;
  readonly nearest: string | undefined;
  readonly available: readonly string[];
}

export const unknownField = defineDiagnostic<UnknownField>({
  code: "HARN-NAM-004",
  severity: "error",
  message: ({ field, owner, nearest }) =>
    `field \`${field}\` does not exist on ${owner}${nearest === undefined ? "" : ` — did you mean \`${nearest}\`?`}`,
  hint: ({ available }) => (available.length === 0 ? undefined : `available fields: ${available.join(", ")}`),
});

export const fieldOfUnknown = defineDiagnostic<{ readonly field: string }>({
  code: "HARN-NAM-004",
  severity: "warning",
  message: ({ field }) =>
    `property access \`.${field}\` on an \`unknown\` value will fail at runtime if the value is not a shape with that field`,
  hint: () => "narrow it with `type_of`, validate it with a schema, or annotate it with a shape first",
});

export const unnecessarySafeNavigation = defineDiagnostic<{ readonly what: string }>({
  code: "HARN-LNT-051",
  severity: "warning",
  message: ({ what }) => `${what} is unnecessary because the receiver cannot be nil`,
  label: () => "lint[unnecessary-safe-navigation]",
  hint: () => "use ordinary access where the receiver is always there",
});

export const unknownMethod = defineDiagnostic<{
  readonly method: string;
  readonly bound: string;
  readonly parameter: string;
}>({
  code: "HARN-NAM-005",
  severity: "warning",
  message: ({ method, bound, parameter }) =>
    `Method '${method}' not found in interface '${bound}' (constraint on '${parameter}')`,
  hint: ({ method, bound }) => `declare \`${method}\` in \`${bound}\`, or drop the constraint`,
});

export const repeatedHumanArgument = defineDiagnostic<{ readonly verb: string; readonly name: string }>({
  code: "HARN-NAM-006",
  severity: "error",
  message: ({ verb, name }) => `${verb}: argument \`${name}\` is given twice`,
  hint: () => "keep one of them",
});

export const missingHumanArgument = defineDiagnostic<{ readonly verb: string; readonly name: string }>({
  code: "HARN-CAP-002",
  severity: "error",
  message: ({ verb, name }) => `${verb}: missing required argument \`${name}\``,
  hint: ({ name }) => `give \`${name}: …\``,
});

export const badHumanArgument = defineDiagnostic<{ readonly verb: string; readonly problem: string }>({
  code: "HARN-CAP-003",
  severity: "error",
  message: ({ verb, problem }) => `${verb}: ${problem}`,
  hint: ({ verb }) => `\`harn doc ${verb}\` shows what it takes`,
});

interface UnknownOption {
  readonly place: string;
  readonly option: string;
  readonly nearest: string | undefined;
  readonly known: readonly string[];
}

export const unknownOption = defineDiagnostic<UnknownOption>({
  code: "HARN-NAM-007",
  severity: "error",
  message: ({ place, option, nearest, known }) =>
    `${place}: unknown option \`${option}\`; expected one of ${known.map((name) => `\`${name}\``).join(", ")}${nearest === undefined ? "" : ` — did you mean \`${nearest}\`?`}`,
  hint: ({ nearest }) => (nearest === undefined ? "drop it, or correct its name" : `write \`${nearest}\``),
});

export const unknownModelOption = defineDiagnostic<{
  readonly name: string;
  readonly option: string;
  readonly nearest: string | undefined;
}>({
  code: "HARN-LLM-001",
  severity: "warning",
  message: ({ name, option, nearest }) =>
    `unknown \`${name}\` option \`${option}\`${nearest === undefined ? "" : `; did you mean \`${nearest}\`?`}`,
  hint: ({ name, nearest }) =>
    nearest === undefined ? `\`harn doc ${name}\` lists the options` : `write \`${nearest}\``,
});

export const unknownVariant = defineDiagnostic<{
  readonly variant: string;
  readonly name: string;
  readonly nearest: string | undefined;
}>({
  code: "HARN-TYP-023",
  severity: "warning",
  message: ({ variant, name }) => `Unknown variant '${variant}' in enum '${name}'`,
  hint: ({ nearest }) =>
    nearest === undefined ? "use a variant that the enum declares" : `did you mean \`${nearest}\`?`,
});

export const unvalidated = defineDiagnostic<{ readonly access: string; readonly isDirect: boolean }>({
  code: "HARN-OWN-004",
  severity: "warning",
  message: ({ access }) => access,
  hint: ({ isDirect }) =>
    isDirect
      ? "bind it to a name and validate that with `schema_expect`, or annotate it with a shape"
      : "validate it with `schema_expect`, ask `schema_is` in a condition, or annotate it with a shape",
});

export const deprecatedCall = defineDiagnostic<{
  readonly name: string;
  readonly since: string | undefined;
  readonly use: string | undefined;
}>({
  code: "HARN-NAM-009",
  severity: "warning",
  message: ({ name, since }) => `\`${name}\` is deprecated${since === undefined ? "" : ` (since ${since})`}`,
  hint: ({ use }) => (use === undefined ? undefined : `use \`${use}\` instead`),
});

export const badMain = defineDiagnostic<{ readonly problem: string }>({
  code: "HARN-NAM-101",
  severity: "error",
  message: ({ problem }) => problem,
  hint: () => "write `fn main(harness: Harness)`",
});

interface Arity {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly given: number;
}

/** `2 arguments`, `1-2 arguments`, `at least 1 argument`. */
function wantedArguments({ least, most }: Arity): string {
  if (most === Number.POSITIVE_INFINITY) return `at least ${least} argument${least === 1 ? "" : "s"}`;
  if (least === most) return `${least} argument${least === 1 ? "" : "s"}`;
  return `${least}-${most} arguments`;
}

export const wrongArity = defineDiagnostic<Arity>({
  code: "HARN-ORC-001",
  severity: "warning",
  message: (facts) => `Function '${facts.name}' expects ${wantedArguments(facts)}, got ${facts.given}`,
  hint: ({ name }) => `give what \`${name}\` declares; a parameter with a default may be left out`,
});

export const wrongBuiltinArity = defineDiagnostic<Arity>({
  code: "HARN-STD-003",
  severity: "warning",
  message: (facts) => `Builtin function '${facts.name}' expects ${wantedArguments(facts)}, got ${facts.given}`,
  hint: ({ name }) => `\`harn doc ${name}\` shows its parameters`,
});

export const yieldInStream = defineDiagnostic<undefined>({
  code: "HARN-ORC-002",
  severity: "error",
  message: () => "`yield` is not a stream emit; use `emit` inside `gen fn`",
  hint: () => "write `emit` for `yield`, or `fn` for `gen fn`",
});

export const emitOutsideStream = defineDiagnostic<undefined>({
  code: "HARN-ORC-002",
  severity: "error",
  message: () => "`emit` can only be used inside a `gen fn`",
  hint: () => "declare the function as `gen fn`, or write `yield`",
});

export const badMaxConcurrent = defineDiagnostic<{ readonly found: string }>({
  code: "HARN-ORC-002",
  severity: "error",
  message: ({ found }) => `\`max_concurrent\` on \`parallel\` must be int, got ${found}`,
  hint: () => "give a whole number",
});

export const unreachableCode = defineDiagnostic<undefined>({
  code: "HARN-ORC-008",
  severity: "warning",
  message: () => "unreachable code",
  hint: () => "remove it, or move it before what leaves",
});

export const immutableAssignment = defineDiagnostic<{ readonly name: string }>({
  code: "HARN-OWN-001",
  severity: "warning",
  message: ({ name }) => `Cannot assign to '${name}': variable is immutable (declared with 'let')`,
  hint: ({ name }) => `declare it with \`var ${name}\``,
});

export const ownedEscapes = defineDiagnostic<{ readonly name: string }>({
  code: "HARN-OWN-003",
  severity: "warning",
  message: ({ name }) =>
    `owned binding \`${name}\` escapes its scope via \`return\`; either return \`owned<…>\` to transfer ownership or drop the value before returning`,
  hint: () => "declare the result as `owned<…>`, or give back what is in it",
});

export const tryStarOutside = defineDiagnostic<undefined>({
  code: "HARN-RCV-002",
  severity: "error",
  message: () => "try* requires an enclosing function (fn, tool, or pipeline) so the rethrow has a target",
  hint: () => "move it into a function, or use `try`",
});

/** `enum E: missing variants "A", "B"`, `literal union: missing …`. */
export const notExhaustive = defineDiagnostic<{ readonly subject: string; readonly missing: readonly string[] }>({
  code: "HARN-MAT-001",
  severity: "error",
  message: ({ subject, missing }) => `Non-exhaustive match on ${subject} ${missing.join(", ")}`,
  hint: () => "add arms for them, or `_ -> …` for whatever is left",
});

export const reachedUnreachable = defineDiagnostic<{ readonly type: string }>({
  code: "HARN-MAT-001",
  severity: "error",
  message: ({ type }) => `unreachable() argument has type \`${type}\` — not all cases are handled`,
  hint: () => "handle the types that are left before this",
});

export const notFullyNarrowed = defineDiagnostic<{
  readonly site: string;
  readonly name: string;
  readonly left: readonly string[];
}>({
  code: "HARN-MAT-001",
  severity: "warning",
  message: ({ site, name, left }) =>
    `\`${site}\` reached but \`${name}: unknown\` was not fully narrowed — uncovered concrete type(s): ${left.join(", ")}`,
  hint: () => "handle the kinds that are left before this",
});

export const unlikePattern = defineDiagnostic<{ readonly subject: string; readonly pattern: string }>({
  code: "HARN-MAT-003",
  severity: "warning",
  message: ({ subject, pattern }) => `Match pattern type mismatch: matching ${subject} against ${pattern} literal`,
  hint: () => "match a literal of the same type",
});

export const bindingInOrPattern = defineDiagnostic<undefined>({
  code: "HARN-MAT-003",
  severity: "error",
  message: () =>
    "Or-pattern alternatives must be literal patterns (string, int, float, bool, nil, or `_`). Identifier bindings and destructuring patterns are not allowed inside `|`.",
  hint: () => "give the binding an arm of its own",
});

export const redeclared = defineDiagnostic<{ readonly name: string }>({
  code: "HARN-LNT-009",
  severity: "warning",
  message: ({ name }) => `cannot redeclare immutable variable \`${name}\` in the same scope`,
  label: () => "lint[shadow-variable]",
  hint: ({ name }) => `use \`var ${name}\` for a mutable binding, or choose a different name`,
});

/** The ambient names of capabilities, one code per handle. */
export const ambientRules: Readonly<Record<string, { readonly code: string; readonly rule: string }>> = {
  clock: { code: "HARN-LNT-052", rule: "ambient-clock-builtin" },
  stdio: { code: "HARN-LNT-053", rule: "ambient-stdio-builtin" },
  fs: { code: "HARN-LNT-054", rule: "ambient-fs-builtin" },
  env: { code: "HARN-LNT-055", rule: "ambient-env-builtin" },
  random: { code: "HARN-LNT-056", rule: "ambient-random-builtin" },
  net: { code: "HARN-LNT-057", rule: "ambient-net-builtin" },
};

export function ambientName(handle: string) {
  const known = ambientRules[handle];
  return defineDiagnostic<{ readonly name: string; readonly replacement: string }>({
    code: known?.code ?? "HARN-NAM-009",
    severity: "warning",
    message: ({ name }) => `ambient \`${name}\` is deprecated — capabilities now route through \`harness.${handle}.*\``,
    label: () => `lint[${known?.rule ?? "deprecated"}]`,
    hint: ({ replacement }) => `call \`${replacement}\` instead`,
  });
}

interface ConstProblem {
  readonly name: string;
  readonly detail: string;
}

function rejectedConst(code: string) {
  return defineDiagnostic<ConstProblem>({
    code,
    severity: "error",
    message: ({ name, detail }) => `const \`${name}\` initializer rejected: ${detail}`,
    hint: ({ name }) => `compute it when the program runs: \`let ${name} = …\``,
  });
}

export const constProblems = {
  shape: rejectedConst("HARN-MET-001"),
  capability: rejectedConst("HARN-CST-003"),
  failure: rejectedConst("HARN-CST-004"),
};
