import type { Host } from "../builtin/index.ts";

/** A UUID of version 7: the time in front, so that ids sort by when they were made. */
export function newId(host: Pick<Host, "clock" | "random">): string {
  const bytes = new Uint8Array(16);
  host.random.fill(bytes);
  let time = Math.floor(host.clock.now());
  for (let at = 5; at >= 0; at--) {
    bytes[at] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
