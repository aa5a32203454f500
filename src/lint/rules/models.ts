/** Calls of models and of tools that hosts expose to them. */
import type { CallExpression, DictEntry, Expression, SpreadElement } from "../../syntax/index.ts";
import { dictLiteral, entryOf, isOpen, keyOf, literalText } from "../literals.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";
import { isKind, type TreeNode, within } from "../tree.ts";

function* promptInjection({ tree }: LintFile): Iterable<Finding> {
  for (const { callee, arguments: given, span } of tree.of("call")) {
    if (callee.text !== "llm_call" || given[1]?.kind !== "interpolation") continue;
    yield {
      span,
      message: "interpolated data in the `llm_call` system prompt can smuggle untrusted instructions",
      hint: "keep the system prompt fixed, and pass what varies in the user prompt or in the options",
    };
  }
}

const callsOfModels = /^(llm_(call|completion|stream)|agent_loop$)/;
const formerOptions: ReadonlySet<string> = new Set(["llm_retries", "llm_backoff_ms"]);

function* formerModelOptions({ tree }: LintFile): Iterable<Finding> {
  for (const { callee, arguments: given } of tree.of("call")) {
    if (!callsOfModels.test(callee.text)) continue;
    for (const entry of given.flatMap(entriesOf)) {
      const key = keyOf(entry);
      if (key === undefined || !formerOptions.has(key)) continue;
      yield {
        span: entry.key.span,
        message: `\`${key}\` is deprecated; use \`with_retry(default_llm_caller(), {max_attempts: N+1})\` from \`std/llm/handlers\``,
        hint: "pass the retrying caller as `llm_caller`",
      };
    }
  }
}

function entriesOf(argument: Expression | SpreadElement): readonly DictEntry[] {
  return dictLiteral(argument)?.entries.filter((entry) => entry.kind === "entry") ?? [];
}

// ---------------------------------------------------------------- long-running work

const startsWork: ReadonlySet<string> = new Set([
  "walk_dir",
  "glob",
  "http_get",
  "http_request",
  "http_download",
  "run_command",
  "run_test",
  "run_build_command",
]);
const startsWorkOnHost = /^(tools\.)?run_(command|test|build_command)$/;
const cancelsOnHost = /^(tools\.)?cancel_handle$/;

function* unattendedWork({ tree, module }: LintFile): Iterable<Finding> {
  for (const call of tree.of("call")) {
    if (!startsLongWork(call)) continue;
    if (cleansUp(bodyAround(call, tree) ?? module.program)) continue;
    yield {
      span: call.span,
      message: `\`${call.callee.text}\` starts long-running work without a defer/finally cleanup path`,
      hint: "keep the handle that it gives, and cancel it in a `defer` or `finally` block with `tools.cancel_handle`",
    };
  }
}

function startsLongWork({ callee, arguments: given }: CallExpression): boolean {
  const isCapable =
    startsWork.has(callee.text) ||
    (callee.text === "host_tool_call" && startsWorkOnHost.test(literalText(given[0]) ?? ""));
  return isCapable && given.some((argument) => [...within(argument)].some(isLongRunningFlag));
}

function isLongRunningFlag(node: object): boolean {
  if (!("kind" in node) || node.kind !== "entry") return false;
  const entry = node as DictEntry;
  const key = keyOf(entry);
  return (key === "long_running" || key === "background") && entry.value.kind === "bool" && entry.value.value;
}

function bodyAround(node: object, tree: LintFile["tree"]): TreeNode | undefined {
  for (let at = tree.parentOf(node); at !== undefined; at = tree.parentOf(at)) if (isBody(at)) return at;
  return undefined;
}

function isBody(node: object): node is TreeNode {
  return isKind(node, "function", "tool", "pipeline", "override", "closure");
}

/** Cancels something on the way out, whichever handle it is. */
function cleansUp(body: object): boolean {
  for (const node of within(body, (inner) => !isBody(inner))) {
    const way = isKind(node, "defer") ? node.body : isKind(node, "try") ? node.finalizer : undefined;
    if (way !== undefined && [...within(way)].some(cancels)) return true;
  }
  return false;
}

function cancels(node: object): boolean {
  if (isKind(node, "method-call")) return node.method.text === "cancel_handle";
  if (!isKind(node, "call")) return false;
  if (node.callee.text === "cancel_handle") return true;
  return node.callee.text === "host_tool_call" && cancelsOnHost.test(literalText(node.arguments[0]) ?? "");
}

// ---------------------------------------------------------------- tools shown to other programs

/** The registry that is exposed: a name whose assignments are looked through, or the expression itself. */
function* toolsWithoutAnnotations({ tree, module }: LintFile): Iterable<Finding> {
  const reported = new Set<object>();
  for (const exposure of tree.of("call")) {
    if (exposure.callee.text !== "mcp_tools" && exposure.callee.text !== "mcp_serve") continue;
    const registry = exposure.arguments[0];
    if (registry === undefined) continue;
    const body = bodyAround(exposure, tree) ?? module.program;
    const sources = registry.kind === "name" ? valuesOf(registry.name, body) : [registry];
    for (const definition of sources.flatMap(bareDefinitions)) {
      if (reported.has(definition)) continue;
      reported.add(definition);
      yield {
        span: definition.span,
        message: "MCP-exposed `tool_define` registration has no `annotations`",
        hint: "say what the tool does to the world: `annotations: {readOnlyHint: true}`, `destructiveHint`, `idempotentHint`, `openWorldHint`",
      };
    }
  }
}

/** What is bound or assigned to a name in a body, not in the functions inside of it. */
function valuesOf(name: string, body: object): Expression[] {
  const values: Expression[] = [];
  for (const node of within(body, (inner) => !isKind(inner, "function", "tool", "pipeline", "override"))) {
    if (isKind(node, "binding") && node.pattern.kind === "name-pattern" && node.pattern.name.text === name)
      values.push(node.value);
    if (isKind(node, "assign") && node.target.kind === "name" && node.target.name === name) values.push(node.value);
  }
  return values;
}

function bareDefinitions(value: Expression | SpreadElement): CallExpression[] {
  return [...within(value)].filter((node): node is CallExpression => isKind(node, "call") && isBareDefinition(node));
}

function isBareDefinition({ callee, arguments: given }: CallExpression): boolean {
  const config = dictLiteral(given.at(-1));
  return (
    callee.text === "tool_define" &&
    config !== undefined &&
    !isOpen(config) &&
    entryOf(config, "annotations") === undefined
  );
}

export const modelRules: readonly Rule[] = [
  warning("HARN-LNT-006", "long-running-without-cleanup", unattendedWork),
  warning("HARN-LNT-007", "mcp-tool-annotations", toolsWithoutAnnotations),
  warning("HARN-LNT-026", "prompt-injection-risk", promptInjection),
  warning("HARN-LNT-050", "deprecated_llm_options", formerModelOptions),
];
