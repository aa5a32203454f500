import { createHash } from "node:crypto";
import { nodeAsymmetricCrypto } from "../../host/node/asymmetric.ts";
import { nodeSha256 } from "../../host/node/sha256.ts";

/** What receipts are made and checked with. */
export const receiptCrypto = {
  sha256: nodeSha256,
  hashBytes: (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex"),
  ed25519Verify: nodeAsymmetricCrypto.ed25519Verify,
};
