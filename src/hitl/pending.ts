import {
  type EventLog,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type LogEvent,
  parseTimestamp,
  TopicFold,
  timestampProblem,
  topic,
} from "../eventlog/index.ts";
import { DictValue, isInt, ListValue, runtimeError, type Value } from "../value/index.ts";
import {
  escalationAccepted,
  isRequestKind,
  kindNames,
  type RequestKind,
  requestKinds,
  responseReceived,
} from "./kinds.ts";
import { idOfRequest } from "./settlement.ts";

export interface PendingFilters {
  /** Unix milliseconds, both inclusive. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly kinds: ReadonlySet<RequestKind>;
  readonly agent: string | undefined;
  readonly limit: number;
}

const [usualLimit, highestLimit] = [500, 5000];

/** Where older hosts put their responses. */
const legacyResponses = topic("hitl.responses");

/** What the topic of a kind tells of its requests. */
interface Requests {
  readonly asked: { readonly at: number; readonly order: number; readonly row: PendingRow }[];
  readonly ended: Set<string>;
}

const requestsOf = Object.fromEntries(requestKinds.map((kind) => [kind, requestsFold(kind)])) as Readonly<
  Record<RequestKind, TopicFold<Requests>>
>;
const legacyEnds = Object.fromEntries(requestKinds.map((kind) => [kind, legacyFold(kind)])) as Readonly<
  Record<RequestKind, TopicFold<Set<string>>>
>;

function requestsFold(kind: RequestKind): TopicFold<Requests> {
  return new TopicFold<Requests>(
    () => ({ asked: [], ended: new Set() }),
    ({ asked, ended }, event) => {
      noteEnd(ended, kind, event);
      if (event.kind !== kindNames[kind].requested) return;
      const row = rowOf(kind, event);
      asked.push({ at: Date.parse(row.timestamp), order: event.id, row });
    },
  );
}

function legacyFold(kind: RequestKind): TopicFold<Set<string>> {
  return new TopicFold<Set<string>>(
    () => new Set(),
    (ended, event) => noteEnd(ended, kind, event),
  );
}

function noteEnd(ended: Set<string>, kind: RequestKind, event: LogEvent): void {
  const id = ends(kind, event) ? idOfRequest(event) : undefined;
  if (id !== undefined) ended.add(id);
}

/** Requests that nobody has answered, the newest first. */
export async function pendingRequests(log: EventLog, filters: PendingFilters): Promise<readonly JsonObject[]> {
  const found: Requests["asked"] = [];
  for (const kind of filters.kinds) {
    const answered = await legacyEnds[kind].of(log, legacyResponses);
    const { asked, ended } = await requestsOf[kind].of(log, kindNames[kind].topic);
    // What has ended stays so, and need not be looked at again.
    const open = asked.filter(({ row }) => !ended.has(row.request_id) && !answered.has(row.request_id));
    asked.length = 0;
    for (const request of open) {
      asked.push(request);
      if (isWanted(request.row, request.at, filters)) found.push(request);
    }
  }
  found.sort((left, right) => right.at - left.at || right.order - left.order);
  return distinct(found.map(({ row }) => row)).slice(0, filters.limit);
}

/** A dispatch that is repeated puts its request on record again. */
function distinct(rows: readonly PendingRow[]): readonly PendingRow[] {
  const seen = new Set<string>();
  return rows.filter(({ request_id }) => !seen.has(request_id) && seen.add(request_id));
}

function ends(kind: RequestKind, event: LogEvent): boolean {
  const names = kindNames[kind];
  const payload = isJsonObject(event.payload) ? event.payload : {};
  if (event.kind === escalationAccepted) return payload.accepted !== false && names.terminal.has(event.kind);
  if (names.terminal.has(event.kind)) return true;
  if (event.kind !== responseReceived) return false;
  return kind === "escalation" ? payload.accepted === true : payload.approved === false;
}

interface PendingRow extends JsonObject {
  readonly request_id: string;
  readonly timestamp: string;
  readonly agent: string;
}

function rowOf(kind: RequestKind, event: LogEvent): PendingRow {
  const envelope = event.payload;
  const asked = isJsonObject(envelope) ? envelope.payload : undefined;
  const [requestId, timestamp] = [idOfRequest(event), isJsonObject(envelope) ? envelope.requested_at : undefined];
  if (!isJsonObject(envelope) || !isJsonObject(asked) || requestId === undefined || typeof timestamp !== "string")
    throw runtimeError(`hitl_pending: request event ${event.id} of ${event.topic} cannot be read`);
  const approvers = [asked.approvers, asked.reviewers].find(isJsonArray) ?? [];
  return {
    request_id: requestId,
    request_kind: kind,
    agent: typeof envelope.agent === "string" ? envelope.agent : "",
    prompt: asked.prompt ?? asked.action ?? asked.reason ?? "",
    trace_id: envelope.trace_id ?? "",
    timestamp,
    approvers,
    metadata: asked,
  };
}

function isWanted(row: PendingRow, at: number, { since, until, agent }: PendingFilters): boolean {
  if (since !== undefined && at < since) return false;
  if (until !== undefined && at > until) return false;
  return agent === undefined || row.agent === agent;
}

export function pendingFilters(given: Value): PendingFilters {
  if (given !== null && !(given instanceof DictValue))
    throw runtimeError("hitl_pending: filters must be a dict or nil");
  const filter = (key: string): Value => given?.get(key) ?? null;
  return {
    since: timeOf("since", filter("since")),
    until: timeOf("until", filter("until")),
    kinds: kindsOf(filter("kinds")),
    agent: textOf("agent", filter("agent")),
    limit: limitOf(filter("limit")),
  };
}

function kindsOf(value: Value): ReadonlySet<RequestKind> {
  if (value === null) return new Set(requestKinds);
  const names = value instanceof ListValue ? value.toArray() : [null];
  if (!names.every((name) => typeof name === "string"))
    throw runtimeError("hitl_pending: kinds must be a list<string>");
  return new Set(names.map((name) => kindOf(name)));
}

function kindOf(name: string): RequestKind {
  if (isRequestKind(name)) return name;
  throw runtimeError(`hitl_pending: unsupported kind '${name}'`);
}

function limitOf(value: Value): number {
  if (value === null) return usualLimit;
  if (isInt(value) && value > 0) return Math.min(Number(value), highestLimit);
  throw runtimeError("hitl_pending: limit must be a positive int");
}

function textOf(field: string, value: Value): string | undefined {
  if (value === null) return undefined;
  if (typeof value === "string") return value;
  throw runtimeError(`hitl_pending: ${field} must be a string`);
}

function timeOf(field: string, value: Value): number | undefined {
  const text = textOf(field, value);
  if (text === undefined) return undefined;
  const time = parseTimestamp(text);
  if (time !== undefined) return time;
  throw runtimeError(`hitl_pending: invalid ${field}: ${timestampProblem(text)}`);
}
