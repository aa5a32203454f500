import { type Topic, topic } from "../eventlog/index.ts";

/** What a person can be asked for. */
export type RequestKind = "question" | "approval" | "dual_control" | "escalation";

/** How a kind of request stands in the event log. */
interface KindNames {
  readonly topic: Topic;
  readonly requested: string;
  readonly response: string;
  readonly approved?: string;
  readonly denied?: string;
  /** After one of these nobody is asked any more. */
  readonly terminal: ReadonlySet<string>;
}

export const responseReceived = "hitl.response_received";
export const escalationAccepted = "hitl.escalation_accepted";
export const timedOut = "hitl.timeout";
export const dualControlExecuted = "hitl.dual_control_executed";

export const kindNames: Readonly<Record<RequestKind, KindNames>> = {
  question: {
    topic: topic("hitl.questions"),
    requested: "hitl.question_asked",
    response: responseReceived,
    terminal: new Set([responseReceived, timedOut]),
  },
  approval: {
    topic: topic("hitl.approvals"),
    requested: "hitl.approval_requested",
    response: responseReceived,
    approved: "hitl.approval_approved",
    denied: "hitl.approval_denied",
    terminal: new Set(["hitl.approval_approved", "hitl.approval_denied", timedOut]),
  },
  dual_control: {
    topic: topic("hitl.dual_control"),
    requested: "hitl.dual_control_requested",
    response: responseReceived,
    approved: "hitl.dual_control_approved",
    denied: "hitl.dual_control_denied",
    terminal: new Set(["hitl.dual_control_approved", "hitl.dual_control_denied", dualControlExecuted, timedOut]),
  },
  escalation: {
    topic: topic("hitl.escalations"),
    requested: "hitl.escalation_issued",
    response: escalationAccepted,
    terminal: new Set([escalationAccepted, timedOut]),
  },
};

export const requestKinds = Object.keys(kindNames) as readonly RequestKind[];

export function isRequestKind(name: string): name is RequestKind {
  return Object.hasOwn(kindNames, name);
}

/** The kind is part of every id: `hitl_question_…`. */
export function kindOfRequest(requestId: string): RequestKind | undefined {
  return requestKinds.find((kind) => requestId.startsWith(`hitl_${kind}_`));
}
