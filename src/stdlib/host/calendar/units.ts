import { show, type Value } from "../../../value/index.ts";
import { civilFromDays, daysFromCivil, daysInMonth } from "../datetime/civil.ts";
import { intOf } from "../options.ts";
import { isoWeekday, type Local, type Reader } from "./instant.ts";

const units = ["day", "week", "month", "quarter", "year"] as const;
export type Unit = (typeof units)[number];

const months = { month: 1, quarter: 3, year: 12 } as const;

export function unitOf(reader: Reader, value: Value | undefined): Unit {
  if (value === undefined || value === null) throw reader.fault("missing unit");
  const found = units.find((unit) => unit === value);
  if (found === undefined) throw reader.fault("unit must be day, week, month, quarter, or year");
  return found;
}

/** So many units later, at the same time of day; the last day of a month that is too short. */
export function shifted(reader: Reader, { day, second }: Local, amount: number, unit: Unit): Local {
  // Beyond this nothing is in range, and numbers would lose their last digits.
  if (Math.abs(amount) > 1e9) throw reader.fault("date out of range");
  if (unit === "day" || unit === "week") return { day: day + amount * (unit === "week" ? 7 : 1), second };
  const date = civilFromDays(day);
  const count = date.year * 12 + date.month - 1 + amount * months[unit];
  const [year, month] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1];
  return { day: daysFromCivil({ year, month, day: Math.min(date.day, daysInMonth(year, month)) }), second };
}

/** The first day of the unit that holds a day; weeks begin on Monday. */
export function firstDay(day: number, unit: Unit): number {
  const { year, month } = civilFromDays(day);
  switch (unit) {
    case "day":
      return day;
    case "week":
      return day - isoWeekday(day) + 1;
    case "month":
      return daysFromCivil({ year, month, day: 1 });
    case "quarter":
      return daysFromCivil({ year, month: month - ((month - 1) % 3), day: 1 });
    case "year":
      return daysFromCivil({ year, month: 1, day: 1 });
  }
}

const names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** 1 is Monday; 0 and 7 are Sunday. Names may be cut to three letters. */
export function weekdayNumber(value: Value): number | undefined {
  const number = intOf(value);
  if (number !== undefined) return number === 0 ? 7 : number >= 1 && number <= 7 ? number : undefined;
  if (typeof value !== "string") return undefined;
  const text = show(value).trim().toLowerCase();
  const at = names.findIndex((name) => name === text || name.slice(0, 3) === text);
  return at < 0 ? undefined : at + 1;
}
