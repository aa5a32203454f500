import type { Table } from "./table.ts";

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of a text such as `5m`. */
export function period(table: Table, key: string): number | undefined {
  const text = table.text(key);
  if (text === undefined) return undefined;
  const match = /^\s*(\d+)\s*([A-Za-z]+)\s*$/.exec(text);
  const refuse = (problem: string): never =>
    table.refuse(`${table.pathOf(key)} invalid duration '${text}': ${problem}`);
  if (match === null) return refuse("expected a number and a unit");
  const [, number = "", unit = ""] = match;
  const factor = unit === "ms" ? undefined : unitMs[unit];
  return factor === undefined ? refuse(`unsupported unit '${unit}', expected s/m/h/d/w`) : Number(number) * factor;
}

/** Time limits of predicates are short: they may be milliseconds, and no days. */
export function timeLimit(table: Table, key: string): number | undefined {
  const text = table.text(key);
  if (text === undefined) return undefined;
  const [, number = "", unit = ""] = /^\s*(\d+)\s*([A-Za-z]*)\s*$/.exec(text) ?? [];
  const factor = ["ms", "s", "m", "h"].includes(unit) ? unitMs[unit] : undefined;
  if (number === "" || factor === undefined)
    return table.refuse(`${table.pathOf(key)} invalid duration unit in '${text}'; expected ms, s, m, or h`);
  return Number(number) * factor;
}
