import { type DictValue, Raise, stringifyJson } from "../../value/index.ts";
import { isDict } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import { type MockEntry, readMockEntry } from "./mock-entry.ts";

/** A fixture file that cannot be used, with the line at fault. */
export class FixtureError extends Error {}

/** Reads a `*.llm-mock.jsonl` file: one object a line, with the keys of `llm_mock`. */
export function parseFixtures(text: string, name: string): MockEntry[] {
  return text
    .split(/\r?\n/)
    .flatMap((line, index) => (line.trim() === "" ? [] : [parseLine(line, `${name} line ${index + 1}`)]));
}

function parseLine(line: string, place: string): MockEntry {
  const config = tryParseJson(line);
  if (!isDict(config)) throw new FixtureError(`${place}: expected a JSON object`);
  try {
    return readMockEntry(config, place);
  } catch (error) {
    if (error instanceof Raise) throw new FixtureError(String(error.value), { cause: error });
    throw error;
  }
}

/** The lines of a recording, ready to be replayed. */
export function formatFixtures(recorded: readonly DictValue[]): string {
  return recorded.map((entry) => `${stringifyJson(entry)}\n`).join("");
}
