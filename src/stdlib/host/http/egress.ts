import { type Builtin, declare, type HostEnvironment, req, serviceKey, t } from "../../../builtin/index.ts";
import { DictValue, ListValue, type Raise, show, thrown, type Value } from "../../../value/index.ts";
import { fail } from "../faults.ts";
import { type AddressRange, isAddress, parseAddress, parseRange, rangeHolds } from "./address.ts";
import { redactUrl } from "./redaction.ts";

type Matcher =
  | { readonly kind: "host"; readonly host: string }
  /** `*.example.com`: what ends in it, but not itself. */
  | { readonly kind: "suffix"; readonly suffix: string }
  | { readonly kind: "range"; readonly range: AddressRange };

interface Rule {
  readonly text: string;
  readonly matcher: Matcher;
  readonly port: number | undefined;
}

interface Policy {
  readonly source: "stdlib" | "environment";
  readonly allow: readonly Rule[];
  readonly deny: readonly Rule[];
  readonly isDenying: boolean;
}

export interface BlockedRequest {
  readonly surface: string;
  readonly url: string;
  readonly host: string;
  readonly port: number | null;
  readonly reason: string;
}

/**
 * Where a program may send requests. A policy is set once, by the environment or by the program; without one everything is
 * allowed, unless the run requires a policy.
 */
export class EgressGuard {
  readonly #requiresPolicy: boolean;
  readonly #onBlocked: (blocked: BlockedRequest) => void;
  #policy: Policy | undefined;

  constructor(options: {
    readonly environment: HostEnvironment | undefined;
    readonly requiresPolicy: boolean;
    readonly onBlocked: (blocked: BlockedRequest) => void;
  }) {
    this.#requiresPolicy = options.requiresPolicy;
    this.#onBlocked = options.onBlocked;
    this.#policy = policyOfEnvironment(options.environment);
  }

  install(config: DictValue): DictValue {
    const policy = policyOfConfig(config);
    if (this.#policy !== undefined) throw fail(`egress_policy: policy already configured from ${this.#policy.source}`);
    this.#policy = policy;
    return summaryOf(policy);
  }

  /** Throws what programs see of a blocked request. `code` is added to it where the caller has one. */
  check(surface: string, url: string, code?: string): void {
    const target = targetOf(url);
    const reason = this.#reasonAgainst(target);
    if (reason === undefined) return;
    const blocked: BlockedRequest = {
      surface,
      url: redactUrl(url),
      host: target.host,
      port: target.port ?? null,
      reason,
    };
    this.#onBlocked(blocked);
    throw blockedError(blocked, code);
  }

  #reasonAgainst(target: Target): string | undefined {
    const policy = this.#policy;
    if (policy === undefined) return this.#requiresPolicy ? "no egress policy configured" : undefined;
    const denied = policy.deny.find((rule) => matches(rule, target));
    if (denied !== undefined) return `matched deny rule \`${denied.text}\``;
    if (!policy.isDenying || policy.allow.some((rule) => matches(rule, target))) return undefined;
    return "no allow rule matched";
  }
}

export const egressGuard = serviceKey<EgressGuard>("egress guard");

function blockedError({ surface, url, host, port, reason }: BlockedRequest, code: string | undefined): Raise {
  const place = `${host}${port === null ? "" : `:${port}`}`;
  return thrown(
    DictValue.of({
      type: "EgressBlocked",
      category: "egress_blocked",
      message: `EgressBlocked: ${surface} blocked ${place} for ${url} (${reason})`,
      surface,
      host,
      port,
      reason,
      url,
      ...(code === undefined ? {} : { code }),
    }),
  );
}

interface Target {
  readonly host: string;
  readonly port: number | undefined;
}

const defaultPorts: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "ws:": 80, "wss:": 443 };

function targetOf(text: string): Target {
  if (!URL.canParse(text)) throw fail(`egress_policy: invalid URL '${text}'`);
  const url = new URL(text);
  return { host: normalHost(url.hostname), port: url.port === "" ? defaultPorts[url.protocol] : Number(url.port) };
}

function normalHost(host: string): string {
  return host
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "")
    .toLowerCase();
}

function matches({ matcher, port }: Rule, target: Target): boolean {
  if (port !== undefined && port !== target.port) return false;
  switch (matcher.kind) {
    case "host":
      return matcher.host === target.host;
    case "suffix":
      return target.host.endsWith(matcher.suffix) && target.host.length > matcher.suffix.length;
    case "range": {
      const address = parseAddress(target.host);
      return address !== undefined && rangeHolds(matcher.range, address);
    }
  }
}

function parseRule(text: string): Rule {
  const trimmed = text.trim();
  if (trimmed === "") throw fail("egress_policy: rule must not be empty");
  if (trimmed.includes("/")) {
    const range = parseRange(trimmed);
    if (range === undefined) throw fail(`egress_policy: invalid CIDR rule \`${trimmed}\`: invalid IP address syntax`);
    return { text: trimmed, matcher: { kind: "range", range }, port: undefined };
  }
  const [host, port] = splitPort(trimmed);
  const bare = normalHost(host);
  const range = isAddress(bare) ? parseRange(bare) : undefined;
  if (range !== undefined) return { text: trimmed, matcher: { kind: "range", range }, port };
  if (bare.startsWith("*.")) return { text: trimmed, matcher: { kind: "suffix", suffix: bare.slice(1) }, port };
  return { text: trimmed, matcher: { kind: "host", host: bare }, port };
}

/** Colons inside an IPv6 address are no port. */
function splitPort(text: string): [string, number | undefined] {
  const match = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(text);
  if (match === null) return [text, undefined];
  const port = Number(match[2]);
  if (port > 65_535) throw fail(`egress_policy: invalid port in rule \`${text}\``);
  return [match[1] ?? "", port];
}

function rulesOfList(config: DictValue, key: "allow" | "deny"): readonly Rule[] {
  const value = config.get(key) ?? null;
  if (value === null) return [];
  if (typeof value !== "object" || value.kind !== "list") throw fail(`egress_policy: ${key} must be a list`);
  return value.view().map((rule) => parseRule(show(rule)));
}

function isDenyingWord(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (word !== "" && word !== "allow" && word !== "deny") {
    throw fail(`egress_policy: default must be \`allow\` or \`deny\`, got \`${word}\``);
  }
  return word === "deny";
}

function policyOfConfig(config: DictValue): Policy {
  const fallback = config.get("default");
  return {
    source: "stdlib",
    allow: rulesOfList(config, "allow"),
    deny: rulesOfList(config, "deny"),
    isDenying: fallback !== undefined && isDenyingWord(show(fallback)),
  };
}

function policyOfEnvironment(environment: HostEnvironment | undefined): Policy | undefined {
  const [allow, deny, fallback] = ["ALLOW", "DENY", "DEFAULT"].map((name) => environment?.get(`HARN_EGRESS_${name}`));
  if (allow === undefined && deny === undefined && fallback === undefined) return undefined;
  const rules = (text: string | undefined): readonly Rule[] =>
    (text ?? "")
      .split(/[,;\n]/)
      .filter((part) => part.trim() !== "")
      .map(parseRule);
  return { source: "environment", allow: rules(allow), deny: rules(deny), isDenying: isDenyingWord(fallback ?? "") };
}

function summaryOf({ source, allow, deny, isDenying }: Policy): DictValue {
  const texts = (rules: readonly Rule[]): Value => new ListValue(rules.map((rule) => rule.text));
  return DictValue.of({
    configured: true,
    source,
    allow: texts(allow),
    deny: texts(deny),
    default: isDenying ? "deny" : "allow",
  });
}

export const egressBuiltins: readonly Builtin[] = [
  declare("egress")({
    name: "egress_policy",
    summary:
      "Say once where requests may go: `{allow, deny, default}` with hosts, `*.suffix`, addresses and CIDR ranges.",
    params: [req("config", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, config) => context.service(egressGuard).install(config),
  }),
];
