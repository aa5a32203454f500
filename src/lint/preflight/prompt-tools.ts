/** Tools that prompts speak of, beside the tools that the module declares. */
import type { Module } from "../../modules/index.ts";
import { dictLiteral, entryOf, literalText } from "../literals.ts";
import type { Tree } from "../tree.ts";
import type { PreflightFinding } from "./finding.ts";
import type { PreflightHost } from "./host.ts";

const renderers: ReadonlySet<string> = new Set(["render", "render_prompt", "render_with_provenance"]);

export function* promptToolFindings(module: Module, tree: Tree, host: PreflightHost): Iterable<PreflightFinding> {
  const tools = declaredTools(tree);
  if (tools.size === 0) return;
  const searches = tree.of("dict").some((dict) => entryOf(dict, "tool_search") !== undefined);
  for (const { callee, arguments: given } of tree.of("call")) {
    const path = renderers.has(callee.text) ? literalText(given[0]) : undefined;
    if (path === undefined || path.startsWith("@") || path.startsWith("std/")) continue;
    const place = host.reader.join(host.reader.dirname(module.id), path);
    if (!host.reader.exists(place) || host.reader.isFolder(place)) continue;
    for (const name of [...toolReferences(host.reader.read(place))].sort()) {
      const finding = findingOf(name, path, tools.get(name), searches);
      if (finding !== undefined) yield finding;
    }
  }
}

type Surface = "eager" | "deferred";

/** The tools defined with a literal name, `tool` declarations among them. */
function declaredTools(tree: Tree): ReadonlyMap<string, Surface> {
  const tools = new Map<string, Surface>();
  for (const { name } of tree.of("tool")) tools.set(name.text, "eager");
  for (const { callee, arguments: given } of tree.of("call")) {
    const name = callee.text === "tool_define" ? literalText(given[1]) : undefined;
    if (name === undefined) continue;
    const deferred = entryOf(dictLiteral(given[3]), "defer_loading")?.value;
    tools.set(name, deferred?.kind === "bool" && deferred.value ? "deferred" : "eager");
  }
  return tools;
}

/** A finding about a file that has no span here stands at the start of the module. */
const start = { start: 0, end: 1 };

function findingOf(
  name: string,
  prompt: string,
  surface: Surface | undefined,
  searches: boolean,
): PreflightFinding | undefined {
  if (surface === undefined)
    return {
      code: "HARN-PRM-005",
      span: start,
      message: `TOOL_SURFACE_UNKNOWN_PROMPT_TOOL: prompt asset '${prompt}' references tool '${name}' which is not declared in this module's literal tool surface`,
      hint: "declare the tool, take the reference out, or mark an example with `harn-tool-surface: ignore-line` or `ignore-next-line`",
    };
  if (surface === "deferred" && !searches)
    return {
      code: "HARN-PRM-006",
      span: start,
      message: `TOOL_SURFACE_DEFERRED_TOOL_PROMPT_REFERENCE: prompt asset '${prompt}' references deferred tool '${name}' but no literal tool_search option is active`,
      hint: "turn `tool_search` on for the loop, load the tool at once, or mark the line as an example",
    };
  return undefined;
}

const callOfTool = /<tool_call>\s*([A-Za-z_]\w*)|(?<![\w.])([a-z_][a-z0-9_]*)\((?!e?s\))/g;

/** The names that a prompt calls: `name(…)`, `<tool_call>name`. Fenced code, marked lines and directives say nothing. */
export function toolReferences(prompt: string): ReadonlySet<string> {
  const names = new Set<string>();
  let isFenced = false;
  let isIgnored = false;
  let ignoresNext = false;
  for (const line of prompt.split("\n")) {
    if (line.trim().startsWith("```")) isFenced = !isFenced;
    const mark = /harn-tool-surface: ignore-(start|end|next-line|line)/.exec(line)?.[1];
    if (mark === "start" || mark === "end") isIgnored = mark === "start";
    const counts = !isFenced && !isIgnored && !ignoresNext && mark === undefined;
    ignoresNext = mark === "next-line";
    if (!counts) continue;
    for (const match of line.replace(/\{\{.*?\}\}/g, "").matchAll(callOfTool)) names.add(match[1] ?? match[2] ?? "");
  }
  return names;
}
