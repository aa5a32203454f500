import type { JsonObject } from "../../eventlog/index.ts";

/** What is asked of whoever may approve tool calls: an editor, a person, an embedder's function. */
export interface ApprovalQuestion {
  readonly sessionId: string | undefined;
  readonly toolCall: { readonly toolCallId: string; readonly toolName: string; readonly rawInput: JsonObject };
  /** Prompt, risk, reviewers and whatever else the rule says. */
  readonly approvalRequest: JsonObject;
  readonly policyDecision: JsonObject;
}

/** The answer in any of the forms that clients use: `{outcome: {outcome: "selected"}}`, `{outcome: "allow"}`, `{granted: true}`. */
export type Approver = (question: ApprovalQuestion) => Promise<JsonObject>;

export interface ApprovalAnswer {
  readonly isGranted: boolean;
  /** Arguments that take the place of those asked about. */
  readonly args: JsonObject | undefined;
}

export function readApproval(answer: JsonObject): ApprovalAnswer {
  const { outcome, granted, args } = answer;
  const word = isObject(outcome) ? outcome.outcome : outcome;
  const isGranted = granted === true || word === "selected" || word === "allow";
  return { isGranted, args: isObject(args) ? args : undefined };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
