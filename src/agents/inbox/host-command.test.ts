import { describe, expect, it } from "vitest";
import { HostError, type ProcessRequest, type ProcessResult } from "../../builtin/index.ts";
import { runBody } from "../testing/programs.ts";

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** `echo` says its arguments, `die` is killed, everything else is not to be found. */
function process({ command, args = [] }: Omit<ProcessRequest, "signal">): Partial<ProcessResult> {
  if (command === "echo") return { exitCode: 0, stdout: text(`${args.join(" ")}\n`), stderr: text("") };
  if (command === "die") return { exitCode: undefined, signal: "SIGKILL", stdout: text("é"), stderr: text("") };
  throw new HostError("not-found", `there is no ${command}`);
}

async function lines(body: string): Promise<readonly string[]> {
  return (await runBody(body, { process })).lines;
}

const entries = 'agent_session_drain_inbox("").map({ e -> [e.sequence, e.kind, e.source, json_parse(e.content)] })';

describe("commands beside the program", () => {
  it("I32: one that is waited for answers in place, and other entries go back behind it", async () => {
    expect(
      await lines(`
      let end: any = hostlib_tools_run_command({argv: ["echo", "hi"], background_after_ms: 1000})
      println([end.status, end.stdout.trim(), end.exit_code, end.feedback_kind, end.handle_id.starts_with("hto-")])
      println(agent_session_drain_inbox(""))`),
    ).toEqual(["[completed, hi, 0, tool_result, true]", "[]"]);
  });

  it("I39: an entry that was there ends the wait, and comes back as a new one", async () => {
    expect(
      await lines(`
      agent_session_post_event("", "note", "[1]")
      agent_session_post_event("", "note", "[2]", "mine")
      let still: any = hostlib_tools_run_command({argv: ["echo", "hi"], background_after_ms: 1000})
      println([still.status, still.duration_ms, still.feedback_kind, still.exit_code, still.stdout])
      println(${entries}.filter({ e -> e[1] == "note" }))`),
    ).toEqual([
      "[running, 1000, tool_progress, nil, ]",
      "[[3, note, hostlib.run_command.requeue, [1]], [4, note, hostlib.run_command.requeue, [2]]]",
    ]);
  });

  it("I44: one that was killed has no exit code, and its signal's number", async () => {
    expect(
      await lines(`
      let end: any = hostlib_tools_run_command({argv: ["die"], background_after_ms: 1000, max_inline_bytes: 1})
      println([end.exit_code, end.signal, end.stdout, end.byte_count])
      let gone: any = hostlib_tools_run_command({argv: ["nope"], background_after_ms: 1000})
      println([gone.status, gone.error, gone.exit_code])
      println((try { hostlib_tools_run_command({argv: ["nope"]}) }))`),
    ).toEqual([
      "[-1, SIG9, , 2]",
      "[failed, hostlib: hostlib_tools_run_command: spawn failed: there is no nope, -1]",
      "Result.Err({builtin: hostlib_tools_run_command, kind: backend_error, message: hostlib: hostlib_tools_run_command: spawn failed: there is no nope})",
    ]);
  });

  it("I42: a cancelled one, and one that the loop of its session left behind, tell nothing", async () => {
    expect(
      await lines(`
      let handle: any = hostlib_tools_run_command({argv: ["echo"], background: true})
      println([hostlib_tools_cancel_handle({handle_id: handle.handle_id}).cancelled, handle.status, handle.command])
      for _ in 0 to 100 { yield_now() }
      println(agent_session_drain_inbox(""))`),
    ).toEqual(["[true, running, echo]", "[]"]);
  });

  it.each([
    ["{}", "missing_parameter", "missing required parameter 'argv'"],
    ["{argv: []}", "invalid_parameter", "invalid parameter 'argv': argv must contain at least one element"],
    ['{argv: "ls"}', "invalid_parameter", "invalid parameter 'argv': expected list of strings, got string"],
    ['{mode: "shell"}', "missing_parameter", "missing required parameter 'command'"],
    ['{mode: "both"}', "invalid_parameter", `invalid parameter 'mode': expected "argv" or "shell", got "both"`],
    ['{argv: ["echo"], background: 1}', "invalid_parameter", "invalid parameter 'background': expected bool, got int"],
    [
      '{argv: ["echo"], background_after_ms: -1}',
      "invalid_parameter",
      "invalid parameter 'background_after_ms': expected non-negative integer, got -1",
    ],
    [
      '{argv: ["echo"], progress_interval_ms: 5}',
      "invalid_parameter",
      "invalid parameter 'progress_interval_ms': progress is not told of here; leave it out, the end is told of",
    ],
  ])("refuses %s by name", async (request, kind, what) => {
    expect(await lines(`println(try { hostlib_tools_run_command(${request}) })`)).toEqual([
      `Result.Err({builtin: hostlib_tools_run_command, kind: ${kind}, message: hostlib: hostlib_tools_run_command: ${what}})`,
    ]);
  });

  it("starts nothing that a policy denies", async () => {
    const told = await lines(`
      let outcome = try { with_execution_policy({side_effect_level: "read_only"}, { -> hostlib_tools_run_command({argv: ["echo"]}) }) }
      println(is_err(outcome))
      println(try { hostlib_enable("nope") })`);
    expect(told).toEqual(["true", expect.stringContaining("unknown feature 'nope' (supported: tools:deterministic)")]);
  });
});
