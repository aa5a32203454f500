import { describe, expect, test } from "vitest";
import { DurationValue, FloatValue } from "../../value/index.ts";
import { Bench, value } from "./testing/bench.ts";

describe("printing", () => {
  test("writes the display form of the first argument", () => {
    const bench = new Bench();
    bench.now("println", value([1, "two", null]));
    bench.now("print", "a", "ignored");
    bench.now("println");
    bench.now("log", value({ k: true }));
    expect(bench.written.stdout).toBe("[1, two, nil]\na\n[harn] {k: true}\n");
  });

  test("error output can be captured", () => {
    const bench = new Bench();
    bench.now("eprint", "seen ");
    bench.now("capture_stderr_start");
    bench.now("eprintln", 1);
    bench.now("__io_write_stderr", "é");
    expect(bench.now("capture_stderr_take")).toBe("1\né");
    bench.now("eprintln", "again");
    expect(bench.written.stderr).toBe("seen again\n");
    expect(bench.now("capture_stderr_take")).toBe("");
  });

  test.each([
    [["load", "half", 50], "[load] half (50%)\n"],
    [["load", "half", 1, 2], "[load] half (1/2)\n"],
    [["load", "text"], "[load] text\n"],
    [["p", "m", value({ mode: "spinner", step: -1 })], "[p] \\ m\n"],
    [["p", "m", value({ mode: "bar", current: 3, total: 4, width: 8 })], "[p] [######--] m (3/4)\n"],
    [["p", "m", value({ mode: "bar" })], "[p] [----------] m (0/0)\n"],
  ])("progress %j", (args, line) => {
    const bench = new Bench();
    bench.now("progress", ...args);
    expect(bench.written.stdout).toBe(line);
  });
});

describe("reading", () => {
  test("gives lines, then nil", async () => {
    const bench = new Bench({ input: "one\r\n\nlast" });
    expect(await bench.start("read_line")).toBe("one");
    expect(await bench.start("__harness_stdio_read_line")).toBe("");
    expect(await bench.start("read_line")).toBe("last");
    expect(await bench.start("read_line")).toBe(null);
  });

  test("mocked input stands for the real one until it is unmocked", async () => {
    const bench = new Bench({ input: "real\n" });
    bench.now("mock_stdin", "x\ny\nz");
    expect(await bench.start("read_line")).toBe("x");
    expect(bench.now("read_stdin")).toBe("y\nz");
    expect(await bench.start("read_line")).toBe(null);
    bench.now("unmock_stdin");
    expect(await bench.start("read_line")).toBe("real");
  });

  test("with options tells how it ended", async () => {
    const bench = new Bench();
    bench.now("mock_stdin", "  two  \n");
    expect(await bench.shown("__io_read_line", value({ trim: true, prompt: "? " }))).toBe(
      "{ok: true, status: ok, value: two}",
    );
    expect(await bench.shown("__io_read_line")).toBe("{ok: false, status: eof}");
    expect(bench.written.stderr).toBe("? ");
    expect(await bench.shown("__io_read_line", value({ timeout_ms: new DurationValue(-1) }))).toBe(
      "!! Runtime error: std/io.read_line: `timeout_ms` must be non-negative",
    );
    expect(await bench.shown("__io_read_line", value({ bogus: 1 }))).toBe(
      "!! Runtime error: std/io.read_line: unknown option(s): bogus",
    );
    expect(await bench.shown("__io_read_line", value({ prompt: 5 }))).toMatch(
      "Type error: '__io_read_line' parameter `options` expects {prompt?: string",
    );
    expect(await bench.shown("__io_read_line", "x")).toMatch("got string");
  });

  test("gives up when the time is over", async () => {
    const bench = new Bench();
    (bench.host.input as { readLine: () => Promise<undefined> }).readLine = () => new Promise(() => {});
    const reading = bench.shown("__io_read_line", value({ timeout_ms: 50 }));
    bench.host.clock.advance(50);
    expect(await reading).toBe("{ok: false, status: timeout}");
  });

  test("asks", async () => {
    const bench = new Bench({ input: "Ann  \n" });
    expect(await bench.start("prompt_user", "name? ")).toBe("Ann");
    expect(await bench.start("__harness_stdio_prompt", "more? ")).toBe("");
    expect(bench.written.stdout).toBe("name? more? ");
  });
});

describe("colours", () => {
  test("follow the mode, the environment and the terminal", async () => {
    const bench = new Bench();
    expect(bench.now("bold", "x")).toBe("x");
    bench.now("mock_tty", "stdout", true);
    expect(bench.now("color", "x", "bright_red")).toBe("\u001b[91mx\u001b[0m");
    expect(bench.now("color", "x", "RED")).toBe("x");
    bench.now("unmock_tty");
    bench.now("set_color_mode", "always");
    expect(bench.now("dim", "")).toBe("\u001b[2m\u001b[0m");
    expect(new Bench({ environment: { FORCE_COLOR: "1" } }).now("__ansi_enabled")).toBe(true);
    expect(await bench.shown("set_color_mode", "rainbow")).toBe(
      "!! set_color_mode: invalid mode 'rainbow'. Expected 'auto', 'always', or 'never'.",
    );
    expect(await bench.shown("mock_tty", "printer", true)).toBe(
      "!! mock_tty: invalid stream 'printer'. Expected 'stdin', 'stdout', or 'stderr'.",
    );
  });
});

describe("log lines", () => {
  test("are JSON with fields in order, from the level up", () => {
    const bench = new Bench({ now: 0 });
    bench.now("log_info", 'a "b"', value({ z: [1], a: new FloatValue(0.5), n: null }));
    bench.now("log_set_level", "error");
    bench.now("log_warn", "hidden");
    bench.now("log_json", "k", "v");
    expect(bench.written.stdout).toBe(
      '{"ts":"1970-01-01T00:00:00.000Z","level":"info","msg":"a \\"b\\"","a":0.5,"n":null,"z":"[1]"}\n' +
        '{"ts":"1970-01-01T00:00:00.000Z","key":"k","value":"v"}\n',
    );
  });

  test("refuse unknown levels", async () => {
    expect(await new Bench().shown("log_set_level", "ERROR")).toBe(
      "!! log_set_level: invalid level 'ERROR'. Expected debug, info, warn, or error",
    );
  });
});

describe("uuid", () => {
  test("versions and forms", async () => {
    const bench = new Bench({ now: 0x0192_3456_789a });
    expect(bench.now("uuid")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(bench.now("uuid")).not.toBe(bench.now("uuid"));
    expect(bench.now("uuid_v7")).toMatch(/^01923456-789a-7[0-9a-f]{3}-[89ab]/);
    expect(bench.now("uuid_v5", "dns", "example.com")).toBe("cfbff0d1-9375-5685-968c-48ce8b15ae17");
    expect(bench.now("uuid_v5", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "example.com")).toBe(
      "cfbff0d1-9375-5685-968c-48ce8b15ae17",
    );
    expect(bench.now("uuid_parse", "{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}")).toBe(
      "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    );
    expect(bench.now("uuid_parse", "6ba7b810")).toBe(null);
    expect(await bench.shown("uuid_v5", "nope", "x")).toBe(
      "!! Runtime error: uuid_v5: namespace must be a UUID or one of dns/url/oid/x500",
    );
  });
});
