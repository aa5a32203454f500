import { rotateRight, wordsToBytes } from "./words.ts";

/** The BLAKE3 hash with its default length: a binary tree over chunks of 1024 bytes. */

const start = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);
const shuffle = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
const columns = [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15];
const diagonals = [0, 5, 10, 15, 1, 6, 11, 12, 2, 7, 8, 13, 3, 4, 9, 14];
const flags = { chunkStart: 1, chunkEnd: 2, parent: 4, root: 8 };
const chunkBytes = 1024;
const blockBytes = 64;

/** The last compression of a node, not yet made: only the root of the tree is marked as such. */
interface Output {
  readonly chaining: Int32Array;
  readonly block: Int32Array;
  readonly counter: number;
  readonly length: number;
  readonly flags: number;
}

export function blake3(message: Uint8Array): Uint8Array {
  const root = outputOf(message, 0);
  return wordsToBytes(compress({ ...root, flags: root.flags | flags.root }), false);
}

/** The left subtree is the largest full one that leaves something for the right. */
function outputOf(message: Uint8Array, firstChunk: number): Output {
  if (message.length <= chunkBytes) return chunkOutput(message, firstChunk);
  const chunks = Math.ceil(message.length / chunkBytes);
  const left = 2 ** Math.floor(Math.log2(chunks - 1));
  const block = new Int32Array(16);
  block.set(compress(outputOf(message.subarray(0, left * chunkBytes), firstChunk)));
  block.set(compress(outputOf(message.subarray(left * chunkBytes), firstChunk + left)), 8);
  return { chaining: start, block, counter: 0, length: blockBytes, flags: flags.parent };
}

function chunkOutput(chunk: Uint8Array, counter: number): Output {
  let chaining: Int32Array = start;
  const blocks = Math.max(1, Math.ceil(chunk.length / blockBytes));
  for (let index = 0; ; index++) {
    const bytes = chunk.subarray(index * blockBytes, (index + 1) * blockBytes);
    const isLast = index === blocks - 1;
    const output: Output = {
      chaining,
      block: wordsOf(bytes),
      counter,
      length: bytes.length,
      flags: (index === 0 ? flags.chunkStart : 0) | (isLast ? flags.chunkEnd : 0),
    };
    if (isLast) return output;
    chaining = compress(output);
  }
}

function wordsOf(bytes: Uint8Array): Int32Array {
  const padded = new Uint8Array(blockBytes);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  return Int32Array.from({ length: 16 }, (_, index) => view.getInt32(index * 4, true));
}

function compress({ chaining, block, counter, length, flags: marks }: Output): Int32Array {
  const state = new Int32Array(16);
  state.set(chaining);
  state.set(start.subarray(0, 4), 8);
  state[12] = counter | 0;
  state[13] = Math.floor(counter / 2 ** 32);
  state[14] = length;
  state[15] = marks;
  let words = block;
  for (let round = 0; round < 7; round++) {
    mixAll(state, columns, words, 0);
    mixAll(state, diagonals, words, 8);
    words = words.map((_, index) => words[shuffle[index] as number] as number);
  }
  return state.slice(0, 8).map((word, index) => word ^ (state[index + 8] as number));
}

function mixAll(state: Int32Array, lanes: readonly number[], words: Int32Array, from: number): void {
  for (let group = 0; group < 4; group++) {
    const [a = 0, b = 0, c = 0, d = 0] = lanes.slice(group * 4, group * 4 + 4);
    mix(state, a, b, c, d, words[from + group * 2] as number, words[from + group * 2 + 1] as number);
  }
}

function mix(state: Int32Array, a: number, b: number, c: number, d: number, first: number, second: number): void {
  const at = (index: number): number => state[index] as number;
  state[a] = at(a) + at(b) + first;
  state[d] = rotateRight(at(d) ^ at(a), 16);
  state[c] = at(c) + at(d);
  state[b] = rotateRight(at(b) ^ at(c), 12);
  state[a] = at(a) + at(b) + second;
  state[d] = rotateRight(at(d) ^ at(a), 8);
  state[c] = at(c) + at(d);
  state[b] = rotateRight(at(b) ^ at(c), 7);
}
