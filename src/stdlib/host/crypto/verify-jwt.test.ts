import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readJson, show } from "../../../value/index.ts";
import { Bench } from "../testing/bench.ts";

const bench = new Bench();
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keys = [
  { ...rsa.publicKey.export({ format: "jwk" }), kid: "r" },
  { ...ec.publicKey.export({ format: "jwk" }), kid: "e" },
  { kty: "oct", k: Buffer.from("shared").toString("base64url"), kid: "h" },
];
const now = Math.floor(bench.host.clock.now() / 1000);
const claims = { iss: "issuer", sub: "someone", exp: now + 600 };

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function token(alg: string, header: object, body: object, key?: KeyObject): string {
  const signed = `${part({ alg, ...header })}.${part(body)}`;
  const signature = key
    ? sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" })
    : createHmac("sha256", "shared").update(signed).digest();
  return `${signed}.${signature.toString("base64url")}`;
}

function verify(text: string, options: object = {}, set: unknown = { keys }): Promise<string> {
  const [jwks, given] = [set, options].map((value) => readJson(JSON.stringify(value)));
  return bench.shown("connector_shared_verify_jwt_inline", text, jwks ?? null, given ?? null);
}

function refused(reason: string): string {
  return `{claims: nil, error: ${reason}, ok: false}`;
}

const accepted = `{claims: ${show(readJson(JSON.stringify(claims)))}, error: nil, ok: true}`;

describe("a token is accepted", () => {
  test("with a key of each kind", async () => {
    expect(await verify(token("RS256", { kid: "r" }, claims, rsa.privateKey))).toBe(accepted);
    expect(await verify(token("ES256", { kid: "e" }, claims, ec.privateKey), { alg: "ES256" })).toBe(accepted);
    expect(await verify(token("HS256", { kid: "h" }, claims), { algorithm: "HS256" })).toBe(accepted);
  });

  test("without naming a key when there is one alone", async () => {
    const unnamed = token("RS256", {}, claims, rsa.privateKey);
    expect(await verify(unnamed, {}, { keys: keys.slice(0, 1) })).toBe(accepted);
    expect(await verify(unnamed)).toBe(refused("JWT missing kid and JWKS contains multiple keys"));
  });

  test("within a minute of its times", async () => {
    const edges = { iss: "issuer", exp: now - 59, nbf: now + 59 };
    expect(await verify(token("RS256", { kid: "r" }, edges, rsa.privateKey))).toMatch(/ok: true/);
  });
});

describe("a token is refused", () => {
  const signed = (body: object): string => token("RS256", { kid: "r" }, body, rsa.privateKey);

  test.each([
    ["ExpiredSignature", { ...claims, exp: now - 61 }, {}],
    ["ImmatureSignature", { ...claims, nbf: now + 61 }, {}],
    ["Missing required claim: exp", { iss: "issuer" }, {}],
    ["InvalidIssuer", claims, { issuer: "other" }],
    ["InvalidAudience", { ...claims, aud: ["a", "b"] }, {}],
    ["InvalidAudience", { ...claims, aud: ["a", "b"] }, { audience: "c" }],
    ["InvalidAudience", claims, { audience: "a" }],
  ])("%s", async (reason, body, options) => {
    expect(await verify(signed(body), options)).toBe(refused(reason));
  });

  test("for another key, another algorithm, a changed body", async () => {
    const good = signed(claims);
    const [head, , signature] = good.split(".");
    expect(await verify(`${head}.${part({ ...claims, sub: "root" })}.${signature}`)).toBe(refused("InvalidSignature"));
    expect(await verify(token("RS256", { kid: "z" }, claims, rsa.privateKey))).toBe(
      refused("JWT kid `z` was not found in JWKS"),
    );
    expect(await verify(token("HS256", { kid: "r" }, claims))).toBe(
      refused("JWT header alg HS256 does not match expected RS256"),
    );
    // The public key of a pair is no shared secret.
    expect(await verify(token("HS256", { kid: "r" }, claims), { alg: "HS256" })).toBe(
      refused("JWK is no shared secret"),
    );
    expect(await verify(token("none", { kid: "r" }, claims))).toBe(
      refused("JWT header alg none does not match expected RS256"),
    );
  });

  test("when it is none", async () => {
    expect(await verify("a.b")).toBe(refused("InvalidToken"));
    expect(await verify("a.b.c")).toBe(refused("Base64 error: Invalid input length: 1"));
  });
});

test("wrong options are errors", async () => {
  const good = token("RS256", { kid: "r" }, claims, rsa.privateKey);
  expect(await verify(good, { audience: ["a"] })).toBe(
    "!! connector_shared_verify_jwt_inline: option `audience` must be a string, got list",
  );
  expect(await verify(good, { algorithm: "none" })).toBe(
    "!! connector_shared_verify_jwt_inline: unsupported JWT algorithm `none`",
  );
  expect(await verify(good, {}, {})).toBe("!! connector_shared_verify_jwt_inline: invalid JWKS: missing field `keys`");
});
