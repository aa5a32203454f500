import { fail } from "../faults.ts";
import { type CivilDate, type Instant, isDate, secondsFromCivil } from "./civil.ts";

const isoLike =
  /^([+-]?\d{4,})-(\d{1,2})-(\d{1,2})(?:[Tt ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,}))?)? ?([Zz]|UTC|GMT|[+-]\d{2}:?\d{2})?)?$/;

/** RFC 3339 and its relatives; failing that, the numbers in the text as year, month, day, hour, minute, second. */
export function parseDate(text: string): Instant {
  const trimmed = text.trim();
  if (trimmed === "") throw fail("Cannot parse date: ");
  return parseIso(trimmed) ?? parseNumbers(trimmed);
}

/** `undefined` leaves the text to the lenient reading, which has the better message for what is wrong with it. */
function parseIso(text: string): Instant | undefined {
  const match = isoLike.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone] = match;
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  const time = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  // A leap second is the last moment of its minute, reached a second late.
  const isLeap = time.second === 60;
  const offset = zone === undefined ? 0 : offsetOf(zone);
  if (offset === undefined || !isDate(date) || time.hour > 23 || time.minute > 59 || time.second > 60) return undefined;
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, "0"));
  const seconds = secondsFromCivil({ ...date, ...time, second: isLeap ? 59 : time.second }) - offset;
  return { seconds, nanoseconds: isLeap ? nanoseconds + 1_000_000_000 : nanoseconds };
}

function offsetOf(zone: string): number | undefined {
  if (!/^[+-]/.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function parseNumbers(text: string): Instant {
  const [year, month, day, hour = 0, minute = 0, second = 0] = (text.match(/\d+/g) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) throw fail(`Cannot parse date: ${text}`);
  return checkedInstant({ year, month, day }, hour, minute, second);
}

/** The UTC instant of components, or an error that names the first impossible one. */
export function checkedInstant(date: CivilDate, hour: number, minute: number, second: number): Instant {
  checkComponents(date, hour, minute, second);
  return { seconds: secondsFromCivil({ ...date, hour, minute, second }), nanoseconds: 0 };
}

export function checkComponents(date: CivilDate, hour: number, minute: number, second: number): void {
  const ranges: readonly (readonly [string, number, number, number])[] = [
    ["month", date.month, 1, 12],
    ["day", date.day, 1, 31],
    ["hour", hour, 0, 23],
    ["minute", minute, 0, 59],
    ["second", second, 0, 59],
  ];
  if (Math.abs(date.year) > 262_142) throw fail(`Invalid year: ${date.year}`);
  for (const [name, value, low, high] of ranges) {
    if (value < low || value > high) throw fail(`Invalid ${name}: ${value} (must be ${low}-${high})`);
  }
  if (!isDate(date)) {
    const digits = [
      String(date.year).padStart(4, "0"),
      String(date.month).padStart(2, "0"),
      String(date.day).padStart(2, "0"),
    ];
    throw fail(`Invalid date: ${digits.join("-")}`);
  }
}
