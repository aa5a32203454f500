/** What handlers for the outside must not do: connectors that reach past their part, pull requests nobody scanned. */
import type { Builtin } from "../../builtin/index.ts";
import type { CallExpression } from "../../syntax/index.ts";
import { literalText } from "../literals.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";
import { childrenOf, isKind, within } from "../tree.ts";

/** Connector exports and whether they stand in the way of every incoming event, where no network call may wait. */
const connectorExports: ReadonlyMap<string, "ingress" | "outbound"> = new Map([
  ["normalize_inbound", "ingress"],
  ["poll_tick", "outbound"],
  ["call", "outbound"],
  ["activate", "outbound"],
]);

function refusalOf({ domain, effect, name }: Builtin, side: "ingress" | "outbound"): string | undefined {
  if (domain === "fs" && effect.startsWith("fs.")) return "ambient filesystem access is not allowed";
  if (domain === "process" && name !== "exit" && effect === "process") return "process execution is not allowed";
  if (effect.startsWith("llm") || name === "agent_loop") return "LLM calls are not allowed";
  if (domain.startsWith("mcp") && effect !== "pure") return "MCP/process-backed connector access is not allowed";
  if (domain === "host") return "host calls require an explicit host-owned surface";
  if (side === "ingress" && effect.startsWith("net"))
    return "outbound network/client calls are not allowed on the ingress hot path";
  return undefined;
}

function* connectorEffects({ module, catalog }: LintFile): Iterable<Finding> {
  for (const item of module.program.items) {
    const side = item.kind === "function" && item.isPublic ? connectorExports.get(item.name.text) : undefined;
    if (side === undefined || item.kind !== "function") continue;
    for (const node of within(item.body)) {
      const builtin = isKind(node, "call") ? catalog.builtins.get(node.callee.text) : undefined;
      const refusal = builtin && refusalOf(builtin, side);
      if (refusal === undefined || builtin === undefined || !isKind(node, "call")) continue;
      yield {
        span: node.span,
        message: `connector export \`${item.name.text}\` calls disallowed builtin \`${builtin.name}\`: ${refusal}`,
        hint: `move \`${builtin.name}\` out of \`${item.name.text}\`, or grant it in the connector's effect policy`,
      };
    }
  }
}

// ---------------------------------------------------------------- pull requests

const opensRequest: ReadonlySet<string> = new Set(["git::push_pr", "git.push_pr", "create_pr"]);

function opensPullRequest({ callee, arguments: given }: CallExpression): boolean {
  if (callee.text === "mcp_call") return opensRequest.has(literalText(given[1]) ?? "");
  return callee.text === "host_tool_call" && opensRequest.has(literalText(given[0]) ?? "");
}

/** Walks in the order of execution; a scan counts where every way to the call passes it. */
class ScanWalk {
  readonly found: Finding[] = [];

  /** Whether a scan has happened once the node is through. */
  visit(node: object, isScanned: boolean): boolean {
    if (isKind(node, "function", "tool", "pipeline", "override", "closure")) {
      this.inOrder(childrenOf(node), false);
      return isScanned;
    }
    if (isKind(node, "if")) {
      const before = this.visit(node.condition, isScanned);
      const then = this.visit(node.then, before);
      const otherwise = node.otherwise === undefined ? before : this.visit(node.otherwise, before);
      return then && otherwise;
    }
    if (isKind(node, "call")) {
      const before = this.inOrder(childrenOf(node), isScanned);
      if (!before && opensPullRequest(node)) this.report(node);
      return before || node.callee.text === "secret_scan";
    }
    if (isKind(node, "for", "while", "match", "ternary", "logical", "try", "select", "parallel", "spawn", "retry")) {
      for (const child of childrenOf(node)) this.visit(child, isScanned);
      return isScanned;
    }
    return this.inOrder(childrenOf(node), isScanned);
  }

  inOrder(nodes: readonly object[], isScanned: boolean): boolean {
    return nodes.reduce<boolean>((scanned, node) => this.visit(node, scanned), isScanned);
  }

  report({ span }: CallExpression): void {
    this.found.push({
      span,
      message: "PR-open flow calls `git::push_pr` without a preceding `secret_scan(...)` in the same handler",
      hint: "run `secret_scan(content)` first, and open the pull request only when it finds nothing",
    });
  }
}

function unscannedRequests({ module, tree }: LintFile): Iterable<Finding> {
  if (!tree.of("call").some(opensPullRequest)) return [];
  const walk = new ScanWalk();
  walk.inOrder(module.program.items, false);
  return walk.found;
}

export const handlerRules: readonly Rule[] = [
  warning("HARN-LNT-008", "pr-open-without-secret-scan", unscannedRequests),
  warning("HARN-LNT-027", "connector-effect-policy", connectorEffects),
];
