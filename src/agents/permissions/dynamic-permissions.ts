import type { CallContext } from "../../builtin/index.ts";
import { matchesGlob } from "../../llm/catalog/glob.ts";
import { isCallable, isDict, isList, textAt, textsAt } from "../../llm/fields.ts";
import { type DictValue, runtimeError, truthy, typeName, type Value } from "../../value/index.ts";
import type { Session } from "../sessions/session.ts";
import { type CallFacts, fits } from "./call-facts.ts";

interface Entry {
  readonly pattern: string;
  readonly matcher: Value;
}

/** Which calls an agent may make, decided by patterns, arguments and closures of the program. */
export interface DynamicPermissions {
  /** `undefined` lets everything through that is not denied. */
  readonly allow: readonly Entry[] | undefined;
  readonly deny: readonly Entry[];
  readonly onEscalation: Value | undefined;
}

const keys = ["allow", "deny", "on_escalation"];

export function readPermissions(value: Value | undefined, place: string): DynamicPermissions | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isDict(value)) throw runtimeError(`${place}: permissions must be a dict`);
  const unknown = [...value.keys()].find((key) => !keys.includes(key));
  if (unknown !== undefined)
    throw runtimeError(`${place}: unknown field "${unknown}"; expected one of ${keys.join(", ")}`);
  const onEscalation = value.get("on_escalation") ?? undefined;
  if (onEscalation !== undefined && !isCallable(onEscalation))
    throw runtimeError(`${place}.on_escalation: expected a closure, got ${typeName(onEscalation)}`);
  return {
    allow: entries(value.get("allow"), `${place}.allow`),
    deny: entries(value.get("deny"), `${place}.deny`) ?? [],
    onEscalation,
  };
}

function entries(value: Value | undefined, place: string): Entry[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (isDict(value)) return [...value.entries()].map(([pattern, matcher]) => ({ pattern, matcher }));
  if (!isList(value)) throw runtimeError(`${place}: expected a list or dict, got ${typeName(value)}`);
  return value.toArray().map((pattern) => {
    if (typeof pattern !== "string") throw runtimeError(`${place}: expected a list of strings`);
    return { pattern, matcher: null };
  });
}

/** Why a call is denied, or `undefined` when it may go ahead. An error of a closure is the program's. */
export async function objection(
  context: CallContext,
  permissions: DynamicPermissions,
  facts: CallFacts,
  session: Session | undefined,
): Promise<string | undefined> {
  for (const entry of permissions.deny) {
    if (!matchesGlob(entry.pattern, facts.tool)) continue;
    const verdict = await matches(context, entry.matcher, facts, session);
    if (verdict !== false) return `permission denied by deny rule: ${entry.pattern}`;
  }
  if (permissions.allow === undefined) return undefined;
  let problem: string | undefined;
  for (const entry of permissions.allow) {
    if (!matchesGlob(entry.pattern, facts.tool)) continue;
    const verdict = await matches(context, entry.matcher, facts, session);
    if (verdict === true) return undefined;
    if (typeof verdict === "string") problem ??= verdict;
  }
  return problem ?? `permission denied: tool '${facts.tool}' is not allowed by this agent's permissions`;
}

/** Whether a matcher fits; a text is the reason why it cannot be told or does not. */
async function matches(
  context: CallContext,
  matcher: Value,
  facts: CallFacts,
  session: Session | undefined,
): Promise<boolean | string> {
  if (matcher === null) return true;
  if (typeof matcher === "boolean") return matcher;
  if (isCallable(matcher)) return truthy(await context.callAsync(matcher, [facts.arguments]));
  if (typeof matcher === "string" || isList(matcher)) return anyFits(patternsOf(matcher), facts.texts);
  if (!isDict(matcher)) return false;
  return textAt(matcher, "type") === "path_scope" ? inScope(matcher, facts, session) : byKey(matcher, facts);
}

function patternsOf(value: Value | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  return isList(value) ? value.toArray().filter((item) => typeof item === "string") : [];
}

function anyFits(patterns: readonly string[], texts: readonly string[]): boolean {
  return texts.some((text) => patterns.some((pattern) => fits(pattern, text)));
}

function byKey(matcher: DictValue, facts: CallFacts): boolean {
  const key = textAt(matcher, "arg_key") ?? textAt(matcher, "key");
  const patterns = patternsOf(matcher.get("patterns") ?? matcher.get("arg_patterns") ?? matcher.get("allow"));
  const texts = key === undefined ? facts.texts : (textsAt(facts.arguments, key) ?? []);
  return anyFits(patterns, texts);
}

const scopePathKeys = ["path", "destination", "source", "file"];

function inScope(matcher: DictValue, facts: CallFacts, session: Session | undefined): boolean | string {
  const pathKeys = textsAt(matcher, "arg_keys") ?? scopePathKeys;
  const paths = pathKeys.flatMap((key) => textsAt(facts.arguments, key) ?? []);
  const scope = textAt(matcher, "scope") ?? "anchor_plus_mounted";
  if (scope === "custom") {
    const patterns = patternsOf(matcher.get("patterns"));
    return paths.every((path) => patterns.some((pattern) => fits(pattern, path)));
  }
  const anchor = session?.workspaceAnchor;
  if (anchor === undefined)
    return paths.length === 0
      ? true
      : `permission denied: path '${paths[0]}' cannot be checked because session '${session?.id ?? ""}' has no workspace anchor`;
  const modes = textsAt(matcher, "mount_modes");
  const mounted =
    scope === "anchor_only"
      ? []
      : anchor.additionalRoots
          .filter((root) => modes === undefined || modes.includes(root.mountMode))
          .map((root) => root.path);
  const roots = [anchor.primary, ...mounted];
  const outside = paths.find((path) => !roots.some((root) => contains(root, path)));
  return outside === undefined
    ? true
    : `permission denied: path '${outside}' is outside of the workspace of session '${session?.id ?? ""}'`;
}

/** Relative paths are inside unless they climb out. */
export function contains(root: string, path: string): boolean {
  if (!path.startsWith("/")) {
    let depth = 0;
    for (const part of path.split("/")) {
      depth += part === ".." ? -1 : part === "." || part === "" ? 0 : 1;
      if (depth < 0) return false;
    }
    return true;
  }
  const folder = root.endsWith("/") ? root : `${root}/`;
  return `${path}/`.startsWith(folder) && !path.split("/").includes("..");
}
