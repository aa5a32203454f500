import { type Builtin, declare, opt, t } from "../builtin/index.ts";
import { FloatValue, isInt, ListValue, runtimeError, truthy, typeError, type Value } from "../value/index.ts";

const math = declare("math");

function numeric(who: string, value: Value | undefined): number {
  if (isInt(value)) return Number(value);
  if (value instanceof FloatValue) return value.value;
  throw typeError(`${who} must be numeric`);
}

function numbersOf(who: string, items: Value | undefined): number[] {
  if (!(items instanceof ListValue)) throw typeError(`${who}: items must be a list`);
  return items.view().map((item) => numeric(who, item));
}

function someNumbersOf(who: string, items: Value | undefined): number[] {
  const numbers = numbersOf(who, items);
  if (numbers.length === 0) throw runtimeError(`${who}: items must not be empty`);
  return numbers;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function ascending(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}

function variance(numbers: readonly number[], isSample: boolean): number {
  if (isSample && numbers.length < 2) throw runtimeError("sample variance requires at least 2 values");
  const mean = sum(numbers) / numbers.length;
  return sum(numbers.map((number) => (number - mean) ** 2)) / (isSample ? numbers.length - 1 : numbers.length);
}

/** Between the two nearest values in proportion. */
function percentile(numbers: readonly number[], percent: number): number {
  if (!(percent >= 0 && percent <= 100)) throw runtimeError("percentile must be between 0 and 100");
  const sorted = ascending(numbers);
  const at = (sorted.length - 1) * (percent / 100);
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low === high ? low : low + (at - Math.floor(at)) * (high - low);
}

function median(numbers: readonly number[]): number {
  const sorted = ascending(numbers);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

function statistic(
  name: string,
  summary: string,
  second: string | undefined,
  example: readonly [string, string],
  calculate: (items: Value | undefined, extra: Value | undefined) => number,
): Builtin {
  return math({
    name,
    summary,
    params: ["items", ...(second === undefined ? [] : [second])].map((param) => opt(param, t.any)),
    returns: t.float,
    borrows: true,
    lenient: true,
    examples: [example],
    run: (_context, items, extra) => new FloatValue(calculate(items, extra)),
  });
}

function isSample(extra: Value | undefined): boolean {
  return extra !== undefined && truthy(extra);
}

export const statistics: readonly Builtin[] = [
  statistic("mean", "The arithmetic mean of numbers; 0 of none.", undefined, ["mean([1, 2, 6])", "3.0"], (items) => {
    const numbers = numbersOf("mean", items);
    return numbers.length === 0 ? 0 : sum(numbers) / numbers.length;
  }),
  statistic("median", "The middle one of numbers.", undefined, ["median([3, 1, 2, 10])", "2.5"], (items) =>
    median(someNumbersOf("median", items)),
  ),
  statistic(
    "percentile",
    "The value that a percentage of numbers lies below.",
    "p",
    ["percentile([1, 2, 3], 50)", "2.0"],
    (items, p) => percentile(someNumbersOf("percentile", items), numeric("percentile", p)),
  ),
  statistic(
    "variance",
    "The mean square distance from the mean; of a sample if asked.",
    "sample",
    ["variance([1, 3])", "1.0"],
    (items, extra) => variance(someNumbersOf("variance", items), isSample(extra)),
  ),
  statistic("stddev", "The square root of the variance.", "sample", ["stddev([1, 3])", "1.0"], (items, extra) =>
    Math.sqrt(variance(someNumbersOf("stddev", items), isSample(extra))),
  ),
];
