import type { AuthenticatedEncryption } from "../../stdlib/host/crypto/authenticated-encryption.ts";
import { lazy } from "./lazy-modules.ts";

const algorithm = "aes-256-gcm";
const tagLength = 16;

export const nodeEncryption: AuthenticatedEncryption = {
  seal({ key, nonce, associated }, plain) {
    const cipher = lazy.crypto.createCipheriv(algorithm, key, nonce).setAAD(associated);
    const body = [cipher.update(plain), cipher.final()];
    return new Uint8Array(Buffer.concat([...body, cipher.getAuthTag()]));
  },
  open({ key, nonce, associated }, sealed) {
    if (sealed.length < tagLength) return undefined;
    const split = sealed.length - tagLength;
    const decipher = lazy.crypto.createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength });
    decipher.setAAD(associated).setAuthTag(sealed.subarray(split));
    try {
      return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, split)), decipher.final()]));
    } catch {
      return undefined;
    }
  },
};
