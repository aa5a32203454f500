import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { decodeBase64 } from "../../value/index.ts";
import { hostError } from "./errors.ts";
import { lazy } from "./lazy-modules.ts";

/** A key that cannot be used. Its message is for whoever runs the command. */
export class SigningKeyError extends Error {
  override readonly name = "SigningKeyError";
}

/**
 * The Ed25519 seed that receipts are signed with in an agent's name: from `HARN_SECRET_PROVENANCE_<AGENT>_ED25519_SEED` (base64), else
 * from a file below `HARN_SECRET_STORE_FILE_ROOT`, else below `~/.harn/secrets`. A file that is missing is made, for its owner alone.
 */
export function provenanceSeed(agent: string, environment: (name: string) => string | undefined): Uint8Array {
  if (!/^[\w.-]+$/.test(agent))
    throw new SigningKeyError(`agent id '${agent}' may hold letters, digits, '.', '_' and '-' only`);
  const given = environment(`HARN_SECRET_PROVENANCE_${agent.toUpperCase().replace(/\W/g, "_")}_ED25519_SEED`);
  if (given !== undefined && given.trim() !== "") return seedOf(given);
  const root = environment("HARN_SECRET_STORE_FILE_ROOT")?.trim();
  const folder = join(
    root === undefined || root === "" ? join(lazy.os.homedir(), ".harn", "secrets") : root,
    "provenance",
  );
  const path = join(folder, `${agent}.ed25519.seed`);
  try {
    return seedOf(read(path) ?? created(folder, path));
  } catch (error) {
    if (error instanceof SigningKeyError) throw new SigningKeyError(`${path}: ${error.message}`);
    throw new SigningKeyError(`cannot keep a signing key at ${path}: ${hostError(error).message}`, { cause: error });
  }
}

function seedOf(stored: string): Uint8Array {
  let seed: Uint8Array;
  try {
    seed = decodeBase64(stored.trim());
  } catch (error) {
    throw new SigningKeyError(`stored Ed25519 seed is not base64: ${hostError(error).message}`);
  }
  if (seed.length !== 32) throw new SigningKeyError("stored Ed25519 seed must decode to 32 bytes");
  return seed;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hostError(error).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whoever comes first has made the key: it appears whole, and is never replaced. */
function created(folder: string, path: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const text = `${lazy.crypto.randomBytes(32).toString("base64")}\n`;
  const draft = `${path}.${process.pid}.tmp`;
  const descriptor = openSync(draft, "wx", 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
    linkSync(draft, path);
    return text;
  } catch (error) {
    const winner = hostError(error).code === "EEXIST" ? read(path) : undefined;
    if (winner === undefined) throw error;
    return winner;
  } finally {
    closeSync(descriptor);
    rmSync(draft, { force: true });
  }
}
