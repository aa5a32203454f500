import { serviceKey } from "../../../builtin/index.ts";
import { runtimeError } from "../../../value/index.ts";

/** What both sides of AES-256-GCM need: a key of 32 bytes, a nonce of 12 that is used once, and data that is bound to the text. */
export interface Sealing {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly associated: Uint8Array;
}

/** AES-256-GCM by the platform's own implementation, which is injected. */
export interface AuthenticatedEncryption {
  /** The ciphertext with its tag of 16 bytes behind it. */
  seal(sealing: Sealing, plain: Uint8Array): Uint8Array;
  /** `undefined` when key, nonce, associated data and ciphertext do not belong together. */
  open(sealing: Sealing, sealed: Uint8Array): Uint8Array | undefined;
}

export const authenticatedEncryption = serviceKey<AuthenticatedEncryption>("authenticated encryption", () => {
  const missing = (): never => {
    throw runtimeError("this host offers no authenticated encryption");
  };
  return { seal: missing, open: missing };
});
