import type { Json, JsonObject } from "../eventlog/index.ts";

/**
 * A typed line as the answer to a question: a text, and JSON where the question's schema asks for anything else. What is a text
 * without a schema is brought to the kind of the question's default later.
 */
export function typedAnswer(line: string, schema: Json | undefined): Json {
  if (typeof schema !== "object" || schema === null || (schema as JsonObject).type === "string") return line;
  try {
    return JSON.parse(line) as Json;
  } catch {
    return line;
  }
}
