import { redacted } from "../builtin/index.ts";
import { FloatValue } from "../value/index.ts";
import { encodeJson, isJsonArray, isJsonObject, type Json, type JsonObject, memberName, sortedKeys } from "./json.ts";

/** Keys and tokens that tell by their form what they are. */
export const secretForm =
  /\b(?:sk-[A-Za-z0-9_-]{16,}|(?:ghp|gho|ghs|ghu)_[A-Za-z0-9]{20,}|github_pat_\w{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,})|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g;

/** What is said to be a secret by the words before it. */
const namedSecret =
  /\b(?:(?:password|passwd|token|secret|api[_-]?key|authorization)\s*[=:]\s*(?:bearer\s+)?\S+|bearer\s+\S{8,}|sk-[A-Za-z0-9_-]{8,})/gi;

const secretKey =
  /(?:^|[_-])(?:api[_-]?key|access[_-]?key|private[_-]?key|token|secret|password|passwd|authorization|credentials?|cookie)$/i;

/** Every secret has one of these in it: most texts have none, and are looked at once. */
const suspicious =
  /sk-|gh[posu]_|github_pat_|xox[abprs]-|AKIA|eyJ|-----BEGIN|passw|token|secret|api[_-]?key|authorization|bearer/i;
/** Of the shortest secret with the words that say so: `token=x`. */
const shortest = 7;

/** The text with `[redacted]` in the place of what nobody should read again. */
export function redactText(text: string): string {
  if (text.length < shortest || !suspicious.test(text)) return text;
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

/** `encodeJson(redactJson(json))`, without the objects between. */
export function encodeRedacted(json: Json): string {
  if (typeof json === "string") return JSON.stringify(redactText(json));
  if (typeof json !== "object" || json === null || json instanceof FloatValue) return encodeJson(json);
  if (isJsonArray(json)) return `[${json.map(encodeRedacted).join(",")}]`;
  const object = json as JsonObject;
  let text = "";
  for (const key of sortedKeys(object)) {
    const value = object[key] ?? null;
    const { isSecret, name } = knownKeys.get(key) ?? knownKey(key);
    text += (text === "" ? "" : ",") + name + (isSecret && value !== null ? redactedText : encodeRedacted(value));
  }
  return `{${text}}`;
}

const redactedText = JSON.stringify(redacted);

interface KnownKey {
  /** As it stands before the value of a member. */
  readonly name: string;
  readonly isSecret: boolean;
}

/** The same few keys come with every entry. Only speed depends on what is kept. */
const knownKeys = new Map<string, KnownKey>();
const knownKeyLimit = 2000;
const longestKeptKey = 64;

function knownKey(key: string): KnownKey {
  const known = { name: memberName(key), isSecret: secretKey.test(key) };
  if (key.length <= longestKeptKey && knownKeys.size < knownKeyLimit) knownKeys.set(key, known);
  return known;
}
