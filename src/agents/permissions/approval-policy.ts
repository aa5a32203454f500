import { boolAt, dictAt, intAt, isDict, isList, textAt } from "../../llm/fields.ts";
import { type DictValue, type Raise, runtimeError, type Value } from "../../value/index.ts";

export type ApprovalAction = "allow" | "ask" | "deny";

/** What a rule looks at. A call fits when every field that is given has a pattern that fits. */
export const matchFields = [
  "tool",
  "tool_kind",
  "side_effect",
  "path",
  "command",
  "command_identity",
  "url",
  "domain",
  "http_method",
  "mcp_server",
  "mcp_tool",
  "agent",
  "persona",
  "mode",
  "capability",
] as const;
export type MatchField = (typeof matchFields)[number];

export interface ApprovalRule {
  readonly action: ApprovalAction;
  readonly patterns: ReadonlyMap<MatchField, readonly string[]>;
  /** A call that fits one of these is none of the rule's business. */
  readonly unless?: ReadonlyMap<MatchField, readonly string[]>;
  readonly repeatAtLeast: number | undefined;
  readonly id: string | undefined;
  readonly reason: string | undefined;
  /** What whoever is asked is shown: prompt, risk, reviewers. */
  readonly approval: DictValue | undefined;
}

/** Which tool calls go ahead, are asked about, or are refused. */
export interface ApprovalPolicy {
  readonly rules: readonly ApprovalRule[];
  readonly autoApprove: readonly string[];
  readonly autoDeny: readonly string[];
  readonly requireApproval: readonly string[];
  readonly writePathAllowlist: readonly string[];
  readonly allowSensitivePaths: boolean;
  readonly sensitivePathPatterns: readonly string[];
  readonly allowExternalPaths: boolean;
  readonly externalRoots: readonly string[];
  readonly repeatLimit: number | undefined;
  readonly repeatAction: ApprovalAction;
}

const keys: ReadonlySet<string> = new Set([
  "rules",
  "auto_approve",
  "auto_deny",
  "require_approval",
  "write_path_allowlist",
  "allow_sensitive_paths",
  "sensitive_path_patterns",
  "allow_external_paths",
  "external_roots",
  "repeat_limit",
  "repeated_call_limit",
  "repeat_action",
  "repeated_call_action",
]);

/** Reads a policy as a program writes it. A typing error must not widen it, so what is not known is an error. */
export function readApprovalPolicy(value: Value | undefined, place: string): ApprovalPolicy | undefined {
  if (value === undefined || value === null) return undefined;
  const fail = (problem: string): Raise => runtimeError(`${place}: invalid policy: ${problem}`);
  if (!isDict(value)) throw fail(`invalid type: ${described(value)}, expected struct ToolApprovalPolicy`);
  const unknown = [...value.keys()].find((key) => !keys.has(key));
  if (unknown !== undefined) throw fail(`unknown field "${unknown}"; expected one of ${[...keys].join(", ")}`);
  const action = textAt(value, "repeat_action") ?? textAt(value, "repeated_call_action");
  return {
    rules: list(value, "rules", fail).map((rule) => readRule(rule, fail)),
    autoApprove: texts(value, "auto_approve", fail),
    autoDeny: texts(value, "auto_deny", fail),
    requireApproval: texts(value, "require_approval", fail),
    writePathAllowlist: texts(value, "write_path_allowlist", fail),
    allowSensitivePaths: boolAt(value, "allow_sensitive_paths") ?? false,
    sensitivePathPatterns: texts(value, "sensitive_path_patterns", fail),
    allowExternalPaths: boolAt(value, "allow_external_paths") ?? false,
    externalRoots: texts(value, "external_roots", fail),
    repeatLimit: intAt(value, "repeat_limit") ?? intAt(value, "repeated_call_limit"),
    repeatAction: action === undefined ? "ask" : readAction(action, fail),
  };
}

type Fail = (problem: string) => Raise;

function described(value: Value): string {
  if (typeof value === "string") return `string ${JSON.stringify(value)}`;
  return isList(value) ? "sequence" : String(value);
}

function list(dict: DictValue, key: string, fail: Fail): readonly Value[] {
  const value = dict.get(key);
  if (value === undefined || value === null) return [];
  if (!isList(value)) throw fail(`invalid type: ${described(value)}, expected a sequence`);
  return value.toArray();
}

function texts(dict: DictValue, key: string, fail: Fail): string[] {
  return list(dict, key, fail).map((item) => {
    if (typeof item !== "string") throw fail(`"${key}" must hold strings`);
    return item;
  });
}

function readAction(word: string, fail: Fail): ApprovalAction {
  if (word === "require_approval") return "ask";
  if (word === "allow" || word === "ask" || word === "deny") return word;
  throw fail(`unsupported policy action "${word}"; expected allow, ask, require_approval, or deny`);
}

/** `{action, match}` or `{deny: match}`; a match is a dict of fields, or patterns for the tool's name. */
function readRule(value: Value, fail: Fail): ApprovalRule {
  if (!isDict(value)) throw fail("a policy rule must be a dict");
  const named = textAt(value, "action");
  const short = ["allow", "ask", "require_approval", "deny"].find((key) => value.has(key));
  if (named === undefined && short === undefined)
    throw fail("policy rule must include action or allow/ask/deny shorthand");
  const match =
    named === undefined ? value.get(short ?? "") : (value.get("match") ?? value.get("matches") ?? value.get("when"));
  const fields = isDict(match) ? match : undefined;
  return {
    action: readAction(named ?? short ?? "", fail),
    patterns: fields === undefined ? toolPatterns(match, fail) : readFields(fields, fail),
    repeatAtLeast: intAt(fields, "repeat_count_at_least"),
    id: textAt(value, "id") ?? textAt(value, "name"),
    reason: textAt(value, "reason"),
    approval: dictAt(value, "approval"),
  };
}

function toolPatterns(match: Value | undefined, fail: Fail): ReadonlyMap<MatchField, readonly string[]> {
  if (match === undefined || match === null || match === true) return new Map();
  return new Map([["tool", patternsOf("tool", match, fail)]]);
}

function readFields(match: DictValue, fail: Fail): ReadonlyMap<MatchField, readonly string[]> {
  const patterns = new Map<MatchField, readonly string[]>();
  for (const [key, value] of match.entries()) {
    if (key === "repeat_count_at_least") continue;
    const field = matchFields.find((known) => known === key);
    if (field === undefined) throw fail(`unknown match field "${key}"; expected one of ${matchFields.join(", ")}`);
    patterns.set(field, patternsOf(field, value, fail));
  }
  return patterns;
}

function patternsOf(field: string, value: Value, fail: Fail): readonly string[] {
  const items = isList(value) ? value.toArray() : [value];
  return items.map((item) => {
    if (typeof item !== "string") throw fail(`match field "${field}" must be a string or a list of strings`);
    return item;
  });
}
