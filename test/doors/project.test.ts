import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createHarn, ProjectError } from "../../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "harn-door-project-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const declare = (...tables: readonly string[]): void =>
  write("harn.toml", `[package]\nname = "p"\nversion = "0.1.0"\n\n[exports]\nown = "own.harn"\n\n${tables.join("\n")}`);

const hook = '[[hooks]]\nevent = "PreToolUse"\nhandler = "own::pre"\n';
const trigger =
  '[[triggers]]\nid = "built"\nkind = "webhook"\nprovider = "webhook"\nmatch = { events = ["build.done"] }\nhandler = "own::on_build"\n' +
  'secrets = { signing_secret = "webhook/v" }\n';

const source = (body: string) => ({ path: join(folder, "main.harn"), text: `pipeline main() {\n${body}\n}` });
const agent =
  source(`  let tools = tool_define(tool_registry(), "write_note", "Write", {parameters: {}, handler: { _ -> "wrote" }})
  llm_mock({tool_calls: [{id: "w", name: "write_note", arguments: {}}]})
  llm_mock({text: "done"})
  let result = agent_loop("Go", nil, {provider: "mock", tools: tools, max_iterations: 5})
  return json_stringify(transcript_messages(result.transcript).filter({ m -> m.role == "tool" }))`);
const triggers = source("  return trigger_list().map({ t -> t.id })");

describe("a program that embeds Harn for a project", () => {
  beforeEach(() =>
    write(
      "own.harn",
      'pub fn pre(event) { return {deny: "no writing"} }\npub fn on_build(event) { return event.kind }\n',
    ),
  );

  it("has its manifest's hooks and triggers in every run, and without it none", async () => {
    declare(hook, trigger);
    const harn = createHarn({ folder, manifest: "harn.toml" });
    for (let run = 0; run < 2; run++) {
      expect(await harn.run(agent)).toContain("no writing");
      expect(await harn.run(triggers)).toEqual(["built"]);
    }
    const alone = createHarn({ folder });
    expect(await alone.run(agent)).toContain("wrote");
    expect(await alone.run(triggers)).toEqual([]);
  });

  it("is told of what is wrong with the manifest before anything runs", async () => {
    const start = () => createHarn({ folder, manifest: "harn.toml" }).start(triggers);
    declare(hook.replace("own::pre", "own::absent"));
    expect(start).toThrow(ProjectError);
    expect(start).toThrow(
      /^failed to install manifest hooks: .*harn\.toml \[\[hooks\]\] table #1: handler 'own::absent'/,
    );
    declare(trigger.replace("own::on_build", "own::absent"));
    await expect(start().outcome).rejects.toThrow(/^failed to install manifest triggers: .*own::absent/);
    write("harn.toml", "[package\n");
    expect(start).toThrow(/harn\.toml cannot be read: /);
    rmSync(join(folder, "harn.toml"));
    expect(start).toThrow(/harn\.toml cannot be read: .*No such file/);
  });

  it("finds assets by the names of the manifest", async () => {
    declare('[asset_roots]\npartials = "prompts"\n');
    mkdirSync(join(folder, "prompts"), { recursive: true });
    write("prompts/hello.txt", "Hello {{ name }}");
    const harn = createHarn({ folder, manifest: "harn.toml" });
    expect(await harn.run(source('  return render("@partials/hello.txt", {name: "Ada"})'))).toBe("Hello Ada");
  });
});
