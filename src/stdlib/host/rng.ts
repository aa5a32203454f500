import type { HostRandom } from "../../builtin/index.ts";
import { HandleValue, type Int, wrapInt } from "../../value/index.ts";

/** A source of random 32-bit words. */
export interface Words {
  next(): number;
}

/** The host's strong randomness. */
export function hostWords(random: HostRandom): Words {
  const bytes = new Uint8Array(4);
  return {
    next() {
      random.fill(bytes);
      return (
        (((bytes[0] as number) << 24) |
          ((bytes[1] as number) << 16) |
          ((bytes[2] as number) << 8) |
          (bytes[3] as number)) >>>
        0
      );
    },
  };
}

/**
 * A generator with a seed: the same seed gives the same numbers, in every version. It is sfc32 (a chaotic generator with a
 * counter, period at least 2^32), started from the seed's two halves and run until they are mixed.
 */
export class SeededRng extends HandleValue implements Words {
  readonly typeName = "rng";
  readonly #state: Uint32Array;

  constructor(seed: Int) {
    super();
    const bits = BigInt.asUintN(64, BigInt(seed));
    this.#state = Uint32Array.of(Number(bits & 0xffff_ffffn), Number(bits >> 32n), 0x9e37_79b9, 1);
    for (let round = 0; round < 15; round++) this.next();
  }

  show(): string {
    return "<rng>";
  }

  next(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, counter = 0] = state;
    const word = (a + b + counter) >>> 0;
    state[3] = counter + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + word;
    return word;
  }
}

/** In `0 <= x < 1`, with 53 random bits. */
export function randomFloat(words: Words): number {
  return ((words.next() >>> 5) * 0x400_0000 + (words.next() >>> 6)) / 2 ** 53;
}

/** All 64 bits. */
export function randomInt64(words: Words): Int {
  return wrapInt((BigInt(words.next()) << 32n) | BigInt(words.next()));
}

/** In `low <= x <= high`, each as likely as the others: what would favour some is drawn again. */
export function randomBetween(words: Words, low: Int, high: Int): Int {
  const span = BigInt(high) - BigInt(low) + 1n;
  if (span <= 0x1_0000_0000n) return wrapInt(BigInt(low) + BigInt(randomBelow(words, Number(span))));
  const limit = 2n ** 64n - (2n ** 64n % span);
  for (;;) {
    const drawn = BigInt.asUintN(64, BigInt(randomInt64(words)));
    if (drawn < limit) return wrapInt(BigInt(low) + (drawn % span));
  }
}

/** In `0 <= x < bound`, for a bound of at most 2^32. */
export function randomBelow(words: Words, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const drawn = words.next();
    if (drawn < limit) return drawn % bound;
  }
}

/** A shuffled copy: every order is as likely as any other. */
export function shuffled<T>(words: Words, items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const chosen = randomBelow(words, last + 1);
    [result[last], result[chosen]] = [result[chosen] as T, result[last] as T];
  }
  return result;
}
