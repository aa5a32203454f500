import { show } from "./display.ts";
import { typeName } from "./kind.ts";
import type { Int, Value } from "./value.ts";
import { wrapInt } from "./int.ts";

/**
 * A 64-bit hash that is the same for structurally equal values, in every run and on every machine: FNV-1a over a
 * canonical text. Programs store such hashes, so the text's form never changes.
 */
export function structuralHash(value: Value): Int {
  return fnv1a(new TextEncoder().encode(canonical(value)));
}

function canonical(value: Value): string {
  if (value === null) return "N";
  if (typeof value === "string") return `s${sized(value)}`;
  if (typeof value === "boolean") return value ? "T" : "F";
  if (typeof value === "number" || typeof value === "bigint") return `i${value};`;
  switch (value.kind) {
    case "float":
      return `f${floatBits(value.value)};`;
    case "bytes":
      return `b${Array.from(value.bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")};`;
    case "duration":
      return `d${value.milliseconds};`;
    case "list":
      return `L${value.view().map((item) => `${canonical(item)},`).join("")}]`;
    case "dict":
      return `D${[...value.entries()].map(([key, item]) => `${sized(key)}=${canonical(item)},`).join("")}}`;
    case "set":
      return `S${value.values().map(canonical).sort().map((key) => `${key},`).join("")}}`;
    default:
      return `o${sized(typeName(value))}${sized(show(value))}`;
  }
}

/** A text behind its length in bytes, so that no text runs into what follows. */
function sized(text: string): string {
  return `${new TextEncoder().encode(text).length}:${text}`;
}

function floatBits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

const prime = 0x1b3;

/**
 * FNV-1a of 64 bits in two halves: the prime is 2^40 + 0x1b3, so that the product splits into products of 32 by 9 bits
 * and a shift.
 */
function fnv1a(bytes: Uint8Array): Int {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    const product = low * prime;
    const shifted = (low << 8) >>> 0;
    high = (high * prime + Math.floor(product / 2 ** 32) + shifted) % 2 ** 32;
    low = product % 2 ** 32;
  }
  return wrapInt((BigInt(high) << 32n) | BigInt(low));
}
