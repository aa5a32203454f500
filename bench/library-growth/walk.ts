// Calls every builtin and every method with inputs of three sizes, and with great numbers, and prints what grows faster than its input
// or takes more than it was given. One JSON document a line, for `scripts/library-growth.mjs`, which restarts it behind what ended it.
import {
  type Builtin,
  bindBuiltin,
  type CallContext,
  declare,
  type NativeFunction,
  type Outcome,
  rest,
  t,
  unguarded,
} from "../../src/builtin/index.ts";
import type { TypeSpec } from "../../src/bytecode/index.ts";
import { nodeAsymmetricCrypto } from "../../src/host/node/asymmetric.ts";
import { nodeEncryption } from "../../src/host/node/authenticated-encryption.ts";
import { nodeCompression } from "../../src/host/node/compression.ts";
import { nodeDigests } from "../../src/host/node/digests.ts";
import { nodeRegexEngine } from "../../src/host/node/regex-engine.ts";
import { memoryHost } from "../../src/host/testing/index.ts";
import { memoryReader } from "../../src/modules/index.ts";
import { compileProgram, extendCatalog, standardCatalog } from "../../src/program/index.ts";
import { openRuntime } from "../../src/program/open-runtime.ts";
import { BytesValue, DictValue, ListValue, Raise, type Value } from "../../src/value/index.ts";
import { bytes, dicts, type Input, lists, sets, texts } from "./inputs.ts";

type Sized = (n: number) => Value;
interface Job {
  readonly name: string;
  readonly stage: "growth" | "bounds";
  readonly call: (context: CallContext, n: number) => Outcome;
}

/** Set by the program that runs the jobs: closures of one and of two parameters. */
let closures: readonly Value[] = [];
let job: Job | undefined;
let size = 0;

const growthCall = declare("test")({
  name: "growth_call",
  summary: "Makes the call of the present job.",
  params: [rest("closures", t.any)],
  effect: "test",
  run(context, ...given) {
    closures = given.flat() as Value[];
    return (job as Job).call(context, size);
  },
});

const skippedEffects = new Set([
  "process",
  "net",
  "net.write",
  "llm",
  "llm.read",
  "llm.write",
  "human",
  "host",
  "agent",
  "stdio.read",
  "task",
  "test",
]);
/** What waits for others, by design. */
const skippedDomains =
  /agent|llm|workflow|worker|pool|channel|hitl|trigger|daemon|monitor|waitpoint|supervisor|concurrency/;
const skippedNames = /^(exit|panic|abort|sleep|growth_call|read_|receive|__host|spawn|pipeline_)/;
/** Slow on purpose, or keys of a fixed cost. */
const deliberate = /argon|bcrypt|scrypt|pbkdf|keypair|generate_key/;

const greatNumbers = [2 ** 31, 1e12, 2 ** 53 - 1];
const jobs: Job[] = [];
const bound = new Map<string, NativeFunction>();
const functionOf = (builtin: Builtin): NativeFunction => {
  const known = bound.get(builtin.name) ?? bindBuiltin(builtin, unguarded);
  bound.set(builtin.name, known);
  return known;
};

const bigOf: Readonly<Record<string, readonly Input[]>> = { string: texts, list: lists, dict: dicts, bytes, set: sets };
const small: Readonly<Record<string, Sized>> = {
  string: () => "a",
  int: () => 2,
  float: () => 2,
  bool: () => true,
  nil: () => null,
  list: () => new ListValue([1, 2]),
  dict: () => DictValue.of({ a: 1 }),
  bytes: () => new BytesValue(new Uint8Array([1, 2])),
  closure: () => closures[0] as Value,
};
const anything: readonly Input[] = [
  ...texts.slice(0, 1),
  ...lists.slice(0, 1),
  ...lists.slice(3, 4),
  ...lists.slice(6, 7),
  ...dicts.slice(0, 1),
  ...dicts.slice(3),
  ...bytes.slice(1),
  ...sets,
];

function kindsOf(spec: TypeSpec): readonly string[] {
  switch (spec.kind) {
    case "any":
      return ["any"];
    case "named":
      return [spec.name];
    case "union":
      return spec.members.flatMap(kindsOf);
    default:
      return [];
  }
}

const bigInputs = (spec: TypeSpec): readonly Input[] =>
  kindsOf(spec).flatMap((kind) => (kind === "any" ? anything : (bigOf[kind] ?? [])));

/** A text of a few forms, so that one of them is what the builtin wants. */
const smallTexts = ["a", "[1]", "k=v", "2024-01-01T00:00:00Z", "$.a", "https://a.example/x", "utf-8", "%Y"];

function smallValues(spec: TypeSpec): readonly Sized[] {
  const kinds = kindsOf(spec);
  const known = kinds.flatMap((kind): readonly Sized[] => {
    if (kind === "any") return [small.closure as Sized, small.string as Sized, small.int as Sized];
    if (kind === "string") return smallTexts.map((text) => () => text);
    const one = small[kind];
    return one === undefined ? [] : [one];
  });
  return known.length > 0 ? known : [small.dict as Sized];
}

for (const builtin of standardCatalog.builtins.values()) {
  if (
    skippedEffects.has(builtin.effect) ||
    skippedNames.test(builtin.name) ||
    skippedDomains.test(builtin.domain) ||
    deliberate.test(builtin.name)
  )
    continue;
  addBuiltin(builtin);
}
for (const [kind, methods] of standardCatalog.methods) {
  const receivers = kind === "iter" ? lists.slice(0, 1) : (bigOf[kind] ?? []);
  for (const method of methods.values()) addMethod(kind, method.name, method.run as never, receivers);
}

function addBuiltin(builtin: Builtin): void {
  const { name, params } = builtin;
  const call = functionOf(builtin);
  const add = (label: string, stage: Job["stage"], values: readonly Sized[]): void => {
    jobs.push({ name: `${name}(${label})`, stage, call: (context, n) => call(context, ...values.map((of) => of(n))) });
  };
  const fillers = params.map(({ type }) => smallValues(type));
  const needed = Math.max(1, params.filter(({ mode }) => mode === "required").length);
  for (const [at, { type }] of params.entries()) {
    const count = Math.max(needed, at + 1);
    for (const input of bigInputs(type))
      for (const variant of variantsOf(fillers.slice(0, count), at))
        add(
          `${at}: ${input.name}${variant.label}`,
          "growth",
          variant.values.map((of, index) => (index === at ? input.of : of)),
        );
    if (kindsOf(type).some((kind) => kind === "int" || kind === "any"))
      for (const great of greatNumbers)
        for (const variant of variantsOf(fillers.slice(0, count), at))
          add(
            `${at}: ${great}${variant.label}`,
            "bounds",
            variant.values.map((of, index) => (index === at ? () => great : of)),
          );
  }
  const sized = params.map(({ type }) => bigInputs(type));
  if (params.length > 1 && sized.slice(0, 2).every((inputs) => inputs.length > 0))
    for (const first of (sized[0] as readonly Input[]).slice(0, 12))
      for (const second of (sized[1] as readonly Input[]).slice(0, 6))
        add(`${first.name}, ${second.name}`, "growth", [
          first.of,
          second.of,
          ...fillers.slice(2, needed).map((filler) => filler[0] as Sized),
        ]);
}

/** Every other parameter takes its first small value, and texts take turns with the others of theirs. */
function variantsOf(
  fillers: readonly (readonly Sized[])[],
  at: number,
): readonly { readonly label: string; readonly values: readonly Sized[] }[] {
  const most = Math.max(1, ...fillers.map((filler, index) => (index === at ? 1 : filler.length)));
  return Array.from({ length: Math.min(most, at > 1 ? 1 : 5) }, (_, turn) => ({
    label: turn === 0 ? "" : ` #${turn}`,
    values: fillers.map((filler) => filler[turn % filler.length] as Sized),
  }));
}

type MethodRun = (context: CallContext, self: Value, a?: Value, b?: Value, c?: Value) => Outcome;

function addMethod(kind: string, name: string, run: MethodRun, receivers: readonly Input[]): void {
  const self = (input: Input): ((context: CallContext, n: number) => Value) =>
    kind === "iter"
      ? (context, n) => functionOf(standardCatalog.builtins.get("iter") as Builtin)(context, input.of(n)) as Value
      : (_context, n) => input.of(n);
  const closure1 = (): Value => closures[0] as Value;
  const closure2 = (): Value => closures[1] as Value;
  const predicate = (): Value => closures[2] as Value;
  const given: readonly (readonly [string, readonly Sized[]])[] = [
    ["", []],
    ["closure", [closure1]],
    ["closure of two", [closure2]],
    ["predicate", [predicate]],
    ["int, closure of two", [() => 0, closure2]],
    ["int", [() => 2]],
    ["int, int", [() => 1, () => 2]],
    ["text", [() => "a"]],
    ["two texts", [() => "a", () => "bb"]],
    ["empty text", [() => ""]],
    ["int, text", [() => 3, () => "x"]],
  ];
  for (const input of receivers) {
    const receiver = self(input);
    const add = (label: string, stage: Job["stage"], values: readonly Sized[]): void => {
      jobs.push({
        name: `${kind}.${name}(${input.name}; ${label})`,
        stage,
        call: (context, n) => run(context, receiver(context, stage === "bounds" ? 3 : n), ...values.map((of) => of(n))),
      });
    };
    for (const [label, values] of given) add(label, "growth", values);
    for (const other of (bigOf[kind] ?? lists).slice(0, 4)) add(`other: ${other.name}`, "growth", [other.of]);
    for (const great of greatNumbers) {
      add(`${great}`, "bounds", [() => great]);
      add(`${great}, text`, "bounds", [() => great, () => "x"]);
    }
  }
}

declare const process: {
  argv: string[];
  stdout: { write(text: string): void };
  exit(code: number): never;
  memoryUsage(): { rss: number };
  cpuUsage(since?: { user: number; system: number }): { user: number; system: number };
};

type Timed = (at: Job, n: number) => Promise<number | undefined>;

/** Milliseconds at 400, 4,000, 12,650 and 40,000, where they grow faster than the input does. */
async function growthOf(at: Job, timed: Timed): Promise<readonly number[] | undefined> {
  const least = async (n: number, runs: number): Promise<number> => {
    let found = Number.POSITIVE_INFINITY;
    for (let run = 0; run < runs && (run === 0 || found < 1500); run++)
      found = Math.min(found, (await timed(at, n)) ?? 0);
    return found;
  };
  const first = await least(400, 2);
  const second = await least(4000, 2);
  // What is quadratic takes milliseconds by now.
  if (second < 3 && second < 15 * first) return undefined;
  if (second > 4000) return [first, second];
  const third = await least(12_650, 3);
  if (third < 6 * second) return undefined;
  const last = third > 3000 ? third * 10 : await least(40_000, 3);
  return last > 25 && last > 6 * third ? [first, second, third, last] : undefined;
}

const say = (line: object): void => process.stdout.write(`${JSON.stringify(line)}\n`);

async function walk(from: number, to: number, filter: string): Promise<void> {
  const catalog = extendCatalog({ builtins: [growthCall] });
  const text = `pipeline main(task) {
  let r = growth_call({ x -> x }, { a, b -> a }, { x -> x == x })
  if type_of(r) == "iter" { for x in r { } }
  return nil
}`;
  const program = compileProgram({ path: "growth.harn", text }, { reader: memoryReader({}), catalog });
  const open = openRuntime({
    host: memoryHost(),
    name: "growth",
    catalog,
    library: {
      regexEngine: nodeRegexEngine(),
      asymmetricCrypto: nodeAsymmetricCrypto,
      encryption: nodeEncryption,
      compression: nodeCompression,
      digests: nodeDigests,
    },
    output: () => {},
  });
  const { machine } = open.runtime;
  const module = await machine.load(program.modules);
  await machine.runRoot(module, module.code.initialize);
  const [pipeline] = [...module.code.pipelines.values()];
  /** Milliseconds of one call; `undefined` when it raised. */
  const timed = async (at: Job, n: number): Promise<number | undefined> => {
    job = at;
    size = n;
    const started = process.cpuUsage();
    try {
      await machine.runRoot(module, pipeline as never);
    } catch (error) {
      // Whatever a program cannot catch is a fault of ours.
      if (!(error instanceof Raise)) say({ found: at.name, fault: String(error) });
      return undefined;
    }
    const { system, user } = process.cpuUsage(started);
    return (user + system) / 1000;
  };
  for (let index = from; index < Math.min(to, jobs.length); index++) {
    const at = jobs[index] as Job;
    if (!at.name.includes(filter)) continue;
    say({ at: index, of: jobs.length, name: at.name, stage: at.stage });
    if (at.stage === "bounds") {
      const before = process.memoryUsage().rss;
      const started = performance.now();
      await timed(at, 3);
      const took = performance.now() - started;
      const grew = (process.memoryUsage().rss - before) / 1e6;
      if (took > 2000 || grew > 400) say({ found: at.name, took: Math.round(took), megabytes: Math.round(grew) });
    } else {
      if ((await timed(at, 10)) === undefined) continue;
      const times = await growthOf(at, timed);
      if (times !== undefined) say({ found: at.name, times: times.map((time) => Number(time.toFixed(1))) });
    }
  }
  say({ done: jobs.length });
  process.exit(0);
}

const [from, filter = "", to = ""] = process.argv.slice(2);
await walk(Number(from ?? 0), to === "" ? Number.POSITIVE_INFINITY : Number(to), filter);
