import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hostError } from "../host/node/errors.ts";

/** Something about keys and signatures that its user can put right. The message names the file. */
export class SkillSigningError extends Error {
  override readonly name = "SkillSigningError";
}

/** `SKILL.md.sig`, as the reference writes it. */
interface SignatureFile {
  readonly schema: typeof schema;
  readonly signed_at: string;
  readonly signer_fingerprint: string;
  readonly ed25519_sig_base64: string;
  readonly skill_sha256: string;
  readonly endorsements: readonly Endorsement[];
}

interface Endorsement {
  readonly signed_at: string;
  readonly endorser_fingerprint: string;
  readonly ed25519_sig_base64: string;
}

export interface SignedSkill {
  readonly signaturePath: string;
  readonly fingerprint: string;
  readonly skillSha256: string;
}

const schema = "harn-skill-sig/v2";
const ownerOnly = 0o600;
const rawKeyBytes = 32;

/** An Ed25519 key pair: the private key for its owner alone at `path`, the public one at `path.pub`. Files that are there stay. */
export function generateSkillKey(path: string): { readonly publicPath: string; readonly fingerprint: string } {
  const publicPath = `${path}.pub`;
  for (const file of [path, publicPath])
    if (existsSync(file)) throw new SkillSigningError(`${file} already exists: a key is not written over`);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeNew(path, privateKey.export({ type: "pkcs8", format: "pem" }).toString(), ownerOnly);
  writeNew(publicPath, publicKey.export({ type: "spki", format: "pem" }).toString());
  return { publicPath, fingerprint: fingerprintOf(publicKey) };
}

/** Signs a skill as its author. Signatures that were there are of an earlier author and go. */
export function signSkill(skillPath: string, keyPath: string, now: Date): SignedSkill {
  const content = read(skillPath);
  const signer = signerOf(keyPath);
  const file: SignatureFile = {
    schema,
    signed_at: now.toISOString(),
    signer_fingerprint: signer.fingerprint,
    ed25519_sig_base64: signer.sign(content),
    skill_sha256: sha256(content),
    endorsements: [],
  };
  return { ...write(skillPath, file), fingerprint: signer.fingerprint };
}

/** Adds an endorsement to a signed skill; a second one of the same signer replaces the first. */
export function endorseSkill(skillPath: string, keyPath: string, now: Date): SignedSkill {
  const content = read(skillPath);
  const file = signaturesOf(skillPath);
  if (file.skill_sha256 !== sha256(content))
    throw new SkillSigningError(`${skillPath}.sig does not match the current contents of ${skillPath}`);
  const signer = signerOf(keyPath);
  const endorsement = {
    signed_at: now.toISOString(),
    endorser_fingerprint: signer.fingerprint,
    ed25519_sig_base64: signer.sign(content),
  };
  const others = file.endorsements.filter(({ endorser_fingerprint: by }) => by !== signer.fingerprint);
  return {
    ...write(skillPath, { ...file, endorsements: [...others, endorsement] }),
    fingerprint: signer.fingerprint,
  };
}

/** Keeps the public key of somebody whose signatures count on this machine. `source` says where the PEM came from. */
export function trustSigner(
  folder: string,
  pem: string,
  source: string,
): { readonly fingerprint: string; readonly path: string } {
  const key = publicKeyOf(pem, source);
  const fingerprint = fingerprintOf(key);
  const path = join(folder, `${fingerprint}.pub`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, key.export({ type: "spki", format: "pem" }).toString());
  return { fingerprint, path };
}

/** Everybody in the folder of trusted signers, by fingerprint. */
export function trustedSigners(folder: string): readonly { readonly fingerprint: string; readonly path: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^[0-9a-f]{64}\.pub$/.test(name))
    .sort()
    .map((name) => ({ fingerprint: name.slice(0, -".pub".length), path: join(folder, name) }));
}

/** The bytes of a file, or an error that names it. */
export function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new SkillSigningError(`failed to read ${path}: ${hostError(error).message}`);
  }
}

function write(skillPath: string, file: SignatureFile): Omit<SignedSkill, "fingerprint"> {
  const signaturePath = `${skillPath}.sig`;
  writeFileSync(signaturePath, JSON.stringify(file, null, 2));
  return { signaturePath, skillSha256: file.skill_sha256 };
}

function signaturesOf(skillPath: string): SignatureFile {
  const path = `${skillPath}.sig`;
  if (!existsSync(path))
    throw new SkillSigningError(`${skillPath} is missing ${path}: sign it first with \`harn skill sign\``);
  const broken = new SkillSigningError(`${path} is not valid ${schema} JSON`);
  let file: Partial<SignatureFile> | null;
  try {
    file = JSON.parse(read(path).toString("utf8")) as Partial<SignatureFile> | null;
  } catch (error) {
    if (error instanceof SyntaxError) throw broken;
    throw error;
  }
  if (file?.schema !== schema || typeof file.skill_sha256 !== "string") throw broken;
  return { ...(file as SignatureFile), endorsements: file.endorsements ?? [] };
}

function signerOf(path: string): { readonly fingerprint: string; readonly sign: (content: Buffer) => string } {
  const pem = read(path).toString("utf8");
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new SkillSigningError(`${path} holds no private key in PEM: make one with \`harn skill key generate\``);
  }
  if (key.asymmetricKeyType !== "ed25519") throw new SkillSigningError(`${path} holds no Ed25519 key`);
  const publicKey = createPublicKey(key);
  return {
    fingerprint: fingerprintOf(publicKey),
    sign(content) {
      const signature = sign(null, content, key);
      if (!verify(null, content, publicKey, signature))
        throw new SkillSigningError(`${path} makes no valid signatures`);
      return signature.toString("base64");
    },
  };
}

/** A private key in its place is refused: it is not to be copied about. */
function publicKeyOf(pem: string, source: string): KeyObject {
  if (!pem.includes("-----BEGIN PUBLIC KEY-----"))
    throw new SkillSigningError(`${source} holds no public key in PEM (a file that ends in .pub does)`);
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Said below.
  }
  throw new SkillSigningError(`${source} holds no Ed25519 public key`);
}

/** Hex of the SHA-256 over the raw key. */
function fingerprintOf(key: KeyObject): string {
  return sha256(key.export({ type: "spki", format: "der" }).subarray(-rawKeyBytes));
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function writeNew(path: string, text: string, mode?: number): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx", ...(mode !== undefined && { mode }) });
  } catch (error) {
    throw new SkillSigningError(`failed to write ${path}: ${hostError(error).message}`);
  }
}
