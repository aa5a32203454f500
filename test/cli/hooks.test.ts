import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { builtCli, Project } from "./harn.ts";

const program = `pipeline main() {
  var tools = tool_define(tool_registry(), "write_note", "Write", {parameters: {}, handler: { _ -> "wrote" }})
  tools = tool_define(tools, "read_note", "Read", {parameters: {path: {type: "string"}}, handler: { args -> "read " + args.path }})
  llm_mock({tool_calls: [{id: "w", name: "write_note", arguments: {}}]})
  llm_mock({tool_calls: [{id: "r", name: "read_note", arguments: {path: "a"}}]})
  llm_mock({text: "done"})
  let result = agent_loop("Go", nil, {provider: "mock", tools: tools, max_iterations: 5})
  for message in transcript_messages(result.transcript).filter({ m -> m.role == "tool" }) { log(message.content) }
  let worker = try { spawn_agent({name: "kid", task: "t", node: {kind: "stage", model_policy: {provider: "mock"}}}) }
  if is_err(worker) { log(unwrap_err(worker)) } else { wait_agent(unwrap(worker)) }
}
`;

const asserts = `  assert(contains(json_stringify(transcript_messages(result.transcript)), "no writing"), "not asked")
}
`;

const handlers = `pub fn pre(event) {
  if event.tool.name == "write_note" { return {deny: "no writing"} }
  return {args: {path: "b"}}
}
pub fn post(event) { return "hooked " + event.result.text }
pub fn told(event) { log("\${event.event} \${event.worker.name} \${event.worker.status}"); return {block: true} }
pub fn turn(event) { log("\${event.event} \${event.turn.iteration}"); return nil }
pub fn reminds(_event) { return {reminder: {body: "mind"}} }
`;

type Hook = readonly [event: string, handler: string, pattern?: string];

function manifest(...hooks: readonly Hook[]): string {
  const tables = hooks.map(
    ([event, handler, pattern]) =>
      `[[hooks]]\nevent = "${event}"\nhandler = "${handler}"\n${pattern === undefined ? "" : `pattern = '${pattern}'\n`}`,
  );
  return `[package]\nname = "p"\nversion = "0.1.0"\n\n[exports]\nhooks = "own/handlers.harn"\n\n${tables.join("\n")}`;
}

describe("[[hooks]] of a manifest", () => {
  let project: Project;
  beforeAll(async () => void (await builtCli()));
  beforeEach(() => {
    project = new Project().write("main.harn", program).write("own/handlers.harn", handlers);
  });
  afterEach(() => project.remove());

  async function run(...hooks: readonly Hook[]): Promise<readonly string[]> {
    project.write("harn.toml", manifest(...hooks));
    const { stdout, stderr, status } = await project.harn("run", "main.harn");
    expect({ stderr: stderr.replace(/^run record: .*\n/, ""), status }).toEqual({ stderr: "", status: 0 });
    return stdout.split("\n").filter((line) => line !== "");
  }

  it("refuse tool calls, change their arguments and what they give", async () => {
    const lines = await run(["PreToolUse", "hooks::pre"], ["PostToolUse", "hooks::post", 'tool.name =~ "read"']);
    expect(lines.join("\n")).toContain('"reason": "no writing"');
    expect(lines).toContain("hooked read b");
  });

  it("are told of workers and turns, and what they answer changes nothing", async () => {
    const lines = await run(
      ["WorkerSpawned", "hooks::told"],
      ["WorkerCompleted", "hooks::told"],
      ["PostAgentTurn", "hooks::turn"],
    );
    expect(lines.filter((line) => line.includes("kid"))).toEqual([
      "[harn] WorkerSpawned kid running",
      "[harn] WorkerCompleted kid completed",
    ]);
    expect(lines.filter((line) => line.includes("PostAgentTurn")).slice(0, 3)).toEqual(
      [1, 2, 3].map((turn) => `[harn] PostAgentTurn ${turn}`),
    );
  });

  it("lifecycle 50: cannot remind of anything when they are told of a worker", async () => {
    const lines = await run(["WorkerSpawned", "hooks::reminds"]);
    expect(lines.at(-1)).toContain(
      "WorkerSpawned hook reminder: HARN-RMD-008: WorkerSpawned does not support reminder effects",
    );
  });

  it("hold for tests as well", async () => {
    const passes = program.replace("pipeline main()", "pipeline test_hooks()").replace(/ {2}for message.*$/s, asserts);
    project.write("test_hooks.harn", passes).write("harn.toml", manifest(["PreToolUse", "hooks::pre"]));
    expect((await project.harn("test", "test_hooks.harn")).status).toBe(0);
    project.write("harn.toml", manifest(["PreToolUse", "hooks::nobody"]));
    const refused = await project.harn("test", "test_hooks.harn");
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain("handler 'hooks::nobody' is not exported by");
  });

  it.each([
    [["Nope", "hooks::pre"], 'event "Nope" is unknown, expected one of PreToolUse'],
    [["PreToolUse", "pre"], "invalid hook handler 'pre': expected <module>::<function>"],
    [["PreToolUse", "hooks::nobody"], "handler 'hooks::nobody' is not exported by"],
    [["PreToolUse", "nowhere::pre"], "'nowhere::pre': there is no file"],
  ] as const)("are refused by their table: %j", async (hook, problem) => {
    project.write("harn.toml", manifest(hook));
    const { status, stderr } = await project.harn("run", "main.harn");
    expect(status).toBe(1);
    expect(stderr).toContain("error: failed to install manifest hooks: ");
    expect(stderr).toContain("[[hooks]] table #1: ");
    expect(stderr).toContain(problem);
  });
});
