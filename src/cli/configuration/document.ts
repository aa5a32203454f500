/** A configuration as its files have it: tables, lists, texts, numbers, flags, null. */
export type ConfigValue = null | boolean | number | string | readonly ConfigValue[] | ConfigTable;

export interface ConfigTable {
  readonly [key: string]: ConfigValue;
}

export function isTable(value: unknown): value is ConfigTable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where a value stands. Keys are apart, as a key may hold a dot. */
export type ConfigPath = readonly string[];

/** Visits what is no table, and tables without entries, in the order of the keys. */
export function eachLeaf(
  value: ConfigValue,
  visit: (path: ConfigPath, value: ConfigValue) => void,
  at: ConfigPath = [],
): void {
  if (!isTable(value) || (Object.keys(value).length === 0 && at.length > 0)) return visit(at, value);
  for (const key of Object.keys(value).sort()) eachLeaf(value[key] ?? null, visit, [...at, key]);
}

/** As people write it: keys that hold a dot in quotes. */
export function pathText(path: ConfigPath): string {
  return path.map((key) => (key.includes(".") ? JSON.stringify(key) : key)).join(".");
}

/** Keys in alphabetical order, at every depth: two configurations that say the same are the same text. */
export function configText(value: unknown): string {
  const sorted = (_key: string, inner: unknown): unknown =>
    isTable(inner)
      ? Object.fromEntries(
          Object.keys(inner)
            .sort()
            .map((key) => [key, inner[key]]),
        )
      : inner;
  return `${JSON.stringify(value, sorted, 2)}\n`;
}
