import type { CallContext } from "../../builtin/index.ts";
import { dictAt, isCallable, isDict, record, textAt } from "../../llm/fields.ts";
import { BuiltinValue, DictValue, show, thrown, type Value } from "../../value/index.ts";
import { isPromptId, type PromptId, promptIds, promptTexts } from "./texts.ts";

/** What stands in a prompt's place: a path of a template, `{path}`, `{text}`, or a closure that is given the bindings. */
export type PromptOverrides = ReadonlyMap<PromptId, Value>;

export const noOverrides: PromptOverrides = new Map();

/** Reads `prompts` (or `prompt_overrides`) of an options dict; whose fault a mistake is, `where` says. */
export function readPromptOverrides(where: string, options: DictValue | undefined): PromptOverrides {
  const given = dictAt(options, "prompts") ?? dictAt(options, "prompt_overrides");
  if (given === undefined) return noOverrides;
  const overrides = new Map<PromptId, Value>();
  for (const [id, entry] of given.entries()) {
    if (!isPromptId(id)) throw thrown(`${where}: unknown prompt id ${id}; expected one of: ${promptIds.join(", ")}`);
    if (entry !== null) overrides.set(id, checked(where, id, entry));
  }
  return overrides;
}

function checked(where: string, id: PromptId, entry: Value): Value {
  if (typeof entry === "string" || isCallable(entry)) return entry;
  if (!isDict(entry)) throw thrown(`${where}: prompt override ${id} must be a path string, closure, {text}, or {path}`);
  if (textAt(entry, "text") === undefined && textAt(entry, "path") === undefined)
    throw thrown(`${where}: prompt override ${id} must set text or path`);
  return entry;
}

/** The text of a prompt: what the program put in its place, or ours. Bindings that are not given stay as they are written. */
export async function renderPrompt(
  context: CallContext,
  overrides: PromptOverrides,
  id: PromptId,
  bindings: DictValue = new DictValue(),
): Promise<string> {
  const entry = overrides.get(id);
  if (entry === undefined) return fill(promptTexts[id], bindings);
  if (isCallable(entry)) return String(show(await context.callAsync(entry, [bindings])));
  const text = isDict(entry) ? textAt(entry, "text") : undefined;
  const [builtin, source] = text === undefined ? ["render", pathOf(entry)] : ["render_string", text];
  return String(await context.callAsync(new BuiltinValue(builtin), [source, bindings]));
}

function pathOf(entry: Value): string {
  return typeof entry === "string" ? entry : (textAt(isDict(entry) ? entry : record({}), "path") ?? "");
}

function fill(text: string, bindings: DictValue): string {
  return text.replace(/\{\{(\w+)\}\}/g, (hole, name: string) => {
    const value = bindings.get(name);
    return value === undefined || value === null ? hole : show(value);
  });
}
