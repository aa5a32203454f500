import { type DictValue, type Raise, show, typeName, type Value } from "../../../value/index.ts";
import { civilFromDays, daysFromCivil, isDate } from "../datetime/civil.ts";
import { fail } from "../faults.ts";
import { asDict } from "../options.ts";
import { isoWeekday, type Reader } from "./instant.ts";
import { weekdayNumber } from "./units.ts";
import { federalHolidays, type Holiday } from "./us-federal.ts";

/** Which days are worked on. */
export interface BusinessCalendar {
  readonly name: string;
  readonly zone: string;
  isHoliday(day: number): boolean;
  isBusinessDay(day: number): boolean;
}

export const supported = [
  {
    name: "US-FEDERAL",
    country: "US",
    timezone: "America/New_York",
    description: "United States federal observed holidays",
  },
] as const;

const [federal] = supported;

function isFederal(name: string): boolean {
  return name.toUpperCase() === federal.name;
}

function unsupported(value: Value): Raise {
  return fail(`unsupported holiday calendar '${show(value)}'`);
}

/** The holidays of a year in a calendar that the library has. */
export function holidaysOf(name: Value | undefined, year: () => number): readonly Holiday[] {
  if (name !== undefined && name !== null && !isFederal(show(name))) throw unsupported(name);
  const wanted = year();
  if (wanted < 1900 || wanted > 9999) throw fail("US-FEDERAL: supported holiday years are 1900 through 9999");
  return federalHolidays(wanted);
}

/** A calendar by its name, or one of the program's own: `{name?, timezone?, weekends?, holidays?}`. */
export function businessCalendar(reader: Reader, value: Value | undefined): BusinessCalendar {
  const own = asDict(value);
  if (own !== undefined) return customCalendar(reader, own);
  if (value !== undefined && value !== null && !isFederal(show(value))) throw unsupported(value);
  const years = new Map<number, ReadonlySet<number>>();
  const isHoliday = (day: number): boolean => {
    const { year } = civilFromDays(day);
    let days = years.get(year);
    if (days === undefined) {
      days = new Set(holidaysOf(null, () => year).map((holiday) => holiday.day));
      years.set(year, days);
    }
    return days.has(day);
  };
  const isBusinessDay = (day: number): boolean => isoWeekday(day) < 6 && !isHoliday(day);
  return { name: federal.name, zone: federal.timezone, isHoliday, isBusinessDay };
}

function customCalendar(reader: Reader, own: DictValue): BusinessCalendar {
  const weekends = new Set(weekendsOf(reader, own.get("weekends") ?? null));
  const holidays = new Set(holidayDays(reader, own.get("holidays") ?? null));
  const isHoliday = (day: number): boolean => holidays.has(day);
  return {
    name: show(own.get("name") ?? "CUSTOM"),
    zone: show(own.get("timezone") ?? "UTC"),
    isHoliday,
    isBusinessDay: (day) => !weekends.has(isoWeekday(day)) && !isHoliday(day),
  };
}

function weekendsOf(reader: Reader, value: Value): readonly number[] {
  if (value === null) return [6, 7];
  if (typeof value !== "object" || value.kind !== "list")
    throw reader.fault(`weekends must be a list, got ${typeName(value)}`);
  return value.view().map((item) => {
    const weekday = weekdayNumber(item);
    if (weekday === undefined) throw reader.fault("weekends must be ISO weekday 1-7 or weekday name");
    return weekday;
  });
}

function holidayDays(reader: Reader, value: Value): readonly number[] {
  if (value === null) return [];
  if (typeof value !== "object" || value.kind !== "list") throw reader.fault("holidays must be a list");
  return value.view().map((item) => {
    const text = asDict(item)?.get("date") ?? item;
    const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(typeof text === "string" ? text : "");
    const [year, month, day] = (match ?? []).slice(1).map(Number);
    if (year === undefined || month === undefined || day === undefined || !isDate({ year, month, day }))
      throw reader.fault("holiday date must be YYYY-MM-DD");
    return daysFromCivil({ year, month, day });
  });
}

/** Days that one call looks at: some 2,700 years. */
const mostDays = 1_000_000;
/** Days off in a row, after which there will be no others. */
const longestBreak = 3_660;

function guard(reader: Reader, looked: number, idle: number): void {
  if (looked > mostDays || idle > longestBreak) throw reader.fault("business-day search exceeded guardrail");
}

/** The day so many business days later. */
export function businessDayAfter(reader: Reader, calendar: BusinessCalendar, from: number, count: number): number {
  const step = count < 0 ? -1 : 1;
  let day = from;
  for (let [left, looked, idle] = [Math.abs(count), 0, 0]; left > 0; looked++) {
    guard(reader, looked, idle);
    day += step;
    idle = calendar.isBusinessDay(day) ? 0 : idle + 1;
    if (idle === 0) left--;
  }
  return day;
}

/** The business days from one day up to another; negative when the other is before. */
export function businessDaysBetween(reader: Reader, calendar: BusinessCalendar, from: number, to: number): number {
  if (to < from) return -businessDaysBetween(reader, calendar, to, from) || 0;
  guard(reader, to - from, 0);
  let count = 0;
  for (let day = from; day < to; day++) if (calendar.isBusinessDay(day)) count++;
  return count;
}
