import { JsonError, readJson, type Value } from "../value/index.ts";

/** The value of a JSON text, or `undefined` when it is none. */
export function tryParseJson(text: string): Value | undefined {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}
