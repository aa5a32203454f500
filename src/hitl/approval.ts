import { isJsonArray, type Json, type JsonObject, jsonNumber, sha256 } from "../eventlog/index.ts";
import type { HumanResponse } from "./response.ts";

/** What the responses to an approval request amount to so far. */
export type ApprovalState =
  | { readonly kind: "open" }
  | { readonly kind: "approved"; readonly record: JsonObject; readonly by: string | undefined }
  | { readonly kind: "denied"; readonly response: HumanResponse };

interface Signature extends JsonObject {
  readonly reviewer: string;
  readonly signed_at: string;
  readonly signature: string;
}

/**
 * Counts responses in the order they came. Each reviewer is heard once; with a list of reviewers nobody else is. An approval
 * needs a name to count, a refusal does not, and whatever is not an approval is a refusal.
 */
export function judgeApproval(
  requestId: string,
  payload: JsonObject,
  responses: readonly HumanResponse[],
): ApprovalState {
  const [quorum, allowed] = [quorumOf(payload), reviewersOf(payload)];
  const heard = new Set<string>();
  const signatures: Signature[] = [];
  for (const response of responses) {
    const { reviewer, approved } = response;
    if (reviewer !== undefined) {
      if ((allowed.size > 0 && !allowed.has(reviewer)) || heard.has(reviewer)) continue;
      heard.add(reviewer);
    }
    if (approved !== true) return { kind: "denied", response };
    if (reviewer === undefined) continue;
    signatures.push(signatureOf(requestId, reviewer, response));
    if (signatures.length < quorum) continue;
    const record = approvalRecord(requestId, signatures, response);
    return { kind: "approved", record, by: reviewer };
  }
  return { kind: "open" };
}

function approvalRecord(requestId: string, signatures: readonly Signature[], last: HumanResponse): JsonObject {
  return {
    request_id: requestId,
    approved: true,
    reviewers: signatures.map(({ reviewer }) => reviewer).sort(),
    approved_at: last.respondedAt ?? "",
    reason: last.reason ?? null,
    signatures,
  };
}

function signatureOf(requestId: string, reviewer: string, response: HumanResponse): Signature {
  const signedAt = response.respondedAt ?? "";
  return { reviewer, signed_at: signedAt, signature: response.signature ?? receipt(requestId, reviewer, response) };
}

/** What stands for a signature when the reviewer's host gave none: a digest of what was agreed to. */
function receipt(requestId: string, reviewer: string, { respondedAt, reason }: HumanResponse): string {
  const lines = [
    "harn-hitl-approval-v1",
    `request_id:${requestId}`,
    `reviewer:${reviewer}`,
    `signed_at:${respondedAt ?? ""}`,
    "approved:true",
    `reason:${reason ?? ""}`,
  ];
  return `sha256:${sha256(lines.map((line) => `${line}\n`).join(""))}`;
}

function quorumOf(payload: JsonObject): number {
  for (const key of ["quorum", "n", "approvers_required"]) {
    const count = jsonNumber(payload[key]);
    if (count !== undefined && count > 0) return count;
  }
  return 1;
}

function reviewersOf(payload: JsonObject): ReadonlySet<string> {
  const listed = [payload.reviewers, payload.approvers].find(isFilledList);
  return new Set((listed ?? []).filter((name) => typeof name === "string"));
}

function isFilledList(json: Json | undefined): json is readonly Json[] {
  return isJsonArray(json) && json.length > 0;
}
