import { boolAt, isCallable, list, record, textAt, textsAt } from "../../llm/fields.ts";
import { type DictValue, runtimeError, typeName, type Value } from "../../value/index.ts";
import { PolicyScope } from "../permissions/scopes.ts";

/** What a program wants done before and after commands. */
export interface CommandPolicy {
  readonly tools: readonly string[];
  readonly workspaceRoots: readonly string[];
  readonly defaultShellMode: string;
  readonly denyPatterns: readonly string[];
  /** Risk labels that nobody here may approve. */
  readonly requireApproval: readonly string[];
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  readonly allowRecursive: boolean;
}

const keys = [
  "_type",
  "tools",
  "workspace_roots",
  "default_shell_mode",
  "deny_patterns",
  "require_approval",
  "pre",
  "post",
  "allow_recursive",
];

export function readCommandPolicy(config: DictValue): CommandPolicy {
  const unknown = [...config.keys()].find((key) => !keys.includes(key));
  if (unknown !== undefined)
    throw runtimeError(`command_policy: unknown field "${unknown}"; expected one of ${keys.slice(1).join(", ")}`);
  return {
    tools: textsAt(config, "tools") ?? [],
    workspaceRoots: textsAt(config, "workspace_roots") ?? [],
    defaultShellMode: textAt(config, "default_shell_mode") ?? "argv_only",
    denyPatterns: textsAt(config, "deny_patterns") ?? [],
    requireApproval: textsAt(config, "require_approval") ?? [],
    before: closure(config, "pre"),
    after: closure(config, "post"),
    allowRecursive: boolAt(config, "allow_recursive") ?? false,
  };
}

function closure(config: DictValue, key: string): Value | undefined {
  const value = config.get(key);
  if (value === undefined || value === null) return undefined;
  if (!isCallable(value)) throw runtimeError(`command_policy: \`${key}\` must be a closure, got ${typeName(value)}`);
  return value;
}

/** A configuration as a policy that can be passed around. */
export function commandPolicyDict(config: DictValue): DictValue {
  const policy = readCommandPolicy(config);
  return record({
    _type: "command_policy",
    tools: policy.tools.length === 0 ? undefined : list(policy.tools),
    workspace_roots: list(policy.workspaceRoots),
    default_shell_mode: policy.defaultShellMode,
    deny_patterns: list(policy.denyPatterns),
    require_approval: list(policy.requireApproval),
    pre: policy.before,
    post: policy.after,
    allow_recursive: policy.allowRecursive ? true : undefined,
  });
}

export const commandScope = new PolicyScope<CommandPolicy>("command policies");
