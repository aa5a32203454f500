import { describe, expect, test } from "vitest";
import {
  Catalog,
  type CommandGate,
  commandGateKey,
  type GatedCommand,
  type ProcessRequest,
} from "../../builtin/index.ts";
import { DictValue, Raise, stringifyJson, type Value } from "../../value/index.ts";
import { lateStdlib } from "../late.ts";
import { hostStdlib } from "./index.ts";
import type { HostServicesOptions } from "./services.ts";
import { Bench, value } from "./testing/bench.ts";

function gated(pass: CommandGate["pass"], services: HostServicesOptions = {}) {
  const started: ProcessRequest[] = [];
  const bench = new Bench({
    process: (request) => {
      started.push(request);
      return { stdout: new TextEncoder().encode("out\n"), exitCode: 0 };
    },
    environment: { SHELL: "/bin/sh" },
    services,
  });
  bench.service(commandGateKey).gate = { pass };
  return { bench, started };
}

/** Refuses everything and keeps what it was asked about. */
function refusing() {
  const asked: GatedCommand[] = [];
  const bridge = { capabilities: [], call: async () => true, tools: async () => [], callTool: async () => null };
  const refuse: CommandGate["pass"] = async (_context, command) => {
    asked.push(command);
    throw new Raise("plain", "refused");
  };
  const { bench, started } = gated(refuse, { bridge });
  return { bench, started, asked };
}

const commands: Readonly<Record<string, { readonly args: readonly Value[]; readonly command: string }>> = {
  exec: { args: ["rm", "x y"], command: '["rm","x y"]' },
  exec_at: { args: ["sub", "rm", "x"], command: '["rm","x"]' },
  shell: { args: ["rm x | cat"], command: '"rm x | cat"' },
  shell_at: { args: ["sub", "rm x"], command: '"rm x"' },
  spawn_captured: { args: [value({ cmd: "rm", args: ["x"], cwd: "sub" })], command: '["rm","x"]' },
  host_call: { args: ["process.exec", value({ mode: "argv", argv: ["rm", 1] })], command: '["rm","1"]' },
  vision_ocr: {
    args: [value({ bytes_base64: "aW1hZ2U=", mime_type: "image/png" })],
    command: '["tesseract","stdin","stdout","tsv"]',
  },
  "git.repo.discover": {
    args: ["."],
    command: '["git","rev-parse","--show-toplevel","--git-dir","--is-bare-repository","--is-inside-work-tree"]',
  },
  "git.status": { args: ["."], command: '["git","status","--porcelain=v1","--branch"]' },
  "git.conflicts": { args: ["."], command: '["git","status","--porcelain=v1"]' },
  "git.diff": { args: [".", "a..b"], command: '["git","diff","a..b"]' },
  "git.merge_base": { args: [".", "a", "b"], command: '["git","merge-base","a","b"]' },
  "git.fetch": { args: [".", "origin"], command: '["git","fetch","origin"]' },
  "git.push": { args: [".", "origin", "main"], command: '["git","push","origin","main"]' },
  "git.rebase": { args: [".", "main"], command: '["git","rebase","main"]' },
  "git.worktree.create": { args: [".", "b", "p"], command: '["git","worktree","add","-B","b","p"]' },
  "git.worktree.remove": { args: ["p"], command: '["git","worktree","remove","/desk/p"]' },
};

/** Of the same effect, but they start nothing. */
const harmless = new Set(["exit"]);

describe("the gate of commands", () => {
  test("every builtin that starts programs is here", () => {
    const names = [...new Catalog([...hostStdlib, lateStdlib]).builtins.values()]
      .filter(({ effect, name }) => effect === "process" && !harmless.has(name))
      .map(({ name }) => name);
    expect(names).toContain("exec");
    expect(names.filter((name) => commands[name] === undefined)).toEqual([]);
  });

  test.each(Object.entries(commands))("%s starts nothing that is refused", async (name, { args, command }) => {
    const { bench, started, asked } = refusing();
    expect(await bench.shown(name, ...args)).toBe("!! refused");
    expect(started).toEqual([]);
    expect(asked).toHaveLength(1);
    const [{ surface, request }] = asked as [GatedCommand];
    expect(surface).toBe(name);
    expect(stringifyJson(request.get("argv") ?? request.get("command") ?? null)).toBe(command);
  });

  test("what git asks along the way is asked about as well", async () => {
    const lines: string[] = [];
    const { bench } = gated((_context, command) => {
      lines.push(stringifyJson(command.request.get("argv") ?? null));
      return command.start(command.request);
    });
    await bench.start("git.push", ".", "origin", "main", "abc");
    expect(lines).toEqual(['["git","ls-remote","origin","main"]']);
  });

  test("what it makes of a command is what starts, the rest as it was", async () => {
    const { bench, started } = gated((_context, command) =>
      command.start(command.request.with("argv", value(["ls", "-l"]) as Value)),
    );
    await bench.start("exec_at", "sub", "rm", "x");
    await bench.start("spawn_captured", value({ cmd: "rm", env: { A: "1" }, stdin: "in" }));
    expect(started).toMatchObject([
      { command: "ls", args: ["-l"], cwd: "/desk/sub" },
      { command: "ls", args: ["-l"], env: { A: "1" }, input: "in" },
    ]);
  });

  test("a git operation stays what its receipt tells, but what it printed may be changed", async () => {
    const rewriting = gated((_context, command) => command.start(command.request.with("argv", value(["ls"]) as Value)));
    expect(await rewriting.bench.shown("git.status", ".")).toContain("may not rewrite a git operation");
    expect(rewriting.started).toEqual([]);
    const hiding = gated(async (_context, command) => {
      const result = await command.start(command.request);
      return result instanceof DictValue ? result.with("stdout", "hidden") : result;
    });
    expect(await hiding.bench.shown("git.diff", ".")).toContain("data: {diff: hidden}");
  });

  test("a host's command is judged as it will be read: in the mode it runs in", async () => {
    const { bench, asked } = refusing();
    await bench.shown("host_call", "process.exec", value({ argv: ["ls"], command: "rm x", shell_id: "sh" }));
    expect(asked[0]?.request.get("mode")).toBe("shell");
  });
});
