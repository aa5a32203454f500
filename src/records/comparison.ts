import { encodeJson } from "../eventlog/index.ts";

/** Two maps side by side, keys in order. */
export function pairUp<T>(
  left: ReadonlyMap<string, T>,
  right: ReadonlyMap<string, T>,
): (readonly [string, T | undefined, T | undefined])[] {
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort();
  return keys.map((key) => [key, left.get(key), right.get(key)]);
}

/** `what: a -> b`, or nothing when they are equal. */
export function change<T extends string | number | boolean>(what: string, left: T, right: T): string[] {
  return left === right ? [] : [`${what}: ${left} -> ${right}`];
}

/** As reports name it: `Stopped`. */
export function showDaemonKind(kind: string): string {
  return kind.slice(0, 1).toUpperCase() + kind.slice(1);
}

export function showOptional(text: string | null): string {
  return text === null ? "None" : `Some(${encodeJson(text)})`;
}
