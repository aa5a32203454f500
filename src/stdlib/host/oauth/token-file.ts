// Token sets in one file, sealed with AES-256-GCM: {"version": 1, "nonce": BASE64, "ciphertext": BASE64}, base64 without padding.
//
// The key is derived by HKDF-SHA256 from what the program gives; the name below is its info and is bound to the ciphertext. The file
// is its owner's alone, whole at any moment, and gone when it holds nothing. What it holds is in no error.

import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type CallContext, HostError, type HostFiles, Refusal, whileLocked } from "../../../builtin/index.ts";
import { messageOf } from "../../../text/index.ts";
import {
  DictValue,
  decodeBase64,
  encodeBase64,
  JsonError,
  type Raise,
  readJson,
  runtimeError,
  stringifyJson,
  type Value,
} from "../../../value/index.ts";
import { decodeUtf8, encodeUtf8 } from "../../utf8.ts";
import { authenticatedEncryption } from "../crypto/authenticated-encryption.ts";
import { failureOf, need } from "../faults.ts";
import { asDict, textOption } from "../options.ts";
import { entriesDocument, readEntries, type TokenEntries, type TokenEntry } from "./token-entries.ts";

const purpose = encodeUtf8("harn-oauth-storage-v1");
const nonceLength = 12;

/** The key that a text or bytes stand for. */
export function fileKey(secret: Uint8Array): Uint8Array {
  return hkdf(sha256, secret, undefined, purpose, 32);
}

function fault(message: string): Raise {
  return runtimeError(`oauth storage: ${message}`);
}

function touching<T>(builtin: string, doing: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof HostError && !(error instanceof Refusal))
      throw fault(`failed to ${doing} \`${path}\`: ${error.message}`);
    throw failureOf(builtin, error, (reason) => reason);
  }
}

export interface TokenFile {
  readonly path: string;
  readonly key: Uint8Array;
}

/** No file and an empty one hold nothing. */
export function loadTokens(context: CallContext, builtin: string, { path, key }: TokenFile): Map<string, TokenEntry> {
  const files = need(context, builtin, "files");
  const text = touching(builtin, "read", path, () => (files.exists(path) ? files.readText(path) : ""));
  if (text === "") return new Map();
  const envelope = envelopeOf(text, path);
  const plain = context
    .service(authenticatedEncryption)
    .open({ key, nonce: envelope.nonce, associated: purpose }, envelope.ciphertext);
  if (plain === undefined) throw fault("decryption failed; encryption_key does not match the file");
  const entries = readEntries(sealedJson(plain));
  if (entries === undefined) throw fault(`file \`${path}\` does not hold token sets`);
  return entries;
}

function sealedJson(plain: Uint8Array): Value {
  try {
    return readJson(decodeUtf8(plain));
  } catch {
    throw fault("failed to decode decrypted payload: it is no JSON");
  }
}

function envelopeOf(text: string, path: string): { readonly nonce: Uint8Array; readonly ciphertext: Uint8Array } {
  const envelope = asDict(parsed(text, path));
  const version = envelope?.get("version");
  const [nonceText, sealedText] = [textOption(envelope, "nonce"), textOption(envelope, "ciphertext")];
  if (nonceText === undefined || sealedText === undefined || typeof version !== "number")
    throw fault(`file \`${path}\` is not a valid envelope: expected version, nonce and ciphertext`);
  if (version !== 1) throw fault(`file \`${path}\` envelope version ${version} not supported`);
  const nonce = base64Part("nonce", nonceText);
  if (nonce.length !== nonceLength) throw fault(`envelope nonce must be ${nonceLength} bytes, got ${nonce.length}`);
  return { nonce, ciphertext: base64Part("ciphertext", sealedText) };
}

function parsed(text: string, path: string): Value {
  try {
    return readJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw fault(`file \`${path}\` is not a valid envelope: ${error.message}`);
  }
}

function base64Part(name: string, text: string): Uint8Array {
  try {
    return decodeBase64(text.replace(/=+$/, ""), { isPadded: false });
  } catch (error) {
    throw fault(`invalid envelope ${name}: ${messageOf(error)}`);
  }
}

/** Runs `act` while no other process changes the file. */
export function lockTokens(context: CallContext, builtin: string, { path }: TokenFile, act: () => void): void {
  const files = need(context, builtin, "files");
  touching(builtin, "lock", path, () => whileLocked(files, path, act));
}

export function saveTokens(
  context: CallContext,
  builtin: string,
  { path, key }: TokenFile,
  entries: TokenEntries,
): void {
  const files = need(context, builtin, "files");
  if (entries.size === 0) return removeFile(builtin, files, path);
  const nonce = new Uint8Array(nonceLength);
  context.host.random.fill(nonce);
  const plain = encodeUtf8(stringifyJson(entriesDocument(entries)));
  const sealed = context.service(authenticatedEncryption).seal({ key, nonce, associated: purpose }, plain);
  const envelope = DictValue.of({ version: 1, nonce: unpadded(nonce), ciphertext: unpadded(sealed) });
  touching(builtin, "create parent directory of", path, () => files.makeFolder(files.resolve(path, "..")));
  touching(builtin, "write", path, () => files.writeAtomic(path, stringifyJson(envelope), { isOwnerOnly: true }));
}

function unpadded(bytes: Uint8Array): string {
  return encodeBase64(bytes, { isPadded: false });
}

function removeFile(builtin: string, files: HostFiles, path: string): void {
  touching(builtin, "remove", path, () => {
    if (files.exists(path)) files.remove(path, { recursive: false });
  });
}
