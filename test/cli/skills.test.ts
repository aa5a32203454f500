// Skills on the command line: keys are made here, and trusted only in a home folder of this test.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type Ended, Project } from "./harn.ts";

let project = new Project();
beforeEach(() => {
  project.remove();
  project = new Project();
});
afterAll(() => project.remove());

const path = ".harn/skills/deploy/SKILL.md";
const at = (file: string): string => join(project.folder, file);

function put(file: string, text: string): void {
  mkdirSync(dirname(at(file)), { recursive: true });
  writeFileSync(at(file), text);
}

function harn(...args: string[]): Promise<Ended> {
  return project.harnWith({ HOME: at("home") }, ...args);
}

async function said(...args: string[]): Promise<string> {
  const { status, stderr, stdout } = await harn(...args);
  expect([args.join(" "), status, stderr]).toEqual([args.join(" "), 0, ""]);
  return stdout;
}

const skill = (name: string, more = ""): string =>
  `---\nname: ${name}\nshort: Ship it\ndescription: Deploys a service\nwhen_to_use: releasing\npaths: ["*.tf"]\n${more}---\nDo it.\n`;

describe("harn skill", () => {
  it("key, sign, endorse, trust and verify go together", async () => {
    put(path, skill("deploy"));
    const made = await said("skill", "key", "generate", "--out", "author.pem");
    const fingerprint = /fingerprint: ([0-9a-f]{64})\n/.exec(made)?.[1] ?? "";
    expect(made).toContain("public_key: author.pem.pub\n");
    expect(statSync(at("author.pem")).mode & 0o777).toBe(0o600);
    await said("skill", "key", "generate", "--out", "other.pem");
    expect(await said("skill", "sign", "--key", "author.pem", path)).toContain(`fingerprint: ${fingerprint}\n`);

    const unknown = await harn("skill", "verify", path);
    expect([unknown.status, unknown.stdout]).toEqual([1, ""]);
    expect(unknown.stderr).toContain(`was signed by ${fingerprint}, but ${fingerprint} is not present in`);
    expect(await said("skill", "trust", "list")).toBe("No trusted skill signers installed.\n");
    await said("skill", "trust", "add", "--from", "author.pem.pub");
    expect(await said("skill", "trust", "list")).toBe(
      `${fingerprint} ${at(`home/.harn/trusted-signers/${fingerprint}.pub`)}\n`,
    );
    expect((await harn("skill", "verify", path)).stderr).toContain("has no endorsement signatures");

    await said("skill", "endorse", "--key", "other.pem", path);
    await said("skill", "endorse", "--key", "other.pem", path);
    expect(JSON.parse(readFileSync(at(`${path}.sig`), "utf8")).endorsements).toHaveLength(1);
    const json = await harn("skill", "verify", path, "--json");
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      skill_path: path,
      signature_path: `${path}.sig`,
      status: "missing_signer",
      signed: true,
      trusted: false,
      author: { role: "author", fingerprint, trusted: true, status: "verified", error: null, trust_score: null },
      endorsements: [{ role: "endorser", trusted: false, status: "missing_signer" }],
    });
    await said("skill", "trust", "add", "--from", "other.pem.pub");
    expect(await said("skill", "verify", path)).toContain(`verified: ${path}\nauthor_fingerprint: ${fingerprint}\n`);
    expect(await said("skill", "who-signed", path)).toContain(
      `status: verified\ntrusted: true\nauthor: ${fingerprint} trusted=true score=0.000 (0/0)\n`,
    );

    put(path, skill("deploy", "model: x\n"));
    expect((await harn("skill", "verify", path)).stderr).toContain("does not match the current contents");
    expect((await harn("skill", "endorse", "--key", "other.pem", path)).stderr).toContain("does not match");
  });

  it.each([
    [["skill", "sign", path], 2, "--key"],
    [["skill", "sign", "--key", "none.pem", path], 1, "failed to read none.pem: No such file"],
    [["skill", "sign", "--key", path, path], 1, `${path} holds no private key in PEM`],
    [["skill", "sign", "--key", "key.pem", "none.md"], 1, "failed to read none.md: No such file"],
    [["skill", "endorse", "--key", "key.pem", path], 1, `${path} is missing ${path}.sig: sign it first`],
    [["skill", "key", "generate", "--out", "key.pem"], 1, "key.pem already exists: a key is not written over"],
    [["skill", "trust", "add", "--from", "key.pem"], 1, "key.pem holds no public key in PEM"],
    [["skill", "trust", "add", "--from", path], 1, "holds no public key in PEM"],
    [["skill", "verify", path], 1, `${path} is missing ${path}.sig`],
    [["skill", "new", "../up"], 1, "'../up' is no name for a skill"],
    [["skills", "new", "deploy"], 1, "already exists"],
  ])("%j fails, and says why", async (args, status, message) => {
    put(path, skill("deploy"));
    await said("skill", "key", "generate", "--out", "key.pem");
    const ended = await harn(...args);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
    expect(ended.stderr).toContain(message);
  });
});

describe("harn skills", () => {
  it("resolved lists layers, and what they hide", async () => {
    expect(await said("skills", "resolved")).toContain("No skills were found");
    await said("skills", "new", "fresh", "--description", "a: b");
    put(path, skill("deploy"));
    put("home/.config/harn/skills/deploy/SKILL.md", skill("deploy"));
    put("more/own/SKILL.md", skill("own"));
    expect(await said("skills", "resolved", "--all", "--skill-dir", "more")).toBe(
      [
        "Resolved skills (4):",
        "  deploy  [project]  Ship it",
        "  fresh   [project]  a: b",
        "  own     [cli]  Ship it",
        "  deploy  [system] (shadowed)  Ship it",
        "",
      ].join("\n"),
    );
    const rows = (await said("skills", "resolved", "--json")).trim().split("\n");
    expect(rows.map((row) => JSON.parse(row).id)).toEqual(["deploy", "fresh"]);
    expect(JSON.parse(rows[0] ?? "")).toEqual({
      description: "Deploys a service",
      id: "deploy",
      layer: "project",
      origin: at(".harn/skills/deploy"),
      shadowed: false,
      when_to_use: "releasing",
    });
  });

  it("inspect shows the head, the files and the text", async () => {
    put(path, skill("deploy"));
    put(".harn/skills/deploy/files/a.txt", "");
    expect(await said("skills", "inspect", "deploy")).toContain(
      "files:       files/a.txt\n\n---- SKILL.md body ----\nDo it.\n",
    );
    expect(JSON.parse(await said("skills", "inspect", "deploy", "--json"))).toMatchObject({
      id: "deploy",
      layer: "project",
      paths: ["*.tf"],
      body: "Do it.\n",
      allowed_tools: [],
    });
    expect((await harn("skills", "inspect", "none")).stderr).toContain("skill 'none' not found");
  });

  it("match ranks what fits", async () => {
    put(path, skill("deploy"));
    put(".harn/skills/other/SKILL.md", skill("other"));
    const ranked = JSON.parse(await said("skills", "match", "deploy a service", "--json"));
    expect(ranked.map((row: { id: string }) => row.id)).toEqual(["deploy", "other"]);
    expect(JSON.parse(await said("skills", "match", "deploy a service", "--json", "--top-n", "1"))).toHaveLength(1);
    expect(await said("skills", "match", "zzz")).toBe("No skill matches: zzz\n");
    expect(await said("skills", "match", "zzz", "--working-file", "main.tf")).toContain("score=1.500");
  });

  it("install copies a folder, whole, to where programs find its skills", async () => {
    put("lib/one/SKILL.md", skill("one"));
    put("lib/two/SKILL.md", skill("two"));
    expect(await said("skills", "install", "./lib", "--namespace", "acme")).toBe(
      "installed 2 skills as acme/… in .harn/skills-cache/acme/lib: one, two\n",
    );
    project.write("main.harn", "pipeline main() { harness.stdio.println(skills.skills.map({ s -> s.id })) }\n");
    expect((await harn("run", "main.harn")).stdout).toBe("[acme/one, acme/two]\n");
    put("lib/two/SKILL.md", skill("second"));
    await said("skills", "install", "./lib", "--namespace", "acme");
    expect((await harn("run", "main.harn", "--skill-dir", "lib")).stdout).toBe(
      "[acme/one, acme/second, one, second]\n",
    );
    expect(readFileSync(at(".harn/skills-cache/skills.lock"), "utf8").match(/\[\[skill\]\]/g)).toHaveLength(1);
  });

  it.each([
    [["./none"], "there is no folder ./none"],
    [["none"], "is no folder, no address of a git repository and no owner/repo"],
    [["empty"], "empty has no SKILL.md"],
    [["--", "-x"], "is neither a folder nor a repository"],
    [["empty", "--name", "../up"], "'../up' is no name for a folder"],
    [["empty", "--tag", "v1"], "--tag is for git repositories"],
  ])("install %j fails, and leaves nothing behind", async (args, message) => {
    mkdirSync(at("empty"));
    const { status, stderr } = await harn("skills", "install", ...args);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(existsSync(at(".harn/skills-cache/skills.lock"))).toBe(false);
  });
});
