import { type CallContext, languageVersion } from "../../builtin/index.ts";
import { intAt, isList, record, textAt } from "../../llm/fields.ts";
import { introspection } from "../../llm/introspection.ts";
import { BuiltinValue, DictValue, isObject, show, stringifyJson, thrown, type Value } from "../../value/index.ts";
import { defaultCompaction } from "../compaction/settings.ts";
import type { AgentService } from "../service.ts";
import { planArtifact } from "./plan.ts";

type RuntimeTool = (context: CallContext, service: AgentService, args: DictValue) => Promise<Value> | Value;

const longestRead = 2000;

/** What the runtime answers for a tool of this name that has no handler. */
const tools: Readonly<Record<string, RuntimeTool>> = {
  read_file: readFile,
  list_directory: (context, _service, args) => listFolder(context, textAt(args, "path") ?? "."),
  emit_plan: (_context, _service, args) => planArtifact(args, "emit_plan"),
  update_plan: (_context, _service, args) => planArtifact(args, "update_plan"),
  current_model: (_context, service) => about(service, "model", "model_alias", "family", "tier"),
  current_provider: (_context, service) => about(service, "provider", "tool_format"),
  current_context_window: (_context, service) => about(service, "context_window", "runtime_context_window"),
  current_harn_version: () => stringifyJson(record({ harn_version: languageVersion })),
  current_harness: (context) =>
    stringifyJson(record({ harness: context.host.environment?.get("HARN_HARNESS") ?? "harn" })),
  available_runtime_capabilities: (_context, service) => about(service, "capabilities"),
  current_compaction_policy: () => stringifyJson(record({ policy: defaultCompaction() })),
};

export function runtimeTool(name: string): RuntimeTool | undefined {
  return Object.hasOwn(tools, name) ? tools[name] : undefined;
}

/** Facts of the last model call as JSON; `resolved` says whether there was one. */
function about(service: AgentService, ...keys: readonly string[]): string {
  const facts = introspection(service.llm);
  const shown = Object.fromEntries(keys.map((key) => [key, facts.get(key) ?? null]));
  return stringifyJson(record({ ...shown, resolved: (facts.get("model") ?? null) !== null }));
}

/** Lines with their numbers, from `offset` on (1 is the first), `limit` of them; of a folder, its list. */
async function readFile(context: CallContext, _service: AgentService, args: DictValue): Promise<Value> {
  const path = textAt(args, "path");
  if (path === undefined || path === "") throw thrown("read_file: missing path parameter");
  const info = await context.callAsync(new BuiltinValue("stat"), [path]);
  if (info instanceof DictValue && info.get("is_dir") === true) return listFolder(context, path);
  const lines = show(await context.callAsync(new BuiltinValue("read_file"), [path])).split("\n");
  if (lines.at(-1) === "") lines.pop();
  const first = Math.max(1, intAt(args, "offset") ?? 1);
  const count = Math.min(longestRead, Math.max(1, intAt(args, "limit") ?? longestRead));
  const seen = lines.slice(first - 1, first - 1 + count);
  const text = seen.map((line, index) => `${first + index}\t${line}`).join("\n");
  const left = lines.length - (first - 1) - seen.length;
  if (left <= 0 || seen.length === 0) return text;
  return `${text}\n\n[... ${left} more lines not shown. Use offset=${first + seen.length} to continue reading]`;
}

/** Names in order, folders with a slash. */
async function listFolder(context: CallContext, path: string): Promise<Value> {
  const names = await context.callAsync(new BuiltinValue("list_dir"), [path]);
  if (!isObject(names) || !isList(names)) return "";
  const lines: string[] = [];
  for (const name of names.toArray().map(show)) {
    const info = await context.callAsync(new BuiltinValue("stat"), [`${path}/${name}`]);
    lines.push(info instanceof DictValue && info.get("is_dir") === true ? `${name}/` : name);
  }
  return lines.join("\n");
}
