import { describe, expect, test } from "vitest";
import { BytesValue, type DictValue, FloatValue, SetValue } from "../../../value/index.ts";
import { Bench, value } from "../testing/bench.ts";

const bytes = (...values: number[]) => new BytesValue(Uint8Array.from(values));

describe("encodings", () => {
  test.each([
    ["base64_encode", ["naïve"], "bmHDr3Zl"],
    ["base64_decode", ["/w=="], "\ufffd"],
    ["base64_decode", ["x"], "!! Runtime error: base64 decode error: Invalid input length: 1"],
    ["base64url_encode", [bytes(0xfb, 0xff)], "-_8"],
    ["base64url_decode", ["w6k"], "é"],
    ["base32_encode", ["foob"], "MZXW6YQ="],
    ["base32_decode", ["MZXW6YTBOI======"], "foobar"],
    ["base32_decode", ["MZXW6Y"], "!! Runtime error: base32 decode error: invalid length at 0"],
    ["base32_decode", ["mzxw6ytb"], "!! Runtime error: base32 decode error: invalid symbol at 0"],
    ["hex_encode", ["é"], "c3a9"],
    ["hex_decode", ["C3a9"], "é"],
    ["hex_decode", ["abc"], "!! Runtime error: hex decode error: Odd number of digits"],
    ["hex_decode", ["zz"], "!! Runtime error: hex decode error: Invalid character 'z' at position 0"],
    ["bytes_to_base64url", ["é"], "w6k"],
  ])("%s%j", async (name, args, expected) => {
    expect(await new Bench().shown(name, ...args)).toBe(expected);
  });

  test("base32 goes back and forth at every length", () => {
    const bench = new Bench();
    for (let length = 0; length < 12; length++) {
      const text = "x".repeat(length);
      expect(bench.now("base32_decode", bench.now("base32_encode", text))).toBe(text);
    }
  });
});

describe("digests and codes", () => {
  test("of texts, bytes, and the display form of others", () => {
    const bench = new Bench();
    expect(bench.now("sha256", bytes(0, 0xff))).toBe(
      "06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8",
    );
    expect(bench.now("sha256", value([1, "a"]))).toBe(bench.now("sha256", "[1, a]"));
    expect(bench.now("sha256_base64url", "abc")).toBe("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    expect(bench.now("hmac_sha1", "key", "The quick brown fox jumps over the lazy dog")).toBe(
      "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9",
    );
    expect(bench.now("hmac_sha256_base64", "", "")).toBe("thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0=");
    expect(bench.now("constant_time_eq", "a", "ab")).toBe(false);
  });

  // Programs may have stored these numbers.
  test.each([
    [null, -5808513992200409391n],
    [true, -5808507395130640125n],
    [0, 3091785023963557669n],
    [-1, -4389439790772262705n],
    [new FloatValue(1.5), 1697753593764996441n],
    ["", -9113223952573341372n],
    ["abc", 323934355992950501n],
    [value([1, "a"]), 3011122912516165932n],
    [value({ k: [null] }), 7964368203833866654n],
  ])("hash_value of %s", (of, expected) => {
    expect(new Bench().now("hash_value", of)).toBe(expected);
  });

  test("hash_value follows equality of sets, dicts and zeros", () => {
    const bench = new Bench();
    const hash = (of: Parameters<typeof bench.now>[1]) => bench.now("hash_value", of);
    expect(hash(new SetValue([1, 2]))).toBe(hash(new SetValue([2, 1])));
    expect(hash(new FloatValue(0))).toBe(hash(new FloatValue(-0)));
    expect(hash(1)).not.toBe(hash(new FloatValue(1)));
  });
});

describe("key pairs", () => {
  const bench = new Bench();
  const pair = (name: string) => {
    const made = bench.now(name) as DictValue;
    return { secret: made.get("private") as string, open: made.get("public") as string };
  };

  test("ed25519 signs and verifies", async () => {
    const { secret, open } = pair("ed25519_keypair");
    const signature = bench.now("ed25519_sign", secret, "message") as string;
    expect(bench.now("ed25519_verify", open, "message", signature)).toBe(true);
    expect(bench.now("ed25519_verify", open, "other", signature)).toBe(false);
    expect(bench.now("ed25519_verify", "zz", "message", signature)).toBe(false);
    expect(await bench.shown("ed25519_sign", "zz", "m")).toMatch("ed25519_sign: invalid hex private key");
    expect(await bench.shown("ed25519_sign", "00", "m")).toBe("!! ed25519_sign: private key must be 32 bytes");
  });

  test("x25519 agrees", () => {
    const [a, b] = [pair("x25519_keypair"), pair("x25519_keypair")];
    expect(bench.now("x25519_agree", a.secret, b.open)).toBe(bench.now("x25519_agree", b.secret, a.open));
  });
});

describe("jwt", () => {
  const bench = new Bench();
  const hs256 =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

  test("verifies, and does not let the token choose how", async () => {
    expect(await bench.shown("jwt_verify", "HS256", hs256, "your-256-bit-secret")).toBe(
      "{claims: {iat: 1516239022, name: John Doe, sub: 1234567890}, valid: true}",
    );
    expect(await bench.shown("jwt_verify", "HS256", hs256, "other")).toBe("!! jwt_verify: InvalidSignature");
    expect(await bench.shown("jwt_verify", "HS256", `${hs256}.x`, "k")).toBe("!! jwt_verify: InvalidToken");
    expect(await bench.shown("jwt_verify", "ES256", hs256, "k")).toMatch("!! jwt_verify: InvalidAlgorithm");
    expect(await bench.shown("jwt_verify", "none", hs256, "k")).toBe("!! jwt_verify: unsupported algorithm 'none'");
  });

  test("signs with a key pair", async () => {
    const { generateKeyPairSync } = await import("node:crypto");
    for (const [algorithm, keys] of [
      ["ES256", generateKeyPairSync("ec", { namedCurve: "P-256" })],
      ["RS256", generateKeyPairSync("rsa", { modulusLength: 2048 })],
    ] as const) {
      const secret = keys.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
      const open = keys.publicKey.export({ type: "spki", format: "pem" }) as string;
      const token = bench.now("jwt_sign", algorithm, value({ iss: "me" }), secret) as string;
      expect(await bench.shown("jwt_verify", algorithm, token, open)).toBe("{claims: {iss: me}, valid: true}");
      expect(await bench.shown("jwt_verify", algorithm, token.replace(/\.[^.]+$/, ".AAAA"), open)).toBe(
        "!! jwt_verify: InvalidSignature",
      );
    }
    expect(await bench.shown("jwt_sign", "ES256", value({}), "no key")).toMatch(
      "!! Runtime error: jwt_sign: invalid ES256 PEM private key",
    );
    expect(await bench.shown("jwt_sign", "HS256", value({}), "k")).toMatch(
      "unsupported algorithm `HS256`; expected ES256 or RS256",
    );
  });
});

describe("signed urls", () => {
  const bench = new Bench();
  const sign = (...args: Parameters<typeof value>[0][]) => bench.now("signed_url", ...args.map(value)) as string;
  const verify = (...args: unknown[]) => bench.shown("verify_signed_url", ...args.map(value));

  test("are right until they expire, and only with their secret", async () => {
    const url = sign("https://h.test/r?b=2#frag", { a: "x y" }, "s3", 1000, { kid: "v2" });
    expect(url).toMatch(/^https:\/\/h\.test\/r\?a=x%20y&b=2&exp=1000&kid=v2&sig=[\w-]{43}$/);
    expect(await verify(url, { v1: "s1", v2: "s3" }, 1000)).toBe(
      "{claims: {a: x y, b: 2}, expired: false, expires_at: 1000, kid: v2, reason: ok, signature_valid: true, valid: true}",
    );
    expect(await verify(url, "s3", 1001)).toMatch("reason: expired, signature_valid: true, valid: false");
    expect(await verify(url, "s3", 1010, { skew_seconds: 10 })).toMatch("reason: ok");
    expect(await verify(url, "other", 1)).toMatch("reason: bad_signature");
    expect(await verify(url.replace("x%20y", "x%20z"), "s3", 1)).toMatch("reason: bad_signature");
    expect(await verify(url, { v1: "s1" }, 1)).toMatch("reason: unknown_key");
    expect(await verify("/p?exp=1", "s", 1)).toMatch("reason: missing_signature");
    expect(await verify("/p?sig=1", "s", 1)).toMatch("reason: missing_expiry");
    expect(await verify("/p?sig=1&exp=x", "s", 1)).toMatch("reason: invalid_expiry");
  });

  test("of paths keep escapes, in upper case", async () => {
    const url = sign("/a b/%c3%a9", {}, "s", 5);
    expect(url).toMatch(/^\/a%20b\/%C3%A9\?exp=5&sig=/);
    expect(await verify(url, "s", 1)).toMatch("reason: ok");
  });

  test.each([
    [["relative", {}, "s", 1], "expected an absolute URL or an absolute path starting with `/`"],
    [["/p", { sig: 1 }, "s", 1], "claims cannot contain reserved parameter `sig`"],
    [["/p", {}, "s", 1, { kid_param: "sig" }], "signature_param, expires_param, and kid_param must be distinct"],
    [["/p", {}, "s", 1, { kid: 5 }], "option `kid` must be a string, got int"],
  ])("signed_url%j fails", async (args, message) => {
    expect(await bench.shown("signed_url", ...args.map(value))).toBe(`!! Runtime error: signed_url: ${message}`);
  });
});

describe("aws_sigv4_headers", () => {
  test("signs as documented", () => {
    const signed = new Bench().now(
      "aws_sigv4_headers",
      value({
        method: "GET",
        url: "https://examplebucket.s3.amazonaws.com/test.txt",
        region: "us-east-1",
        service: "s3",
        access_key_id: "AKIDEXAMPLE",
        secret_access_key: "secret",
        timestamp: "20130524T000000Z",
        headers: { range: "bytes=0-9" },
        body: "",
      }),
    ) as DictValue;
    expect(signed.get("signed_headers")).toBe("host;range;x-amz-content-sha256;x-amz-date");
    expect(signed.get("authorization")).toMatch(
      /Signature=e29ce4f09b19ebf1982c21545aec461aeba17dd6dfdb22c9409aefc71c65695c$/,
    );
  });

  test("says what is missing", async () => {
    expect(await new Bench().shown("aws_sigv4_headers", value({}))).toBe(
      "!! Runtime error: aws_sigv4_headers: access_key_id is required",
    );
  });
});
