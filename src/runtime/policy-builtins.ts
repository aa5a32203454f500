import {
  type CatalogPart,
  declare,
  egressKey,
  type Outcome,
  req,
  type ServiceKey,
  SUSPENDED,
  serviceKey,
  t,
} from "../builtin/index.ts";
import { jsonOfValue, valueOfJson } from "../eventlog/index.ts";
import { DictValue, ListValue, runtimeError, show, thrown, type Value } from "../value/index.ts";
import type { EgressLists, EgressPolicy } from "./policy/egress.ts";
import { EgressConfigError } from "./policy/egress-rule.ts";
import { executionPoliciesKey } from "./policy/execution-policies.ts";
import { PolicyShapeError, policyJson, readPolicy } from "./policy/read-policy.ts";

const scope = declare("runtime-scope");
const egressDomain = declare("egress");
const sandbox = declare("sandbox");

/** The same service as `egressKey`, for the builtin that sets the policy. */
export const egressPolicyKey: ServiceKey<EgressPolicy> = serviceKey(egressKey.name);

const builtins = [
  scope({
    name: "current_policy",
    summary: "The execution policy in force, or nil when nothing is restricted.",
    params: [],
    effect: "state",
    run(context) {
      const policy = context.service(executionPoliciesKey).current(context);
      return policy === undefined ? null : valueOfJson(policyJson(policy));
    },
  }),
  scope({
    name: "with_execution_policy",
    summary: "Call a closure under a narrower execution policy.",
    params: [req("policy", t.dict), req("fn", t.closure)],
    effect: "state",
    run(context, policy, body) {
      const leave = context.service(executionPoliciesKey).enter(context, requestedPolicy(policy));
      const left = <T>(outcome: T): T => {
        leave();
        return outcome;
      };
      let outcome: Outcome;
      try {
        outcome = context.call0(body);
      } catch (error) {
        throw left(error);
      }
      if (outcome !== SUSPENDED) return left(outcome);
      return context.resumeWith({
        resume: (_context, value) => left(value),
        fail: (_context, error) => {
          throw left(error);
        },
      });
    },
  }),
  egressDomain({
    name: "egress_policy",
    summary: "Say once where this run may connect to: hosts, `*.suffix`, addresses and networks to allow and to deny.",
    params: [req("config", t.dict)],
    returns: t.dict,
    effect: "state",
    run(context, config) {
      try {
        const { allow, deny, source, ...rest } = context
          .service(egressPolicyKey)
          .configure(egressLists(config), "stdlib");
        return DictValue.of({
          configured: true,
          source,
          default: rest.default,
          allow: texts(allow),
          deny: texts(deny),
        });
      } catch (error) {
        if (error instanceof EgressConfigError) throw thrown(error.message);
        throw error;
      }
    },
  }),
  sandbox({
    name: "sandbox_active_profile",
    summary: "The sandbox profile in force.",
    params: [],
    returns: t.string,
    effect: "state",
    run: (context) => context.service(executionPoliciesKey).current(context)?.sandbox_profile ?? "unrestricted",
  }),
  sandbox({
    name: "sandbox_active_backend",
    summary:
      "What the operating system confines processes with: `none`, as this host leaves confinement to its caller.",
    params: [],
    returns: t.string,
    effect: "state",
    run: () => "none",
  }),
  sandbox({
    name: "sandbox_backend_available",
    summary: "Whether the operating system can confine processes here.",
    params: [],
    returns: t.bool,
    effect: "state",
    run: () => false,
  }),
];

/** The builtins that show and narrow policies. */
export const policyCatalog: CatalogPart = { builtins };

function requestedPolicy(policy: DictValue): ReturnType<typeof readPolicy> {
  try {
    return readPolicy(jsonOfValue(policy));
  } catch (error) {
    if (error instanceof PolicyShapeError)
      throw runtimeError(`with_execution_policy: invalid policy: ${error.message}`);
    throw error;
  }
}

function egressLists(config: DictValue): EgressLists {
  const list = (key: "allow" | "deny"): readonly string[] => {
    const value = config.get(key) ?? null;
    if (value === null) return [];
    if (!(value instanceof ListValue)) throw new EgressConfigError(`egress_policy: ${key} must be a list`);
    return value.toArray().map(show);
  };
  const fallback = config.get("default") ?? null;
  return { allow: list("allow"), deny: list("deny"), default: fallback === null ? "" : show(fallback) };
}

function texts(items: readonly string[]): Value {
  return new ListValue([...items]);
}
