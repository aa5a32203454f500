import type { CallContext } from "../../builtin/index.ts";
import { intAt, isCallable, isDict, isList, list, record } from "../../llm/fields.ts";
import { BuiltinValue, type DictValue, Raise, show, thrown, typeName, type Value } from "../../value/index.ts";

const severities = ["error", "warning", "info"];

/**
 * A rule about commands, complete: `{id, pattern, severity, explanation, rewrite, references, applies_to, priority}`. The pattern is a
 * regular expression or a closure `(command, context) -> bool`, the rewrite a closure `(command, context) -> string | nil`.
 */
export function readToolRule(context: CallContext, config: DictValue): DictValue {
  const severity = textOf(config, "severity") ?? "warning";
  if (!severities.includes(severity))
    throw thrown(
      `tool_rule: \`severity\` must be one of ${JSON.stringify(severities).replaceAll(",", ", ")}, got "${severity}"`,
    );
  return record({
    _type: "tool_rule",
    id: requiredId("tool_rule", config),
    pattern: patternOf(context, config.get("pattern")),
    severity,
    explanation: textOf(config, "explanation") ?? "",
    rewrite: rewriteOf(config.get("rewrite")),
    references: list(textsOf(config, "references")),
    applies_to: list(textsOf(config, "applies_to")),
    priority: priorityOf("tool_rule", config),
  });
}

export function requiredId(builtin: string, config: DictValue): string {
  const id = config.get("id") ?? null;
  if (id === null) throw thrown(`${builtin}: missing required field \`id\``);
  if (typeof id !== "string") throw thrown(`${builtin}: field \`id\` must be a string, got ${typeName(id)}`);
  if (id.trim() === "") throw thrown(`${builtin}: field \`id\` must be a non-empty string`);
  return id;
}

export function priorityOf(builtin: string, config: DictValue): number {
  const given = config.get("priority") ?? null;
  const priority = given === null ? 0 : intAt(config, "priority");
  if (priority === undefined) throw thrown(`${builtin}: field \`priority\` must be an int, got ${typeName(given)}`);
  return priority;
}

function patternOf(context: CallContext, pattern: Value | undefined): Value {
  if (pattern === undefined || pattern === null) throw thrown("tool_rule: missing required field `pattern`");
  if (isCallable(pattern)) return pattern;
  if (typeof pattern !== "string")
    throw thrown(`tool_rule: \`pattern\` must be a regex string or a callable predicate, got ${typeName(pattern)}`);
  try {
    isMatch(context, pattern, "");
  } catch (error) {
    if (!(error instanceof Raise)) throw error;
    throw thrown(`tool_rule: invalid regex in \`pattern\`: ${show(error.value).replace(/^.*?Invalid regex: /s, "")}`);
  }
  return pattern;
}

/** The library's own builtin does it, so that a rule's pattern means what it means everywhere in a program. */
function isMatch(context: CallContext, pattern: string, command: string): boolean {
  return context.call2(new BuiltinValue("regex_match"), pattern, command) !== null;
}

/** Whether a rule's pattern fits a command; a closure may take its time. */
export async function askPattern(context: CallContext, rule: DictValue, command: string, about: Value): Promise<Value> {
  const pattern = rule.get("pattern") ?? null;
  return typeof pattern === "string"
    ? isMatch(context, pattern, command)
    : context.callAsync(pattern, [command, about]);
}

function rewriteOf(rewrite: Value | undefined): Value {
  if (rewrite === undefined || rewrite === null || isCallable(rewrite)) return rewrite ?? null;
  throw thrown(`tool_rule: \`rewrite\` must be a callable or nil, got ${typeName(rewrite)}`);
}

function textOf(config: DictValue, field: string): string | undefined {
  const text = config.get(field) ?? null;
  if (text === null || typeof text === "string") return text ?? undefined;
  throw thrown(`tool_rule: field \`${field}\` must be a string, got ${typeName(text)}`);
}

function textsOf(config: DictValue, field: string): readonly string[] {
  const given = config.get(field) ?? null;
  if (given === null) return [];
  if (!isList(given)) throw thrown(`tool_rule: field \`${field}\` must be a list of strings, got ${typeName(given)}`);
  return given.toArray().map((each) => {
    if (typeof each === "string") return each;
    throw thrown(`tool_rule: field \`${field}\` entries must be strings, got ${typeName(each)}`);
  });
}

export function isTagged(value: Value | undefined, type: string): value is DictValue {
  return isDict(value) && value.get("_type") === type;
}
