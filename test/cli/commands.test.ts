import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Project } from "./harn.ts";

const project = new Project();
afterAll(() => project.remove());

interface Envelope {
  readonly ok: boolean;
  readonly data: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
}

async function json(...args: string[]): Promise<Envelope & { readonly status: number | null }> {
  const { status, stdout, stderr } = await project.harn(...args);
  expect(stderr).toBe("");
  return { status, ...(JSON.parse(stdout) as Envelope) };
}

describe("harn", () => {
  it("shows its commands and fails when told nothing", async () => {
    const { status, stderr } = await project.harn();
    expect([status, stderr]).toEqual([2, expect.stringContaining("Commands:\n  run ")]);
  });

  it("tells its version in three ways", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect((await project.harn("--version")).stdout).toBe(`harn ${version}\n`);
    expect((await project.harn("version")).stdout).toContain(`v${version}`);
    expect(await json("version", "--json")).toMatchObject({ ok: true, data: { name: "harn-cli", version } });
  });

  it("lists its JSON outputs", async () => {
    const all = (await json("--json-schemas")).data as readonly { readonly command: string }[];
    expect(all.map(({ command }) => command)).toContain("run");
    expect(await json("--json-schemas", "--command", "check")).toMatchObject({
      data: [{ command: "check", schemaVersion: 1 }],
    });
    expect(await json("--json-schemas", "--command", "x")).toMatchObject({
      status: 1,
      error: { code: "schema_not_found" },
    });
  });
});

describe("harn check", () => {
  it("says that a file is fine", async () => {
    project.write("fine.harn", "pipeline default(task) {\n  log(1)\n}\n");
    expect(await project.harn("check", "fine.harn")).toEqual({ status: 0, stdout: "fine.harn: ok\n", stderr: "" });
  });

  it("finds mistakes in folders, and fails for errors", async () => {
    project.write("src/a.harn", "pipeline default(task) {\n  nowhere()\n}\n").write("src/b.txt", "no program");
    const { status, stdout, stderr } = await project.harn("check", "src");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("error[HARN-NAM-002]");
    expect(await json("check", "--json", "src")).toMatchObject({
      status: 1,
      ok: false,
      error: { code: "check_failed" },
      data: {
        files: [
          {
            path: "src/a.harn",
            status: "error",
            diagnostics: [
              { source: "lint", code: "HARN-LNT-022" },
              { source: "type", span: { start: 27 } },
            ],
          },
        ],
      },
    });
  });

  it("asks for validation of what comes from outside, where one wants that", async () => {
    project.write("outside.harn", 'pipeline default(task) {\n  let answer = json_parse("{}")\n  log(answer.name)\n}\n');
    expect((await project.harn("check", "outside.harn")).stderr).toBe("");
    expect((await project.harn("check", "--strict-types", "outside.harn")).stderr).toContain("HARN-OWN-004");
  });

  it("wants a target with a program", async () => {
    expect((await project.harn("check")).status).toBe(2);
    expect(await json("check", "--json")).toMatchObject({ status: 1, error: { code: "missing_targets" } });
    expect(await json("check", "--json", "src/b.txt")).toMatchObject({ status: 1, error: { code: "no_harn_files" } });
  });
});

describe("invariants", () => {
  const files = new Project();
  afterAll(() => files.remove());
  const program = `@invariant("fs.writes", "src/**")
fn save(text) {
  if text {
    write_file("lib/a", text)
  }
}

@invariant("approval.reachability")
pipeline default(task) {
  save("x")
}
`;

  it("are held when `check` is told so, and shown with the way there", async () => {
    files.write("a.harn", program);
    expect((await files.harn("check", "a.harn")).status).toBe(0);
    const { status, stderr } = await files.harn("check", "a.harn", "--invariants");
    expect(status).toBe(1);
    expect(stderr).toContain("error: write path `lib/a` is outside the allowed glob(s): src/**\n  --> a.harn:4:5\n");
    expect(stderr).toContain("invariant[approval.reachability]");
    const { stdout } = await files.harn("check", "a.harn", "--invariants", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, data: { files: [{ path: "a.harn", status: "error" }] } });
    expect(stdout).toContain('"source": "invariant"');
    const explained = await files.harn("explain", "--invariant", "writes", "save", "a.harn");
    expect([explained.status, explained.stdout]).toEqual([
      0,
      `fs.writes: write path \`lib/a\` is outside the allowed glob(s): src/** (save)
  1. a.harn:1:1 enter handler
  2. a.harn:3:3 if condition
  3. a.harn:3:3 if true
  4. a.harn:4:5 call write_file
  help: use a literal path that matches the declared glob, or narrow the dynamic path before writing
`,
    ]);
  });

  it.each([
    [["explain", "--invariant", "fs.writes"], 2, "name the handler and its file"],
    [["explain", "--invariant", "fs.writes", "nobody", "a.harn"], 1, "handler `nobody` was not found in a.harn"],
    [["explain", "--invariant", "budget", "save", "a.harn"], 1, 'does not declare `@invariant("budget.remaining")`'],
    [["explain", "HARN-TYP-006", "a.harn"], 2, "a file goes with --invariant"],
  ])("%j", async (args, status, text) => {
    const ended = await files.harn(...args);
    expect([ended.status, ended.stderr]).toEqual([status, expect.stringContaining(text)]);
  });
});

describe("harn config", () => {
  const files = new Project();
  afterAll(() => files.remove());
  const home = { HOME: files.folder, XDG_CONFIG_HOME: join(files.folder, "user") };

  it("prints the settings that hold, and where each is from", async () => {
    files
      .write("user/harn/config.toml", '[models]\ndefault_model = "m"\n[retention]\ndays = 5\n')
      .write("harn.config.toml", "[retention]\ndays = 6\n")
      .write("harn.toml", '[package]\nname = "x"\n[config.logging]\nlevel = "debug"\n')
      .write("managed.toml", '[limits]\ntokens = 10\n[policy]\nlocked_fields = ["limits"]\n');
    const variables = { ...home, HARN_TOKEN_BUDGET: "99" };
    const { status, stdout, stderr } = await files.harnWith(
      variables,
      "config",
      "inspect",
      "--explain",
      "--managed",
      "managed.toml",
    );
    const told = JSON.parse(stdout) as {
      config: unknown;
      layers: { kind: string; name: string }[];
      explain: { path: string }[];
    };
    expect(status).toBe(0);
    expect(stderr).toMatch(/^note: these settings are for hosts and editors; `harn run` reads /);
    expect(told.config).toMatchObject({
      limits: { tokens: 10 },
      logging: { level: "debug" },
      models: { default_model: "m" },
      retention: { days: 6 },
    });
    expect(told.layers.map(({ kind, name }) => `${kind}: ${name}`)).toEqual([
      "built_in_defaults: built-in defaults",
      "user_config: user config",
      "project_config: project config",
      "repo_config: repo manifest config",
      "managed_policy: explicit managed policy",
      "environment_overrides: environment overrides",
    ]);
    expect(told.explain.find(({ path }) => path === "limits.tokens")).toMatchObject({
      locked_by: "managed.toml",
      candidates: [{ status: "shadowed" }, { status: "applied" }, { status: "locked", value: 99 }],
    });
  });

  it("looks for nothing when told so", async () => {
    const { stdout, stderr } = await files.harnWith(home, "config", "inspect", "--no-discovery");
    expect(JSON.parse(stdout)).toMatchObject({ models: { default_model: null }, retention: { days: 30 } });
    expect(stderr).toBe("");
  });

  it("validates files, and names what is wrong with the first that is", async () => {
    files.write("bad.toml", "[limits]\ntokens = -1\nzork = 1\n").write("broken.toml", "a = =\n");
    const found = await files.harnWith(home, "config", "validate");
    expect([found.status, found.stdout.split("\n").length]).toEqual([0, 4]);
    const bad = await files.harn("config", "validate", "managed.toml", "bad.toml", "--managed");
    expect([bad.status, bad.stdout]).toEqual([2, "ok: managed policy managed.toml\n"]);
    expect(bad.stderr).toContain(
      "error: invalid config bad.toml: limits.tokens: -1 is less than 0; limits.zork: unknown field",
    );
    expect((await files.harn("config", "validate", "broken.toml")).stderr).toContain(
      "failed to parse TOML config broken.toml: ",
    );
    expect((await files.harn("config", "inspect", "--config", "nope.toml")).stderr).toContain(
      "config file nope.toml does not exist",
    );
  });

  it("asks nobody for defaults unless that is trusted", async () => {
    const { status, stderr } = await files.harn("config", "inspect", "--remote-defaults-url", "http://localhost:1/x");
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("remote defaults require HARN_CONFIG_TRUST_REMOTE=1"),
    ]);
    const trusting = { HARN_CONFIG_TRUST_REMOTE: "1" };
    const away = await files.harnWith(
      trusting,
      "config",
      "inspect",
      "--remote-defaults-url",
      "http://example.invalid/x",
    );
    expect(away.stderr).toContain("an https or localhost URL");
  });

  it("prints the schema, or writes it", async () => {
    await files.harn("config", "schema", "--output", "schema.json");
    const schema = readFileSync(join(files.folder, "schema.json"), "utf8");
    expect((await files.harn("config", "schema")).stdout).toBe(schema);
    expect(JSON.parse(schema)).toMatchObject({
      properties: { schema_version: { const: 1 } },
      additionalProperties: false,
    });
  });
});

describe("harn contracts", () => {
  const files = new Project();
  afterAll(() => files.remove());

  it("prints every builtin that a program can call, however many dots its name has", async () => {
    const { stdout } = await files.harn("contracts", "builtins", "--pretty", "false");
    const names = (JSON.parse(stdout) as { builtins: { name: string }[] }).builtins.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["len", "git.status", "git.repo.discover", "git.worktree.create"]));
  });

  it("prints the host's operations with those of the project and of a file", async () => {
    files
      .write("harn.toml", '[check.host_capabilities]\nmagic = ["wand"]\n')
      .write("more.json", '{"capabilities": {"magic": {"ops": {"smoke": {}}}, "workspace": ["zip"]}}');
    const { stdout } = await files.harn(
      "contracts",
      "host-capabilities",
      "--host-capabilities",
      "more.json",
      "--pretty",
      "false",
    );
    const { capabilities, version } = JSON.parse(stdout) as { capabilities: Record<string, string[]>; version: number };
    expect(stdout.split("\n")).toHaveLength(2);
    expect([version, capabilities.magic, capabilities.interaction]).toEqual([1, ["smoke", "wand"], ["ask"]]);
    expect(capabilities.workspace).toContain("zip");
    files.write("bad.json", "[");
    expect((await files.harn("contracts", "host-capabilities", "--host-capabilities", "bad.json")).status).toBe(1);
  });

  it("prints what programs need where they run", async () => {
    files
      .write("lib/helper.harn", 'pub fn help() { return render("../prompts/b.prompt") }\n')
      .write("prompts/b.prompt", "b\n")
      .write(
        "main.harn",
        `import "std/collections"
import { help } from "./lib/helper"

pipeline default(task) {
  render("notes.txt", {})
  host_call("magic.wand", {})
  exec_at("sub", "ls")
  log(help())
}
`,
      );
    const { status, stdout } = await files.harn("contracts", "bundle", "main.harn");
    const below = (path: string) => join(files.folder, path);
    expect(status).toBe(0);
    expect(JSON.parse(stdout.replaceAll("/private", ""))).toMatchObject({
      assets: [
        { target: "../prompts/b.prompt", kind: "prompt_asset", exists: true, via: "render" },
        { target: "notes.txt", kind: "template_asset", exists: false },
      ],
      entry_modules: [below("main.harn")],
      execution_dirs: [below("sub")],
      import_modules: expect.arrayContaining([below("lib/helper.harn"), "<std>/collections"]) as unknown,
      required_host_capabilities: { magic: ["wand"] },
      summary: { entry_module_count: 1, prompt_asset_count: 1, template_asset_count: 1, host_capability_count: 1 },
      targets: ["main.harn"],
      worktree_repos: [],
    });
    const verified = await files.harn("contracts", "bundle", "main.harn", "--verify");
    expect([verified.status, verified.stdout]).toEqual([1, stdout]);
    expect(verified.stderr).toContain("HARN-PRM-007");
  });
});

describe("dumps", () => {
  it("show tokens, tree and bytecode", async () => {
    project.write("one.harn", "let x = 1\n");
    expect((await project.harn("tokens", "one.harn")).stdout).toContain('1:5 identifier "x"\n');
    expect((await project.harn("parse", "one.harn")).stdout).toContain("binding 1:1-1:10");
    expect((await project.harn("disasm", "one.harn")).stdout).toContain("== initialize");
  });

  it("are JSON when asked, also for what cannot be read", async () => {
    expect(await json("tokens", "--json", "one.harn")).toMatchObject({
      ok: true,
      data: [{ kind: "let", text: "let" }, {}, {}, {}, {}, {}],
    });
    expect(await json("parse", "--json", "one.harn")).toMatchObject({ ok: true, data: { kind: "program" } });
    project.write("bad.harn", "let = \n").write("odd.harn", "let a = 'x'\n");
    expect(await json("parse", "--json", "bad.harn")).toMatchObject({ status: 1, error: { code: "parse_failed" } });
    expect(await json("tokens", "--json", "odd.harn")).toMatchObject({ status: 1, error: { code: "lex_failed" } });
    expect(await json("parse", "--json", "missing.harn")).toMatchObject({ status: 1, error: { code: "read_failed" } });
  });

  it("list every builtin with its signature", async () => {
    const listed = JSON.parse((await project.harn("contracts", "builtins", "--pretty", "false")).stdout) as {
      readonly builtins: readonly { readonly name: string; readonly signature: string }[];
    };
    expect(listed.builtins.find(({ name }) => name === "len")?.signature).toMatch(/^len\(.*\) -> int$/);
  });
});

describe("harn test", () => {
  const tests = [
    "pipeline test_good(task) {\n  assert_eq(1 + 1, 2)\n}\n",
    "pipeline test_bad(task) {\n  assert_eq(1 + 1, 3)\n}\n",
    "pipeline test_where(task) {\n  assert_eq(cwd(), source_dir())\n}\n",
    "@test\npipeline never_ends(task) {\n  while true { harness.clock.sleep_ms(10) }\n}\n",
  ];

  it("runs test pipelines in their folder and reports each", async () => {
    project.write("tests/all.harn", tests.join("\n"));
    const { status, stdout } = await project.harn(
      "test",
      "--timeout",
      "5000",
      "--json-out",
      "report.json",
      "--junit",
      "report.xml",
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/^Running 4 tests from 1 file with 1 worker \(sequential scheduling\)\n\n/);
    expect(stdout).toMatch(/ {2}PASS {2}test_good \[tests\/all\.harn\] \(\d+ ms\)\n/);
    expect(stdout).toMatch(/ {2}FAIL {2}test_bad \[tests\/all\.harn\]\n {8}error: .*expected 3, got 2/);
    expect(stdout).toMatch(/ {2}PASS {2}test_where /);
    expect(stdout).toMatch(/ {2}FAIL {2}never_ends .*\n {8}timed out after 5000ms\n/);
    expect(stdout).toMatch(/\n2 passed, 2 failed, 4 total \(\d+ ms\)\n$/);
    const report = JSON.parse(readFileSync(join(project.folder, "report.json"), "utf8")) as unknown;
    expect(report).toMatchObject({
      suite: "user",
      summary: { total: 4, passed: 2, failed: 1, timed_out: 1, skipped: 0 },
    });
    expect(readFileSync(join(project.folder, "report.xml"), "utf8")).toContain('tests="4" failures="2"');
    expect(existsSync(join(project.folder, ".harn", "test-timings.json"))).toBe(true);
  });

  it("runs some of them, side by side", async () => {
    const { status, stdout } = await project.harn("test", "tests", "--filter", "test_good", "-j", "2");
    expect([status, stdout]).toEqual([0, expect.stringContaining("with 2 workers (dynamic scheduling)")]);
  });

  it("is JSON when asked", async () => {
    expect(await json("test", "tests", "--filter", "test_bad", "--json")).toMatchObject({
      status: 1,
      ok: false,
      error: { code: "tests_failed" },
      data: { summary: { total: 1, failed: 1 }, cases: [{ name: "test_bad", outcome: "failed" }] },
    });
  });

  it("has nothing to do in an empty folder, and misses one that is not there", async () => {
    project.write("empty/note.txt", "");
    expect(await project.harn("test", "empty")).toEqual({ status: 0, stdout: "No test pipelines found\n", stderr: "" });
    expect((await project.harn("test", "nowhere")).status).toBe(1);
    expect((await project.harn("test", "tests", "more")).status).toBe(2);
  });
});

describe("harn test conformance", () => {
  it("holds programs to their expectations, and survives one that never ends", async () => {
    project
      .write("conformance/a/good.harn", 'let unused = "é"\nlog(unused)\n')
      .write("conformance/a/good.expected", "[harn] é\n\n")
      .write("conformance/a/bad.harn", "log(1)\n")
      .write("conformance/a/bad.expected", "[harn] 2\n")
      .write("conformance/err.harn", 'throw "boom"\n')
      .write("conformance/err.error", "re:^Thrown: b..m$\n")
      .write("conformance/hang.harn", "// @xfail: still being looked into\nlog(1)\n")
      .write("conformance/hang.expected", "")
      .write("conformance/hangs.harn", 'while true { len("x") }\n')
      .write("conformance/hangs.error", "never");
    const { status, stdout } = await project.harn("test", "conformance", "-j", "2", "--timeout", "5000");
    expect(status).toBe(1);
    expect(stdout.split("\n\n")[0]?.split("\n")).toEqual([
      "  FAIL  a/bad.harn",
      "  PASS  a/good.harn",
      "  PASS  err.harn",
      "  SKIP  hang.harn",
      "  FAIL  hangs.harn",
    ]);
    expect(stdout).toContain("\n2 passed, 2 failed, 1 skipped, 5 total\n");
    expect(stdout).toContain("Skipped (xfail):\n  hang.harn: still being looked into\n");
    expect(stdout).toContain(
      "Failures:\n  a/bad.harn: - [harn] 2\n    + [harn] 1\n  hangs.harn: timed out after 5000ms\n",
    );
  });

  it("is JSON when asked, of a part of any suite", async () => {
    const { status, ok, data } = await json("test", "conformance", "a/good.harn", "--root", "conformance", "--json");
    expect([status, ok, data]).toMatchObject([
      0,
      true,
      { summary: { passed: 1, total: 1 }, results: [{ name: "a/good.harn", outcome: "pass" }] },
    ]);
    const all = await json("test", "conformance", "--filter", "err|bad|hang.", "--json");
    expect(all).toMatchObject({
      status: 1,
      error: { code: "conformance_failed" },
      data: {
        results: [
          { name: "a/bad.harn", outcome: "fail" },
          { name: "err.harn", outcome: "pass" },
          { name: "hang.harn", outcome: "xfail_expected" },
        ],
      },
    });
  });

  it("misses a suite that is not there", async () => {
    const { status, stderr } = await project.harn("test", "conformance", "--root", "nowhere");
    expect([status, stderr]).toEqual([1, "error: conformance suite not found: nowhere\n"]);
  });
});

describe("run records", () => {
  it("that cannot be loaded are named", async () => {
    project.write("record.json", "{");
    const { status, stderr } = await project.harn("runs", "inspect", "record.json");
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^error: cannot load record\.json: failed to parse run record/),
    ]);
    expect(await json("replay", "--json", "record.json")).toMatchObject({
      status: 1,
      error: { code: "run_record_load_failed" },
    });
  });

  it.each(["runs inspect", "replay", "eval"])("harn %s judges nothing that is no record", async (command) => {
    project.write("package.json", '{"name": "p"}');
    const { status, stderr, stdout } = await project.harn(...command.split(" "), "package.json");
    expect([status, stdout, stderr]).toEqual([
      1,
      "",
      expect.stringContaining("package.json is no run record: it has neither `id`, `workflow_id` nor `stages`"),
    ]);
  });
});
