import { describe, expect, test } from "vitest";
import {
  type Builtin,
  bindBuiltin,
  type CallContext,
  declare,
  type Effect,
  HostError,
  type Outcome,
  Refusal,
  type ResumableFrame,
  req,
  SUSPENDED,
  t,
} from "../builtin/index.ts";
import { Raise, type Value } from "../value/index.ts";
import {
  createEffectBoundary,
  deniedBuiltins,
  type EffectBoundaryOptions,
  type EffectCall,
  type EffectResult,
  ExecutionPolicies,
  runSandbox,
} from "./index.ts";

const sample = declare("sample");

function builtin(name: string, effect: Effect, run: () => Outcome = () => "real"): Builtin {
  return sample({ name, summary: "", params: [req("url", t.any)], effect, run });
}

/** A task whose suspended frames the test resumes by hand. */
class FakeTask {
  readonly taskId = "task-1";
  readonly frames: ResumableFrame[] = [];

  scoped(): undefined {
    return undefined;
  }

  resumeWith(frame: ResumableFrame): typeof SUSPENDED {
    this.frames.push(frame);
    return SUSPENDED;
  }

  /** Innermost first, as the machine does it. */
  settle(value: Value): Value {
    return this.frames.reduce<Outcome>((result, frame) => frame.resume(this as never, result as Value), value) as Value;
  }

  reject(error: unknown): unknown {
    try {
      this.frames[0]?.fail?.(this as never, error);
    } catch (raised) {
      return raised;
    }
    return undefined;
  }
}

function caller(options: Partial<EffectBoundaryOptions> = {}) {
  let now = 0;
  const boundary = createEffectBoundary({ now: () => (now += 10), ...options });
  const task = new FakeTask();
  const call = (target: Builtin, ...args: Value[]) =>
    bindBuiltin(target, boundary)(task as unknown as CallContext, ...(args.length === 0 ? [null] : args));
  return { boundary, call, task };
}

function messageOf(run: () => unknown): { value: Value; category: string | undefined } {
  try {
    run();
  } catch (error) {
    if (error instanceof Raise) return { value: error.value, category: error.category };
    throw error;
  }
  throw new Error("nothing was raised");
}

describe("denied builtins", () => {
  test("are refused by name, whatever they do, and never begin", () => {
    let calls = 0;
    const pure = builtin("len", "pure", () => ++calls);
    const { call } = caller({ denied: new Set(["len"]) });
    expect(messageOf(() => call(pure))).toEqual({ value: "Tool 'len' is not permitted.", category: "tool_rejected" });
    expect(calls).toBe(0);
  });

  test("are refused before their arguments are looked at", () => {
    const { call } = caller({ denied: new Set(["f"]) });
    expect(messageOf(() => call(builtin("f", "pure"), 1, 2, 3)).value).toBe("Tool 'f' is not permitted.");
  });

  test("--deny names them; --allow spares the core", () => {
    const known = ["len", "println", "read_file", "exec", "runtime_context_get"];
    expect([...deniedBuiltins({ deny: " exec, ,read_file" }, known)]).toEqual(["exec", "read_file"]);
    expect([...deniedBuiltins({ allow: "read_file" }, known)]).toEqual(["exec"]);
  });
});

describe("policies", () => {
  const policies = new ExecutionPolicies({ ...runSandbox("/desk"), side_effect_level: "read_only" });

  test("refuse what exceeds their ceiling", () => {
    const { call } = caller({ policies });
    expect(messageOf(() => call(builtin("write_file", "fs.write")))).toEqual({
      value: "Error [tool_rejected]: builtin 'write_file' exceeds workspace write ceiling",
      category: "tool_rejected",
    });
    expect(messageOf(() => call(builtin("exec", "process"))).value).toBe(
      "Error [tool_rejected]: builtin 'exec' exceeds process.exec ceiling",
    );
    expect(messageOf(() => call(builtin("http_get", "net"))).value).toBe(
      "Error [tool_rejected]: builtin 'http_get' exceeds network ceiling",
    );
    expect(call(builtin("read_file", "fs.read"))).toBe("real");
  });

  test("put the host's refusals into their words", () => {
    const refuse = (message: string) => () => {
      throw new Refusal(message, { isAboutPath: true });
    };
    const { call } = caller({ policies });
    expect(
      messageOf(() =>
        call(builtin("read_file", "fs.read", refuse("attempted to read '/etc/x' outside workspace_roots [/desk]"))),
      ).value,
    ).toBe(
      "Error [tool_rejected]: HARN-CAP-201: sandbox violation: builtin 'read_file' attempted to read '/etc/x' outside workspace_roots [/desk]",
    );
  });

  test("do so too for calls that waited", () => {
    const { call, task } = caller({ policies: new ExecutionPolicies(runSandbox("/desk")) });
    expect(call(builtin("exec", "process", () => SUSPENDED))).toBe(SUSPENDED);
    expect(
      task.reject(new Refusal("process cwd '/etc' is outside workspace_roots [/desk]", { isAboutPath: false })),
    ).toMatchObject({
      value:
        "Error [tool_rejected]: HARN-CAP-201: sandbox violation: process cwd '/etc' is outside workspace_roots [/desk]",
    });
    const other = new HostError("ENOENT", "No such file or directory (os error 2)");
    expect(task.reject(other)).toBe(other);
  });
});

describe("substitutes", () => {
  const mocked = { answer: ({ builtin: target }: EffectCall) => (target.name === "mocked" ? "mock" : undefined) };

  test("answer in the builtin's place", () => {
    const { call } = caller({ substitutes: [mocked] });
    expect([call(builtin("mocked", "time")), call(builtin("other", "time")), call(builtin("mocked", "pure"))]).toEqual([
      "mock",
      "real",
      "real",
    ]);
  });

  test("do not answer what is refused", () => {
    const { call } = caller({ substitutes: [mocked], denied: new Set(["mocked"]) });
    expect(messageOf(() => call(builtin("mocked", "time"))).value).toBe("Tool 'mocked' is not permitted.");
  });
});

describe("observers", () => {
  function recorder() {
    const log: string[] = [];
    const show = (call: EffectCall, result: EffectResult): string => {
      const value = result.kind === "returned" ? String(result.value) : String((result.error as Raise).value);
      const took =
        result.kind === "denied" ? "" : ` ${result.durationMs} ms${result.isSubstituted ? " substituted" : ""}`;
      return `${call.sequence} ${result.kind} ${value}${took}`;
    };
    const observer = {
      started: (call: EffectCall) =>
        log.push(`${call.sequence} ${call.builtin.name}(${call.args.join()}) by ${call.taskId}`),
      finished: (call: EffectCall, result: EffectResult) => log.push(show(call, result)),
    };
    return { log, observer };
  }

  test("see each call begin and end", () => {
    const { log, observer } = recorder();
    const { call } = caller({
      observers: [observer],
      denied: new Set(["no"]),
      substitutes: [{ answer: (c) => (c.builtin.name === "m" ? "mock" : undefined) }],
    });
    call(builtin("a", "time"), "x");
    messageOf(() => call(builtin("no", "time")));
    messageOf(() =>
      call(
        builtin("bad", "net", () => {
          throw new Raise("thrown", "oops");
        }),
      ),
    );
    call(builtin("m", "fs.read"));
    call(builtin("unseen", "pure"));
    expect(log).toEqual([
      "1 a(x) by task-1",
      "1 returned real 10 ms",
      "2 no() by task-1",
      "2 denied Tool 'no' is not permitted.",
      "3 bad() by task-1",
      "3 raised oops 10 ms",
      "4 m() by task-1",
      "4 returned mock 10 ms substituted",
    ]);
  });

  test("see the end of a call that waited", () => {
    const { log, observer } = recorder();
    const { call, task } = caller({ observers: [observer] });
    expect(call(builtin("slow", "net", () => SUSPENDED))).toBe(SUSPENDED);
    expect(log).toHaveLength(1);
    expect(task.settle("late")).toBe("late");
    expect(log[1]).toBe("1 returned late 10 ms");
  });

  test("see the failure of a call that waited, and let it pass", () => {
    const { log, observer } = recorder();
    const { call, task } = caller({ observers: [observer] });
    call(builtin("slow", "net", () => SUSPENDED));
    const error = new Raise("thrown", "late failure");
    expect(task.reject(error)).toBe(error);
    expect(log[1]).toBe("1 raised late failure 10 ms");
  });
});

test("what nobody has an interest in is not guarded", () => {
  const { boundary } = caller();
  expect([
    boundary.guards(builtin("len", "pure")),
    boundary.guards(builtin("println", "stdio")),
    boundary.guards(builtin("now_ms", "time")),
  ]).toEqual([false, false, false]);
});
