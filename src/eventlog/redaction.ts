import { redacted } from "../builtin/index.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "./json.ts";

/** Keys and tokens that tell by their form what they are. */
export const secretForm =
  /\b(?:sk-[A-Za-z0-9_-]{16,}|(?:ghp|gho|ghs|ghu)_[A-Za-z0-9]{20,}|github_pat_\w{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,})|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g;

/** What is said to be a secret by the words before it. */
const namedSecret =
  /\b(?:(?:password|passwd|token|secret|api[_-]?key|authorization)\s*[=:]\s*(?:bearer\s+)?\S+|bearer\s+\S{8,}|sk-[A-Za-z0-9_-]{8,})/gi;

const secretKey =
  /(?:^|[_-])(?:api[_-]?key|access[_-]?key|private[_-]?key|token|secret|password|passwd|authorization|credentials?|cookie)$/i;

/** The text with `[redacted]` in the place of what nobody should read again. */
export function redactText(text: string): string {
  return text.replace(secretForm, redacted).replace(namedSecret, redacted);
}

/** The value with `[redacted]` in the place of secrets: the values of keys with a telling name, and parts of texts. */
export function redactJson(value: Json): Json {
  if (typeof value === "string") return redactText(value);
  if (isJsonArray(value)) return value.map(redactJson);
  return isJsonObject(value) ? redactObject(value) : value;
}

export function redactObject(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      key,
      secretKey.test(key) && value !== null ? redacted : redactJson(value ?? null),
    ]),
  );
}
