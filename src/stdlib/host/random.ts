import {
  arityError,
  type Builtin,
  type CallContext,
  declare,
  type Outcome,
  req,
  rest,
  t,
} from "../../builtin/index.ts";
import {
  BytesValue,
  FloatValue,
  isInt,
  ListValue,
  runtimeError,
  typeError,
  typeName,
  type Value,
} from "../../value/index.ts";
import { intOf } from "./options.ts";
import {
  hostWords,
  randomBelow,
  randomBetween,
  randomFloat,
  randomInt64,
  SeededRng,
  shuffled,
  type Words,
} from "./rng.ts";

/** The most that one call gives: keys and tokens need less, and a large number is a mistake. */
const mostRandomBytes = 1024;

const math = declare("math");
const crypto = declare("crypto");

/** Every drawing builtin may be given a seeded generator first; without one it draws from the host. */
function drawing(
  name: string,
  summary: string,
  parameters: readonly string[],
  draw: (words: Words, args: readonly Value[]) => Outcome,
  deprecated?: string,
): Builtin {
  return math({
    name,
    summary: `${summary} A seeded generator may come first.`,
    params: [rest("values", t.any)],
    effect: "random",
    ...(deprecated === undefined ? {} : { deprecated }),
    run(context: CallContext, ...values: Value[]) {
      const [first, ...others] = values;
      const seeded = first instanceof SeededRng ? first : undefined;
      const args = seeded === undefined ? values : others;
      if (args.length !== parameters.length) throw arityError(name, parameters.length, parameters.length, args.length);
      return draw(seeded ?? hostWords(context.host.random), args);
    },
  });
}

function drawInt(words: Words, [low, high]: readonly Value[]): Outcome {
  if (!isInt(low)) throw typeError("random_int: min must be an integer");
  if (!isInt(high)) throw typeError("random_int: max must be an integer");
  return low > high ? null : randomBetween(words, low, high);
}

function itemsOf(value: Value | undefined): readonly Value[] | undefined {
  return typeof value === "object" && value !== null && value.kind === "list" ? value.view() : undefined;
}

function drawItem(words: Words, [list]: readonly Value[]): Outcome {
  const items = itemsOf(list);
  return items === undefined || items.length === 0 ? null : (items[randomBelow(words, items.length)] ?? null);
}

function drawOrder(words: Words, [list]: readonly Value[]): Outcome {
  const items = itemsOf(list);
  return items === undefined ? null : new ListValue(shuffled(words, items));
}

export const randomBuiltins: readonly Builtin[] = [
  math({
    name: "rng_seed",
    summary: "A generator of random numbers that gives the same ones for the same seed.",
    params: [req("seed", t.any)],
    returns: t.handle("rng"),
    run(_context, seed) {
      if (!isInt(seed)) throw typeError("rng_seed(seed): seed must be an integer");
      return new SeededRng(seed);
    },
    examples: [["random_int(rng_seed(7), 1, 6)", "2"]],
  }),
  drawing(
    "random",
    "A random float from 0 to below 1.",
    [],
    (words) => new FloatValue(randomFloat(words)),
    "harness.random.gen_f64",
  ),
  drawing(
    "random_int",
    "A random int between two bounds, both included; nil when they are out of order.",
    ["min", "max"],
    drawInt,
    "harness.random.gen_range",
  ),
  drawing(
    "random_choice",
    "A random element of a list; nil when it is empty.",
    ["list"],
    drawItem,
    "harness.random.choice",
  ),
  drawing("random_shuffle", "A list in random order.", ["list"], drawOrder, "harness.random.shuffle"),
  drawing("__harness_random_gen_u64", "A random int of 64 bits.", [], (words) => randomInt64(words)),
  crypto({
    name: "crypto_random_bytes",
    summary: "Strong random bytes, at most 1,024.",
    params: [req("n", t.int)],
    returns: t.bytes,
    effect: "random",
    run(context, count) {
      const size = intOf(count);
      if (size === undefined || size <= 0) {
        throw runtimeError(`crypto_random_bytes: n must be a positive integer, got ${typeName(count)}`);
      }
      if (size > mostRandomBytes)
        throw runtimeError(`crypto_random_bytes: n must be <= ${mostRandomBytes}, got ${size}`);
      const bytes = new Uint8Array(size);
      context.host.random.fill(bytes);
      return new BytesValue(bytes);
    },
  }),
];
