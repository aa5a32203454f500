import { type CallContext, type CatalogPart, declare, opt, t } from "../builtin/index.ts";
import { FloatValue, HandleValue, handOut, isInt, ListValue, typeError, type Value, wrapInt } from "../value/index.ts";

/** Sixty-four random bits at a time. */
interface RandomSource {
  next(): bigint;
}

/**
 * A generator that repeats its numbers for the same seed, on every machine: SplitMix64. A step is an addition, so a copy
 * of the state is a copy of the generator.
 */
export class RngValue extends HandleValue implements RandomSource {
  #state: bigint;

  constructor(seed: bigint) {
    super();
    this.#state = BigInt.asUintN(64, seed);
  }

  override get typeName(): string {
    return "rng";
  }

  override show(): string {
    return "<rng>";
  }

  next(): bigint {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e3779b97f4a7c15n);
    let bits = this.#state;
    bits = BigInt.asUintN(64, (bits ^ (bits >> 30n)) * 0xbf58476d1ce4e5b9n);
    bits = BigInt.asUintN(64, (bits ^ (bits >> 27n)) * 0x94d049bb133111ebn);
    return bits ^ (bits >> 31n);
  }
}

function hostSource(context: CallContext): RandomSource {
  return {
    next() {
      const bytes = new Uint8Array(8);
      context.host.random.fill(bytes);
      return new DataView(bytes.buffer).getBigUint64(0);
    },
  };
}

/** The generator that a call names first, and its other arguments. */
function sourceOf(context: CallContext, args: readonly (Value | undefined)[]): [RandomSource, readonly (Value | undefined)[]] {
  const [first] = args;
  return first instanceof RngValue ? [first, args.slice(1)] : [hostSource(context), args];
}

/** A float from 0 up to but not including 1. */
function unitFloat(source: RandomSource): number {
  return Number(source.next() >> 11n) / 2 ** 53;
}

/** An int below `count`, each as likely: bits beyond the last whole multiple are drawn again. */
function below(source: RandomSource, count: bigint): bigint {
  const limit = (1n << 64n) - ((1n << 64n) % count);
  for (;;) {
    const bits = source.next();
    if (bits < limit) return bits % count;
  }
}

const math = declare("math");

/** Every one takes a generator of `rng_seed` in front of its own arguments. */
const params = [opt("rng", t.any), opt("a", t.any), opt("b", t.any)] as const;

export const randomBuiltins: CatalogPart = {
  builtins: [
    math({
      name: "rng_seed",
      summary: "A random generator that gives the same numbers for the same seed.",
      params: [opt("seed", t.any)],
      lenient: true,
      examples: [["random_int(rng_seed(7), 1, 6) == random_int(rng_seed(7), 1, 6)", "true"]],
      run: (_context, seed) => {
        if (!isInt(seed)) throw typeError("rng_seed(seed): seed must be an integer");
        return new RngValue(BigInt(seed));
      },
    }),
    math({
      name: "random",
      summary: "A random float from 0 up to but not including 1.",
      params,
      returns: t.float,
      effect: "random",
      borrows: true,
      lenient: true,
      run: (context, ...args) => new FloatValue(unitFloat(sourceOf(context, args)[0])),
    }),
    math({
      name: "random_int",
      summary: "A random int between two, both included; nil if there is none.",
      params,
      effect: "random",
      borrows: true,
      lenient: true,
      run: (context, ...args) => {
        const [source, [min, max]] = sourceOf(context, args);
        if (min === undefined || max === undefined) return null;
        if (!isInt(min)) throw typeError("random_int: min must be an integer");
        if (!isInt(max)) throw typeError("random_int: max must be an integer");
        if (min > max) return null;
        return wrapInt(BigInt(min) + below(source, BigInt(max) - BigInt(min) + 1n));
      },
    }),
    math({
      name: "random_choice",
      summary: "A random element of a list; nil if there is none.",
      params,
      effect: "random",
      lenient: true,
      run: (context, ...args) => {
        const [source, [items]] = sourceOf(context, args);
        if (!(items instanceof ListValue) || items.size === 0) return null;
        return handOut(items.at(Number(below(source, BigInt(items.size)))) ?? null);
      },
    }),
    math({
      name: "random_shuffle",
      summary: "The elements of a list in random order.",
      params,
      effect: "random",
      lenient: true,
      run: (context, ...args) => {
        const [source, [items]] = sourceOf(context, args);
        return items instanceof ListValue ? new ListValue(shuffled(source, items.toArray())) : null;
      },
    }),
  ],
};

function shuffled(source: RandomSource, items: Value[]): Value[] {
  for (let left = items.length - 1; left > 0; left--) {
    const other = Number(below(source, BigInt(left + 1)));
    [items[left], items[other]] = [items[other] as Value, items[left] as Value];
  }
  return items;
}
