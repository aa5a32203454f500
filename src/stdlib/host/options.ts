import type { DictValue, Value } from "../../value/index.ts";

/** Reading option dicts: a key of another kind counts as absent, as everywhere in the library. */

export function textOption(options: DictValue | undefined, key: string): string | undefined {
  const value = options?.get(key);
  return typeof value === "string" ? value : undefined;
}

/** Blank texts count as absent too. */
export function filledTextOption(options: DictValue | undefined, key: string): string | undefined {
  return textOption(options, key) || undefined;
}

export function flagOption(options: DictValue | undefined, key: string): boolean | undefined {
  const value = options?.get(key);
  return typeof value === "boolean" ? value : undefined;
}

export function intOption(options: DictValue | undefined, key: string): number | undefined {
  return intOf(options?.get(key));
}

export function dictOption(options: DictValue | undefined, key: string): DictValue | undefined {
  return asDict(options?.get(key));
}

export function listOption(options: DictValue | undefined, key: string): readonly Value[] | undefined {
  const value = options?.get(key);
  return typeof value === "object" && value !== null && value.kind === "list" ? value.view() : undefined;
}

/** A length of time: milliseconds as an int, or a duration. */
export function millisecondsOf(value: Value | undefined): number | undefined {
  if (typeof value === "object" && value !== null && value.kind === "duration") return value.milliseconds;
  return intOf(value);
}

export function intOf(value: Value | undefined): number | undefined {
  return typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : undefined;
}

export function asDict(value: Value | undefined): DictValue | undefined {
  return typeof value === "object" && value !== null && value.kind === "dict" ? value : undefined;
}
