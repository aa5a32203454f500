import { expect, test } from "vitest";
import { DictValue, FloatValue, ListValue, show } from "../../../value/index.ts";
import { Bench } from "../testing/bench.ts";

const token = DictValue.of({ access_token: "tok-secret" });

async function fileStore(bench: Bench, key = "key", path = "tokens"): Promise<DictValue> {
  return (await bench.start("__oauth_storage_file_handle", path, key)) as DictValue;
}

test("a file of tokens is its owner's alone, also where it lay open before", async () => {
  const bench = new Bench({ files: { tokens: "" } });
  expect(bench.host.files.stat("tokens", true).mode).toBe(0o644);
  await bench.start("__oauth_storage_set", await fileStore(bench), "k", token);
  expect(bench.host.files.stat("tokens", true).mode).toBe(0o600);
});

test("neither tokens nor keys are in a handle, in the file or in an error", async () => {
  const bench = new Bench();
  const store = await fileStore(bench, "key-secret");
  await bench.start("__oauth_storage_set", store, "k", token);
  const wrong = await bench.shown("__oauth_storage_get", await fileStore(bench, "other"), "k");
  expect(wrong).toContain("encryption_key does not match the file");
  const seen = `${show(store)} ${bench.host.files.readText("tokens")} ${wrong}`;
  expect(seen).not.toContain("secret");
});

test("each write seals anew", async () => {
  const bench = new Bench();
  const store = await fileStore(bench);
  const written: string[] = [];
  for (let round = 0; round < 3; round++) {
    await bench.start("__oauth_storage_set", store, "k", token);
    written.push(bench.host.files.readText("tokens"));
  }
  expect(new Set(written).size).toBe(3);
});

test("a changed byte anywhere in the ciphertext is noticed", async () => {
  const bench = new Bench();
  const store = await fileStore(bench);
  await bench.start("__oauth_storage_set", store, "k", token);
  const envelope = JSON.parse(bench.host.files.readText("tokens")) as { nonce: string; ciphertext: string };
  for (const at of [0, 20, envelope.ciphertext.length - 4]) {
    const changed = envelope.ciphertext.charAt(at) === "A" ? "B" : "A";
    const ciphertext = `${envelope.ciphertext.slice(0, at)}${changed}${envelope.ciphertext.slice(at + 1)}`;
    bench.host.files.writeText("tokens", JSON.stringify({ ...envelope, ciphertext }));
    expect(await bench.shown("__oauth_storage_get", store, "k")).toContain("decryption failed");
  }
});

test("reads what another writer sealed by the same format, with and without an end", async () => {
  // `{"k": {"token": {"access_token": "a"}, "ttl_seconds": 5}}` under the key `key`, nonce of zeros.
  const { createCipheriv, hkdfSync } = await import("node:crypto");
  const name = "harn-oauth-storage-v1";
  const key = new Uint8Array(hkdfSync("sha256", "key", "", name, 32));
  const cipher = createCipheriv("aes-256-gcm", key, new Uint8Array(12)).setAAD(Buffer.from(name));
  const plain = JSON.stringify({ k: { token: { access_token: "a" }, ttl_seconds: 5 } });
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  const bare = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
  const document = { version: 1, nonce: bare(new Uint8Array(12)), ciphertext: bare(sealed) };
  const bench = new Bench({ files: { tokens: JSON.stringify(document) } });
  expect(await bench.shown("__oauth_storage_get", await fileStore(bench), "k")).toBe("{access_token: a}");
});

test("handles belong to one runtime", async () => {
  const [one, other] = [new Bench(), new Bench()];
  const memory = await one.start("__oauth_storage_memory_handle");
  const file = await fileStore(one);
  expect(await other.shown("__oauth_storage_get", memory, "k")).toContain("is not registered in this run");
  expect(await other.shown("__oauth_storage_get", file, "k")).toContain("is no longer registered");
});

test("what a handle lacks is named", async () => {
  const bench = new Bench();
  const get = (handle: Record<string, string>): Promise<string> =>
    bench.shown("__oauth_storage_get", DictValue.of(handle), "k");
  expect(await get({})).toContain("missing `kind`");
  expect(await get({ kind: "vault" })).toContain("unsupported backend kind `vault`");
  expect(await get({ kind: "memory" })).toContain("missing `id`");
  expect(await get({ kind: "file", id: "file-1" })).toContain("missing `path`");
  expect(await get({ kind: "harn_cloud_org" })).toContain("missing `scope`");
  expect(await bench.shown("__oauth_storage_cloud_handle", "team")).toContain('must be "session" or "org"');
});

test("what is no JSON is nil in a token set, and nobody writes into what is stored", async () => {
  const bench = new Bench();
  const memory = await bench.start("__oauth_storage_memory_handle");
  const given = DictValue.of({ access_token: "a", odd: new FloatValue(Number.NaN) });
  await bench.start("__oauth_storage_set", memory, "k", given);
  const first = await bench.start("__oauth_storage_get", memory, "k");
  expect(show(first)).toBe("{access_token: a, odd: nil}");
  expect(await bench.start("__oauth_storage_get", memory, "k")).not.toBe(first);
});

test("a secret is given away once and kept nowhere", async () => {
  const bench = new Bench();
  const store = await bench.start("__oauth_dynreg_store_handle");
  const metadata = DictValue.of({ redirect_uris: new ListValue(["https://a.test/cb"]) });
  const client = (await bench.start("__oauth_dynreg_register", store, metadata)) as DictValue;
  const again = await bench.shown("__oauth_dynreg_get", store, client.get("client_id") ?? null);
  expect(client.get("client_secret")).toMatch(/^[\w-]{43}$/);
  expect(again).not.toContain(String(client.get("client_secret")));
});
