/**
 * The same order of tasks for the same seed: for `Scheduler.choose`. A program that fails under one seed fails under it again.
 * xorshift32; the quality of the chance does not matter, that it repeats does.
 */
export function interleavingOf(seed: number): (count: number) => number {
  // A mix first, so that neighbouring seeds differ from the start; zero would stay zero.
  let state = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) | 1;
  return (count) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % count;
  };
}
