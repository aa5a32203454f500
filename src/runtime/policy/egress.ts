import { type Egress, redactUrl } from "../../builtin/index.ts";
import { type ActiveLog, topic } from "../../eventlog/index.ts";
import { DictValue, type Raise, thrown } from "../../value/index.ts";
import { EgressConfigError, type EgressRule, egressTarget, parseEgressRule, ruleMatches } from "./egress-rule.ts";

/** A connection that was refused. */
export interface EgressBlocked {
  readonly surface: string;
  readonly url: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly reason: string;
}

export interface EgressLists {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** `allow` when blank. */
  readonly default: string;
}

/** The policy in force, as programs see it. */
export interface EgressSummary {
  readonly source: "stdlib" | "environment" | "host";
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly default: "allow" | "deny";
}

export interface EgressOptions {
  readonly environment: (name: string) => string | undefined;
  /** Inside the sandbox nothing connects anywhere until a policy says where to. */
  readonly isSandboxed: boolean;
  /** Told of each refusal. */
  readonly onBlocked?: (blocked: EgressBlocked) => void;
}

interface Policy {
  readonly source: EgressSummary["source"];
  readonly allow: readonly EgressRule[];
  readonly deny: readonly EgressRule[];
  readonly default: "allow" | "deny";
}

/** Where the programs of one runtime may connect to. A policy is set once: by the environment, the host, or the program. */
export class EgressPolicy implements Egress {
  readonly #options: EgressOptions;
  #policy: Policy | undefined;
  #isSeeded = false;

  constructor(options: EgressOptions) {
    this.#options = options;
  }

  /** Sets the policy, or throws an `EgressConfigError`. */
  configure(lists: EgressLists, source: EgressSummary["source"]): EgressSummary {
    const policy = parsePolicy(lists, source);
    const present = this.#present();
    if (present !== undefined)
      throw new EgressConfigError(`egress_policy: policy already configured from ${present.source}`);
    this.#policy = policy;
    return summaryOf(policy);
  }

  summary(): EgressSummary | undefined {
    const policy = this.#present();
    return policy === undefined ? undefined : summaryOf(policy);
  }

  /** Why the connection is refused, or `undefined` when it is allowed. What is no URL connects nowhere, and is not refused here. */
  judge(surface: string, url: string): EgressBlocked | undefined {
    const target = egressTarget(url);
    if (target === undefined) return undefined;
    const reason = this.#refusal((rule) => ruleMatches(rule, target));
    return reason === undefined
      ? undefined
      : { surface, url: redactUrl(url), host: target.host, port: target.port, reason };
  }

  check(surface: string, url: string): void {
    const blocked = this.judge(surface, url);
    if (blocked === undefined) return;
    this.#options.onBlocked?.(blocked);
    throw egressFault(blocked, this.#options.isSandboxed);
  }

  #refusal(matches: (rule: EgressRule) => boolean): string | undefined {
    const policy = this.#present();
    if (policy === undefined) return this.#options.isSandboxed ? "no egress policy configured" : undefined;
    const denied = policy.deny.find(matches);
    if (denied !== undefined) return `matched deny rule \`${denied.text}\``;
    return policy.default === "allow" || policy.allow.some(matches) ? undefined : "no allow rule matched";
  }

  /** The environment is read at the first question, so that a program which never connects does not fail on a bad rule. */
  #present(): Policy | undefined {
    if (this.#isSeeded) return this.#policy;
    const { environment } = this.#options;
    const [allow, deny, fallback] = ["HARN_EGRESS_ALLOW", "HARN_EGRESS_DENY", "HARN_EGRESS_DEFAULT"].map(environment);
    if ([allow, deny, fallback].some((text) => text !== undefined)) {
      this.#policy ??= parsePolicy(
        { allow: splitList(allow), deny: splitList(deny), default: fallback ?? "" },
        "environment",
      );
    }
    this.#isSeeded = true;
    return this.#policy;
  }
}

/** Writes refusals to the log, if there is one. */
export function auditEgress(log: ActiveLog): (blocked: EgressBlocked) => void {
  return ({ surface, url, host, port = null, reason }) => {
    const payload = { surface, url, host, port, reason, error_type: "EgressBlocked" };
    log.get()?.append(topic("connectors.egress.audit"), { kind: "egress.blocked", payload });
  };
}

/** What a program catches. */
function egressFault(blocked: EgressBlocked, isSandboxed: boolean): Raise {
  const { surface, url, host, port, reason } = blocked;
  const where = port === undefined ? host : `${host}:${port}`;
  return thrown(
    DictValue.of({
      type: "EgressBlocked",
      category: "egress_blocked",
      message: `EgressBlocked: ${surface} blocked ${where} for ${url} (${reason})`,
      surface,
      url,
      host,
      port: port ?? null,
      reason,
      ...(isSandboxed ? { code: "HARN-CAP-201" } : {}),
    }),
  );
}

function parsePolicy(lists: EgressLists, source: EgressSummary["source"]): Policy {
  return {
    source,
    allow: lists.allow.map(parseEgressRule),
    deny: lists.deny.map(parseEgressRule),
    default: parseDefault(lists.default),
  };
}

function parseDefault(text: string): "allow" | "deny" {
  const word = text.trim().toLowerCase();
  if (word === "" || word === "allow") return "allow";
  if (word === "deny") return "deny";
  throw new EgressConfigError(`egress_policy: default must be \`allow\` or \`deny\`, got \`${word}\``);
}

function splitList(text = ""): readonly string[] {
  return text.split(/[,\n;]/).filter((part) => part.trim() !== "");
}

function summaryOf(policy: Policy): EgressSummary {
  const texts = (rules: readonly EgressRule[]) => rules.map((rule) => rule.text);
  return { source: policy.source, allow: texts(policy.allow), deny: texts(policy.deny), default: policy.default };
}
