import { DictValue, type Value } from "../../value/index.ts";
import { isDict, record } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { ToolCall } from "../model.ts";

interface Part {
  id: string;
  name: string;
  text: string;
}

/** Native tool calls that arrive in fragments, kept by index: id and name may come late, arguments in pieces. */
export class ToolCallParts {
  readonly #parts = new Map<number, Part>();

  add(
    index: number,
    fragment: {
      readonly id?: string | undefined;
      readonly name?: string | undefined;
      readonly text?: string | undefined;
    },
  ): Part {
    let part = this.#parts.get(index);
    if (part === undefined) {
      part = { id: "", name: "", text: "" };
      this.#parts.set(index, part);
    }
    if (fragment.id !== undefined && fragment.id !== "") part.id = fragment.id;
    if (fragment.name !== undefined && fragment.name !== "") part.name = fragment.name;
    if (fragment.text !== undefined) part.text += fragment.text;
    return part;
  }

  /** In index order. A call without a name is no call; arguments that do not parse count as none. */
  calls(): ToolCall[] {
    const byIndex = [...this.#parts].sort(([a], [b]) => a - b);
    return byIndex
      .filter(([, part]) => part.name !== "")
      .map(([index, part]) => ({
        id: part.id === "" ? `call_${index}` : part.id,
        name: part.name,
        arguments: streamedArguments(part.text),
      }));
  }
}

function streamedArguments(text: string): Value {
  const parsed = text.trim() === "" ? undefined : tryParseJson(text);
  return isDict(parsed) ? parsed : new DictValue();
}

/** Arguments that came whole, as JSON text or as an object. */
export function wholeArguments(value: Value | undefined): Value {
  if (isDict(value)) return value;
  if (typeof value !== "string") return new DictValue();
  if (value.trim() === "") return new DictValue();
  const parsed = tryParseJson(value);
  if (isDict(parsed)) return parsed;
  return record({ __parse_error: `could not parse tool arguments as a JSON object: ${value.slice(0, 200)}` });
}
