// What becomes of a request when somebody answers. Requests stand on waitpoints: the waitpoint says how one ended, and the
// request's own topic tells the story.
import {
  cancelWaitpoint,
  completeWaitpoint,
  EventIndex,
  type EventLog,
  findWaitpoint,
  isJsonObject,
  type Json,
  type LogEvent,
  rfc3339,
  type Waitpoint,
} from "../eventlog/index.ts";
import { judgeApproval } from "./approval.ts";
import { escalationAccepted, kindNames, kindOfRequest, type RequestKind, responseReceived } from "./kinds.ts";
import { type HumanResponse, readResponse, responseJson } from "./response.ts";

export class HumanRequestError extends Error {
  override readonly name = "HumanRequestError";
}

/** Adds a response to the log and lets it take effect. A request that has ended already stays as it is. */
export async function respond(log: EventLog, response: HumanResponse, now: number): Promise<void> {
  const kind = kindOfRequest(response.requestId);
  if (kind === undefined) throw new HumanRequestError(`unknown HITL request id '${response.requestId}'`);
  const arrived = { ...response, respondedAt: response.respondedAt ?? rfc3339(now) };
  log.append(kindNames[kind].topic, {
    kind: kindNames[kind].response,
    payload: responseJson(arrived),
    headers: { request_id: response.requestId },
  });
  await settleRequest(log, response.requestId, now);
}

/** Ends the request if the responses in the log suffice, and gives its waitpoint as it is then. */
export async function settleRequest(log: EventLog, requestId: string, now: number): Promise<Waitpoint | undefined> {
  const kind = kindOfRequest(requestId);
  const waitpoint = await findWaitpoint(log, requestId);
  if (kind === undefined || waitpoint === undefined || waitpoint.status !== "open") return waitpoint;
  const events = await eventsOfRequest(log, kind, requestId);
  const responses = events.flatMap((event) => responseOf(event, requestId) ?? []);
  return (await settleBy(log, { kind, requestId, events, responses, now })) ?? waitpoint;
}

interface Settlement {
  readonly kind: RequestKind;
  readonly requestId: string;
  readonly events: readonly LogEvent[];
  readonly responses: readonly HumanResponse[];
  readonly now: number;
}

async function settleBy(log: EventLog, settlement: Settlement): Promise<Waitpoint | undefined> {
  const { kind, requestId, responses, now } = settlement;
  switch (kind) {
    case "question": {
      const [first] = responses;
      if (first === undefined) return undefined;
      return completeWaitpoint(log, requestId, first.answer ?? null, { by: first.reviewer }, now);
    }
    case "escalation": {
      const accepted = responses.find((response) => response.accepted === true);
      if (accepted === undefined) return undefined;
      return completeWaitpoint(log, requestId, responseJson(accepted), { by: accepted.reviewer }, now);
    }
    case "approval":
    case "dual_control":
      return settleApproval(log, settlement);
  }
}

async function settleApproval(log: EventLog, settlement: Settlement): Promise<Waitpoint | undefined> {
  const { kind, requestId, events, responses, now } = settlement;
  const { topic, requested, approved, denied } = kindNames[kind];
  const request = events.find((event) => event.kind === requested);
  if (request === undefined || approved === undefined || denied === undefined) return undefined;
  const state = judgeApproval(requestId, payloadOf(request), responses);
  const traceId = request.headers.trace_id;
  const headers = { request_id: requestId, ...(traceId === undefined ? {} : { trace_id: traceId }) };
  switch (state.kind) {
    case "open":
      return undefined;
    case "approved": {
      log.append(topic, { kind: approved, payload: { request_id: requestId, record: state.record }, headers });
      return completeWaitpoint(log, requestId, state.record, { by: state.by }, now);
    }
    case "denied": {
      const { reviewer, reason } = state.response;
      const payload = { request_id: requestId, reviewer: reviewer ?? null, reason: reason ?? null };
      log.append(topic, { kind: denied, payload, headers });
      return cancelWaitpoint(log, requestId, { by: reviewer, reason }, now);
    }
  }
}

function payloadOf(request: LogEvent): { readonly [key: string]: Json | undefined } {
  const payload = request.exactPayload();
  const inner = isJsonObject(payload) ? payload.payload : undefined;
  return isJsonObject(inner) ? inner : {};
}

function responseOf(event: LogEvent, requestId: string): HumanResponse | undefined {
  if (event.kind !== responseReceived && event.kind !== escalationAccepted) return undefined;
  return readResponse(requestId, event.exactPayload());
}

const byRequest = new EventIndex(idOfRequest);

export function eventsOfRequest(log: EventLog, kind: RequestKind, requestId: string): Promise<LogEvent[]> {
  return byRequest.find(log, kindNames[kind].topic, requestId);
}

/** Which request an event is about: its header, else its payload says so. */
export function idOfRequest(event: LogEvent): string | undefined {
  const { request_id: header } = event.headers;
  if (header !== undefined) return header;
  const { payload } = event;
  const given = isJsonObject(payload) ? payload.request_id : undefined;
  return typeof given === "string" ? given : undefined;
}
