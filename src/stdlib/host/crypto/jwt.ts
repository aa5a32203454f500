import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Builtin, type CallContext, declare, req, t } from "../../../builtin/index.ts";
import { messageOf } from "../../../text/index.ts";
import {
  DictValue,
  decodeBase64,
  encodeBase64,
  parseJson,
  runtimeError,
  stringifyJson,
  typeName,
} from "../../../value/index.ts";
import { equalInConstantTime } from "../../byte-arrays.ts";
import { fail } from "../faults.ts";
import { asDict } from "../options.ts";
import { asymmetricCrypto, type JwtAlgorithm } from "./asymmetric.ts";
import { lossyText } from "./percent.ts";

const crypto = declare("crypto");
const urlForm = { isUrlSafe: true, isPadded: false } as const;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function isKeyPair(algorithm: string): algorithm is JwtAlgorithm {
  return algorithm === "ES256" || algorithm === "RS256";
}

function signToken(context: CallContext, algorithm: string, claims: DictValue, pem: string): string {
  if (!isKeyPair(algorithm)) {
    throw runtimeError(`jwt_sign: unsupported algorithm \`${algorithm}\`; expected ES256 or RS256`);
  }
  const header = encodeBase64(utf8(`{"typ":"JWT","alg":"${algorithm}"}`), urlForm);
  const signed = `${header}.${encodeBase64(utf8(stringifyJson(claims)), urlForm)}`;
  try {
    const signature = context.service(asymmetricCrypto).signJwt(algorithm, pem, utf8(signed));
    return `${signed}.${encodeBase64(signature, urlForm)}`;
  } catch (error) {
    throw runtimeError(`jwt_sign: invalid ${algorithm} PEM private key: ${messageOf(error)}`);
  }
}

interface Token {
  readonly signed: string;
  readonly header: DictValue;
  readonly claims: DictValue;
  readonly signature: Uint8Array;
}

function readToken(text: string): Token {
  const [header = "", claims = "", signature = "", ...more] = text.split(".");
  try {
    const parsedHeader = asDict(parseJson(lossyText(decodeBase64(header, urlForm))));
    const parsedClaims = asDict(parseJson(lossyText(decodeBase64(claims, urlForm))));
    if (more.length > 0 || parsedHeader === undefined || parsedClaims === undefined)
      throw fail("jwt_verify: InvalidToken");
    return {
      signed: `${header}.${claims}`,
      header: parsedHeader,
      claims: parsedClaims,
      signature: decodeBase64(signature, urlForm),
    };
  } catch {
    throw fail("jwt_verify: InvalidToken");
  }
}

function isSigned(context: CallContext, algorithm: string, token: Token, key: string): boolean {
  if (algorithm === "HS256") return equalInConstantTime(token.signature, hmac(sha256, utf8(key), utf8(token.signed)));
  if (!isKeyPair(algorithm)) throw fail(`jwt_verify: unsupported algorithm '${algorithm}'`);
  try {
    return context.service(asymmetricCrypto).verifyJwt(algorithm, key, utf8(token.signed), token.signature);
  } catch (error) {
    throw fail(`jwt_verify: invalid ${algorithm} public key: ${messageOf(error)}`);
  }
}

export const jwtBuiltins: readonly Builtin[] = [
  crypto({
    name: "jwt_sign",
    summary:
      "A JSON Web Token of claims, signed by ES256 or RS256 with a PEM private key. Claims are taken as they are: `exp`, `iat` and the like are seconds since 1970. An error for another algorithm, and for a key that is none.",
    params: [req("algorithm", t.string), req("claims", t.dict), req("private_key", t.string)],
    returns: t.string,
    run: (context, algorithm, claims, pem) => signToken(context, algorithm, claims, pem),
  }),
  crypto({
    name: "jwt_verify",
    summary:
      "`{valid: true, claims}` of a JSON Web Token whose signature is right: HS256 with a secret, ES256 or RS256 with a PEM public key. An error where the signature or the token's `alg` is another, or the text is no token. Expiry is the caller's to judge.",
    params: [req("algorithm", t.string), req("token", t.string), req("key", t.string)],
    returns: t.dict,
    run(context, algorithm, text, key) {
      if (algorithm !== "HS256" && !isKeyPair(algorithm))
        throw fail(`jwt_verify: unsupported algorithm '${algorithm}'`);
      const token = readToken(text);
      // A token may not choose how it is checked.
      const named = token.header.get("alg");
      if (named !== algorithm)
        throw fail(
          `jwt_verify: InvalidAlgorithm: token says ${typeof named === "string" ? named : typeName(named ?? null)}`,
        );
      if (!isSigned(context, algorithm, token, key)) throw fail("jwt_verify: InvalidSignature");
      return DictValue.of({ valid: true, claims: token.claims });
    },
  }),
];
