import type { HostFiles } from "../../builtin/index.ts";
import { sha256Bytes } from "../../eventlog/index.ts";
import { isDict, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { tryParseJson } from "../../llm/json.ts";
import { Base64Error, type DictValue, decodeBase64, type Value } from "../../value/index.ts";

/*
 * Who stands behind a skill. Beside `SKILL.md` lies `SKILL.md.sig`: JSON with the hash of the file, the author's signature over its bytes,
 * and those of others who endorse it. A skill is trusted when the author and every endorser are known, there is at least one endorser,
 * the skill's own lists name them, and every signature holds.
 */

/** Whether a signature by the key stands under the message; all three are raw bytes. */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

export interface SignatureOptions {
  readonly files: HostFiles;
  /** Ed25519; a host without it trusts nobody. */
  readonly verify: VerifySignature | undefined;
  /** Where the keys of those who are trusted lie, as `FINGERPRINT.pub`; undefined where nobody is. */
  readonly signersFolder: string | undefined;
}

export type ProvenanceStatus =
  | "verified"
  | "missing_signature"
  | "invalid_signature"
  | "missing_signer"
  | "untrusted_signer"
  | "missing_endorsement";

export interface SkillProvenance {
  readonly status: ProvenanceStatus;
  /** Why it is not trusted. */
  readonly problem: string | undefined;
  readonly signaturePath: string;
  /** SHA-256 of the skill's file, in hex. */
  readonly hash: string;
  /** Undefined where no signature can be read. */
  readonly author: SignerCheck | undefined;
  readonly endorsements: readonly SignerCheck[];
  /** The card's `provenance`. */
  readonly dict: DictValue;
}

/** What is known of one who signed. */
export interface SignerCheck {
  readonly fingerprint: string;
  /** RFC 3339, as the file says. */
  readonly signedAt: string;
  readonly status: ProvenanceStatus;
  readonly problem: string | undefined;
}

/** The lists of a skill's head that narrow who may stand behind it; undefined where anybody may who is trusted. */
export interface SignerLists {
  readonly signers: readonly string[] | undefined;
  readonly endorsers: readonly string[] | undefined;
}

const schema = "harn-skill-sig/v2";
const trustAction = "skill.provenance";
const fingerprintForm = /^[0-9a-f]{64}$/;

interface Signature {
  readonly fingerprint: string;
  readonly signedAt: string;
  readonly bytes: Uint8Array;
}

interface Checked {
  readonly status: ProvenanceStatus;
  readonly problem: string | undefined;
}

interface CheckedSignature extends Checked {
  readonly signature: Signature;
}

const good: Checked = { status: "verified", problem: undefined };

/** What is known of the skill whose `SKILL.md` lies at `path`. */
export function checkProvenance(options: SignatureOptions, path: string, lists: SignerLists): SkillProvenance {
  const { files } = options;
  const signaturePath = `${path}.sig`;
  const content = files.readBytes(path);
  const hash = sha256Bytes(content);
  const about = { signaturePath, hash };
  if (!files.exists(signaturePath))
    return provenance(about, { status: "missing_signature", problem: `${path} is missing ${signaturePath}` });
  const signed = readSignatures(files.readText(signaturePath), signaturePath);
  if (typeof signed === "string") return provenance(about, { status: "invalid_signature", problem: signed });
  const { author } = signed;
  if (signed.hash !== hash) {
    const problem = `${signaturePath} does not match the current contents of ${path}`;
    const unchecked = { signature: author, status: "invalid_signature" as const, problem: undefined };
    return provenance(about, { status: "invalid_signature", problem }, unchecked);
  }
  const ofAuthor = { signature: author, ...checkAuthor(options, author, content, path, lists) };
  if (ofAuthor.status !== "verified") return provenance(about, ofAuthor, ofAuthor);
  if (signed.endorsements.length === 0) {
    const problem = `${path} has no endorsement signatures; add at least one with \`harn skill endorse\``;
    return provenance(about, { status: "missing_endorsement", problem }, ofAuthor);
  }
  const endorsements = signed.endorsements.map((each) => checkEndorsement(options, each, content, lists));
  const bad = endorsements.find(({ status }) => status !== "verified");
  return provenance(about, bad ?? good, ofAuthor, endorsements);
}

function provenance(
  about: Pick<SkillProvenance, "hash" | "signaturePath">,
  { status, problem }: Checked,
  checkedAuthor?: CheckedSignature,
  endorsements: readonly CheckedSignature[] = [],
): SkillProvenance {
  const trusted = status === "verified";
  const author = checkedAuthor?.signature;
  const dict = record({
    signature_path: about.signaturePath,
    skill_sha256: about.hash,
    signed: author !== undefined,
    trusted,
    status,
    error: status === "missing_signature" ? undefined : problem,
    signer_fingerprint: author?.fingerprint,
    author: author === undefined ? undefined : record(actor(author)),
    endorsements: list(
      endorsements.map((each) =>
        record({ ...actor(each.signature), status: each.status, trusted: each.status === "verified" }),
      ),
    ),
    trust_policy_input: record({
      action: trustAction,
      author_actor_id: author?.fingerprint,
      endorser_actor_ids: list(endorsements.map(({ signature }) => signature.fingerprint)),
    }),
  });
  return {
    ...about,
    status,
    problem,
    author: checkedAuthor && signerCheck(checkedAuthor),
    endorsements: endorsements.map(signerCheck),
    dict,
  };
}

function signerCheck({ problem, signature: { fingerprint, signedAt }, status }: CheckedSignature): SignerCheck {
  return { fingerprint, signedAt, status, problem };
}

function actor({ fingerprint, signedAt }: Signature): Readonly<Record<string, Value>> {
  return { fingerprint, signed_at: signedAt, trust_action: trustAction, trust_actor_id: fingerprint };
}

function checkAuthor(
  options: SignatureOptions,
  author: Signature,
  content: Uint8Array,
  path: string,
  lists: SignerLists,
): Checked {
  const { fingerprint } = author;
  const by = `${path} was signed by ${fingerprint}`;
  const key = keyOf(options, fingerprint);
  if (key === undefined)
    return {
      status: "missing_signer",
      problem: `${by}, but ${fingerprint} is not present in ${options.signersFolder ?? "any folder of trusted signers"}`,
    };
  if (lists.signers !== undefined && !lists.signers.includes(fingerprint))
    return { status: "untrusted_signer", problem: `${by}, which is not in the skill's trusted_signers allowlist` };
  return isSignedBy(options, key, content, author.bytes)
    ? good
    : { status: "invalid_signature", problem: `${path}.sig failed Ed25519 verification for ${path}` };
}

function checkEndorsement(
  options: SignatureOptions,
  signature: Signature,
  content: Uint8Array,
  lists: SignerLists,
): CheckedSignature {
  const { fingerprint } = signature;
  const key = keyOf(options, fingerprint);
  if (key === undefined)
    return {
      signature,
      status: "missing_signer",
      problem: `endorsement signer ${fingerprint} is not installed locally`,
    };
  if (lists.endorsers !== undefined && !lists.endorsers.includes(fingerprint))
    return {
      signature,
      status: "untrusted_signer",
      problem: `endorsement signer ${fingerprint} is not in the skill's trusted_endorsers allowlist`,
    };
  if (isSignedBy(options, key, content, signature.bytes)) return { signature, ...good };
  return {
    signature,
    status: "invalid_signature",
    problem: `endorsement signature for ${fingerprint} failed Ed25519 verification`,
  };
}

function isSignedBy(
  { verify }: SignatureOptions,
  key: Uint8Array,
  content: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verify !== undefined && signature.length === signatureBytes && verify(key, content, signature);
}

/** The trusted key of a fingerprint. A file that holds another key than its name says is none. */
function keyOf({ files, signersFolder }: SignatureOptions, fingerprint: string): Uint8Array | undefined {
  if (signersFolder === undefined || !fingerprintForm.test(fingerprint)) return undefined;
  const path = files.resolve(signersFolder, `${fingerprint}.pub`);
  if (!files.exists(path)) return undefined;
  const body = /-----BEGIN PUBLIC KEY-----([\s\S]*?)-----END PUBLIC KEY-----/.exec(files.readText(path))?.[1];
  const raw = body === undefined ? undefined : bytesOfBase64(body.replace(/\s+/g, ""))?.slice(-keyBytes);
  return raw?.length === keyBytes && sha256Bytes(raw) === fingerprint ? raw : undefined;
}

const keyBytes = 32;
const signatureBytes = 64;

function bytesOfBase64(text: string): Uint8Array | undefined {
  try {
    return decodeBase64(text);
  } catch (error) {
    if (error instanceof Base64Error) return undefined;
    throw error;
  }
}

interface Signatures {
  readonly hash: string;
  readonly author: Signature;
  readonly endorsements: readonly Signature[];
}

/** The content of a signature file, or what is wrong with it. */
function readSignatures(text: string, path: string): Signatures | string {
  const given = tryParseJson(text);
  if (!isDict(given)) return `${path} is not valid ${schema} JSON`;
  const declared = textAt(given, "schema") ?? "none";
  if (declared !== schema) return `${path} declares unsupported schema ${declared}`;
  const hash = textAt(given, "skill_sha256");
  const author = readSignature(given, "signer_fingerprint");
  const endorsements = (itemsAt(given, "endorsements") ?? []).map((each) =>
    isDict(each) ? readSignature(each, "endorser_fingerprint") : undefined,
  );
  const whole = endorsements.filter((each) => each !== undefined);
  if (hash === undefined || author === undefined || whole.length < endorsements.length)
    return `${path} is not valid ${schema} JSON: a field is missing or of the wrong kind`;
  return { hash, author, endorsements: whole };
}

function readSignature(given: DictValue, fingerprintKey: string): Signature | undefined {
  const fingerprint = textAt(given, fingerprintKey);
  const bytes = bytesOfBase64(textAt(given, "ed25519_sig_base64") ?? "");
  if (fingerprint === undefined || bytes === undefined) return undefined;
  return { fingerprint, signedAt: textAt(given, "signed_at") ?? "", bytes };
}
