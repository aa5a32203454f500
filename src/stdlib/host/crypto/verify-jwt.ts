import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Builtin, type CallContext, declare, opt, req, t } from "../../../builtin/index.ts";
import { messageOf } from "../../../text/index.ts";
import {
  Base64Error,
  DictValue,
  decodeBase64,
  FloatValue,
  handOut,
  isInt,
  ListValue,
  parseJson,
  typeName,
  type Value,
} from "../../../value/index.ts";
import { equalInConstantTime } from "../../byte-arrays.ts";
import { fail } from "../faults.ts";
import { asDict, listOption, textOption } from "../options.ts";
import { asymmetricCrypto } from "./asymmetric.ts";
import { JsonWebKeyError, publicPemOf, secretOf } from "./json-web-key.ts";
import { lossyText } from "./percent.ts";

const connectors = declare("connectors");
const builtin = "connector_shared_verify_jwt_inline";
const algorithms = ["RS256", "ES256", "HS256"] as const;
type Algorithm = (typeof algorithms)[number];

/** How far clocks may be apart, in seconds. */
const leeway = 60;

/** Why a token is not accepted: the answer says so, nothing is thrown. */
class TokenRefusal extends Error {}

interface Expected {
  readonly algorithm: Algorithm;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

function option(options: DictValue | undefined, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = options?.get(name) ?? null;
    if (value === null) continue;
    if (typeof value === "string") return value;
    throw fail(`${builtin}: option \`${name}\` must be a string, got ${typeName(value)}`);
  }
  return undefined;
}

function expectedOf(options: DictValue | undefined): Expected {
  const named = option(options, "algorithm", "alg") ?? "RS256";
  const algorithm = algorithms.find((each) => each === named);
  if (algorithm === undefined) throw fail(`${builtin}: unsupported JWT algorithm \`${named}\``);
  return { algorithm, issuer: option(options, "issuer", "iss"), audience: option(options, "audience", "aud") };
}

function decoded(part: string): Uint8Array {
  try {
    return decodeBase64(part, { isUrlSafe: true, isPadded: false });
  } catch (error) {
    throw error instanceof Base64Error ? new TokenRefusal(`Base64 error: ${error.message}`) : error;
  }
}

function jsonPart(part: string): DictValue {
  const text = lossyText(decoded(part));
  let dict: DictValue | undefined;
  try {
    dict = asDict(parseJson(text));
  } catch (error) {
    throw new TokenRefusal(`JSON error: ${messageOf(error)}`);
  }
  if (!dict) throw new TokenRefusal("InvalidToken");
  return dict;
}

/** The key that a token names; one that names none fits a set with a single key. */
function keyOf(header: DictValue, keys: readonly Value[]): DictValue {
  const id = textOption(header, "kid");
  const known = keys.flatMap((key) => asDict(key) ?? []);
  if (id === undefined && known.length > 1) throw new TokenRefusal("JWT missing kid and JWKS contains multiple keys");
  const key = id === undefined ? known[0] : known.find((each) => textOption(each, "kid") === id);
  if (key) return key;
  throw new TokenRefusal(id === undefined ? "JWKS contains no keys" : `JWT kid \`${id}\` was not found in JWKS`);
}

function isSigned(
  context: CallContext,
  algorithm: Algorithm,
  key: DictValue,
  signed: Uint8Array,
  given: Uint8Array,
): boolean {
  try {
    if (algorithm === "HS256") return equalInConstantTime(given, hmac(sha256, secretOf(key), signed));
    return context.service(asymmetricCrypto).verifyJwt(algorithm, publicPemOf(key), signed, given);
  } catch (error) {
    throw new TokenRefusal(error instanceof JsonWebKeyError ? error.message : `InvalidKey: ${messageOf(error)}`);
  }
}

function seconds(claims: DictValue, name: string): number | undefined {
  const value = claims.get(name);
  return isInt(value) ? Number(value) : value instanceof FloatValue ? value.value : undefined;
}

function audiencesOf(claims: DictValue): readonly Value[] {
  const value = claims.get("aud");
  if (value === undefined || value === null) return [];
  return value instanceof ListValue ? value.view() : [value];
}

function checkClaims(claims: DictValue, { issuer, audience }: Expected, now: number): void {
  const expires = seconds(claims, "exp");
  if (expires === undefined) throw new TokenRefusal("Missing required claim: exp");
  if (expires + leeway < now) throw new TokenRefusal("ExpiredSignature");
  if ((seconds(claims, "nbf") ?? now) - leeway > now) throw new TokenRefusal("ImmatureSignature");
  if (issuer !== undefined && claims.get("iss") !== issuer) throw new TokenRefusal("InvalidIssuer");
  const audiences = audiencesOf(claims);
  // A token that is meant for somebody is for nobody who does not say who they are.
  const isMeant = audience === undefined ? audiences.length === 0 : audiences.includes(audience);
  if (!isMeant) throw new TokenRefusal("InvalidAudience");
}

function claimsOf(context: CallContext, token: string, keys: readonly Value[], expected: Expected): DictValue {
  const parts = token.split(".");
  if (parts.length !== 3) throw new TokenRefusal("InvalidToken");
  const [head = "", body = "", signature = ""] = parts;
  const header = jsonPart(head);
  const named = textOption(header, "alg") ?? "";
  // A token may not choose how it is checked.
  if (named !== expected.algorithm)
    throw new TokenRefusal(`JWT header alg ${named} does not match expected ${expected.algorithm}`);
  const signed = new TextEncoder().encode(`${head}.${body}`);
  if (!isSigned(context, expected.algorithm, keyOf(header, keys), signed, decoded(signature)))
    throw new TokenRefusal("InvalidSignature");
  const claims = jsonPart(body);
  checkClaims(claims, expected, Math.floor(context.host.clock.now() / 1000));
  return claims;
}

export const verifyJwtBuiltins: readonly Builtin[] = [
  connectors({
    name: builtin,
    summary:
      "Whether a JSON Web Token is signed by a key of a set, for whom is asked, and not expired: `{ok, claims, error}`. Options: `algorithm` (RS256), `issuer`, `audience`.",
    params: [req("token", t.string), req("jwks", t.dict), opt("options", t.dict)],
    returns: t.dict,
    effect: "time",
    run(context, token, jwks, options) {
      const keys = listOption(jwks, "keys");
      if (!keys) throw fail(`${builtin}: invalid JWKS: missing field \`keys\``);
      const expected = expectedOf(options);
      try {
        return DictValue.of({ ok: true, claims: handOut(claimsOf(context, token, keys, expected)), error: null });
      } catch (error) {
        if (!(error instanceof TokenRefusal)) throw error;
        return DictValue.of({ ok: false, claims: null, error: error.message });
      }
    },
  }),
];
