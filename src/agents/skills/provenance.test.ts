import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { nodeAsymmetricCrypto } from "../../host/node/asymmetric.ts";
import { memoryHost } from "../../host/testing/index.ts";
import { dictAt, textAt } from "../../llm/fields.ts";
import { readYaml } from "../../stdlib/data/yaml-reader.ts";
import { openSkillFolders } from "./folders.ts";
import { skillsOf } from "./registry.ts";

interface Signer {
  readonly secret: Uint8Array;
  readonly fingerprint: string;
  readonly pem: string;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

function signer(seed: number): Signer {
  const secret = new Uint8Array(32).fill(seed);
  const key = nodeAsymmetricCrypto.ed25519Public(secret);
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key]);
  return {
    secret,
    fingerprint: createHash("sha256").update(key).digest("hex"),
    pem: `-----BEGIN PUBLIC KEY-----\n${base64(der)}\n-----END PUBLIC KEY-----\n`,
  };
}

const author = signer(1);
const endorser = signer(2);
const path = "/p/.harn/skills/deploy/SKILL.md";
const skill = (more = ""): string =>
  `---\nname: deploy\nshort: Ship\nhooks:\n  PreToolUse: "check"\n${more}---\nShip it.\n`;

function signed(text: string, by = author, endorsers: readonly Signer[] = [endorser]): Record<string, unknown> {
  const sign = ({ secret }: Signer): string =>
    base64(nodeAsymmetricCrypto.ed25519Sign(secret, new TextEncoder().encode(text)));
  const at = { signed_at: "2026-01-01T00:00:00Z" };
  return {
    schema: "harn-skill-sig/v2",
    ...at,
    signer_fingerprint: by.fingerprint,
    ed25519_sig_base64: sign(by),
    skill_sha256: createHash("sha256").update(text).digest("hex"),
    endorsements: endorsers.map((each) => ({
      ...at,
      endorser_fingerprint: each.fingerprint,
      ed25519_sig_base64: sign(each),
    })),
  };
}

interface Case {
  readonly text?: string;
  readonly signature?: unknown;
  readonly trusts?: readonly Signer[];
  readonly requires?: boolean;
  readonly files?: Readonly<Record<string, string>>;
}

function read({ text = skill(), signature, trusts = [author, endorser], requires = false, files = {} }: Case) {
  const warnings: string[] = [];
  const keys = trusts.map(({ fingerprint, pem }) => [`/home/.harn/trusted-signers/${fingerprint}.pub`, pem]);
  const own = typeof signature === "string" ? signature : JSON.stringify(signature);
  const found = openSkillFolders({
    files: memoryHost({
      files: { [path]: text, ...(own && { [`${path}.sig`]: own }), ...Object.fromEntries(keys), ...files },
    }).files,
    roots: [{ layer: "project", folder: "/p/.harn/skills" }],
    disabled: new Set(),
    requiresSignatures: requires,
    verify: nodeAsymmetricCrypto.ed25519Verify,
    signersFolder: "/home/.harn/trusted-signers",
    parse: readYaml,
    warn: (message) => warnings.push(message),
  });
  const [card] = skillsOf(found.registry);
  const provenance = card === undefined ? undefined : dictAt(card, "provenance");
  return { card, warnings, status: textAt(provenance, "status"), hasHooks: card?.has("hooks") ?? false };
}

test("A60: a skill that its author and an endorser signed, both trusted, keeps its hooks and may be demanded", () => {
  const text = skill("require_signature: true\n");
  const { card, status, hasHooks, warnings } = read({ text, signature: signed(text), requires: true });
  expect([status, hasHooks, warnings]).toEqual(["verified", true, []]);
  expect(textAt(card && dictAt(card, "provenance"), "signer_fingerprint")).toBe(author.fingerprint);
});

const text = skill();
const other = signer(3);
const allowing = (line: string): string => skill(`${line}\n`);

test.each<[what: string, given: Case, status: string, problem: string]>([
  ["nobody signed", {}, "missing_signature", `${path} is missing ${path}.sig`],
  ["was changed since", { text: `${text}more`, signature: signed(text) }, "invalid_signature", "does not match"],
  [
    "has another's signature",
    { signature: { ...signed(text), ed25519_sig_base64: signed(text, endorser).ed25519_sig_base64 } },
    "invalid_signature",
    "failed Ed25519 verification",
  ],
  ["has no endorsement", { signature: signed(text, author, []) }, "missing_endorsement", "no endorsement signatures"],
  ["an unknown author signed", { signature: signed(text, other) }, "missing_signer", "is not present in /home/.harn"],
  ["an unknown endorser signed", { signature: signed(text, author, [other]) }, "missing_signer", "endorsement signer"],
  [
    "an unknown endorser signed beside a known one",
    { signature: signed(text, author, [endorser, other]) },
    "missing_signer",
    other.fingerprint,
  ],
  [
    "has a key file with another's key",
    {
      signature: signed(text, other),
      files: { [`/home/.harn/trusted-signers/${other.fingerprint}.pub`]: author.pem },
    },
    "missing_signer",
    other.fingerprint,
  ],
  [
    "names other signers",
    {
      text: allowing(`trusted_signers: ["${other.fingerprint}"]`),
      signature: signed(allowing(`trusted_signers: ["${other.fingerprint}"]`)),
    },
    "untrusted_signer",
    "trusted_signers allowlist",
  ],
  [
    "names other endorsers",
    {
      text: allowing("trusted_endorsers: nobody"),
      signature: signed(allowing("trusted_endorsers: nobody")),
    },
    "untrusted_signer",
    "trusted_endorsers allowlist",
  ],
  [
    "has a signature file that is none",
    { signature: "hi" },
    "invalid_signature",
    "is not valid harn-skill-sig/v2 JSON",
  ],
  [
    "has a signature file of another form",
    { signature: { ...signed(text), schema: "harn-skill-sig/v1" } },
    "invalid_signature",
    "declares unsupported schema harn-skill-sig/v1",
  ],
  [
    "has a signature that is no base64",
    { signature: { ...signed(text), ed25519_sig_base64: "~" } },
    "invalid_signature",
    "a field is missing or of the wrong kind",
  ],
  [
    "has a fingerprint that leads elsewhere",
    { signature: { ...signed(text), signer_fingerprint: "../../p/key" }, files: { "/p/key.pub": author.pem } },
    "missing_signer",
    "../../p/key",
  ],
])(
  "A60: a skill that %s brings no hooks, and is left out where a signature is demanded",
  (_what, given, status, problem) => {
    const kept = read(given);
    expect([kept.status, kept.hasHooks]).toEqual([status, false]);
    expect(kept.warnings).toHaveLength(1);
    expect(kept.warnings[0]).toContain(problem);
    const left = read({ ...given, requires: true });
    expect(left.card).toBeUndefined();
    expect(left.warnings[0]).toMatch(/^UnsignedSkillError: skill 'deploy' requires a trusted signature: /);
  },
);
