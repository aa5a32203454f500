import { type Builtin, type CatalogPart, declare, opt, req, t } from "../builtin/index.ts";
import {
  FloatValue,
  type Int,
  intFromFloat,
  isInt,
  maxInt,
  minInt,
  powerByInt,
  powerFloats,
  runtimeError,
  type Value,
  wrapInt,
} from "../value/index.ts";
import { statistics } from "./statistics.ts";

const math = declare("math");

/** A number as a float, or `undefined` for any other kind. */
export function asNumber(value: Value | undefined): number | undefined {
  if (isInt(value)) return Number(value);
  return value instanceof FloatValue ? value.value : undefined;
}

/** A function of one number. */
function ofNumber(
  name: string,
  summary: string,
  example: readonly [string, string],
  calculate: (value: number) => number,
): Builtin {
  return math({
    name,
    summary,
    params: [req("value", t.number)],
    returns: t.float,
    borrows: true,
    examples: [example],
    run: (_context, value) => new FloatValue(calculate(asNumber(value) ?? Number.NaN)),
  });
}

/** The same for those that answer nil to anything but a number. */
function lenientOfNumber(
  name: string,
  summary: string,
  example: readonly [string, string],
  calculate: (value: Int | FloatValue) => Value,
): Builtin {
  return math({
    name,
    summary,
    params: [opt("value", t.any)],
    borrows: true,
    lenient: true,
    examples: [example],
    run: (_context, value) => (isInt(value) || value instanceof FloatValue ? calculate(value) : null),
  });
}

function lenientFloat(
  name: string,
  summary: string,
  example: readonly [string, string],
  calculate: (value: number) => number,
): Builtin {
  return lenientOfNumber(
    name,
    summary,
    example,
    (value) => new FloatValue(calculate(isInt(value) ? Number(value) : value.value)),
  );
}

/** Rounding gives an int, so it wants a float that has one. */
function rounded(value: Int | FloatValue, round: (value: number) => number): Int {
  if (isInt(value)) return value;
  if (!Number.isFinite(value.value)) throw runtimeError("cannot convert non-finite float to int");
  const whole = round(value.value);
  if (whole < -(2 ** 63) || whole >= 2 ** 63) throw runtimeError("float is outside the representable int range");
  return intFromFloat(whole);
}

/** Half away from zero. Adding a half first would round 0.49999999999999994 up. */
function roundHalfAway(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

function rounding(
  name: string,
  summary: string,
  example: readonly [string, string],
  round: (value: number) => number,
): Builtin {
  return math({
    name,
    summary,
    params: [req("value", t.number)],
    returns: t.int,
    borrows: true,
    examples: [example],
    run: (_context, value) => rounded(value, round),
  });
}

function sign(value: Int | FloatValue): Value {
  if (isInt(value)) return value > 0 ? 1 : value < 0 ? -1 : 0;
  return Number.isNaN(value.value) ? value : value.value > 0 ? 1 : value.value < 0 ? -1 : 0;
}

/** `min` and `max`: ints stay ints, a float makes both floats, and NaN loses against any number. */
function choice(
  name: string,
  summary: string,
  example: readonly [string, string],
  prefersFirst: (a: Int, b: Int) => boolean,
): Builtin {
  return math({
    name,
    summary,
    params: [opt("a", t.any), opt("b", t.any)],
    borrows: true,
    lenient: true,
    examples: [example],
    run: (_context, a, b) => {
      if (isInt(a) && isInt(b)) return prefersFirst(a, b) ? a : b;
      const left = asNumber(a);
      const right = asNumber(b);
      if (left === undefined || right === undefined) return null;
      const isFirst = Number.isNaN(right) || (!Number.isNaN(left) && prefersFirst(left, right));
      return new FloatValue(isFirst ? left : right);
    },
  });
}

/** Unlike the operator `**`, ints that outgrow 64 bits go on as floats. */
function pow(a: Value | undefined, b: Value | undefined): Value {
  const base = asNumber(a);
  const exponent = asNumber(b);
  if (base === undefined || exponent === undefined) return null;
  const exact = isInt(a) && isInt(b) ? exactPower(BigInt(a), BigInt(b)) : undefined;
  return exact ?? new FloatValue(!isInt(a) && isInt(b) ? powerByInt(base, b) : powerFloats(base, exponent));
}

function exactPower(base: bigint, exponent: bigint): Int | undefined {
  if (exponent < 0n) return undefined;
  if (base >= -1n && base <= 1n) return Number(exponent === 0n ? 1n : exponent % 2n === 0n ? base * base : base);
  if (exponent > 63n) return undefined;
  const power = base ** exponent;
  return power > maxInt || power < minInt ? undefined : wrapInt(power);
}

export const mathBuiltins: CatalogPart = {
  builtins: [
    math({
      name: "abs",
      summary: "A number without its sign.",
      params: [req("value", t.number)],
      returns: t.number,
      borrows: true,
      examples: [["abs(-3)", "3"]],
      run: (_context, value) => {
        if (!isInt(value)) return new FloatValue(Math.abs(value.value));
        if (value === minInt) return new FloatValue(2 ** 63);
        return value < 0 ? wrapInt(-BigInt(value)) : value;
      },
    }),
    rounding("floor", "The largest int that is not greater.", ["floor(-1.5)", "-2"], Math.floor),
    rounding("ceil", "The smallest int that is not less.", ["ceil(1.2)", "2"], Math.ceil),
    lenientOfNumber("round", "The nearest int; a half goes away from zero.", ["round(2.5)", "3"], (value) =>
      rounded(value, roundHalfAway),
    ),
    lenientOfNumber("sign", "-1, 0 or 1, as a number is negative, zero or positive.", ["sign(-2.5)", "-1"], sign),
    choice("min", "The smaller of two numbers.", ["min(3, -2)", "-2"], (a, b) => a <= b),
    choice("max", "The larger of two numbers.", ["max(1, 1.5)", "1.5"], (a, b) => a >= b),
    math({
      name: "pow",
      summary: "A number to the power of another.",
      params: [opt("base", t.any), opt("exponent", t.any)],
      borrows: true,
      lenient: true,
      examples: [
        ["pow(3, 4)", "81"],
        ["pow(2, -1)", "0.5"],
      ],
      run: (_context, base, exponent) => pow(base, exponent),
    }),
    { ...lenientFloat("sqrt", "The square root.", ["sqrt(144)", "12.0"], Math.sqrt), intrinsic: "squareRoot" },
    lenientFloat("sin", "The sine of an angle in radians.", ["sin(0)", "0.0"], Math.sin),
    lenientFloat("tan", "The tangent of an angle in radians.", ["tan(0)", "0.0"], Math.tan),
    ofNumber("cos", "The cosine of an angle in radians.", ["cos(0)", "1.0"], Math.cos),
    ofNumber("asin", "The angle of a sine, in radians.", ["asin(0)", "0.0"], Math.asin),
    ofNumber("acos", "The angle of a cosine, in radians.", ["acos(1)", "0.0"], Math.acos),
    ofNumber("atan", "The angle of a tangent, in radians.", ["atan(0)", "0.0"], Math.atan),
    ofNumber("exp", "e to the power of a number.", ["exp(0)", "1.0"], Math.exp),
    ofNumber("ln", "The natural logarithm.", ["ln(1)", "0.0"], Math.log),
    ofNumber("log2", "The logarithm to base 2.", ["log2(8)", "3.0"], Math.log2),
    ofNumber("log10", "The logarithm to base 10.", ["log10(1000)", "3.0"], Math.log10),
    math({
      name: "atan2",
      summary: "The angle of the point (x, y), in radians.",
      params: [req("y", t.number), req("x", t.number)],
      returns: t.float,
      borrows: true,
      examples: [["atan2(0, 1)", "0.0"]],
      run: (_context, y, x) => new FloatValue(Math.atan2(asNumber(y) ?? Number.NaN, asNumber(x) ?? Number.NaN)),
    }),
    math({
      name: "is_nan",
      summary: "Whether a number is NaN.",
      params: [req("value", t.number)],
      returns: t.bool,
      borrows: true,
      examples: [["is_nan(sqrt(-1))", "true"]],
      run: (_context, value) => value instanceof FloatValue && Number.isNaN(value.value),
    }),
    math({
      name: "is_infinite",
      summary: "Whether a number is infinite.",
      params: [req("value", t.number)],
      returns: t.bool,
      borrows: true,
      examples: [["is_infinite(1.0 / 0)", "true"]],
      run: (_context, value) => value instanceof FloatValue && Math.abs(value.value) === Number.POSITIVE_INFINITY,
    }),
    ...statistics,
  ],
  globals: { pi: new FloatValue(Math.PI), e: new FloatValue(Math.E) },
};
