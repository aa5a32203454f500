import { generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { restrictFiles } from "../../host/sandbox.ts";
import { memoryHost } from "../../host/testing/index.ts";
import { json, modelHost } from "../testing/model-host.ts";
import { GoogleTokens } from "./google-credentials.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const account = { client_email: "a@p.iam", private_key: pem, token_uri: "https://tokens.test/t", project_id: "p" };
const signer = (key: string, message: Uint8Array): Uint8Array => new Uint8Array(sign("sha256", message, key));
const { signal } = new AbortController();

function tokens(file: unknown, sign: typeof signer | undefined = signer) {
  const host = modelHost();
  const { files } = memoryHost({ files: { "/sa.json": typeof file === "string" ? file : JSON.stringify(file) } });
  // The sandbox of programs hides the file; the runtime reads it all the same.
  const confined = restrictFiles(files, { roots: [files.cwd] });
  return { host, source: new GoogleTokens({ ...host, files: confined, settingsFiles: files }, sign) };
}

describe("a service account of Google", () => {
  it("gets a token for a signed assertion, and keeps it until it is about to end", async () => {
    const { host, source } = tokens(account);
    host.answers.push(json(200, { access_token: "t1", expires_in: 3600 }), json(200, { access_token: "t2" }));
    expect(await source.token("/sa.json", signal)).toBe("t1");
    expect(await source.token("/sa.json", signal)).toBe("t1");
    const sent = new URLSearchParams(String(host.requests[0]?.body));
    expect(sent.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const [head = "", claims = "", signature = ""] = (sent.get("assertion") ?? "").split(".");
    expect(verify("sha256", Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, "base64url"))).toBe(
      true,
    );
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toEqual({
      iss: "a@p.iam",
      scope: "https://www.googleapis.com/auth/cloud-platform",
      aud: "https://tokens.test/t",
      iat: 1_700_000_000,
      exp: 1_700_003_600,
    });
    await host.clock.advance(3_541_000);
    expect(await source.token("/sa.json", signal)).toBe("t2");
    expect(host.requests).toHaveLength(2);
    expect(source.projectOf("/sa.json")).toBe("p");
  });

  it.each([
    [{ client_email: "a" }, "it needs client_email and private_key"],
    ["{", "is no service account file"],
    [{ ...account, private_key: "s3cret" }, "is no RSA key in PEM"],
  ])("says what is wrong with its file, and no secret: %j", async (file, message) => {
    const { source } = tokens(file);
    const failure = await source.token("/sa.json", signal).catch((error: Error) => error.message);
    expect(failure).toContain(message);
    expect(failure).not.toContain("s3cret");
  });

  it("says that there is no file, that nobody can sign, and what the server refused", async () => {
    const { host, source } = tokens(account);
    await expect(source.token("/none.json", signal)).rejects.toThrow("there is no file /none.json");
    host.answers.push(json(400, { error: "invalid_grant" }));
    await expect(source.token("/sa.json", signal)).rejects.toThrow("answered 400");
    const unsigned = new GoogleTokens(
      { ...host, files: memoryHost({ files: { "/sa.json": JSON.stringify(account) } }).files },
      undefined,
    );
    await expect(unsigned.token("/sa.json", signal)).rejects.toThrow("cannot sign");
  });
});
