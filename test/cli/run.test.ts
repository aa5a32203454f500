import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { endOf, Project, said } from "./harn.ts";

const project = new Project();
afterAll(() => project.remove());

function main(body: string): string {
  return `pipeline default(task) {\n${body}\n}\n`;
}

interface StreamLine {
  readonly schemaVersion: number;
  readonly ok: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

function lines(stdout: string): readonly StreamLine[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as StreamLine);
}

describe("harn run", () => {
  it("runs a program, by its command or its name alone", async () => {
    project.write("hello.harn", main('  harness.stdio.println("hello")'));
    const ended = { status: 0, stdout: "hello\n", stderr: "" };
    expect(await project.harn("run", "hello.harn")).toEqual(ended);
    expect(await project.harn("hello.harn")).toEqual(ended);
  });

  it("hands over what follows --", async () => {
    project.write("argv.harn", main("  log(argv)"));
    expect(await project.harn("run", "argv.harn", "--", "a", "--json")).toMatchObject({
      stdout: "[harn] [a, --json]\n",
    });
  });

  it("runs code from the command line", async () => {
    expect(await project.harn("run", "-e", "log(1 + 2)\n7")).toEqual({ status: 7, stdout: "[harn] 3\n", stderr: "" });
  });

  it.each([
    ["return 300", 255, ""],
    ["return -1", 0, ""],
    ["return false", 0, ""],
    ['return Err("no luck")', 1, "no luck\n"],
    ["exit(9)", 9, ""],
  ])("run-events 12: ends with the status that `%s` asks for", async (body, status, stderr) => {
    project.write("status.harn", main(`  ${body}`));
    expect(await project.harn("run", "status.harn")).toEqual({ status, stdout: "", stderr });
  });

  it.each(["3", 'Err("not told")', "false"])("ends a script well whose last expression is `%s`", async (last) => {
    project.write("script.harn", `log(1)\n${last}\n`);
    expect(await project.harn("run", "script.harn")).toEqual({ status: 0, stdout: "[harn] 1\n", stderr: "" });
  });

  it("shows where an error came from that nobody handled", async () => {
    project.write("lib/deep.harn", 'pub fn deep(x) {\n  throw "boom ${x}"\n}\n');
    project.write("fails.harn", `import { deep } from "lib/deep"\n${main("  log(1)\n  deep(2)")}`);
    const { status, stdout, stderr } = await project.harn("run", "fails.harn");
    expect([status, stdout]).toEqual([1, "[harn] 1\n"]);
    expect(stderr).toMatch(/^error: Thrown: boom 2\n {2}--> .*lib\/deep\.harn:2:\d+\n {3}\|\n 2 \| {3}throw/);
    expect(stderr).toMatch(/\n {2}= note: called from .* at fails\.harn:4\n$/);
  });

  it("prints mistakes before anything runs, and runs nothing after an error", async () => {
    project.write("wrong.harn", `${main('  log("ran")\n  nothing_of_this_name()')}`);
    const { status, stdout, stderr } = await project.harn("run", "wrong.harn");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("error[HARN-NAM-002]: call target `nothing_of_this_name` is not defined");
  });

  it.each([
    ["missing.harn", "error: cannot read missing.harn: No such file or directory (os error 2)\n"],
    ["lib", "error: cannot read lib: Is a directory (os error 21)\n"],
    ["binary.harn", "error: cannot read binary.harn: the file is not UTF-8 text\n"],
  ])("says why %s cannot be run", async (name, stderr) => {
    project.write("lib/x.harn", "").write("binary.harn", Uint8Array.of(0xff, 0xfe, 0x00, 0x80));
    expect(await project.harn("run", name)).toEqual({ status: 1, stdout: "", stderr });
  });

  it("run-events 46: is confined to the project unless told otherwise", async () => {
    project.write("reads.harn", main('  log(len(read_file("/etc/hostname")) > 0)'));
    const refused = await project.harn("run", "reads.harn");
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("HARN-CAP-201: sandbox violation")]);
    const allowed = await project.harn("run", "--no-sandbox", "reads.harn");
    expect(allowed.stdout).toBe("[harn] true\n");
    expect(allowed.stderr).toContain("warning: harn run --no-sandbox disables");
  });

  it("reads another folder where it is told to, and writes nothing there", async () => {
    const other = new Project().write("note.txt", "hi");
    const path = JSON.stringify(`${other.folder}/note.txt`);
    project.write("look.harn", main(`  log(harness.fs.read_text(${path}))\n  harness.fs.write_text(${path}, "no")`));
    const { status, stdout, stderr } = await project.harn("run", "--read", other.folder, "look.harn");
    expect([status, stdout]).toEqual([1, "[harn] hi\n"]);
    expect(stderr).toContain("attempted to write");
    other.remove();
  });

  it("refuses builtins by name", async () => {
    project.write("denied.harn", main("  log(uuid())"));
    const { status, stderr } = await project.harn("run", "--deny", "uuid,env", "denied.harn");
    expect([status, stderr]).toEqual([1, expect.stringContaining("Tool 'uuid' is not permitted.")]);
    expect((await project.harn("run", "--allow", "uuid", "denied.harn")).status).toBe(0);
  });

  it.each([
    [["run"], "`harn run` requires `-e <code>` or `<file.harn>`"],
    [["run", "-e", "1", "x.harn"], "not both"],
    [["run", "--quiet", "x.harn"], "the argument '--quiet' requires '--json'"],
    [["run", "--deny", "a", "--allow", "b", "x.harn"], "cannot be used with"],
    [["run", "--nonsense"], "unexpected argument '--nonsense' found"],
    [["frobnicate"], "unrecognized subcommand 'frobnicate'"],
  ])("run-events 9: takes %j for misuse", async (args, message) => {
    const { status, stdout, stderr } = await project.harn(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });
});

describe("output", () => {
  it("keeps the order of both streams", async () => {
    const pair = '  harness.stdio.println("out ${i}")\n  harness.stdio.eprintln("err ${i}")';
    project.write("both.harn", main(`  for i in 0 to 2 {\n${pair}\n  }\n  throw "end"`));
    const { stdout } = await project.shell("harn run both.harn 2>&1");
    expect(stdout.split("\n").slice(0, 7)).toEqual([
      "out 0",
      "err 0",
      "out 1",
      "err 1",
      "out 2",
      "err 2",
      "error: Thrown: end",
    ]);
  });

  it("loses nothing of a long output, whoever reads it and how slowly", async () => {
    project.write("long.harn", main('  for i in 1 to 200000 {\n    harness.stdio.println("line ${i}")\n  }'));
    const { stdout } = await project.shell("harn run long.harn | (sleep 0.3; tail -n 1; )");
    expect(stdout).toBe("line 200000\n");
    expect((await project.shell("harn run long.harn | wc -l")).stdout.trim()).toBe("200000");
  });

  it("run-events 35: ends without a word when nobody reads any more", async () => {
    project.write("endless.harn", main('  while true {\n    harness.stdio.println("more")\n  }'));
    expect(await project.shell("harn run endless.harn | head -n 1")).toEqual({
      status: 0,
      stdout: "more\n",
      stderr: "",
    });
  });

  it("appears while the program waits", async () => {
    project.write("waits.harn", main('  harness.stdio.print("now")\n  harness.clock.sleep_ms(60000)'));
    const child = await project.start("run", "waits.harn");
    await said(child, "now");
    child.kill("SIGKILL");
    await endOf(child);
  });
});

describe("harn run --json", () => {
  it("run-events 5, 6: is a stream of numbered events and a result", async () => {
    project.write(
      "three.harn",
      main('  harness.stdio.println("hello")\n  harness.stdio.eprint("world")\n  return {b: 1.0, a: [nil]}'),
    );
    const { status, stdout, stderr } = await project.harn("run", "--json", "three.harn");
    expect([status, stderr]).toEqual([0, ""]);
    expect(lines(stdout).map(({ data }) => data)).toEqual([
      { event_type: "stdout", seq: 1, payload: "hello\n" },
      { event_type: "stderr", seq: 2, payload: "world" },
      { event_type: "result", seq: 3, value: { a: [null], b: 1 }, exit_code: 0 },
    ]);
    expect(Object.keys(lines(stdout)[0] ?? {})).toEqual(["schemaVersion", "ok", "data", "error", "warnings"]);
  });

  it("run-events 8: leaves out the program's output when quiet", async () => {
    const { stdout } = await project.harn("run", "--json", "--quiet", "three.harn");
    expect(lines(stdout).map(({ data }) => [data.event_type, data.seq])).toEqual([["result", 1]]);
  });

  it("run-events 7, 10: tells a failure inside an envelope that is ok", async () => {
    project.write("boom.harn", main('  throw "boom"'));
    const { status, stdout, stderr } = await project.harn("run", "--json", "boom.harn");
    expect([status, stderr]).toEqual([1, ""]);
    expect(lines(stdout)).toMatchObject([
      { ok: true, error: null, data: { event_type: "error", seq: 1, error: { code: "runtime", details: null } } },
    ]);
  });

  it("run-events 11: tells what is wrong with a program in one line", async () => {
    project.write("syntax.harn", "pipeline default( {\n");
    const { status, stdout, stderr } = await project.harn("run", "--json", "syntax.harn");
    expect([status, stderr, lines(stdout).length]).toEqual([1, "", 1]);
    expect(lines(stdout)[0]?.data).toMatchObject({ event_type: "error", error: { code: "compile_error" } });
  });

  it("run-events 37: has bytes and structs as data in its result", async () => {
    project.write(
      "data.harn",
      `struct Gull { age: int }\n${main('  return [bytes_from_string("hi"), Gull { age: 3 }]')}`,
    );
    const { stdout } = await project.harn("run", "--json", "data.harn");
    expect(lines(stdout).at(-1)?.data.value).toEqual([{ $bytes_b64: "aGk=" }, { age: 3 }]);
  });

  it("run-events 20: shows nothing of what a program keeps to itself", async () => {
    project.write(
      "captured.harn",
      main('  capture_stderr_start()\n  harness.stdio.eprintln("kept")\n  log("[${capture_stderr_take()}]")'),
    );
    const { stdout } = await project.harn("run", "--json", "captured.harn");
    expect(lines(stdout).map(({ data }) => data.payload)).toEqual(["[harn] [kept\n]\n", undefined]);
  });

  it("run-events 38: tells of an agent's checkpoints and turns without any hook, and of its tools only in messages", async () => {
    project.write(
      "loop.harn",
      main(`  let echo = { parameters: { text: "string" }, handler: { args -> args.text } }
  llm_mock({ text: "", tool_calls: [{ name: "echo", arguments: { text: "a" } }] })
  llm_mock({ text: "done" })
  let options = { provider: "mock", tool_format: "native", max_iterations: 3 }
  agent_loop("go", nil, options + { tools: tool_define(tool_registry(), "echo", "Echo", echo) })`),
    );
    const { stdout } = await project.harn("run", "--json", "loop.harn");
    const events = lines(stdout).map(({ data }) => data);
    expect(events.filter(({ event_type }) => String(event_type).startsWith("tool_"))).toEqual([]);
    const hooks = events.filter(({ event_type }) => event_type === "hook");
    expect(new Set(hooks.map(({ name }) => name))).toEqual(new Set(["loop_checkpoint", "post_turn"]));
    expect(hooks[0]).toMatchObject({
      name: "loop_checkpoint",
      phase: "allow",
      payload: { event: "LoopCheckpoint", kind: "iteration_start", iteration: 1, inbox_delivered: 0 },
    });
  });

  it("run-events 19: shows the stages of personas that a program tells the log of", async () => {
    project.write(
      "persona.harn",
      main(
        '  event_log.emit("persona.runtime.events", "persona.stage.started", {stage: "plan"}, {persona: "captain"})',
      ),
    );
    const { stdout } = await project.harn("run", "--json", "persona.harn");
    expect(stdout.split("\n")[0]).toBe(
      '{"schemaVersion":1,"ok":true,"data":{"event_type":"persona_stage","seq":1,"persona":"captain","stage":"plan","transition":"started"},"error":null,"warnings":[]}',
    );
  });

  it("run-events 13, 21: has an Err result for a result, and no end after exit", async () => {
    project.write("err.harn", main('  return Err("x")')).write("exit.harn", main("  log(1)\n  exit(2)"));
    const err = await project.harn("run", "--json", "err.harn");
    expect([err.status, lines(err.stdout)[0]?.data]).toEqual([
      1,
      { event_type: "result", seq: 1, value: "Result.Err(x)", exit_code: 1 },
    ]);
    const exit = await project.harn("run", "--json", "exit.harn");
    expect([exit.status, lines(exit.stdout).map(({ data }) => data.event_type)]).toEqual([2, ["stdout"]]);
  });

  it("run-events 35: goes on when nobody reads it", async () => {
    project.write("status.harn", main("  for i in 0 to 100000 {\n    log(i)\n  }\n  return 5"));
    expect(
      (await project.shell("harn run --json status.harn | head -n 1 > /dev/null; echo ${PIPESTATUS[0]}")).stdout,
    ).toBe("5\n");
  });
});

describe("model calls", () => {
  const program = main('  let r = llm_call("Say hi", nil, {provider: "mock", model: "mock"})\n  log(r.text)');

  it("are recorded, and answered from a recording", async () => {
    project.write("asks.harn", program).write("answers.jsonl", '{"text":"from a file"}\n');
    expect((await project.harn("run", "--llm-mock", "answers.jsonl", "asks.harn")).stdout).toBe("[harn] from a file\n");
    const first = await project.harn("run", "--llm-mock-record", "kept.jsonl", "asks.harn");
    const again = await project.harn("run", "--llm-mock", "kept.jsonl", "asks.harn");
    expect([first.status, again.stdout]).toEqual([0, first.stdout]);
  });

  it("need recordings that can be read, and a place to write them", async () => {
    project.write("broken.jsonl", "{\n");
    const broken = await project.harn("run", "--llm-mock", "broken.jsonl", "asks.harn");
    expect([broken.status, broken.stderr]).toEqual([1, "error: broken.jsonl line 1: expected a JSON object\n"]);
    const missing = await project.harn("run", "--json", "--llm-mock", "missing.jsonl", "asks.harn");
    expect(lines(missing.stdout)[0]?.data).toMatchObject({ error: { code: "llm_mock_install" } });
    const nowhere = await project.harn("run", "--json", "--llm-mock-record", "no/folder.jsonl", "asks.harn");
    expect(lines(nowhere.stdout).at(-1)?.data).toMatchObject({ error: { code: "llm_mock_record" } });
  });
});

describe("signals", () => {
  const waiting = main(
    '  defer { harness.stdio.println("cleaned up") }\n  harness.stdio.println("ready")\n  harness.clock.sleep_ms(60000)',
  );

  it("interrupt the program, which cleans up", async () => {
    project.write("waiting.harn", waiting);
    const child = await project.start("run", "waiting.harn");
    const ended = endOf(child);
    await said(child, "ready");
    child.kill("SIGINT");
    const { status, stdout, stderr } = await ended;
    expect([status, stdout]).toEqual([124, "ready\ncleaned up\n"]);
    expect(stderr).toContain("[harn] signal received, interrupting VM");
  });

  it("run-events 42: interrupt a loop that never waits", async () => {
    project.write("loop.harn", main('  harness.stdio.println("ready")\n  var n = 0\n  while true { n = n + 1 }'));
    const child = await project.start("run", "loop.harn");
    const ended = endOf(child);
    await said(child, "ready");
    child.kill("SIGTERM");
    expect((await ended).status).toBe(124);
  });

  it("end the process at the second one", async () => {
    const stubborn =
      '  harness.stdio.println("ready")\n  while true { try { harness.clock.sleep_ms(60000) } catch (e) { harness.stdio.println("no") } }';
    project.write("stubborn.harn", main(stubborn));
    const child = await project.start("run", "stubborn.harn");
    const ended = endOf(child);
    await said(child, "ready");
    child.kill("SIGINT");
    await said(child, "no");
    child.kill("SIGINT");
    const { status, stderr } = await ended;
    expect([status, stderr]).toEqual([124, expect.stringContaining("[harn] second signal received, terminating\n")]);
  });
});

describe("a program that waits for what can never happen", () => {
  it("is told so, where it waits, and cleans up", async () => {
    const body = '  defer { harness.stdio.println("cleaned up") }\n  let c = channel("c")\n  log(receive(c))';
    project.write("stuck.harn", main(body));
    const { status, stdout, stderr } = await project.harn("run", "stuck.harn");
    expect([status, stdout]).toEqual([1, "cleaned up\n"]);
    expect(stderr).toMatch(
      /^error: Runtime error: deadlock: .*\n {2}task_root at stuck\.harn:4:7 waits for .*\n {2}--> stuck\.harn:4:7\n/,
    );
  });

  it.each([
    [
      "behind a callback of asynchronous code",
      'let c = channel("jobs")\n  log(with_rate_limit("mock", { -> receive(c) }))',
      [
        "task_root at FILE:3:7 waits for what it calls back",
        "task_root at FILE:3:36 waits for a message in channel jobs",
      ],
    ],
    [
      "behind a tool of an agent",
      [
        'let c = channel("jobs")',
        'let tools = tool_define(tool_registry(), "look", "looks", {parameters: {}, handler: { args -> receive(c) }})',
        'llm_mock({tool_calls: [{name: "look", arguments: {}}]})',
        'agent_loop("go", nil, {provider: "mock", model: "mock", tools: tools})',
      ].join("\n  "),
      [
        "task_root at FILE:5:3 waits for what it calls back",
        "task_root at FILE:3:97 waits for a message in channel jobs",
      ],
    ],
    [
      "at a pool that waits for itself",
      [
        'let p = __pool_create({name: "p", max_concurrent: 1}).id',
        "let h = __pool_submit(p, { -> __pool_wait(__pool_submit(p, { -> 1 })) })",
        "__pool_wait([h])",
      ].join("\n  "),
      [
        "task_root at FILE:4:3 waits for a task of pool p, held by task_root:pool:1",
        "task_root:pool:1 at FILE:3:33 waits for a task of pool p, held by task_root:pool:1",
      ],
    ],
    [
      "at a pool without room",
      [
        'let queue = {kind: "queue", max_depth: 1, on_full: "block_submitter"}',
        'let p = __pool_create({name: "p", max_concurrent: 1, backpressure: queue}).id',
        'let c = channel("jobs")',
        "__pool_submit(p, { -> receive(c) })",
        "__pool_submit(p, { -> 1 })",
        "__pool_submit(p, { -> send(c, 1) })",
      ].join("\n  "),
      [
        "task_root at FILE:7:3 waits for room in pool p, held by task_root:pool:1",
        "task_root:pool:1 at FILE:5:25 waits for a message in channel jobs",
      ],
    ],
    [
      "at the task that its agent is part of",
      [
        'let c = channel("self", 1)',
        'let tools = tool_define(tool_registry(), "look", "looks", {parameters: {}, handler: { args -> await(receive(c)) }})',
        'llm_mock({tool_calls: [{name: "look", arguments: {}}]})',
        'let h = spawn { agent_loop("go", nil, {provider: "mock", model: "mock", tools: tools}) }',
        "send(c, h)",
        "await(h)",
      ].join("\n  "),
      [
        "task_root at FILE:7:3 waits for task task_root:spawn:1",
        "task_root:spawn:1 at FILE:5:19 waits for what it calls back",
        "task_root:spawn:1 at FILE:3:97 waits for task task_root:spawn:1",
      ],
    ],
    [
      "at a lock whose holder waits behind one",
      [
        'let c = channel("jobs")',
        'let h = spawn { sync_mutex_acquire("m"); with_rate_limit("mock", { -> receive(c) }) }',
        "yield_now()",
        'sync_mutex_acquire("m")',
      ].join("\n  "),
      [
        "task_root at FILE:5:3 waits for mutex m, held by task_root:spawn:1",
        "task_root:spawn:1 at FILE:3:44 waits for what it calls back",
        "task_root:spawn:1 at FILE:3:73 waits for a message in channel jobs",
      ],
    ],
  ])("is told who waits for what, %s", async (_where, body, waits) => {
    project.write("behind.harn", main(`  ${body}`));
    const { status, stderr } = await project.harn("run", "behind.harn");
    expect(status).toBe(1);
    expect(stderr).toContain(
      `error: Runtime error: deadlock: nothing is under way that could end a wait\n${waits
        .map((line) => `  ${line.replace("FILE", "behind.harn")}\n`)
        .join("")}`,
    );
  });

  it("ends even when it insists", async () => {
    const body = '  let c = channel("c")\n  while true { try { receive(c) } catch (e) { log(1) } }';
    project.write("insists.harn", main(body));
    const { status, stdout, stderr } = await project.harn("run", "insists.harn");
    expect([status, stdout]).toEqual([1, "[harn] 1\n"]);
    expect(stderr).toContain("insists.harn:3:22 waits for a message in channel c\n");
  });
});

describe("starting up", () => {
  const reporter = fileURLToPath(new URL("./fixtures/report-packages.cjs", import.meta.url));

  it("loads no package that a program may never need", async () => {
    project.write("hello.harn", main('  harness.stdio.println("hello")'));
    const { stderr } = await project.shell(`NODE_OPTIONS="--require ${reporter}" harn run hello.harn`);
    const loaded = stderr.trim().split(" ").slice(1);
    expect(loaded).toEqual([]);
  });

  it("evaluates one script for a program that was compiled before, and the others when they are needed", async () => {
    project.write("hello.harn", main('  harness.stdio.println("hello")'));
    project.write("models.harn", main('  harness.stdio.println(llm_resolve_model("m1").id ?? "")'));
    const scripts = async (file: string): Promise<string[]> => {
      const coverage = join(project.folder, `coverage-${file}`);
      const keep = { HARN_CACHE_DIR: join(project.folder, "cache"), HARN_BYTECODE_CACHE: "1" };
      await project.harnWith(keep, "run", file);
      await project.harnWith({ ...keep, NODE_V8_COVERAGE: coverage }, "run", file);
      const [report] = readdirSync(coverage);
      const { result } = JSON.parse(readFileSync(join(coverage, report as string), "utf8"));
      return (result as { url: string }[]).map(({ url }) => basename(url)).filter((name) => name.endsWith(".cjs"));
    };
    expect(await scripts("hello.harn")).toEqual(["cli.cjs", "harn.cjs"]);
    expect(await scripts("models.harn")).toContain("rooms.cjs");
  });

  it("loads a package when a program needs it", async () => {
    project.write("pattern.harn", main('  log(regex_match("(a)+", "caat"))'));
    const { stderr } = await project.shell(`NODE_OPTIONS="--require ${reporter}" harn run pattern.harn`);
    expect(stderr).toContain("rregex");
  });
});

describe("compiled programs", () => {
  const cache = join(project.folder, "cache");
  const run = (file: string, more: Readonly<Record<string, string>> = {}) =>
    project.harnWith({ HARN_CACHE_DIR: cache, HARN_BYTECODE_CACHE: "1", ...more }, "run", file);
  const keptFile = (): string => {
    const [name, ...others] = readdirSync(cache);
    expect(others).toEqual([]);
    return join(cache, name as string);
  };

  it("are kept, and run again without the front end", async () => {
    project.write("kept.harn", main('  harness.stdio.println("kept")'));
    rmSync(cache, { recursive: true, force: true });
    const opened = fileURLToPath(new URL("./fixtures/report-scripts.cjs", import.meta.url));
    const options = { NODE_OPTIONS: `--require ${opened}` };
    expect(await run("kept.harn", options)).toMatchObject({
      stdout: "kept\n",
      stderr: "scripts: harn.cjs front.cjs\n",
    });
    expect(await run("kept.harn", options)).toMatchObject({ stdout: "kept\n", stderr: "scripts: harn.cjs\n" });
  });

  it("say every time what there is to say", async () => {
    project.write(
      "warns.harn",
      main("  let xs: list<int> = [1]\n  match xs { [] -> { log(0) } }\n  return 1\n  log(2)"),
    );
    const first = await run("warns.harn");
    expect(first.stderr).toContain("warning");
    expect(await run("warns.harn")).toEqual(first);
  });

  it("are not taken for what they have become", async () => {
    project.write("lib.harn", 'pub fn word() { return "old" }\n');
    project.write("importer.harn", `import { word } from "lib"\n${main("  harness.stdio.println(word())")}`);
    expect((await run("importer.harn")).stdout).toBe("old\n");
    project.write("lib.harn", 'pub fn word() { return "new" }\n');
    expect((await run("importer.harn")).stdout).toBe("new\n");
    project.write("importer.harn", main('  harness.stdio.println("alone")'));
    expect((await run("importer.harn")).stdout).toBe("alone\n");
  });

  it("are compiled again when what was kept is damaged, or cannot be kept", async () => {
    rmSync(cache, { recursive: true, force: true });
    project.write("twice.harn", main("  log(2)"));
    await run("twice.harn");
    const kept = keptFile();
    for (const text of ["", "{", "null", '{"build":1}', readFileSync(kept, "utf8").slice(0, -200)]) {
      writeFileSync(kept, text);
      expect(await run("twice.harn")).toEqual({ status: 0, stdout: "[harn] 2\n", stderr: "" });
    }
    project.write("file-in-the-way", "");
    const blocked = { HARN_CACHE_DIR: join(project.folder, "file-in-the-way") };
    expect(await run("twice.harn", blocked)).toEqual({ status: 0, stdout: "[harn] 2\n", stderr: "" });
  });

  it("are not kept when nobody wants them kept", async () => {
    rmSync(cache, { recursive: true, force: true });
    project.write("unkept.harn", main("  log(3)"));
    await run("unkept.harn", { HARN_BYTECODE_CACHE: "0" });
    expect(existsSync(cache)).toBe(false);
  });
});
