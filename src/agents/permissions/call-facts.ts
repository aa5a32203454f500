import { matchesGlob } from "../../llm/catalog/glob.ts";
import { dictAt, isDict, isList, itemsAt, textAt, textsAt } from "../../llm/fields.ts";
import type { ToolEntry } from "../../llm/tools/registry.ts";
import { DictValue, type Value } from "../../value/index.ts";
import type { CalledTool } from "../tools/dispatch.ts";
import type { MatchField } from "./approval-policy.ts";

/** What policies can know of a call before it is made. */
export interface CallFacts {
  readonly tool: string;
  readonly arguments: DictValue;
  /** Arguments that the annotations declare as paths. */
  readonly paths: readonly string[];
  /** Every text among the arguments, at any depth. */
  readonly texts: readonly string[];
  readonly isWrite: boolean;
  readonly values: ReadonlyMap<MatchField, readonly string[]>;
}

export type Annotations = DictValue | undefined;

const writeKinds: ReadonlySet<string> = new Set(["edit", "delete", "move"]);

export function callFacts(call: CalledTool, entry: ToolEntry | undefined, annotations: Annotations): CallFacts {
  const args = isDict(call.arguments) ? call.arguments : undefined;
  const schema = dictAt(annotations, "arg_schema");
  const paths = (textsAt(schema, "path_params") ?? []).flatMap((key) => textsAt(args, key) ?? []);
  const kind = textAt(annotations, "kind");
  const sideEffect = textAt(annotations, "side_effect_level");
  const command = commandOf(args);
  const urls = ["url", "uri", "endpoint"].flatMap((key) => textsAt(args, key) ?? []);
  const values = new Map<MatchField, readonly string[]>([
    ["tool", [call.name]],
    ["tool_kind", present(kind)],
    ["side_effect", present(sideEffect)],
    ["path", paths],
    ["command", present(command)],
    ["command_identity", present(command?.trim().split(/\s+/)[0]?.split("/").at(-1))],
    ["url", urls],
    ["domain", urls.flatMap(domainOf)],
    ["http_method", present(textAt(args, "method")?.toUpperCase())],
    ["mcp_server", present(textAt(entry?.entry, "mcp_server"))],
    ["mcp_tool", present(textAt(entry?.entry, "_mcp_tool_name"))],
    ["capability", capabilitiesOf(annotations)],
  ]);
  const isWrite = sideEffect === "workspace_write" || (kind !== undefined && writeKinds.has(kind));
  return { tool: call.name, arguments: args ?? new DictValue(), paths, texts: textsWithin(args), isWrite, values };
}

function present(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : [text];
}

/** A command as one line, whether it was given as text or as a list of words. */
function commandOf(args: DictValue | undefined): string | undefined {
  const line = textAt(args, "command") ?? textAt(args, "cmd");
  if (line !== undefined) return line;
  const words = itemsAt(args, "argv") ?? itemsAt(args, "command");
  return words?.filter((word) => typeof word === "string").join(" ");
}

function domainOf(url: string): readonly string[] {
  const found = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(url);
  return found?.[1] === undefined ? [] : [found[1].toLowerCase()];
}

/** `cap.op` of each declared capability. */
export function capabilitiesOf(annotations: Annotations): readonly string[] {
  const declared = dictAt(annotations, "capabilities");
  if (declared === undefined) return [];
  return [...declared.entries()].flatMap(([name, operations]) =>
    isList(operations) && operations.size > 0
      ? operations.toArray().map((operation) => `${name}.${String(operation)}`)
      : [name],
  );
}

function textsWithin(value: Value | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (isList(value)) return value.toArray().flatMap(textsWithin);
  return isDict(value) ? [...value.entries()].flatMap(([, item]) => textsWithin(item)) : [];
}

/** Whether a path fits a pattern: `**` crosses folders, as `*` does in names. */
export function fits(pattern: string, text: string): boolean {
  return matchesGlob(pattern.replaceAll("**", "*"), text);
}
