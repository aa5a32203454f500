import { type DictValue, decodeBase64, encodeBase64 } from "../../../value/index.ts";
import { textOption } from "../options.ts";
import { der, joined } from "./der.ts";

/** Why a key of a JSON Web Key Set cannot be used. */
export class JsonWebKeyError extends Error {}

const urlForm = { isUrlSafe: true, isPadded: false } as const;

function bytesOf(key: DictValue, name: string): Uint8Array {
  const text = textOption(key, name);
  if (text === undefined) throw new JsonWebKeyError(`JWK is missing \`${name}\``);
  return decodeBase64(text, urlForm);
}

function pem(content: Uint8Array): string {
  return `-----BEGIN PUBLIC KEY-----\n${encodeBase64(content)}\n-----END PUBLIC KEY-----\n`;
}

/** The public key of a JSON Web Key (RFC 7517) of kind RSA, or EC on P-256, as PEM. */
export function publicPemOf(key: DictValue): string {
  const kind = textOption(key, "kty");
  if (kind === "RSA") {
    const numbers = der.sequence(der.integer(bytesOf(key, "n")), der.integer(bytesOf(key, "e")));
    // rsaEncryption; its parameters are an empty NULL.
    const algorithm = der.sequence(der.objectId("1.2.840.113549.1.1.1"), Uint8Array.of(0x05, 0x00));
    return pem(der.sequence(algorithm, der.bits(numbers)));
  }
  if (kind === "EC" && textOption(key, "crv") === "P-256") {
    const point = joined([Uint8Array.of(4), bytesOf(key, "x"), bytesOf(key, "y")]);
    const algorithm = der.sequence(der.objectId("1.2.840.10045.2.1"), der.objectId("1.2.840.10045.3.1.7"));
    return pem(der.sequence(algorithm, der.bits(point)));
  }
  throw new JsonWebKeyError(`JWK of kind \`${kind ?? ""}\` cannot be used`);
}

/** The shared secret of a JSON Web Key of kind `oct`. */
export function secretOf(key: DictValue): Uint8Array {
  if (textOption(key, "kty") !== "oct") throw new JsonWebKeyError("JWK is no shared secret");
  return bytesOf(key, "k");
}
