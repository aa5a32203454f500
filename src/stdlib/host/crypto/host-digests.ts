import { serviceKey } from "../../../builtin/index.ts";

/** The host's own digests, which are several times as fast as those in JavaScript. */
export interface HostDigests {
  /** `algorithm` as builtins name it (`sha256`, `sha3_512`); `undefined` for one that the host does not know. */
  digest(algorithm: string, content: Uint8Array): Uint8Array | undefined;
}

/** A host that offers none leaves everything to JavaScript. */
export const hostDigests = serviceKey<HostDigests>("host digests", () => ({ digest: () => undefined }));

/** Bytes below which a call of the host costs more than it saves. */
export const worthAskingHost = 4096;
