/**
 * Where a compiled call stands, in one number that travels as an argument: bit 0 tells that it was entered from native code
 * (`Frame.isNested`), bits 1 to 10 are its depth, and the bits above count the tail calls on the JavaScript stack since the
 * last plain call.
 */

export const depthMask = 2047;
/** One tail call more. */
export const tailStep = 2048;
/** Tail calls that may stand on each other on the JavaScript stack, and the depth up to which they may. */
export const tailLimit = 6 * tailStep;
export const tailDepthLimit = 2 * 96;

export function levelOf(depth: number, isNested: boolean): number {
  return (depth << 1) | (isNested ? 1 : 0);
}

export function depthOf(level: number): number {
  return (level & depthMask) >> 1;
}
