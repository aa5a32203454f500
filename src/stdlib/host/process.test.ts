import { describe, expect, test } from "vitest";
import type { ProcessRequest } from "../../builtin/index.ts";
import { restrictProcesses } from "../../host/sandbox.ts";
import { type DictValue, ExitRequest, stringifyJson } from "../../value/index.ts";
import { Bench, type BenchOptions, value } from "./testing/bench.ts";

function running(options: BenchOptions = {}) {
  const seen: Omit<ProcessRequest, "signal">[] = [];
  const bench = new Bench({
    process: ({ ...request }) => {
      seen.push(request);
      return { stdout: new TextEncoder().encode("out\n"), exitCode: request.command === "false" ? 1 : 0 };
    },
    environment: { SHELL: "/bin/zsh" },
    ...options,
  });
  return { bench, seen };
}

describe("commands", () => {
  test("are run with their arguments as they are", async () => {
    const { bench, seen } = running();
    expect(await bench.shown("exec", "echo", "$HOME; rm", "")).toBe(
      "{status: 0, stderr: , stdout: out\n, success: true}",
    );
    expect(seen[0]).toMatchObject({ command: "echo", args: ["$HOME; rm", ""] });
    expect(await bench.shown("exec_at", "sub", "false")).toMatch("status: 1");
    expect(seen[1]).toMatchObject({ command: "false", cwd: "/desk/sub" });
  });

  test("a command line goes to the user's shell", async () => {
    const { bench, seen } = running();
    await bench.start("shell", "a | b");
    await bench.start("shell_at", "/tmp", "c");
    expect(seen).toMatchObject([
      { command: "/bin/zsh", args: ["-c", "a | b"] },
      { command: "/bin/zsh", args: ["-c", "c"], cwd: "/tmp" },
    ]);
    const configured = running({ environment: { HARN_DEFAULT_SHELL: "/opt/pwsh" } });
    await configured.bench.start("shell", "x");
    expect(configured.seen[0]).toMatchObject({ command: "/opt/pwsh", args: ["-NoProfile", "-Command", "x"] });
  });

  test.each<[string, string[], string]>([
    ["exec", [], "exec: command is required"],
    ["exec_at", ["d"], "exec_at: directory and command are required"],
    ["shell", [""], "shell: command string is required"],
    ["shell_at", ["d", ""], "shell_at: command string is required"],
  ])("%s%j fails", async (name, args, message) => {
    expect(await running().bench.shown(name, ...args)).toBe(`!! ${message}`);
  });

  test("fail in the system's words, and where a policy forbids them", async () => {
    expect(await new Bench().shown("exec", "nope")).toBe("!! exec failed: No such file or directory (os error 2)");
    const { bench } = running({
      parts: (host) => ({ processes: restrictProcesses(host.processes, host.files, { roots: ["/desk"] }) }),
    });
    expect(await bench.shown("exec_at", "/etc", "ls")).toBe(
      "!! Error [tool_rejected]: HARN-CAP-201: sandbox violation: process cwd '/etc' is outside workspace_roots [/desk]",
    );
  });

  test("spawn_captured takes everything by name", async () => {
    const { bench, seen } = running();
    const options = {
      cmd: "tool",
      args: ["a", 1],
      cwd: "d",
      env: { K: "v" },
      clear_env: true,
      stdin: "in",
      timeout_ms: 50,
    };
    expect(stringifyJson(await bench.start("spawn_captured", value(options)))).toBe(
      '{"duration_ms":0,"exit_code":0,"pid":2,"signal":null,"status":0,"stderr":"","stdout":"out\\n","success":true,"timed_out":false}',
    );
    expect(seen[0]).toMatchObject({
      command: "tool",
      args: ["a", "1"],
      cwd: "/desk/d",
      env: { K: "v" },
      clearEnv: true,
      input: "in",
      timeoutMs: 50,
    });
    expect(await bench.shown("spawn_captured", value({}))).toBe("!! Runtime error: spawn_captured: cmd is required");
  });

  test("exit ends the program", () => {
    expect(() => new Bench().now("exit", 3)).toThrow(expect.any(ExitRequest));
    expect(() => new Bench().now("exit")).toThrow(expect.objectContaining({ status: 0 }));
  });
});

describe("facts", () => {
  test("of the environment", async () => {
    const { bench } = running({ environment: { A: "1" } });
    expect([bench.now("env", "A"), bench.now("env", "B"), bench.now("env_or", "B", 5)]).toEqual(["1", null, 5]);
    expect(await bench.shown("env", 5)).toBe("!! Type error: 'env' parameter `name` expects string, got int");
  });

  test("of places", async () => {
    const bench = new Bench({
      files: { "/desk/harn.toml": "", "/desk/src/x": "" },
      services: { place: { sourceFolder: "/desk/src", assetRoot: () => undefined } },
    });
    expect([bench.now("cwd"), bench.now("source_dir"), bench.now("asset_root"), bench.now("project_root")]).toEqual([
      "/desk",
      "/desk/src",
      "/desk/src",
      "/desk",
    ]);
    expect(await bench.shown("runtime_paths")).toBe(
      "{asset_root: /desk/src, execution_root: /desk, run_root: /desk/.harn-runs, state_root: /desk/.harn, worktree_root: /desk/.harn/worktrees}",
    );
    const moved = new Bench({ environment: { HARN_STATE_DIR: "/var/s", HARN_RUN_DIR: "runs" } });
    expect(await moved.shown("runtime_paths")).toMatch(
      "run_root: /desk/runs, state_root: /var/s, worktree_root: /var/s/worktrees",
    );
  });

  test("of the machine", async () => {
    const bench = new Bench({ environment: { COLUMNS: "120" } });
    expect(
      ["platform", "arch", "hostname", "username", "pid", "home_dir", "temp_dir", "term_width", "term_height"].map(
        (name) => bench.now(name),
      ),
    ).toEqual(["linux", "x86_64", "memory", "user", 1, "/home/user", "/tmp", 120, 24]);
    expect(await bench.shown("__harness_system_cpu")).toBe("{architecture: x86_64, count: 1, model: nil}");
    expect((bench.now("__harness_system_memory") as DictValue).get("free_bytes")).toBe(2 ** 29);
  });

  test("a host without a part says so", async () => {
    const bench = new Bench({ parts: () => ({ files: undefined, processes: undefined }) as never });
    expect(await bench.shown("read_file", "x")).toBe("!! Runtime error: read_file: this host offers no files");
    expect(await bench.shown("exec", "x")).toBe("!! Runtime error: exec: this host offers no processes");
    expect(await bench.shown("render_string", "{{ 1 }}")).toBe("1");
  });
});

describe("host calls", () => {
  test("mocks: the last that fits, by a subset of the parameters, in scopes", async () => {
    const bench = new Bench();
    bench.now("host_mock", "cache", "get", value({ result: { hit: false } }));
    bench.now("host_mock", "cache", "get", value({ result: "a", params: { key: "a" } }));
    bench.now("host_mock", "cache", "put", value({ error: "disk full" }));
    bench.now("host_mock", "cache", "raw", value([1]), value({ k: 1 }));
    expect(await bench.shown("host_call", "cache.get", value({ key: "a", extra: 1 }))).toBe("a");
    expect(await bench.shown("host_call", "cache.get", value({ key: "b" }))).toBe("{hit: false}");
    expect(await bench.shown("host_call", "cache.put")).toBe("!! disk full");
    expect(await bench.shown("host_call", "cache.raw", value({ k: 1 }))).toBe("[1]");
    expect(await bench.shown("host_call", "cache.raw", value({ k: 2 }))).toBe(
      "!! host_call: unsupported operation cache.raw",
    );
    expect(await bench.shown("host_call", "nodot")).toBe(
      "!! Error [tool_rejected]: host_call 'nodot' must use capability.operation naming",
    );
    expect(bench.now("host_has", "cache", "put")).toBe(true);
    bench.now("host_mock_push_scope");
    expect(await bench.shown("host_mock_calls")).toBe("[]");
    bench.now("host_mock_pop_scope");
    expect(bench.now("host_mock_calls")).toMatchObject({ size: 4 });
    expect(await bench.shown("host_mock_pop_scope")).toBe("!! host_mock_pop_scope: no scope to pop");
    bench.now("host_mock_clear");
    expect([
      bench.now("host_has", "cache"),
      bench.now("host_has", "process", "exec"),
      bench.now("host_has", "process", "fly"),
    ]).toEqual([false, true, false]);
  });

  test("what every host can do", async () => {
    const { bench, seen } = running({
      files: { "t.prompt": "T{{ x }}" },
      input: "yes\n",
      environment: { HARN_TASK: "job" },
    });
    const argv = value({ mode: "argv", argv: ["a", "b"], env: { K: "1" } });
    expect(await bench.shown("host_call", "process.exec", argv)).toMatch("combined: out\n");
    expect(seen[0]).toMatchObject({ command: "a", args: ["b"], env: { K: "1" }, clearEnv: true });
    await bench.start("host_call", "process.exec", value({ command: "x y", shell_id: "sh" }));
    expect(seen[1]).toMatchObject({ command: "/bin/sh", args: ["-c", "x y"] });
    expect(await bench.shown("host_call", "process.exec", value({ command: "x" }))).toBe(
      "!! Runtime error: host_call process.exec: shell mode requires `shell` or `shell_id`",
    );
    expect(await bench.shown("host_call", "template.render", value({ path: "t.prompt", bindings: { x: 1 } }))).toBe(
      "T1",
    );
    expect(await bench.shown("host_call", "interaction.ask", value({ question: "ok? " }))).toBe("yes");
    expect(await bench.shown("host_call", "runtime.task")).toBe("job");
    expect(await bench.shown("host_call", "workspace.cwd")).toBe("/desk");
    expect(await bench.shown("host_call", "process.set_default_shell", value({ shell_id: "nope" }))).toMatch(
      'unknown or unavailable shell id "nope"',
    );
    expect(
      await bench.shown(
        "host_call",
        "process.shell_invocation",
        value({ shell: { path: "/bin/bash" }, login: true, command: "c" }),
      ),
    ).toMatch("args: [-l, -c, c], command_arg_index: 2, program: /bin/bash");
  });

  test("an embedder's bridge comes before what every host can do", async () => {
    const bridge = {
      capabilities: [{ name: "editor", description: "Editing.", operations: { open: "Open a file." } }],
      call: async (capability: string, operation: string) => (capability === "editor" ? `did ${operation}` : undefined),
      tools: async () => [value({ name: "Read" })],
      callTool: async (name: string) => `called ${name}`,
    };
    const bench = new Bench({ services: { bridge } });
    expect(await bench.shown("host_call", "editor.open")).toBe("did open");
    expect(await bench.shown("host_call", "workspace.cwd")).toBe("/desk");
    expect(await bench.shown("host_tool_list")).toBe("[{name: Read}]");
    expect(await bench.shown("host_tool_call", "Read", value({}))).toBe("called Read");
    expect(bench.now("host_has", "editor", "open")).toBe(true);
    expect(await new Bench().shown("host_tool_list")).toBe("[]");
    expect(await new Bench().shown("host_tool_call", "Read")).toBe("!! host_tool_call: no host bridge is attached");
  });
});
