import { describe, expect, test } from "vitest";
import { bindBuiltin, type CallContext, type ResumableFrame, SUSPENDED, unguarded } from "../builtin/index.ts";
import { BuiltinValue, DictValue, ListValue, show, type Value } from "../value/index.ts";
import {
  EgressPolicy,
  ExecutionPolicies,
  egressPolicyKey,
  executionPoliciesKey,
  policyCatalog,
  runSandbox,
} from "./index.ts";

function harnessed(
  body: (context: CallContext) => Value | typeof SUSPENDED = () => null,
  policies = new ExecutionPolicies(runSandbox("/desk")),
) {
  const services = new Map<string, unknown>([
    [executionPoliciesKey.name, policies],
    [egressPolicyKey.name, new EgressPolicy({ environment: () => undefined, isSandboxed: true })],
  ]);
  const frames: ResumableFrame[] = [];
  const scoped = new Map<string, unknown>();
  const context = {
    scoped: (key: { name: string }) => scoped.get(key.name),
    setScoped: (key: { name: string }, value: unknown) => scoped.set(key.name, value),
    service: (key: { name: string }) => services.get(key.name),
    call0: () => body(context),
    resumeWith(frame: ResumableFrame) {
      frames.push(frame);
      return SUSPENDED;
    },
  } as unknown as CallContext;
  const call = (name: string, ...args: Value[]) => {
    const builtin = policyCatalog.builtins?.find((each) => each.name === name);
    if (builtin === undefined) throw new Error(`no builtin ${name}`);
    return bindBuiltin(builtin, unguarded)(context, ...args);
  };
  return { call, context, frames, policies };
}

const dict = (entries: Record<string, Value>) => DictValue.of(entries);
const closure = new BuiltinValue("body");

describe("execution policies", () => {
  test("can be looked at", () => {
    expect(show(harnessed().call("current_policy") as Value)).toBe(
      "{capabilities: {}, recursion_limit: nil, sandbox_profile: worktree, side_effect_level: process_exec, tool_annotations: {}, tool_arg_constraints: [], tools: [], workspace_roots: [/desk]}",
    );
    expect(harnessed(undefined, new ExecutionPolicies()).call("current_policy")).toBeNull();
    expect(harnessed().call("sandbox_active_profile")).toBe("worktree");
  });

  test("are narrowed for a closure, and restored after it", () => {
    const under = harnessed((context) => under.policies.current(context)?.side_effect_level ?? null);
    expect(under.call("with_execution_policy", dict({ side_effect_level: "read_only" }), closure)).toBe("read_only");
    expect(under.policies.current(under.context)?.side_effect_level).toBe("process_exec");
  });

  test("are restored after a closure that throws, and after one that waits", () => {
    const throwing = harnessed(() => {
      throw new Error("inside");
    });
    expect(() => throwing.call("with_execution_policy", dict({ side_effect_level: "none" }), closure)).toThrow(
      "inside",
    );
    expect(throwing.policies.current(throwing.context)?.side_effect_level).toBe("process_exec");

    const waiting = harnessed(() => SUSPENDED);
    expect(waiting.call("with_execution_policy", dict({ side_effect_level: "none" }), closure)).toBe(SUSPENDED);
    expect(waiting.policies.current(waiting.context)?.side_effect_level).toBe("none");
    expect(waiting.frames[0]?.resume(waiting.context, 5)).toBe(5);
    expect(waiting.policies.current(waiting.context)?.side_effect_level).toBe("process_exec");
  });

  test.each<[Value[], string]>([
    [[dict({}), 5], "Type error: 'with_execution_policy' parameter `fn` expects closure, got int"],
    [[dict({ bogus: 1 }), closure], "Runtime error: with_execution_policy: invalid policy: unknown field `bogus`"],
  ])("refuse %o", (args, message) => {
    expect(() => harnessed().call("with_execution_policy", ...args)).toThrow(
      expect.objectContaining({ value: expect.stringContaining(message) }),
    );
  });
});

describe("egress_policy", () => {
  test("says what it has set, once", () => {
    const { call } = harnessed();
    const config = dict({
      allow: new ListValue(["*.oracle.test", "10.0.0.0/8"]),
      deny: new ListValue(["bad.oracle.test"]),
      default: "deny",
    });
    expect(show(call("egress_policy", config) as Value)).toBe(
      "{allow: [*.oracle.test, 10.0.0.0/8], configured: true, default: deny, deny: [bad.oracle.test], source: stdlib}",
    );
    expect(() => call("egress_policy", dict({ allow: new ListValue(["x.test"]), default: "allow" }))).toThrow(
      expect.objectContaining({ value: "egress_policy: policy already configured from stdlib" }),
    );
  });

  test.each<[DictValue, string]>([
    [dict({ default: "maybe" }), "egress_policy: default must be `allow` or `deny`, got `maybe`"],
    [dict({ allow: "x" }), "egress_policy: allow must be a list"],
    [
      dict({ allow: new ListValue(["10.0.0.0/99"]) }),
      "egress_policy: invalid CIDR rule `10.0.0.0/99`: invalid IP address syntax",
    ],
  ])("refuses %o", (config, message) => {
    expect(() => harnessed().call("egress_policy", config)).toThrow(expect.objectContaining({ value: message }));
  });
});
