import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project } from "./harn.ts";

const project = new Project();
afterAll(() => project.remove());

const program = `pipeline main() {
  event_log.emit("steps", "one", {b: 1, a: [1.0, nil]})
  harness.stdio.println("hi")
  return 3
}
`;
const secrets = { HARN_SECRET_STORE_FILE_ROOT: join(project.folder, "secrets") };

interface Receipt {
  readonly receipt_id: string;
  readonly run: object;
  readonly event_log: { readonly topics: readonly string[]; readonly events: readonly { payload: unknown }[] };
  readonly signatures: readonly { readonly key_id: string }[];
}

function receipt(path: string): Receipt {
  return JSON.parse(readFileSync(join(project.folder, path), "utf8")) as Receipt;
}

beforeAll(() => {
  project.write("a.harn", program).write("throws.harn", 'pipeline main() {\n  throw "no"\n}\n');
});

describe("harn run --attest", () => {
  it("leaves a receipt under its id, which `harn verify` accepts", async () => {
    const { status, stderr, stdout } = await project.harnWith(secrets, "run", "--attest", "a.harn", "--", "x");
    expect([status, stdout]).toEqual([3, "hi\n"]);
    const path = /^provenance receipt: (.*)\n$/m.exec(stderr)?.[1] ?? "";
    const { event_log, receipt_id, run } = receipt(path);
    expect(path).toBe(join(".harn", "receipts", `${receipt_id}.json`));
    expect(run).toMatchObject({ pipeline: "a.harn", status: "failure", exit_code: 3 });
    expect(event_log.topics).toEqual(["run.provenance", "steps"]);
    expect(event_log.events[0]?.payload).toMatchObject({
      argv: ["x"],
      pipeline: "a.harn",
      sandbox: { active: true, profile: "worktree", egress: "explicit_policy_required" },
    });
    expect(await project.harn("verify", path)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        new RegExp(
          `^verified receipt=${receipt_id} events=3 receipt_hash=sha256:\\w{64} event_root_hash=sha256:\\w{64}\n$`,
        ),
      ),
    });
  });

  it("is left by a run that is recorded as well, and the replay does the same", async () => {
    const { status, stderr } = await project.harnWith(secrets, "run", "--attest", "--record", "a.harn");
    const path = /^provenance receipt: (.*)\n$/m.exec(stderr)?.[1] ?? "";
    expect(status).toBe(3);
    expect((await project.harn("verify", path)).status).toBe(0);
    const [recording = ""] = readdirSync(join(project.folder, ".harn-runs"));
    const replayed = await project.harn("replay", "--program", join(".harn-runs", recording));
    expect(replayed).toMatchObject({ status: 0, stdout: "hi\n", stderr: expect.stringContaining("did the same") });
  });

  it("signs in the name of an agent, with a key that it makes once, for its owner alone", async () => {
    for (const name of ["one", "two"])
      await project.harnWith(
        secrets,
        "run",
        "--attest",
        "--attest-agent",
        "bot",
        "--receipt-out",
        `${name}.json`,
        "a.harn",
      );
    const [one, two] = [receipt("one.json"), receipt("two.json")];
    expect(one.signatures[0]?.key_id).toMatch(/^ed25519:[0-9a-f]{32}$/);
    expect(two.signatures[0]?.key_id).toBe(one.signatures[0]?.key_id);
    const key = join(project.folder, "secrets", "provenance", "bot.ed25519.seed");
    expect(statSync(key).mode & 0o777).toBe(0o600);
  });

  it("takes the key from the environment, as the reference does", async () => {
    const seed = Buffer.alloc(32).toString("base64");
    const given = { HARN_SECRET_PROVENANCE_HARN_CLI_ED25519_SEED: seed };
    await project.harnWith(given, "run", "--attest", "--receipt-out", "given.json", "a.harn");
    expect(receipt("given.json").signatures[0]?.key_id).toBe("ed25519:139e3940e64b5491722088d9a0d74162");
  });

  it("leaves one also when the program fails", async () => {
    const ran = await project.harnWith(secrets, "run", "--attest", "--receipt-out", "failed.json", "throws.harn");
    expect(ran.status).toBe(1);
    expect(receipt("failed.json").run).toMatchObject({ status: "failure", exit_code: 1 });
    expect((await project.harn("verify", "failed.json")).status).toBe(0);
  });

  it("runs nothing when the key cannot be used", async () => {
    const given = { HARN_SECRET_PROVENANCE_HARN_CLI_ED25519_SEED: "AAAA" };
    const failure =
      "failed to emit provenance receipt: failed to load provenance signing key: stored Ed25519 seed must decode to 32 bytes";
    expect(await project.harnWith(given, "run", "--attest", "a.harn")).toEqual({
      status: 1,
      stdout: "",
      stderr: `error: ${failure}\n`,
    });
    const { stdout } = await project.harnWith(given, "run", "--json", "--attest", "a.harn");
    expect(JSON.parse(stdout)).toMatchObject({ data: { error: { code: "attestation", message: failure } } });
  });

  it("is what --receipt-out and --attest-agent need", async () => {
    for (const flag of ["--receipt-out", "--attest-agent"])
      expect((await project.harn("run", flag, "x", "a.harn")).status).toBe(2);
  });
});

describe("harn verify", () => {
  it("says what is wrong and ends with 1, in text and in JSON", async () => {
    await project.harnWith(secrets, "run", "--attest", "--receipt-out", "good.json", "a.harn");
    const path = join(project.folder, "bad.json");
    writeFileSync(path, readFileSync(join(project.folder, "good.json"), "utf8").replace('"b": 1', '"b": 2'));
    const text = await project.harn("verify", "bad.json");
    expect(text).toMatchObject({ status: 1, stderr: "error: provenance receipt verification failed\n" });
    expect(text.stdout).toMatch(/^failed receipt=receipt-\S+ events=3\n {2}topic steps event 1 record_hash mismatch; /);
    const json = await project.harn("verify", "--json", "bad.json");
    expect([json.status, (JSON.parse(json.stdout) as { verified: boolean }).verified]).toEqual([1, false]);
  });

  it("names a file that it cannot read or that is no receipt", async () => {
    project.write("empty.json", "{}");
    expect(await project.harn("verify", "nope.json")).toMatchObject({
      status: 1,
      stderr: "error: failed to read nope.json: No such file or directory (os error 2)\n",
    });
    const { status, stderr } = await project.harn("verify", "empty.json");
    expect([status, stderr]).toEqual([
      1,
      "error: failed to parse provenance receipt empty.json: .: missing field `schema`\n",
    ]);
  });
});
