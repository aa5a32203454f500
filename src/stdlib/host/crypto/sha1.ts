import { padMessage, rotateLeft, wordsToBytes } from "./words.ts";

/** FIPS 180-4. For names (UUID version 5) and old signatures; nothing new should rest on it. */
export function sha1(message: Uint8Array): Uint8Array {
  const view = padMessage(message, 64, 8, true);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const schedule = new Int32Array(80);
  for (let block = 0; block < view.byteLength; block += 64) addBlock(state, schedule, view, block);
  return wordsToBytes(state, true);
}

function addBlock(state: Int32Array, schedule: Int32Array, view: DataView, block: number): void {
  for (let step = 0; step < 80; step++) {
    schedule[step] =
      step < 16
        ? view.getInt32(block + step * 4)
        : rotateLeft(
            at(schedule, step - 3) ^ at(schedule, step - 8) ^ at(schedule, step - 14) ^ at(schedule, step - 16),
            1,
          );
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let step = 0; step < 80; step++) {
    const sum = (rotateLeft(a, 5) + mix(step, b, c, d) + e + at(schedule, step)) | 0;
    [a, b, c, d, e] = [sum, a, rotateLeft(b, 30), c, d];
  }
  for (const [index, word] of [a, b, c, d, e].entries()) state[index] = at(state, index) + word;
}

function at(words: Int32Array, index: number): number {
  return words[index] as number;
}

function mix(step: number, b: number, c: number, d: number): number {
  if (step < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (step < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  return step < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
}
