import {
  type Civil,
  civilAt,
  civilFromDays,
  dayOfYear,
  daysFromCivil,
  type Instant,
  isoOffset,
  isoYear,
  pad,
  rfc3339,
  shortFraction,
  weekdayOf,
} from "./civil.ts";
import type { TimeZone } from "./time-zone.ts";

export const weekdayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
export const monthNames = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

interface Moment {
  readonly civil: Civil;
  readonly instant: Instant;
  readonly offset: number;
  readonly zone: TimeZone;
}

interface Field {
  readonly width: number;
  readonly filler: "0" | " ";
  readonly of: (moment: Moment) => number;
}

function field(width: number, of: Field["of"], filler: Field["filler"] = "0"): Field {
  return { width, of, filler };
}

const hour12 = ({ civil }: Moment): number => civil.hour % 12 || 12;
const euclid = (value: number, by: number): number => ((value % by) + by) % by;

/** Weeks that start on `first` (0 Sunday), counted from the year's first such day. */
function weekOfYear({ civil }: Moment, first: number): number {
  return Math.floor((dayOfYear(civil) - 1 + 7 - euclid(weekdayOf(civil) - first, 7)) / 7);
}

/** ISO 8601: weeks start on Monday and belong to the year that holds their Thursday. */
function isoWeek({ civil }: Moment): { year: number; week: number } {
  const days = daysFromCivil(civil);
  const { year } = civilFromDays(days + 3 - euclid(weekdayOf(civil) - 1, 7));
  const january4 = { year, month: 1, day: 4 };
  const start = daysFromCivil(january4) - euclid(weekdayOf(january4) - 1, 7);
  return { year, week: Math.floor((days - start) / 7) + 1 };
}

const numbers: Readonly<Record<string, Field>> = {
  Y: field(4, ({ civil }) => civil.year),
  C: field(2, ({ civil }) => Math.floor(civil.year / 100)),
  y: field(2, ({ civil }) => euclid(civil.year, 100)),
  m: field(2, ({ civil }) => civil.month),
  d: field(2, ({ civil }) => civil.day),
  e: field(2, ({ civil }) => civil.day, " "),
  H: field(2, ({ civil }) => civil.hour),
  k: field(2, ({ civil }) => civil.hour, " "),
  I: field(2, hour12),
  l: field(2, hour12, " "),
  M: field(2, ({ civil }) => civil.minute),
  S: field(2, ({ civil }) => civil.second),
  j: field(3, ({ civil }) => dayOfYear(civil)),
  q: field(1, ({ civil }) => Math.ceil(civil.month / 3)),
  w: field(1, ({ civil }) => weekdayOf(civil)),
  u: field(1, ({ civil }) => weekdayOf(civil) || 7),
  U: field(2, (moment) => weekOfYear(moment, 0)),
  W: field(2, (moment) => weekOfYear(moment, 1)),
  V: field(2, (moment) => isoWeek(moment).week),
  G: field(4, (moment) => isoWeek(moment).year),
  g: field(2, (moment) => euclid(isoWeek(moment).year, 100)),
  s: field(1, ({ instant }) => instant.seconds),
  f: field(9, ({ civil }) => civil.nanosecond),
};

const texts: Readonly<Record<string, (moment: Moment) => string>> = {
  A: ({ civil }) => weekdayNames[weekdayOf(civil)] ?? "",
  a: ({ civil }) => (weekdayNames[weekdayOf(civil)] ?? "").slice(0, 3),
  B: ({ civil }) => monthNames[civil.month - 1] ?? "",
  b: ({ civil }) => (monthNames[civil.month - 1] ?? "").slice(0, 3),
  h: ({ civil }) => (monthNames[civil.month - 1] ?? "").slice(0, 3),
  p: ({ civil }) => (civil.hour < 12 ? "AM" : "PM"),
  P: ({ civil }) => (civil.hour < 12 ? "am" : "pm"),
  Z: ({ zone, instant }) => zone.abbreviationAt(instant.seconds),
  z: ({ offset }) => isoOffset(offset, ""),
  ":z": ({ offset }) => isoOffset(offset),
  "::z": ({ offset }) => `${isoOffset(offset)}:${pad(Math.abs(offset) % 60, 2)}`,
  ":::z": ({ offset }) => isoOffset(offset).slice(0, 3),
  "#z": ({ offset }) => isoOffset(offset, ""),
  ".f": ({ civil }) => shortFraction(civil.nanosecond),
  ".3f": ({ civil }) => `.${digits(civil.nanosecond, 3)}`,
  ".6f": ({ civil }) => `.${digits(civil.nanosecond, 6)}`,
  ".9f": ({ civil }) => `.${digits(civil.nanosecond, 9)}`,
  "3f": ({ civil }) => digits(civil.nanosecond, 3),
  "6f": ({ civil }) => digits(civil.nanosecond, 6),
  "9f": ({ civil }) => digits(civil.nanosecond, 9),
  "+": ({ instant, offset }) => rfc3339(instant, offset),
  t: () => "\t",
  n: () => "\n",
  "%": () => "%",
};

/** Compositions of other fields. */
const shorthands: Readonly<Record<string, string>> = {
  D: "%m/%d/%y",
  x: "%m/%d/%y",
  F: "%Y-%m-%d",
  v: "%e-%b-%Y",
  R: "%H:%M",
  T: "%H:%M:%S",
  X: "%H:%M:%S",
  r: "%I:%M:%S %p",
  c: "%a %b %e %H:%M:%S %Y",
};

function digits(nanosecond: number, count: number): string {
  return pad(nanosecond, 9).slice(0, count);
}

const directive = /%(?:([-_0])?(:{0,3}z|#z|\.[369]?f|[369]f|[A-Za-z+%])|(.?))/gsu;

/** Writes an instant by a strftime format; `undefined` when the format has an unknown field. */
export function strftime(format: string, instant: Instant, zone: TimeZone): string | undefined {
  const offset = zone.offsetAt(instant.seconds);
  const moment: Moment = { civil: civilAt(instant, offset), instant, offset, zone };
  let isKnown = true;
  const write = (text: string): string =>
    text.replace(directive, (_all, padding: string | undefined, name: string | undefined) => {
      const written = name === undefined ? undefined : writeField(name, padding, moment, write);
      if (written === undefined) isKnown = false;
      return written ?? "";
    });
  const text = write(format);
  return isKnown ? text : undefined;
}

function writeField(
  name: string,
  padding: string | undefined,
  moment: Moment,
  write: (text: string) => string,
): string | undefined {
  const { year } = moment.civil;
  if (name === "Y" && (year < 0 || year > 9999)) return isoYear(year);
  const number = numbers[name];
  if (number !== undefined) return writeNumber(number, padding, number.of(moment));
  if (padding !== undefined) return undefined;
  const shorthand = shorthands[name];
  return shorthand === undefined ? texts[name]?.(moment) : write(shorthand);
}

function writeNumber({ width, filler }: Field, padding: string | undefined, value: number): string {
  if (padding === "-") return String(value);
  return pad(value, width, padding === "_" ? " " : padding === "0" ? "0" : filler);
}
