import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decodeBundle, encodeBundle, signBundle } from "../../src/packages/bundle.ts";
import { ArchiveError, readTar, writeTar } from "../../src/packages/tar.ts";
import { readZstd, storeZstd } from "../../src/packages/zstd.ts";
import { builtCli, Project } from "./harn.ts";

let project: Project;
const pem = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }) as string;

beforeAll(async () => void (await builtCli()));
beforeEach(() => {
  project = new Project();
  project.write("key.pem", pem);
  project.write("lib/util.harn", "pub fn twice(n) { return n * 2 }\n");
  project.write(
    "main.harn",
    'import { twice } from "lib/util"\nimport "std/math"\npipeline main() { log("packed ${twice(21)} ${argv}") }\n',
  );
});
afterEach(() => project.remove());

const at = (name: string): string => join(project.folder, name);
const cache = (): Readonly<Record<string, string>> => ({ HARN_CACHE_DIR: at("cache") });

async function packed(...flags: string[]): Promise<void> {
  const done = await project.harn("pack", "main.harn", "--out", "main.harnpack", ...flags);
  expect(done).toMatchObject({ status: 0, stderr: "" });
}

const eventsOf = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { data: Record<string, unknown> }).data);

/** The same bundle with something changed. */
function tamper(change: (contents: Map<string, Uint8Array>) => void, isSignedAnew = false): void {
  const { contents, manifest } = decodeBundle(readFileSync(at("main.harnpack")));
  const changed = new Map(contents);
  change(changed);
  const members = [...changed].map(([path, content]) => ({ path, content }));
  const signed = isSignedAnew ? signBundle({ ...manifest, signature: null }, members, pem) : manifest;
  writeFileSync(at("main.harnpack"), encodeBundle(signed, members));
}

describe("harn pack", () => {
  it("run-events 22: equal inputs give equal bytes", async () => {
    await packed();
    const first = readFileSync(at("main.harnpack"));
    await packed();
    expect(Buffer.compare(first, readFileSync(at("main.harnpack")))).toBe(0);
  });

  it("run-events 23: an unsigned bundle is refused, unless that is allowed", async () => {
    await packed();
    const refused = await project.harnWith(cache(), "run", "--json", "main.harnpack");
    expect(refused.status).toBe(1);
    expect(eventsOf(refused.stdout)).toMatchObject([{ event_type: "error", error: { code: "harnpack.unsigned" } }]);
    const ran = await project.harnWith(cache(), "run", "--json", "--allow-unsigned", "main.harnpack", "--", "a");
    const [pack, out] = eventsOf(ran.stdout);
    expect(pack).toMatchObject({ event_type: "pack_run", seq: 1, signature_verified: false, cache_hit: false });
    expect(pack).not.toHaveProperty("key_id");
    expect(out).toMatchObject({ event_type: "stdout", payload: "[harn] packed 42 [a]\n" });
  });

  it("run-events 24, 26, 30: a second run comes from the cache, and is verified all the same", async () => {
    await packed("--sign", "--key", "key.pem");
    const runs = [
      await project.harnWith(cache(), "run", "--json", "main.harnpack"),
      await project.harnWith(cache(), "run", "--json", "main.harnpack"),
    ].map(({ stdout }) => eventsOf(stdout)[0]);
    expect(runs).toMatchObject([
      { cache_hit: false, signature_verified: true },
      { cache_hit: true, signature_verified: true },
    ]);
    const [folder] = readdirSync(join(at("cache"), "packs"));
    expect(folder).toBe(String(runs[0]?.bundle_hash).replace(":", "_"));
    tamper((contents) => contents.set("sources/lib/util.harn", Buffer.from("pub fn twice(n) { return 0 }\n")));
    const tampered = await project.harnWith(cache(), "run", "main.harnpack");
    expect(tampered.status).toBe(1);
    expect(tampered.stderr).toContain("workflow bundle signature hash mismatch");
  });

  it("does not run what somebody changed in the cache", async () => {
    await packed("--sign", "--key", "key.pem");
    await project.harnWith(cache(), "run", "main.harnpack");
    const [folder = ""] = readdirSync(join(at("cache"), "packs"));
    writeFileSync(join(at("cache"), "packs", folder, "sources", "main.harn"), 'pipeline main() { log("evil") }');
    expect((await project.harnWith(cache(), "run", "main.harnpack")).stdout).toBe("[harn] packed 42 []\n");
  });

  it("run-events 25, 28: a dry run verifies and unpacks, and runs nothing; the name does not matter", async () => {
    await packed("--sign", "--key", "key.pem");
    writeFileSync(at("renamed"), readFileSync(at("main.harnpack")));
    const dry = await project.harnWith(cache(), "run", "--json", "--dry-run-verify", "renamed");
    expect(dry.status).toBe(0);
    expect(eventsOf(dry.stdout)).toMatchObject([
      { event_type: "pack_run", dry_run_verify: true },
      { event_type: "result", exit_code: 0, value: { dry_run_verify: true, signature_verified: true } },
    ]);
    expect(existsSync(join(at("cache"), "packs"))).toBe(true);
    const said = await project.harnWith(cache(), "run", "--dry-run-verify", "renamed");
    expect(said).toMatchObject({ status: 0, stdout: "" });
    expect(said.stderr).toMatch(
      /^\[harn\] harnpack verify ok: bundle_hash=blake3:\w+, signature_verified=true, cache_hit=true\n$/,
    );
  });

  it("run-events 31: a module that is not what the manifest says is found, whoever signed it", async () => {
    await packed("--sign", "--key", "key.pem");
    expect((await project.harn("pack", "verify", "main.harnpack")).stdout).toMatch(
      /^ok main\.harnpack \(bundle_hash blake3:/,
    );
    tamper((contents) => contents.set("sources/lib/util.harn", Buffer.from("pub fn twice(n) { return 0 }\n")), true);
    const found = await project.harn("pack", "verify", "--json", "main.harnpack");
    expect(JSON.parse(found.stdout)).toMatchObject({ ok: false, error: { code: "verify.source_mismatch" } });
    expect((await project.harnWith(cache(), "run", "main.harnpack")).status).toBe(1);
  });

  it("run-events 32, 43, 44: misuse", async () => {
    expect((await project.harn("pack", "main.harn", "--sign")).status).toBe(2);
    expect((await project.harn("pack", "main.harn", "--key", "key.pem")).status).toBe(2);
    expect((await project.harn("pack", "main.harn", "--sign", "--key", "key.pem", "--unsigned")).status).toBe(2);
    expect((await project.harn("pack", "absent.harn")).status).toBe(2);
    const absent = await project.harn("pack", "absent.harn", "--json");
    expect([absent.status, JSON.parse(absent.stdout)]).toMatchObject([1, { error: { code: "entrypoint.not_found" } }]);
    project.write("secrets/main.harn", "pipeline main() { log(1) }").write("harn.toml", "");
    const secret = await project.harn("pack", "secrets/main.harn", "--exclude-secrets", "--json");
    expect(JSON.parse(secret.stdout)).toMatchObject({ error: { code: "pack.secret_blocked" } });
  });
});

describe("harn pack --upgrade", () => {
  it("keeps what an earlier bundle was for, and packs the program of now", async () => {
    await packed("--sign", "--key", "key.pem");
    project.write("next.harn", 'pipeline main() { log("next") }\n');
    const args = ["pack", "next.harn", "--upgrade", "main.harnpack", "--out", "next.harnpack"];
    const { stdout } = await project.harn(...args, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      data: {
        signature: { present: false },
        manifest: { schema_version: 2, entrypoint: "next.harn", id: "main", workflow: { id: "main_pack" } },
      },
    });
    expect((await project.harn("run", "--allow-unsigned", "next.harnpack")).stdout).toBe("[harn] next\n");
  });

  it("upgrade.not_found, upgrade.read_failed: without an earlier bundle there is nothing to keep", async () => {
    project.write("words.harnpack", "words");
    const sources = ["absent.harnpack", "words.harnpack", "lib"];
    const codes = await Promise.all(
      sources.map(async (source) => {
        const { status, stdout } = await project.harn("pack", "main.harn", "--upgrade", source, "--json");
        return [status, (JSON.parse(stdout) as { error: { code: string } }).error.code];
      }),
    );
    expect(codes).toEqual([
      [1, "upgrade.not_found"],
      [1, "upgrade.read_failed"],
      [1, "upgrade.read_failed"],
    ]);
    expect(existsSync(at("main.harnpack"))).toBe(false);
  });
});

describe("harn pack verify: who signed a bundle", () => {
  it("is asked with --require-trusted-signer, of this machine's keys and of the policy's registry", async () => {
    await packed("--sign", "--key", "key.pem");
    const verify = (...flags: string[]): ReturnType<Project["harn"]> =>
      project.harnWith({ HOME: at("home") }, "pack", "verify", "main.harnpack", ...flags);
    const unknown = await verify("--require-trusted-signer");
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain("but that signer is not present in the trusted signer registry");
    const { data } = JSON.parse((await verify("--json")).stdout) as { data: { key_id: string } };
    const publicPem = createPublicKey(pem).export({ format: "pem", type: "spki" }) as string;
    project.write(`keys/${data.key_id}.pub`, publicPem).write("policy.json", '{"signer_registry_url": "keys"}');
    const known = await verify("--require-trusted-signer", "--trust-policy", "policy.json");
    expect(known).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ok main\.harnpack/) as string });
    project.write("others.json", '{"trusted_signers": ["somebody"]}');
    const unlisted = await verify("--trust-policy", "others.json", "--json");
    expect([unlisted.status, JSON.parse(unlisted.stdout)]).toMatchObject([
      1,
      { error: { code: "verify.untrusted_signer" } },
    ]);
  });

  it("no signature is nobody's", async () => {
    await packed();
    const flags = ["--allow-unsigned", "--require-trusted-signer", "--json"];
    const refused = await project.harn("pack", "verify", "main.harnpack", ...flags);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "verify.untrusted_signer" } });
    expect((await project.harn("pack", "verify", "main.harnpack")).status).toBe(2);
  });
});

describe("what a program needs beside its modules", () => {
  const withFiles = (): void => {
    project
      .write("greet.harn.prompt", "Hello {{ name }}")
      .write(".env", "TOKEN = 1")
      .write("table.txt", "words")
      .write(
        "main.harn",
        'import "./.env"\nimport "./table.txt"\npipeline main() { log(render("greet.harn.prompt", {name: "Ann"})) }\n',
      );
  };

  it("run-events 33: comes along, except for what looks like a secret", async () => {
    withFiles();
    const done = await project.harn("pack", "main.harn", "--exclude-secrets", "--json");
    const { data, warnings } = JSON.parse(done.stdout);
    expect(warnings).toMatchObject([{ code: "pack.asset_skipped_secret" }]);
    expect(data.manifest.metadata).toEqual({ skipped_assets: [{ path: ".env", reason: "secret_path" }] });
    expect([...decodeBundle(readFileSync(at("main.harnpack"))).contents.keys()]).toEqual([
      "bytecode/main.harnbc",
      "sbom.spdx.json",
      "sources/greet.harn.prompt",
      "sources/main.harn",
      "sources/table.txt",
    ]);
    expect(data.manifest.sbom.packages.map(({ name }: { name: string }) => name)).toContain("asset:table.txt");
    expect(data.sbom_summary.providers).toBeGreaterThan(0);
  });

  it("is read where the bundle lies unpacked, wherever it runs", async () => {
    withFiles();
    await packed();
    const other = new Project();
    try {
      const ran = await other.harnWith(cache(), "run", "--allow-unsigned", at("main.harnpack"));
      expect(ran).toEqual({ status: 0, stdout: "[harn] Hello Ann\n", stderr: "" });
    } finally {
      other.remove();
    }
  });

  it("has to lie inside the project", async () => {
    project.write("sub/harn.toml", "").write("sub/main.harn", 'import "../table.txt"\npipeline main() { log(1) }\n');
    project.write("table.txt", "words");
    const done = await project.harn("pack", "sub/main.harn", "--json");
    expect([done.status, JSON.parse(done.stdout).error.code]).toEqual([1, "asset.outside_root"]);
  });
});

describe("the version that a bundle was made for", () => {
  const madeFor = (version: string): void => {
    const { contents, manifest } = decodeBundle(readFileSync(at("main.harnpack")));
    const members = [...contents].map(([path, content]) => ({ path, content }));
    writeFileSync(at("main.harnpack"), encodeBundle({ ...manifest, harn_version: version }, members));
  };

  it.each([
    ["0.7.43", 1, /major\/minor mismatch refused/],
    ["1.8.43", 1, /built for harn 1\.8\.43; this runtime is 0\.8\.43/],
    ["0.8.1", 0, /^warning: harnpack was built for harn 0\.8\.1; .* \(patch mismatch\)\n$/],
    ["next", 0, /^warning: harnpack harn_version next is not parseable; running anyway\n$/],
  ])("run-events 27: %s", async (version, status, text) => {
    await packed();
    madeFor(version);
    const ran = await project.harnWith(cache(), "run", "--allow-unsigned", "main.harnpack");
    expect(ran.status).toBe(status);
    expect(ran.stderr).toMatch(text);
    if (status === 0) return;
    const json = await project.harnWith(cache(), "run", "--json", "--allow-unsigned", "main.harnpack");
    expect(eventsOf(json.stdout)).toMatchObject([{ error: { code: "harnpack.version_mismatch" } }]);
  });
});

it("run-events 45: --strict holds the bill of materials to what is there", async () => {
  await packed("--sign", "--key", "key.pem");
  const { contents, manifest } = decodeBundle(readFileSync(at("main.harnpack")));
  const members = [...contents].map(([path, content]) => ({ path, content }));
  const packages = manifest.sbom.packages.map((one) =>
    one.name === "module:lib/util.harn" ? { ...one, package_hash_blake3: "blake3:00" } : one,
  );
  const wrong = signBundle({ ...manifest, sbom: { ...manifest.sbom, packages }, signature: null }, members, pem);
  writeFileSync(at("main.harnpack"), encodeBundle(wrong, members));
  expect((await project.harn("pack", "verify", "main.harnpack")).status).toBe(0);
  const strict = await project.harn("pack", "verify", "--strict", "--json", "main.harnpack");
  expect([strict.status, JSON.parse(strict.stdout).error.code]).toEqual([1, "verify.sbom_mismatch"]);
});

describe("an archive", () => {
  const content = Buffer.from("x");

  it.each(["../x", "a/../../x", "/etc/passwd", "C:\\x", "..\\x"])("run-events 29: refuses %s", (path) => {
    const bytes = Buffer.from(writeTar([{ path: "y".repeat(path.length), content }]));
    bytes.write(path, 0, "latin1");
    bytes.fill(" ", 148, 156);
    const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    expect(() => readTar(bytes)).toThrow(`archive path must be relative and contained: ${path}`);
  });

  it("refuses what is there twice, links, and what was cut", () => {
    const one = writeTar([{ path: "a", content }]);
    expect(() => readTar(Buffer.concat([one.subarray(0, 1024), one]))).toThrow("duplicate archive entry: a");
    expect(() =>
      writeTar([
        { path: "a", content },
        { path: "a", content },
      ]),
    ).toThrow(ArchiveError);
    expect(() => readTar(one.subarray(0, 512))).toThrow("ends in the middle");
    expect(() => readTar(writeTar(["a", "b/c", "b"].map((path) => ({ path, content }))))).toThrow(
      "archive entry is a file and a folder: b",
    );
    const damaged = Buffer.from(one);
    damaged[0] = 98;
    expect(() => readTar(damaged)).toThrow("checksum");
  });

  it("is refused without a manifest, of another schema, and when it is no archive", () => {
    expect(() => decodeBundle(storeZstd(writeTar([{ path: "a", content }])))).toThrow(
      "harnpack archive is missing harnpack.json",
    );
    const of = (manifest: unknown) =>
      storeZstd(writeTar([{ path: "harnpack.json", content: Buffer.from(JSON.stringify(manifest)) }]));
    expect(() => decodeBundle(of({}))).toThrow("workflow bundle manifest is missing numeric schema_version");
    expect(() => decodeBundle(of({ schema_version: 3 }))).toThrow(
      "unsupported workflow bundle schema_version 3; expected 2",
    );
    expect(() => decodeBundle(Buffer.from("nonsense"))).toThrow(ArchiveError);
  });

  it("is given up when it grows beyond what a bundle may hold", () => {
    // A run of one byte: four bytes of input for 128 KiB of output each.
    const block = Buffer.from([0x02, 0x00, 0x10, 0x00]);
    const frame = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]),
      ...Array.from({ length: 900 }, () => block),
    ]);
    expect(() => readZstd(frame)).toThrow("decompressed past max size (104857600 bytes); refusing to extract");
  });

  it("stores long paths and empty files, and reads them back", () => {
    const path = `${"long/".repeat(30)}name.harn`;
    const members = readTar(
      readZstd(
        storeZstd(
          writeTar([
            { path, content },
            { path: "empty", content: Buffer.alloc(0) },
          ]),
        ),
      ),
    );
    expect([...members.keys()]).toEqual([path, "empty"]);
    expect(Buffer.from(members.get(path) ?? []).toString()).toBe("x");
  });
});
