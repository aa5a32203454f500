import {
  type IpAddress,
  type IpNetwork,
  networkHolds,
  parseIpAddress,
  parseIpNetwork,
  sameAddress,
} from "./ip-address.ts";

/** One entry of an allow or deny list: a host, `*.suffix`, an address or a network, each with an optional port. */
export interface EgressRule {
  readonly text: string;
  readonly port: number | undefined;
  readonly matcher: HostMatcher;
}

type HostMatcher =
  | { readonly kind: "host"; readonly host: string }
  | { readonly kind: "suffix"; readonly suffix: string }
  | { readonly kind: "address"; readonly address: IpAddress }
  | { readonly kind: "network"; readonly network: IpNetwork };

export interface EgressTarget {
  readonly host: string;
  readonly address: IpAddress | undefined;
  readonly port: number | undefined;
}

/** A list or rule that cannot be understood; the message is complete. */
export class EgressConfigError extends Error {}

export function parseEgressRule(given: string): EgressRule {
  const text = given.trim();
  if (text === "") throw new EgressConfigError("egress_policy: empty egress rule");
  const { host: rawHost, port } = splitHostPort(text);
  return { text, port, matcher: matcherOf(text, normalizeHost(rawHost)) };
}

export function ruleMatches({ matcher, port }: EgressRule, target: EgressTarget): boolean {
  if (port !== undefined && target.port !== port) return false;
  switch (matcher.kind) {
    case "host":
      return target.host === matcher.host;
    case "suffix":
      return target.host.endsWith(`.${matcher.suffix}`);
    case "address":
      return target.address !== undefined && sameAddress(target.address, matcher.address);
    case "network":
      return target.address !== undefined && networkHolds(matcher.network, target.address);
  }
}

const defaultPorts: Readonly<Record<string, number>> = {
  "http:": 80,
  "ws:": 80,
  "https:": 443,
  "wss:": 443,
  "ftp:": 21,
};

/** Where a URL leads; `undefined` when it is none with a host. */
export function egressTarget(url: string): EgressTarget | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  if (parsed.hostname === "") return undefined;
  const host = normalizeHost(parsed.hostname);
  return {
    host,
    address: parseIpAddress(host),
    port: parsed.port === "" ? defaultPorts[parsed.protocol] : Number(parsed.port),
  };
}

function matcherOf(text: string, host: string): HostMatcher {
  // The normal form has no final point, so `*.` has become a bare star.
  if (host === "*") throw new EgressConfigError(`egress_policy: invalid wildcard rule \`${text}\``);
  if (host.startsWith("*.")) return { kind: "suffix", suffix: host.slice(2) };
  if (host.includes("/")) {
    const network = parseIpNetwork(host);
    if (network === undefined)
      throw new EgressConfigError(`egress_policy: invalid CIDR rule \`${text}\`: invalid IP address syntax`);
    return { kind: "network", network };
  }
  const address = parseIpAddress(host);
  return address === undefined ? { kind: "host", host } : { kind: "address", address };
}

function splitHostPort(text: string): { readonly host: string; readonly port: number | undefined } {
  const asUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? egressTarget(text) : undefined;
  if (asUrl !== undefined) return asUrl;
  if (text.startsWith("[")) return splitBracketed(text);
  const found = /^([^:]*):(\d+)$/.exec(text);
  return found === null
    ? { host: text, port: undefined }
    : { host: found[1] ?? "", port: parsePort(text, found[2] ?? "") };
}

function splitBracketed(text: string): { readonly host: string; readonly port: number | undefined } {
  const found = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (found === null) throw new EgressConfigError(`egress_policy: invalid bracketed host rule \`${text}\``);
  return { host: found[1] ?? "", port: found[2] === undefined ? undefined : parsePort(text, found[2]) };
}

function parsePort(rule: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text))
    throw new EgressConfigError(`egress_policy: invalid port in \`${rule}\`: invalid digit found in string`);
  if (port > 65_535)
    throw new EgressConfigError(`egress_policy: invalid port in \`${rule}\`: number too large to fit in target type`);
  return port;
}

function normalizeHost(host: string): string {
  return host
    .trim()
    .replace(/\.+$/, "")
    .replace(/^\[+|\]+$/g, "")
    .toLowerCase();
}
