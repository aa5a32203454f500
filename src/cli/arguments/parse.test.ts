import { describe, expect, it } from "vitest";
import { helpOf, usageOf } from "./help.ts";
import type { Invocation } from "./invocation.ts";
import { type Environment, parseCommandLine } from "./parse.ts";
import type { CommandSpec } from "./spec.ts";

const load = async () => ({ execute: () => 0 });
const tree: CommandSpec = {
  name: "tool",
  summary: "A tool",
  subcommands: [
    {
      name: "run",
      summary: "Run it",
      positionals: [{ name: "FILE", summary: "What to run" }],
      passes: "ARGV",
      flags: [
        { name: "json", short: "j", summary: "As JSON" },
        { name: "quiet", summary: "Silent", requires: "json" },
        { name: "deny", value: "NAMES", summary: "Not these", conflicts: ["allow"] },
        { name: "allow", value: "NAMES", summary: "Only these" },
        { name: "dir", short: "d", value: "DIR", summary: "Where", isRepeatable: true },
        {
          name: "level",
          value: "L",
          summary: "How much",
          choices: ["low", "high"],
          fallback: "low",
          environment: "TOOL_LEVEL",
        },
        { name: "trace", summary: "Trace", environment: "TOOL_TRACE" },
        { name: "log", value: "FILE", isValueOptional: true, summary: "Log", environment: "TOOL_LOG" },
      ],
      load,
    },
    {
      name: "group",
      summary: "Several",
      subcommands: [
        { name: "show", summary: "Show", positionals: [{ name: "ID", summary: "Which", isRequired: true }], load },
      ],
    },
  ],
};

function invoke(line: string, environment: Environment = {}): Invocation {
  const parsed = parseCommandLine(tree, line === "" ? [] : line.split(" "), environment);
  if (parsed.kind !== "invocation") throw new Error("asked for help");
  return parsed.invocation;
}

describe("parseCommandLine", () => {
  it("reads switches, values and positionals in any order", () => {
    const run = invoke("run --deny a,b main.harn -j --dir=x -d y -dz");
    expect([run.has("json"), run.text("deny"), run.texts("dir"), run.positionals]).toEqual([
      true,
      "a,b",
      ["x", "y", "z"],
      ["main.harn"],
    ]);
  });

  it("hands on what follows --", () => {
    const run = invoke("run main.harn -- --json -x");
    expect([run.passed, run.has("json")]).toEqual([["--json", "-x"], false]);
  });

  it("takes words behind -- as positionals where nothing is handed on", () => {
    expect(invoke("group show -- -odd").positionals).toEqual(["-odd"]);
  });

  it("falls back to the environment, then to the default", () => {
    expect(invoke("run").text("level")).toBe("low");
    expect(invoke("run", { TOOL_LEVEL: "high" }).text("level")).toBe("high");
    expect(invoke("run --level low", { TOOL_LEVEL: "high" }).text("level")).toBe("low");
    expect([invoke("run", { TOOL_TRACE: "1" }).has("trace"), invoke("run", { TOOL_TRACE: "0" }).has("trace")]).toEqual([
      true,
      false,
    ]);
  });

  it("takes a value or none where it is optional", () => {
    const logs = (line: string, set?: string): readonly string[] =>
      invoke(line, set === undefined ? {} : { TOOL_LOG: set }).texts("log");
    expect([logs("run --log main.harn"), logs("run --log=x"), logs("run")]).toEqual([[""], ["x"], []]);
    expect([logs("run", "1"), logs("run", "0"), logs("run", "y.log")]).toEqual([[""], [], ["y.log"]]);
  });

  it.each([
    ["run --jsn", "unexpected argument '--jsn' found; did you mean '--json'?"],
    ["run -x", "unexpected argument '-x' found"],
    ["run --json=yes", "unexpected value for '--json': it takes none"],
    ["run --deny", "a value is required for '--deny <NAMES>' but none was supplied"],
    ["run --deny a --allow b", "the argument '--deny' cannot be used with '--allow'"],
    ["run --allow b --deny a", "the argument '--deny' cannot be used with '--allow'"],
    ["run --deny a --deny b", "the argument '--deny <NAMES>' cannot be used multiple times"],
    ["run --quiet", "the argument '--quiet' requires '--json'"],
    ["run --level middle", "invalid value 'middle' for '--level <L>': expected one of low, high"],
    ["run a b", "unexpected argument 'b' found"],
    ["group show", "the following required argument was not provided: <ID>"],
    ["group shwo", "unrecognized subcommand 'shwo'; did you mean 'show'?"],
    ["group", "'tool group' requires a subcommand"],
    ["frobnicate", "unrecognized subcommand 'frobnicate'"],
  ])("refuses %s", (line, message) => {
    expect(() => invoke(line)).toThrow(message);
  });

  it("refuses a count that is none", () => {
    expect(() => invoke("run --dir 3x").count("dir")).toThrow(
      "invalid value '3x' for '--dir': expected a whole number",
    );
  });

  it("asks for help wherever -h or --help stands, but not behind --", () => {
    const run = tree.subcommands?.[0];
    expect(parseCommandLine(tree, ["run", "--nonsense", "-h"], {})).toMatchObject({ kind: "help", command: run });
    expect(invoke("run -- --help").passed).toEqual(["--help"]);
  });
});

describe("help", () => {
  const run = tree.subcommands?.[0] as CommandSpec;

  it("shows the usage", () => {
    expect(usageOf(run, ["tool", "run"])).toBe("tool run [OPTIONS] [FILE] [-- ARGV...]");
    expect(usageOf(tree, ["tool"])).toBe("tool <COMMAND>");
  });

  it("lists every flag with its placeholder, variable and default", () => {
    const help = helpOf(run, ["tool", "run"]);
    expect(help).toContain("-d, --dir <DIR>...");
    expect(help).toContain("--level <L>      How much [one of: low, high] [env: TOOL_LEVEL] [default: low]");
    expect(help).toContain("--log[=<FILE>]");
    expect(help).toContain("-h, --help");
  });
});
