import { FloatValue, maxInt, minInt, type Value, wrapInt } from "../../value/index.ts";

/** What an unquoted YAML scalar means (YAML 1.2, core schema): nil, a bool, an int, a float, or the text itself. */
export function plainScalar(text: string): Value {
  if (text === "" || text === "~" || /^(?:null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  return number(text) ?? text;
}

function number(text: string): Value | undefined {
  if (/^[-+]?(?:0|[1-9][0-9]*)$/.test(text) || /^[-+]?0(?:x[0-9a-fA-F]+|o[0-7]+|b[01]+)$/.test(text)) return int(text);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text))
    return isDigitsOnly(text) ? undefined : float(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text))
    return new FloatValue(text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? new FloatValue(Number.NaN) : undefined;
}

/** A number that no float can hold stays a text. */
function float(text: string): Value | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? new FloatValue(value) : undefined;
}

/** `007` looks like a number and is none: a zip code, an id. */
function isDigitsOnly(text: string): boolean {
  return /^[-+]?[0-9]+$/.test(text);
}

function int(text: string): Value {
  const isNegative = text.startsWith("-");
  const magnitude = BigInt(text.replace(/^[-+]/, ""));
  const value = isNegative ? -magnitude : magnitude;
  return value > maxInt || value < minInt ? new FloatValue(Number(value)) : wrapInt(value);
}

/** Words that some reader of YAML takes for a bool, though this one does not. */
const ambiguousWord = /^(?:y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/;

/** Whether a text, written without quotes, would be read as something else, here or elsewhere. */
export function isMistakable(text: string): boolean {
  return typeof plainScalar(text) !== "string" || ambiguousWord.test(text) || isDigitsOnly(text);
}
