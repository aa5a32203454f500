/** What the digests share: padding a message to blocks, and reading and writing its words. */

/**
 * The message, a one bit, zeros, and its length in bits at the very end of the last block.
 * `lengthBytes` is the room that the length takes, in the byte order given.
 */
export function padMessage(
  message: Uint8Array,
  blockBytes: number,
  lengthBytes: number,
  isBigEndian: boolean,
): DataView {
  const size = Math.ceil((message.length + 1 + lengthBytes) / blockBytes) * blockBytes;
  const padded = new Uint8Array(size);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  const low = (message.length * 8) >>> 0;
  const high = Math.floor(message.length / 0x2000_0000);
  view.setUint32(isBigEndian ? size - 4 : size - 8, low, !isBigEndian);
  view.setUint32(isBigEndian ? size - 8 : size - 4, high, !isBigEndian);
  return view;
}

export function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

export function rotateRight(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

export function wordsToBytes(words: ArrayLike<number>, isBigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < words.length; index++) view.setUint32(index * 4, words[index] as number, !isBigEndian);
  return bytes;
}
