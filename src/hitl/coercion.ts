import {
  DurationValue,
  FloatValue,
  intFromFloat,
  isInt,
  isObject,
  show,
  typeName,
  type Value,
} from "../value/index.ts";

/** An answer in the type of the question's default; the default itself where that cannot be. */
export function coerceLike(answer: Value, fallback: Value): Value {
  if (isInt(fallback)) return asInt(answer) ?? fallback;
  if (fallback instanceof FloatValue) return asFloat(answer) ?? fallback;
  if (typeof fallback === "boolean") return asBool(answer) ?? fallback;
  if (typeof fallback === "string") return show(answer);
  if (fallback instanceof DurationValue) return asDuration(answer) ?? fallback;
  if (fallback === null || typeName(answer) === typeName(fallback)) return answer;
  return fallback;
}

function asInt(answer: Value): Value | undefined {
  if (isInt(answer)) return answer;
  if (answer instanceof FloatValue) return intFromFloat(answer.value);
  return typeof answer === "string" && /^\s*[+-]?\d+\s*$/.test(answer) ? Number(answer) : undefined;
}

function asFloat(answer: Value): Value | undefined {
  if (answer instanceof FloatValue) return answer;
  if (isInt(answer)) return new FloatValue(Number(answer));
  if (typeof answer !== "string" || answer.trim() === "") return undefined;
  const number = Number(answer);
  return Number.isFinite(number) ? new FloatValue(number) : undefined;
}

function asBool(answer: Value): boolean | undefined {
  if (typeof answer === "boolean") return answer;
  const text = typeof answer === "string" ? answer.trim().toLowerCase() : "";
  return text === "true" ? true : text === "false" ? false : undefined;
}

function asDuration(answer: Value): Value | undefined {
  if (isObject(answer) && answer instanceof DurationValue) return answer;
  return isInt(answer) ? new DurationValue(Number(answer)) : undefined;
}
