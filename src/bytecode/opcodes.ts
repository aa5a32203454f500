/**
 * Every operation of the machine, once. The encoder, the verifier, the disassembler, the interpreter's dispatch and the
 * reference page read this table.
 *
 * Operand kinds: `d` register written, `r` register read, `x` register read and written, `n` name (pool index), `b` builtin
 * (pool index), `f` function (index), `s` module slot, `i` plain integer, `l` label (code offset), `*` a count and that many
 * registers read. Instructions are a row of 32-bit integers: the opcode, then its operands in order.
 */
export const opcodes = {
  // moving
  move: { operands: "dr", doc: "copy a register" },
  share: { operands: "x", doc: "mark a collection as reachable by a second path (value/collection.ts, C1)" },
  adopt: { operands: "x", doc: "mark a parameter that native code passed, for a function that takes it over (C5)" },
  loadSlot: { operands: "dsn", doc: "a module-level name; an error while it is unset" },
  storeSlot: { operands: "sr", doc: "set a module-level name" },
  loadGlobal: {
    operands: "dnn",
    doc: "a name of the runtime (`harness`, `argv` …) or an undefined variable; the names in sight",
  },
  loadBuiltin: { operands: "db", doc: "a builtin as a value" },
  makeClosure: { operands: "df*", doc: "a closure over the listed registers" },
  makeCell: { operands: "d", doc: "an empty cell for a local function that is captured before it is declared" },
  loadCell: { operands: "drn", doc: "a cell's function; an error while it is unset" },
  storeCell: { operands: "rr", doc: "fill a cell" },
  isMissing: { operands: "dr", doc: "whether a parameter was not given" },
  checkParam: { operands: "xi", doc: "check a parameter against its annotation" },
  // operators
  add: { operands: "drr", doc: "a + b" },
  addOwned: { operands: "drr", doc: "a + b where nobody reads a afterwards" },
  sub: { operands: "drr", doc: "a - b" },
  mul: { operands: "drr", doc: "a * b" },
  div: { operands: "drr", doc: "a / b" },
  mod: { operands: "drr", doc: "a % b" },
  pow: { operands: "drr", doc: "a ** b" },
  neg: { operands: "dr", doc: "-a" },
  not: { operands: "dr", doc: "!a" },
  truthy: { operands: "dr", doc: "a as a bool" },
  isNil: { operands: "dr", doc: "whether a is nil" },
  eq: { operands: "drr", doc: "a == b" },
  ne: { operands: "drr", doc: "a != b" },
  lt: { operands: "drr", doc: "a < b" },
  gt: { operands: "drr", doc: "a > b" },
  le: { operands: "drr", doc: "a <= b" },
  ge: { operands: "drr", doc: "a >= b" },
  in: { operands: "drr", doc: "a in b" },
  range: { operands: "drri", doc: "a to b; 1 when exclusive" },
  concat: { operands: "d*", doc: "the display forms of the registers, joined" },
  // building
  makeList: { operands: "d*", doc: "a list of the registers" },
  listPush: { operands: "xr", doc: "append to a list that is being built" },
  listSpread: { operands: "xr", doc: "append all of a list to a list that is being built" },
  makeDict: { operands: "d*", doc: "a dict of alternating keys and values" },
  dictPut: { operands: "xrr", doc: "set an entry of a dict that is being built" },
  dictSpread: { operands: "xr", doc: "merge a dict into a dict that is being built" },
  makeStruct: { operands: "drr", doc: "a value of the struct type from a dict of its fields" },
  makeStructType: { operands: "di", doc: "the struct type of a declaration (index into the module's struct table)" },
  addMethod: { operands: "rnr", doc: "add a closure to a struct type's methods" },
  makeEnum: { operands: "dnn*", doc: "an enum value: enum name, variant, fields" },
  // reading
  getProp: { operands: "drn", doc: "a.name" },
  getPropOptional: { operands: "drn", doc: "a?.name" },
  getIndex: { operands: "drr", doc: "a[b]" },
  getIndexOptional: { operands: "drr", doc: "a?[b]" },
  slice: { operands: "drrr", doc: "a[b:c]; nil for an absent bound" },
  // writing: the register holds the collection and gets the one that was written
  setProp: { operands: "xnr", doc: "a.name = b" },
  setIndex: { operands: "xrr", doc: "a[b] = c" },
  childProp: { operands: "dxn", doc: "a.name for writing into it: a child of its own, in place in a" },
  childIndex: { operands: "dxr", doc: "a[b] for writing into it" },
  // destructuring and matching
  checkPattern: { operands: "ri", doc: "0: the value must be a dict; 1: a list; 2: a pair" },
  dictRest: { operands: "dr*", doc: "the dict without the listed keys" },
  listRest: { operands: "dri", doc: "the list from an index on" },
  isKind: { operands: "dri", doc: "whether the value is a dict (0), a list (1)" },
  listReaches: { operands: "dri", doc: "whether a list has at least that many elements" },
  isVariant: {
    operands: "drnni",
    doc: "whether an enum value is that variant; the last operand is the wanted field count or -1",
  },
  enumField: { operands: "dri", doc: "a field of an enum value, nil when absent" },
  catches: { operands: "drn", doc: "whether a caught value is of the named enum" },
  // calling: `tail` forms reuse the frame
  call: { operands: "dr*", doc: "call a value" },
  callNamed: { operands: "drn*", doc: "call a variable by name: falls back to the builtin of that name" },
  callSpread: { operands: "drnr", doc: "call a value with a list of arguments" },
  callBuiltin: { operands: "db*", doc: "call a builtin" },
  callBuiltinSpread: { operands: "dbr", doc: "call a builtin with a list of arguments" },
  callMethod: { operands: "drn*", doc: "a.name(…)" },
  callMethodOptional: { operands: "drn*", doc: "a?.name(…)" },
  callMethodOwned: { operands: "dxn*", doc: "a = a.name(…): nobody reads the old a afterwards" },
  callMethodSpread: { operands: "drnr", doc: "a.name(...) with a list of arguments" },
  tailCall: { operands: "rn*", doc: "return f(…); the name it is called by, empty for a piped call" },
  undefinedCall: {
    operands: "dnn*",
    doc: "a call of a name nobody defines: an error when it runs; the names in sight",
  },
  fail: {
    operands: "in",
    doc: "raise a fault of the compiler's knowledge: 0 plain text, 1 runtime error, 2 type error",
  },
  pipeTarget: { operands: "dr", doc: "check that a pipe's right side can be called" },
  // iterating
  iterate: { operands: "dr", doc: "a cursor over anything that can be looped over" },
  next: { operands: "drl", doc: "the cursor's next element, or jump at the end; may suspend" },
  closeCursor: { operands: "r", doc: "tell the source of a cursor that no more will be read" },
  // Result
  isErr: { operands: "dr", doc: "whether a Result is an Err; anything but a Result is an error" },
  resultValue: { operands: "dr", doc: "the payload of a Result" },
  toOk: { operands: "dr", doc: "Ok(a), or a itself when it is a Result" },
  toErr: { operands: "dr", doc: "Err(a)" },
  // control
  jump: { operands: "l", doc: "go on elsewhere" },
  jumpBack: { operands: "l", doc: "close a loop: checks fuel, cancellation and deadlines" },
  jumpIf: { operands: "rl", doc: "jump when truthy" },
  jumpIfNot: { operands: "rl", doc: "jump when falsy" },
  return: { operands: "r", doc: "leave the function" },
  throw: { operands: "r", doc: "throw a value" },
  rethrow: { operands: "r", doc: "throw a caught error again, with its trace" },
  caughtValue: { operands: "dr", doc: "what `catch (e)` binds, from a caught error" },
} as const satisfies Record<string, { readonly operands: string; readonly doc: string }>;

export type OpName = keyof typeof opcodes;

/** Opcode numbers, by table order. */
export const opNames = Object.keys(opcodes) as readonly OpName[];
export const opNumbers = Object.fromEntries(opNames.map((name, number) => [name, number])) as Readonly<
  Record<OpName, number>
>;
