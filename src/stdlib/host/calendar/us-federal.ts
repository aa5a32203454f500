import { civilFromDays, daysFromCivil, daysInMonth, weekdayOf } from "../datetime/civil.ts";

/** Federal holidays of the United States, with the days on which they are observed (5 U.S.C. 6103). */

export interface Holiday {
  readonly name: string;
  /** Days since 1970-01-01: the day off, and the day that it stands for. */
  readonly day: number;
  readonly actual: number;
}

type Rule = (year: number) => number;

const monday = 1;
const thursday = 4;

const fixed =
  (month: number, day: number): Rule =>
  (year) =>
    daysFromCivil({ year, month, day });

const nth =
  (month: number, weekday: number, count: number): Rule =>
  (year) => {
    const first = weekdayOf({ year, month, day: 1 });
    return daysFromCivil({ year, month, day: 1 + ((weekday - first + 7) % 7) + (count - 1) * 7 });
  };

const last =
  (month: number, weekday: number): Rule =>
  (year) => {
    const day = daysInMonth(year, month);
    return daysFromCivil({ year, month, day: day - ((weekdayOf({ year, month, day }) - weekday + 7) % 7) });
  };

/** Since the Uniform Monday Holiday Act. */
const mondays = 1971;

/** In the order of the year; `from` is the first year in which it was kept. */
const rules: readonly { readonly name: string; readonly from: number; readonly on: Rule }[] = [
  { name: "New Year's Day", from: 0, on: fixed(1, 1) },
  { name: "Martin Luther King Jr. Day", from: 1986, on: nth(1, monday, 3) },
  { name: "Washington's Birthday", from: 0, on: (year) => (year < mondays ? fixed(2, 22) : nth(2, monday, 3))(year) },
  { name: "Memorial Day", from: 0, on: (year) => (year < mondays ? fixed(5, 30) : last(5, monday))(year) },
  { name: "Juneteenth National Independence Day", from: 2021, on: fixed(6, 19) },
  { name: "Independence Day", from: 0, on: fixed(7, 4) },
  { name: "Labor Day", from: 0, on: nth(9, monday, 1) },
  { name: "Columbus Day", from: 1934, on: (year) => (year < mondays ? fixed(10, 12) : nth(10, monday, 2))(year) },
  { name: "Veterans Day", from: 0, on: fixed(11, 11) },
  { name: "Thanksgiving Day", from: 0, on: (year) => (year < 1942 ? last(11, thursday) : nth(11, thursday, 4))(year) },
  { name: "Christmas Day", from: 0, on: fixed(12, 25) },
];

/** Saturday's holidays are kept on Friday, Sunday's on Monday. */
function observed(day: number): number {
  const weekday = weekdayOf(civilFromDays(day));
  return weekday === 6 ? day - 1 : weekday === 0 ? day + 1 : day;
}

/** The days off in a year: New Year's Day may be kept at the end of the year before. */
export function federalHolidays(year: number): readonly Holiday[] {
  const ofYear = (each: number): Holiday[] =>
    rules
      .filter(({ from }) => each >= from)
      .map(({ name, on }) => ({ name, actual: on(each), day: observed(on(each)) }));
  const isInYear = ({ day }: Holiday): boolean => civilFromDays(day).year === year;
  return [...ofYear(year), ...ofYear(year + 1).slice(0, 1)].filter(isInYear).sort((a, b) => a.day - b.day);
}
