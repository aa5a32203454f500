const mask64 = 0xffff_ffff_ffff_ffffn;

/** By which each lane is rotated, in the order in which the permutation visits the lanes; see FIPS 202, rho and pi. */
const { rotations, order } = walkLanes();
const roundConstants = makeRoundConstants();

export function sha3of256(message: Uint8Array): Uint8Array {
  return keccak(message, 136, 32);
}

export function sha3of512(message: Uint8Array): Uint8Array {
  return keccak(message, 72, 64);
}

/** FIPS 202: absorbs blocks of `rate` bytes into 25 lanes of 64 bits, then reads `size` bytes out of them. */
function keccak(message: Uint8Array, rate: number, size: number): Uint8Array {
  const padded = new Uint8Array((Math.floor(message.length / rate) + 1) * rate);
  padded.set(message);
  padded[message.length] = 0x06;
  padded[padded.length - 1] = (padded[padded.length - 1] as number) | 0x80;
  const view = new DataView(padded.buffer);
  let lanes = new Array<bigint>(25).fill(0n);
  for (let block = 0; block < padded.length; block += rate) {
    for (let lane = 0; lane < rate / 8; lane++)
      lanes[lane] = at(lanes, lane) ^ view.getBigUint64(block + lane * 8, true);
    for (const constant of roundConstants) lanes = permute(lanes, constant);
  }
  const out = new DataView(new ArrayBuffer(size));
  for (let lane = 0; lane < size / 8; lane++) out.setBigUint64(lane * 8, at(lanes, lane), true);
  return new Uint8Array(out.buffer);
}

function permute(lanes: readonly bigint[], constant: bigint): bigint[] {
  const columns = [0, 1, 2, 3, 4].map(
    (x) => at(lanes, x) ^ at(lanes, x + 5) ^ at(lanes, x + 10) ^ at(lanes, x + 15) ^ at(lanes, x + 20),
  );
  const moved = new Array<bigint>(25).fill(0n);
  for (let lane = 0; lane < 25; lane++) {
    const x = lane % 5;
    const parity = at(columns, (x + 4) % 5) ^ rotate(at(columns, (x + 1) % 5), 1n);
    moved[order[lane] as number] = rotate(at(lanes, lane) ^ parity, rotations[lane] as bigint);
  }
  const next = moved.map((lane, index) => {
    const row = index - (index % 5);
    return lane ^ (~at(moved, row + ((index + 1) % 5)) & mask64 & at(moved, row + ((index + 2) % 5)));
  });
  next[0] = at(next, 0) ^ constant;
  return next;
}

function at(lanes: readonly bigint[], index: number): bigint {
  return lanes[index] as bigint;
}

function rotate(lane: bigint, by: bigint): bigint {
  return ((lane << by) | (lane >> (64n - by))) & mask64;
}

function walkLanes(): { rotations: readonly bigint[]; order: readonly number[] } {
  const by = new Array<bigint>(25).fill(0n);
  const to = Array.from({ length: 25 }, (_, lane) => targetOf(lane % 5, Math.floor(lane / 5)));
  let [x, y] = [1, 0];
  for (let step = 0; step < 24; step++) {
    by[x + 5 * y] = BigInt((((step + 1) * (step + 2)) / 2) % 64);
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return { rotations: by, order: to };
}

function targetOf(x: number, y: number): number {
  return y + 5 * ((2 * x + 3 * y) % 5);
}

/** One bit of a linear feedback shift register decides each bit at the positions 0, 1, 3, 7, 15, 31 and 63. */
function makeRoundConstants(): readonly bigint[] {
  let register = 1;
  const nextBit = (): boolean => {
    const bit = (register & 1) === 1;
    register <<= 1;
    if (register & 0x100) register ^= 0x171;
    return bit;
  };
  return Array.from({ length: 24 }, () => {
    let constant = 0n;
    for (let power = 0; power <= 6; power++) if (nextBit()) constant |= 1n << BigInt(2 ** power - 1);
    return constant;
  });
}
