import { describe, expect, test } from "vitest";
import type { ServiceKey } from "../../builtin/index.ts";
import { ActiveLog, MemoryEventLog } from "../../eventlog/index.ts";
import { type Raise, show } from "../../value/index.ts";
import { TaskLocals } from "../../vm/task-identity.ts";
import {
  auditEgress,
  type CapabilityPolicy,
  EgressPolicy,
  ExecutionPolicies,
  intersectPolicies,
  readPolicy,
  runSandbox,
  unrestrictedPolicy,
} from "../index.ts";
import { networkHolds, parseIpAddress, parseIpNetwork } from "./ip-address.ts";

const policy = (fields: Partial<CapabilityPolicy>): CapabilityPolicy => ({ ...unrestrictedPolicy, ...fields });

describe("intersecting policies", () => {
  test("only ever narrows", () => {
    const inner = intersectPolicies(
      runSandbox("/desk"),
      policy({ side_effect_level: "network", recursion_limit: 3, workspace_roots: ["/desk/src"] }),
    );
    expect(inner).toMatchObject({
      side_effect_level: "process_exec",
      recursion_limit: 3,
      workspace_roots: ["/desk/src"],
      sandbox_profile: "worktree",
    });
    expect(
      intersectPolicies(inner, policy({ side_effect_level: "workspace_write", recursion_limit: 9 })),
    ).toMatchObject({
      side_effect_level: "workspace_write",
      recursion_limit: 3,
    });
  });

  test.each<[Partial<CapabilityPolicy>, Partial<CapabilityPolicy>, string]>([
    [{ tools: ["a"] }, { tools: ["a", "b"] }, "Error [tool_rejected]: requested tools exceed host ceiling: b"],
    [
      { capabilities: { fs: ["read"] } },
      { capabilities: { fs: ["read", "write"] } },
      "Error [tool_rejected]: requested capability operations exceed host ceiling: fs.write",
    ],
    [
      { capabilities: { fs: [] } },
      { capabilities: { net: [] } },
      "Error [tool_rejected]: requested capability exceeds host ceiling: net",
    ],
    [
      { workspace_roots: ["/desk"] },
      { workspace_roots: ["/workshop"] },
      "Error [tool_rejected]: requested workspace roots exceed host ceiling: /workshop",
    ],
  ])("refuses %o with %o", (ceiling, requested, message) => {
    expect(() => intersectPolicies(policy(ceiling), policy(requested))).toThrow(
      expect.objectContaining({ value: message }),
    );
  });

  test("keeps what the other side leaves open", () => {
    const both = intersectPolicies(
      policy({ tools: ["a"], capabilities: { fs: [] } }),
      policy({ capabilities: { fs: ["read"] } }),
    );
    expect(both).toMatchObject({ tools: ["a"], capabilities: { fs: ["read"] } });
  });
});

describe("scopes", () => {
  test("hold for one task, nest, and are inherited", () => {
    const policies = new ExecutionPolicies(runSandbox("/desk"));
    const [task, other] = [new TaskLocals(), new TaskLocals()].map(contextOf);
    if (task === undefined || other === undefined) throw new Error("no tasks");
    const leaveOuter = policies.enter(task, policy({ side_effect_level: "workspace_write" }));
    const leaveInner = policies.enter(task, policy({ side_effect_level: "network" }));
    expect(policies.current(task)?.side_effect_level).toBe("workspace_write");
    const child = contextOf(new TaskLocals(task.locals));
    leaveInner();
    leaveOuter();
    expect([task, child, other].map((each) => policies.current(each)?.side_effect_level)).toEqual([
      "process_exec",
      "workspace_write",
      "process_exec",
    ]);
  });

  const contextOf = (locals: TaskLocals) => ({
    locals,
    scoped: <T>(key: ServiceKey<T>) => locals.scoped(key.name) as T | undefined,
    setScoped: <T>(key: ServiceKey<T>, value: T | undefined) => locals.setScoped(key.name, value),
  });
});

describe("reading a policy", () => {
  test("fills in what is absent", () => {
    expect(readPolicy({ side_effect_level: "read_only", capabilities: { workspace: ["read_text"] } })).toEqual(
      policy({ side_effect_level: "read_only", capabilities: { workspace: ["read_text"] } }),
    );
  });

  test.each([
    [
      { side_effect_level: "godlike" },
      "`side_effect_level` is `godlike`, expected one of `none`, `read_only`, `workspace_write`, `process_exec`, `network`",
    ],
    [{ bogus: 1 }, "unknown field `bogus`"],
    [{ tools: "x" }, "`tools` must be a list"],
    [{ recursion_limit: -1 }, "`recursion_limit` must be a non-negative int"],
  ])("refuses %o", (json, message) => {
    expect(() => readPolicy(json)).toThrow(message);
  });
});

describe("egress rules", () => {
  const policyOf = (allow: string[], deny: string[] = [], fallback = "deny") => {
    const egress = new EgressPolicy({ environment: () => undefined, isSandboxed: false });
    egress.configure({ allow, deny, default: fallback }, "host");
    return egress;
  };
  const reason = (egress: EgressPolicy, url: string) => egress.judge("http_request", url)?.reason;
  const none = "no allow rule matched";

  test.each<[string, string, boolean]>([
    ["allowed.example.test", "https://allowed.example.test/ok", true],
    ["allowed.example.test", "https://ALLOWED.example.test./ok", true],
    ["allowed.example.test", "https://notallowed.example.test/", false],
    ["*.wild.example.test", "https://api.wild.example.test/", true],
    ["*.wild.example.test", "https://wild.example.test/", false],
    ["*.wild.example.test", "https://evilwild.example.test/", false],
    ["127.0.0.0/8", "http://127.9.9.9:9/ok", true],
    ["127.0.0.0/8", "http://128.0.0.1/", false],
    ["port.example.test:8443", "https://port.example.test:8443/", true],
    ["port.example.test:8443", "https://port.example.test/", false],
    ["https://whole.example.test/path", "https://whole.example.test/other", true],
    ["https://whole.example.test/path", "http://whole.example.test/other", false],
    ["[::1]:8080", "http://[::1]:8080/", true],
    ["::1", "http://[0:0:0:0:0:0:0:1]/", true],
    ["fd00::/8", "http://[fd12::5]/", true],
    ["10.0.0.1", "http://0xa.0.0.1/", true],
  ])("%s and %s: %s", (rule, url, isAllowed) => {
    expect(reason(policyOf([rule]), url)).toBe(isAllowed ? undefined : none);
  });

  test("a deny rule beats an allow rule", () => {
    const egress = policyOf(["*.example.test"], ["bad.example.test"], "allow");
    expect(reason(egress, "https://bad.example.test/")).toBe("matched deny rule `bad.example.test`");
    expect(reason(egress, "https://anything.test/")).toBeUndefined();
  });

  test.each([
    [{ allow: ["10.0.0.0/99"] }, "egress_policy: invalid CIDR rule `10.0.0.0/99`: invalid IP address syntax"],
    [{ allow: ["*."] }, "egress_policy: invalid wildcard rule `*.`"],
    [{ allow: [" "] }, "egress_policy: empty egress rule"],
    [{ deny: ["[::1"] }, "egress_policy: invalid bracketed host rule `[::1`"],
    [{ deny: ["a.test:99999"] }, "egress_policy: invalid port in `a.test:99999`"],
    [{ default: "maybe" }, "egress_policy: default must be `allow` or `deny`, got `maybe`"],
  ])("refuses %o", (lists, message) => {
    const egress = new EgressPolicy({ environment: () => undefined, isSandboxed: false });
    expect(() => egress.configure({ allow: [], deny: [], default: "", ...lists }, "stdlib")).toThrow(message);
    expect(egress.summary()).toBeUndefined();
  });

  test("is set once, also by the environment", () => {
    const environment: Record<string, string> = { HARN_EGRESS_ALLOW: "a.test, *.b.test", HARN_EGRESS_DEFAULT: "DENY" };
    const egress = new EgressPolicy({ environment: (name) => environment[name], isSandboxed: true });
    expect(() => egress.configure({ allow: [], deny: [], default: "allow" }, "stdlib")).toThrow(
      "egress_policy: policy already configured from environment",
    );
    expect(egress.summary()).toEqual({
      source: "environment",
      allow: ["a.test", "*.b.test"],
      deny: [],
      default: "deny",
    });
    expect([reason(egress, "https://x.b.test/"), reason(egress, "https://c.test/")]).toEqual([undefined, none]);
  });

  test("without a policy nothing connects inside the sandbox, and everything outside", () => {
    const [inside, outside] = [true, false].map(
      (isSandboxed) => new EgressPolicy({ environment: () => undefined, isSandboxed }),
    );
    expect([inside && reason(inside, "https://a.test/"), outside && reason(outside, "https://a.test/")]).toEqual([
      "no egress policy configured",
      undefined,
    ]);
  });

  test("refusals are written to the log, with secrets in the URL redacted", () => {
    const log = new ActiveLog({ now: () => 0, onOpenFailure: () => {} });
    const memory = new MemoryEventLog({ now: () => 0 });
    log.install(memory);
    const egress = new EgressPolicy({ environment: () => undefined, isSandboxed: true, onBlocked: auditEgress(log) });
    expect(() => egress.check("sse_connect", "https://a.test/x?token=abc&q=1")).toThrow();
    const [event] = memory.readRange("connectors.egress.audit" as never, undefined, 5);
    expect([event?.kind, event?.payload]).toEqual([
      "egress.blocked",
      {
        surface: "sse_connect",
        url: "https://a.test/x?token=%5Bredacted%5D&q=1",
        host: "a.test",
        port: 443,
        reason: "no egress policy configured",
        error_type: "EgressBlocked",
      },
    ]);
  });

  test("a program catches a dict", () => {
    const egress = new EgressPolicy({ environment: () => undefined, isSandboxed: true });
    const caught = (() => {
      try {
        egress.check("http_request", "https://svc.oracle.test/a");
      } catch (error) {
        return (error as Raise).value;
      }
      return null;
    })();
    expect(show(caught)).toBe(
      "{category: egress_blocked, code: HARN-CAP-201, host: svc.oracle.test, message: EgressBlocked: http_request blocked svc.oracle.test:443 for https://svc.oracle.test/a (no egress policy configured), port: 443, reason: no egress policy configured, surface: http_request, type: EgressBlocked, url: https://svc.oracle.test/a}",
    );
  });
});

describe("addresses", () => {
  test.each(["1.2.3", "1.2.3.256", "01.2.3.4", "1::2::3", ":::", "g::1", "1:2:3:4:5:6:7:8:9", "::1.2.3.999"])(
    "refuses %s",
    (text) => {
      expect(parseIpAddress(text)).toBeUndefined();
    },
  );

  test("reads both families", () => {
    expect(parseIpAddress("::ffff:1.2.3.4")?.value).toBe(0xffff01020304n);
    expect(parseIpAddress("1:2:3:4:5:6:7:8")?.bits).toBe(128);
    expect(parseIpAddress("::")?.value).toBe(0n);
  });

  test("a network of one family never holds the other's", () => {
    const everything = parseIpNetwork("0.0.0.0/0");
    const [four, six] = [parseIpAddress("9.9.9.9"), parseIpAddress("::1")];
    expect(everything && four && six && [networkHolds(everything, four), networkHolds(everything, six)]).toEqual([
      true,
      false,
    ]);
  });
});
