import { matchesGlob } from "../../llm/catalog/glob.ts";
import type { ApprovalAction, ApprovalPolicy, ApprovalRule, MatchField } from "./approval-policy.ts";
import { type CallFacts, fits } from "./call-facts.ts";

export interface Decision {
  readonly action: ApprovalAction;
  readonly reason: string;
  readonly rule?: ApprovalRule;
}

export interface DecisionPlace {
  /** Folders that paths are relative to; the first is the workspace. */
  readonly workspace: string | undefined;
  /** How often the same call was made in this session, this time included. */
  readonly repeats: number;
  readonly actor: ReadonlyMap<string, string>;
}

const rank: Readonly<Record<ApprovalAction, number>> = { allow: 0, ask: 1, deny: 2 };

/** Text in which files with secrets are named. Any text of a call counts: a command names its files inside it. */
const sensitiveParts = [".env", "id_rsa", "id_ed25519", ".aws/credentials", ".npmrc", ".netrc", ".pem", ".key"];

/**
 * What a policy says about a call: guards first, then the strongest of its lists, its rules and its limit on repeats; the first
 * of equals decides. What nothing speaks about is allowed.
 */
export function decide(policy: ApprovalPolicy, facts: CallFacts, place: DecisionPlace): Decision {
  const guarded = guard(policy, facts, place);
  if (guarded !== undefined) return { action: "deny", reason: guarded };
  let strongest: Decision = { action: "allow", reason: `tool '${facts.tool}' approved by default` };
  for (const decision of opinions(policy, facts, place))
    if (rank[decision.action] > rank[strongest.action]) strongest = decision;
  return strongest;
}

function guard(policy: ApprovalPolicy, facts: CallFacts, place: DecisionPlace): string | undefined {
  if (!policy.allowSensitivePaths) {
    const named = [...facts.paths, ...facts.texts].find((text) => isSensitive(policy, text));
    if (named !== undefined) return `path '${named}' is denied by the sensitive-path default`;
  }
  if (policy.allowExternalPaths) return undefined;
  for (const path of facts.paths) {
    if (path.split("/").includes("..") && !path.startsWith("/"))
      return "workspace-relative path escapes the workspace root";
    if (!path.startsWith("/") || isWithin(path, place.workspace)) continue;
    if (!policy.externalRoots.some((root) => isWithin(path, root)))
      return `path '${path}' is outside the workspace and no external root allows it`;
  }
  return undefined;
}

function isSensitive(policy: ApprovalPolicy, text: string): boolean {
  const lower = text.toLowerCase();
  return (
    sensitiveParts.some((part) => lower.includes(part)) ||
    policy.sensitivePathPatterns.some((pattern) => matchesGlob(`*${pattern.toLowerCase()}*`, lower))
  );
}

function isWithin(path: string, root: string | undefined): boolean {
  return root !== undefined && (path === root || path.startsWith(root.endsWith("/") ? root : `${root}/`));
}

function* opinions(policy: ApprovalPolicy, facts: CallFacts, place: DecisionPlace): Generator<Decision> {
  const { tool } = facts;
  const denied = policy.autoDeny.find((pattern) => matchesGlob(pattern, tool));
  if (denied !== undefined) yield { action: "deny", reason: `tool '${tool}' matches deny pattern '${denied}'` };
  const outside = facts.isWrite ? unlisted(policy, facts) : undefined;
  if (outside !== undefined)
    yield { action: "deny", reason: `tool '${tool}' targets '${outside}' which is not in the write-path allowlist` };
  const asked = policy.requireApproval.find((pattern) => matchesGlob(pattern, tool));
  if (asked !== undefined) yield { action: "ask", reason: `tool '${tool}' matches approval pattern '${asked}'` };
  for (const rule of policy.rules)
    if (applies(rule, facts, place))
      yield { action: rule.action, reason: rule.reason ?? `tool '${tool}' matched policy rule`, rule };
  if (policy.repeatLimit !== undefined && place.repeats > policy.repeatLimit)
    yield {
      action: policy.repeatAction,
      reason: `tool '${tool}' repeated more than ${policy.repeatLimit} time(s) with the same arguments`,
    };
}

function unlisted(policy: ApprovalPolicy, facts: CallFacts): string | undefined {
  const allowed = policy.writePathAllowlist;
  if (allowed.length === 0) return undefined;
  return facts.paths.find((path) => !allowed.some((pattern) => fits(pattern, path)));
}

function applies(rule: ApprovalRule, facts: CallFacts, place: DecisionPlace): boolean {
  if (rule.repeatAtLeast !== undefined && place.repeats < rule.repeatAtLeast) return false;
  for (const [field, patterns] of rule.patterns) if (!fitsField(field, patterns, facts, place)) return false;
  for (const [field, patterns] of rule.unless ?? []) if (fitsField(field, patterns, facts, place)) return false;
  return true;
}

function fitsField(field: MatchField, patterns: readonly string[], facts: CallFacts, place: DecisionPlace): boolean {
  const actor = place.actor.get(field);
  const values = actor === undefined ? (facts.values.get(field) ?? []) : [actor];
  return values.some((value) => patterns.some((pattern) => fits(pattern, value)));
}
