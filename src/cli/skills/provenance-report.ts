import type { SignerCheck, SkillProvenance } from "../../agents/index.ts";
import type { JsonObject } from "../../eventlog/index.ts";
import type { TrustScore } from "../../triggers/index.ts";

interface SignerReport {
  readonly role: "author" | "endorser";
  readonly fingerprint: string;
  readonly signed_at: string;
  readonly trusted: boolean;
  readonly status: string;
  readonly error: string | null;
  readonly trust_score: JsonObject | null;
}

/** Who stands behind a skill, as `--json` prints it. */
export interface ProvenanceReport {
  readonly skill_path: string;
  readonly signature_path: string;
  readonly skill_sha256: string;
  readonly status: string;
  readonly signed: boolean;
  readonly trusted: boolean;
  readonly author: SignerReport | null;
  readonly endorsements: readonly SignerReport[];
  readonly error: string | null;
}

/** `scoreOf` gives what the trust graph knows of a signer; nothing where nobody asked. */
export async function provenanceReport(
  path: string,
  provenance: SkillProvenance,
  scoreOf?: (fingerprint: string) => Promise<TrustScore>,
): Promise<ProvenanceReport> {
  const { author, endorsements, hash, problem, signaturePath, status } = provenance;
  const signer = async (role: SignerReport["role"], check: SignerCheck): Promise<SignerReport> => ({
    role,
    fingerprint: check.fingerprint,
    signed_at: check.signedAt,
    trusted: check.status === "verified",
    status: check.status,
    error: check.problem ?? null,
    trust_score: scoreOf === undefined ? null : scoreJson(await scoreOf(check.fingerprint)),
  });
  return {
    skill_path: path,
    signature_path: signaturePath,
    skill_sha256: hash,
    status,
    signed: author !== undefined && status !== "invalid_signature",
    trusted: status === "verified",
    author: author === undefined ? null : await signer("author", author),
    endorsements: await Promise.all(endorsements.map((each) => signer("endorser", each))),
    error: problem ?? null,
  };
}

function scoreJson(score: TrustScore): JsonObject {
  const { action, agent, denied, failures, successes, timeouts, total } = score;
  return {
    agent,
    action,
    total,
    successes,
    failures,
    denied,
    timeouts,
    success_rate: score.successRate,
    latest_outcome: score.latestOutcome,
    latest_timestamp: score.latestTimestamp,
    effective_tier: score.effectiveTier,
  };
}
