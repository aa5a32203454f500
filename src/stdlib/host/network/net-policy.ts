import { type Builtin, declare, opt, req, t } from "../../../builtin/index.ts";
import { DictValue, handOut, ListValue, type Raise, show, typeName, type Value } from "../../../value/index.ts";
import { isCallable } from "../../arguments.ts";
import { fail } from "../faults.ts";
import { asDict, intOf } from "../options.ts";

const netPolicy = declare("net-policy");

function rule(kind: string, fields: Readonly<Record<string, Value>>): DictValue {
  return DictValue.of({ __net_policy_rule: kind, ...fields });
}

/** The longest prefix of an address' family; undefined for what is none. */
function addressBits(text: string): number | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text))
    return text.split(".").every((part) => Number(part) < 256) ? 32 : undefined;
  return text.includes(":") && URL.canParse(`http://[${text}]/`) ? 128 : undefined;
}

function checkRange(range: string): void {
  const fault = (reason: string): Raise => fail(`NetPolicy.cidr: invalid CIDR \`${range}\`: ${reason}`);
  const [address = "", prefix, ...more] = range.split("/");
  const bits = addressBits(address);
  if (bits === undefined || more.length > 0) throw fault("invalid IP address syntax");
  if (prefix === undefined || !/^\d{1,3}$/.test(prefix) || Number(prefix) > bits)
    throw fault("invalid IP address syntax");
}

function checkPorts(ports: ListValue): void {
  const isPort = (port: number | undefined): boolean => port !== undefined && port >= 0 && port <= 65_535;
  if (!ports.view().every((item) => isPort(intOf(item))))
    throw fail("NetPolicy.host: ports must be a list of u16 integers");
}

/** A text stands for the host of that name. */
function isRule(value: Value): boolean {
  return typeof value === "string" || typeof asDict(value)?.get("__net_policy_rule") === "string";
}

function rules(config: DictValue, key: string): ListValue {
  const value = config.get(key) ?? null;
  if (value === null) return new ListValue([]);
  if (typeof value !== "object" || value.kind !== "list")
    throw fail(`NetPolicy.create: \`${key}\` must be a list, got ${typeName(value)}`);
  if (!value.view().every(isRule))
    throw fail(
      "NetPolicy: rule dict is missing the `__net_policy_rule` tag; build rules via NetPolicy.domain/.domain_wildcard/.cidr/.host",
    );
  return handOut(value) as ListValue;
}

function defaultOf(config: DictValue): string {
  const value = config.get("default") ?? "deny";
  if (value === "allow" || value === "deny") return value;
  throw fail(`NetPolicy.create: default must be \`allow\` or \`deny\`, got \`${show(value)}\``);
}

/** A name, or what is called with the violation. */
function onViolationOf(config: DictValue): Value {
  const value = config.get("on_violation") ?? "error";
  if (value === "error" || value === "audit_only" || value === "quarantine" || isCallable(value)) return handOut(value);
  throw fail(
    `NetPolicy.create: on_violation must be one of \`error\`, \`audit_only\`, \`quarantine\`, or a callback, got \`${show(value)}\``,
  );
}

export const netPolicyBuiltins: readonly Builtin[] = [
  netPolicy({
    name: "__net_policy_domain",
    summary: "A rule for a domain.",
    params: [req("host", t.string)],
    returns: t.dict,
    run: (_context, host) => rule("domain", { host }),
  }),
  netPolicy({
    name: "__net_policy_domain_wildcard",
    summary: "A rule for every domain below one, written `*.example.com`.",
    params: [req("pattern", t.string)],
    returns: t.dict,
    run(_context, pattern) {
      if (!pattern.startsWith("*."))
        throw fail(`NetPolicy.domain_wildcard: pattern must start with \`*.\`, got \`${pattern}\``);
      return rule("domain_wildcard", { pattern });
    },
  }),
  netPolicy({
    name: "__net_policy_host",
    summary: "A rule for a host, at all of its ports or at some.",
    params: [req("host", t.string), opt("ports", t.list)],
    returns: t.dict,
    run(_context, host, ports) {
      if (ports !== undefined) checkPorts(ports);
      return rule("host", { host, ports: ports ?? null });
    },
  }),
  netPolicy({
    name: "__net_policy_cidr",
    summary: "A rule for a range of addresses, such as `10.0.0.0/8`.",
    params: [req("range", t.string)],
    returns: t.dict,
    run(_context, range) {
      checkRange(range);
      return rule("cidr", { range });
    },
  }),
  netPolicy({
    name: "__net_policy_create",
    summary: "A policy `{allow, deny, default, on_violation}` of rules.",
    params: [req("config", t.dict)],
    returns: t.dict,
    run: (_context, config) =>
      DictValue.of({
        __net_policy: true,
        allow: rules(config, "allow"),
        deny: rules(config, "deny"),
        default: defaultOf(config),
        on_violation: onViolationOf(config),
      }),
  }),
];
