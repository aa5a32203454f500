import { padMessage, rotateRight, wordsToBytes } from "./words.ts";

const mask64 = 0xffff_ffff_ffff_ffffn;

/**
 * FIPS 180-4. The constants are the first bits of the fractional parts of square and cube roots of primes, so they are
 * computed rather than listed.
 */
const primes = firstPrimes(80);
const cubeRoots = primes.map((prime) => rootBits(prime, 3n));
const roundWords = Int32Array.from(cubeRoots.slice(0, 64), (bits) => Number(bits >> 32n) | 0);

const start256 = primes.slice(0, 8).map((prime) => Number(rootBits(prime, 2n) >> 32n) | 0);
/** The second halves of the roots of the ninth to the sixteenth prime. */
const start224 = primes.slice(8, 16).map((prime) => Number(rootBits(prime, 2n) & 0xffff_ffffn) | 0);
const start384 = primes.slice(8, 16).map((prime) => rootBits(prime, 2n));
const start512 = primes.slice(0, 8).map((prime) => rootBits(prime, 2n));

export function sha256(message: Uint8Array): Uint8Array {
  return digest32(message, start256);
}

export function sha224(message: Uint8Array): Uint8Array {
  return digest32(message, start224).slice(0, 28);
}

export function sha512(message: Uint8Array): Uint8Array {
  return digest64(message, start512);
}

export function sha384(message: Uint8Array): Uint8Array {
  return digest64(message, start384).slice(0, 48);
}

/** SHA-512 cut to 256 bits, with a start of its own that is a digest of its name. */
export function sha512Of256(message: Uint8Array): Uint8Array {
  const name = digest64(
    new TextEncoder().encode("SHA-512/256"),
    start512.map((word) => word ^ 0xa5a5_a5a5_a5a5_a5a5n),
  );
  const view = new DataView(name.buffer);
  return digest64(
    message,
    Array.from({ length: 8 }, (_, index) => view.getBigUint64(index * 8)),
  ).slice(0, 32);
}

function digest32(message: Uint8Array, start: readonly number[]): Uint8Array {
  const view = padMessage(message, 64, 8, true);
  const state = Int32Array.from(start);
  const schedule = new Int32Array(64);
  for (let block = 0; block < view.byteLength; block += 64) addBlock32(state, schedule, view, block);
  return wordsToBytes(state, true);
}

function addBlock32(state: Int32Array, schedule: Int32Array, view: DataView, block: number): void {
  const w = (index: number): number => schedule[index] as number;
  for (let step = 0; step < 16; step++) schedule[step] = view.getInt32(block + step * 4);
  for (let step = 16; step < 64; step++) {
    const early = w(step - 15);
    const late = w(step - 2);
    const first = rotateRight(early, 7) ^ rotateRight(early, 18) ^ (early >>> 3);
    const second = rotateRight(late, 17) ^ rotateRight(late, 19) ^ (late >>> 10);
    schedule[step] = w(step - 16) + first + w(step - 7) + second;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let step = 0; step < 64; step++) {
    const high = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
    const one = (h + high + ((e & f) ^ (~e & g)) + (roundWords[step] as number) + w(step)) | 0;
    const low = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
    const two = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index] as number) + word;
}

function rotate64(word: bigint, by: bigint): bigint {
  return ((word >> by) | (word << (64n - by))) & mask64;
}

function digest64(message: Uint8Array, start: readonly bigint[]): Uint8Array {
  const view = padMessage(message, 128, 16, true);
  let state = [...start];
  for (let block = 0; block < view.byteLength; block += 128) state = addBlock64(state, view, block);
  const bytes = new Uint8Array(64);
  const out = new DataView(bytes.buffer);
  for (const [index, word] of state.entries()) out.setBigUint64(index * 8, word);
  return bytes;
}

function addBlock64(state: readonly bigint[], view: DataView, block: number): bigint[] {
  const schedule: bigint[] = [];
  const w = (index: number): bigint => schedule[index] as bigint;
  for (let step = 0; step < 16; step++) schedule.push(view.getBigUint64(block + step * 8));
  for (let step = 16; step < 80; step++) {
    const early = w(step - 15);
    const late = w(step - 2);
    const first = rotate64(early, 1n) ^ rotate64(early, 8n) ^ (early >> 7n);
    const second = rotate64(late, 19n) ^ rotate64(late, 61n) ^ (late >> 6n);
    schedule.push((w(step - 16) + first + w(step - 7) + second) & mask64);
  }
  let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
  for (let step = 0; step < 80; step++) {
    const high = rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n);
    const one = h + high + ((e & f) ^ (~e & mask64 & g)) + (cubeRoots[step] as bigint) + w(step);
    const low = rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n);
    const two = low + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(one + two) & mask64, a, b, c, (d + one) & mask64, e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + (state[index] as bigint)) & mask64);
}

function firstPrimes(count: number): readonly bigint[] {
  const found: bigint[] = [];
  for (let candidate = 2n; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0n)) found.push(candidate);
  }
  return found;
}

/** The first 64 bits of the fractional part of the root: the integer root of `value * 2^(64 * degree)`. */
function rootBits(value: bigint, degree: bigint): bigint {
  const target = value << (64n * degree);
  let low = 0n;
  let high = 1n << 72n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle - 1n;
  }
  return low & mask64;
}
