/** Calendar arithmetic on the proleptic Gregorian calendar, for every year, independent of the host's `Date`. */

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

export interface CivilTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
}

export interface Civil extends CivilDate, CivilTime {}

/** A point in time: whole seconds since the Unix epoch, and nanoseconds from there on. */
export interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

const daysPerEra = 146_097;

/** Days since 1970-01-01. Years are counted from March, so that the leap day is the last of its year. */
export function daysFromCivil({ year, month, day }: CivilDate): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysPerEra + dayOfEra - 719_468;
}

export function civilFromDays(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / daysPerEra);
  const dayOfEra = shifted - era * daysPerEra;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

export function isDate({ year, month, day }: CivilDate): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** 0 is Sunday. */
export function weekdayOf(date: CivilDate): number {
  return (((daysFromCivil(date) + 4) % 7) + 7) % 7;
}

/** 1 is January the first. */
export function dayOfYear(date: CivilDate): number {
  return daysFromCivil(date) - daysFromCivil({ year: date.year, month: 1, day: 1 }) + 1;
}

/** The civil time at an instant, `offset` seconds east of UTC. */
export function civilAt({ seconds, nanoseconds }: Instant, offset = 0): Civil {
  const local = seconds + offset;
  const days = Math.floor(local / 86_400);
  const rest = local - days * 86_400;
  return {
    ...civilFromDays(days),
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    nanosecond: nanoseconds,
  };
}

/** Seconds since the epoch of a civil time, read as UTC. */
export function secondsFromCivil(civil: CivilDate & Pick<CivilTime, "hour" | "minute" | "second">): number {
  return daysFromCivil(civil) * 86_400 + civil.hour * 3600 + civil.minute * 60 + civil.second;
}

export function instantFromMilliseconds(milliseconds: number): Instant {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanoseconds: Math.round((milliseconds - seconds * 1000) * 1e6) };
}

export function pad(value: number, width: number, filler = "0"): string {
  return value < 0 ? `-${String(-value).padStart(width, filler)}` : String(value).padStart(width, filler);
}

/** Four digits; more, or fewer than zero, with a sign. */
export function isoYear(year: number): string {
  return year >= 0 && year <= 9999 ? pad(year, 4) : `${year < 0 ? "-" : "+"}${pad(Math.abs(year), 4)}`;
}

/** `2026-03-29T14:30:00.123Z`, always with milliseconds. */
export function isoInstant(milliseconds: number): string {
  const civil = civilAt(instantFromMilliseconds(Math.floor(milliseconds)));
  return `${isoDate(civil)}T${isoTime(civil)}.${pad(Math.floor(civil.nanosecond / 1e6), 3)}Z`;
}

export function isoDate(date: CivilDate): string {
  return `${isoYear(date.year)}-${pad(date.month, 2)}-${pad(date.day, 2)}`;
}

export function isoTime(time: Pick<CivilTime, "hour" | "minute" | "second">): string {
  return `${pad(time.hour, 2)}:${pad(time.minute, 2)}:${pad(time.second, 2)}`;
}

/** RFC 3339 with an offset, and as many of 3, 6 or 9 fraction digits as it takes. */
export function rfc3339(instant: Instant, offset: number): string {
  const civil = civilAt(instant, offset);
  return `${isoDate(civil)}T${isoTime(civil)}${shortFraction(civil.nanosecond)}${isoOffset(offset)}`;
}

export function shortFraction(nanosecond: number): string {
  if (nanosecond === 0) return "";
  const digits = pad(nanosecond, 9);
  if (nanosecond % 1_000_000 === 0) return `.${digits.slice(0, 3)}`;
  return `.${nanosecond % 1000 === 0 ? digits.slice(0, 6) : digits}`;
}

export function isoOffset(offset: number, separator = ":"): string {
  const minutes = Math.round(Math.abs(offset) / 60);
  return `${offset < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60), 2)}${separator}${pad(minutes % 60, 2)}`;
}
