import type { CallContext, Stop } from "../builtin/index.ts";
import {
  type ActiveLog,
  createWaitpoint,
  type DispatchScope,
  dispatchScope,
  type EventLog,
  isJsonArray,
  isReplaying,
  type Json,
  type JsonObject,
  rfc3339,
  type Waitpoint,
  waitDurably,
  waitpointTopic,
} from "../eventlog/index.ts";
import { StopSource } from "../runtime/index.ts";
import { type Raise, runtimeError, thrown } from "../value/index.ts";
import { humanCancelled, suspendedDispatch } from "./errors.ts";
import { kindNames, kindOfRequest, type RequestKind, timedOut } from "./kinds.ts";
import { envelopeJson, type HumanRequest, requestHeaders } from "./request.ts";
import { type HumanResponse, readResponse } from "./response.ts";
import { eventsOfRequest, HumanRequestError, respond, settleRequest } from "./settlement.ts";

interface Failure {
  readonly reason: unknown;
}

/** How a request ended, in the words of agent events. */
export type RequestOutcome = "answered" | "timeout" | "cancelled" | "error";

export interface HumanDeskOptions {
  readonly log: ActiveLog;
  /** Unix milliseconds, as the program sees time. */
  readonly now: () => number;
  /** The run that asks, if there is one. */
  readonly runId: () => string | undefined;
  /**
   * Answers: mocks of a test, then the embedder, then whoever sits at the terminal. `undefined`: none of them does, and the answer
   * comes through the event log. `ended` tells them when it came from elsewhere, or in time no more.
   */
  readonly answer: (
    context: CallContext,
    kind: RequestKind,
    params: JsonObject,
    ended: Stop,
  ) => Json | undefined | Promise<Json | undefined>;
  readonly onRequested?: (context: CallContext, request: HumanRequest) => void | Promise<void>;
  readonly onResolved?: (context: CallContext, request: HumanRequest, outcome: RequestOutcome) => void | Promise<void>;
}

/** What a request came to: its waitpoint as it was ended, or nothing before its time was up. */
export type RequestEnd = { readonly kind: "ended"; readonly waitpoint: Waitpoint } | { readonly kind: "timed_out" };

/**
 * Where programs ask people. The promises:
 *
 * H1. A request is in the log before anybody is told of it, and so is whatever ended it.
 * H2. A request has one end: the first answer that suffices, the time limit, or its waitpoint being cancelled. What comes
 *     later is kept in the log and changes nothing.
 * H3. Within a dispatch of a trigger a request keeps its id when the event is dispatched again, and its recorded end is the
 *     answer at once.
 */
export class HumanDesk {
  readonly #options: HumanDeskOptions;

  constructor(options: HumanDeskOptions) {
    this.#options = options;
  }

  get now(): number {
    return this.#options.now();
  }

  get runId(): string | undefined {
    return this.#options.runId();
  }

  get log(): EventLog {
    return this.#options.log.getOrCreate();
  }

  /** The log if there is one; a query does not make one. */
  get openLog(): EventLog | undefined {
    return this.#options.log.get();
  }

  /** Takes an answer from outside, by the id of its request. */
  async respond(response: HumanResponse): Promise<void> {
    await respond(this.log, response, this.now);
  }

  /** Refuses an id that no request in the log has. */
  async requireKnown(requestId: string): Promise<void> {
    const kind = kindOfRequest(requestId);
    const events = kind === undefined ? [] : await eventsOfRequest(this.log, kind, requestId);
    if (!events.some((event) => kind !== undefined && event.kind === kindNames[kind].requested))
      throw new HumanRequestError(`unknown HITL request id '${requestId}'`);
  }

  /** Puts the request on record without waiting for its answer. */
  async submit(request: HumanRequest): Promise<void> {
    const { request_id: _id, run_id: _run, ...metadata } = envelopeJson(request);
    await createWaitpoint(this.log, request.requestId, metadata, this.now);
    this.log.append(kindNames[request.kind].topic, {
      kind: kindNames[request.kind].requested,
      payload: envelopeJson(request),
      headers: requestHeaders(request),
    });
  }

  /** Asks, and waits for the end. Throws when the request is cancelled. */
  async ask(context: CallContext, request: HumanRequest, timeoutMs: number | undefined): Promise<RequestEnd> {
    await this.submit(request);
    await this.#options.onRequested?.(context, request);
    const ended = new StopSource();
    try {
      const end = await this.#waitForEnd(context, request, timeoutMs, ended);
      const isAnswered = end.kind === "ended" && end.waitpoint.status === "completed";
      const outcome = end.kind === "timed_out" ? "timeout" : isAnswered ? "answered" : "cancelled";
      await this.#options.onResolved?.(context, request, outcome);
      return end;
    } catch (error) {
      await this.#options.onResolved?.(context, request, "error");
      throw error;
    } finally {
      ended.abort(undefined);
    }
  }

  async #waitForEnd(
    context: CallContext,
    request: HumanRequest,
    timeoutMs: number | undefined,
    ended: Stop,
  ): Promise<RequestEnd> {
    const { requestId, kind } = request;
    const recorded = await settleRequest(this.log, requestId, this.now);
    if (recorded !== undefined && recorded.status !== "open") return { kind: "ended", waitpoint: recorded };
    if (await this.#hasTimedOut(request)) return { kind: "timed_out" };
    if (isReplaying(context) && context.scoped(dispatchScope) !== undefined)
      throw runtimeError(`replay is missing a recorded waitpoint resolution for '${requestId}'`);
    const failure = await this.#askInPlace(context, request, ended);
    const look = async (): Promise<Waitpoint | undefined> => {
      if (failure.error !== undefined) throw failure.error.reason;
      const waitpoint = await settleRequest(this.log, requestId, this.now);
      return waitpoint?.status === "open" ? undefined : waitpoint;
    };
    const scope = context.scoped(dispatchScope);
    if (scope !== undefined) return this.#suspendUnless(await look(), request, scope);
    const topics = [kindNames[kind].topic, waitpointTopic(requestId)];
    const found = await waitDurably<Waitpoint>(context, { log: this.log, topics, timeoutMs, look });
    switch (found.kind) {
      case "found":
        return { kind: "ended", waitpoint: found.value };
      case "timed_out":
        this.#recordTimeout(request);
        return { kind: "timed_out" };
      case "interrupted":
        throw thrown("kind:cancelled:VM cancelled by host");
    }
  }

  /** A dispatch does not wait for people: it ends here and is repeated once somebody has answered. */
  #suspendUnless(settled: Waitpoint | undefined, request: HumanRequest, scope: DispatchScope): RequestEnd {
    if (settled !== undefined) return { kind: "ended", waitpoint: settled };
    const eventId = scope.replayOfEventId ?? scope.eventId;
    throw suspendedDispatch(`wait_${eventId}_${scope.next("wait")}`, request.requestId);
  }

  /** Asks whoever answers directly. One who takes time fails the wait at its next look, if at all. */
  async #askInPlace(context: CallContext, request: HumanRequest, ended: Stop): Promise<{ error: Failure | undefined }> {
    const failure: { error: Failure | undefined } = { error: undefined };
    const params = { request_id: request.requestId, ...request.payload };
    const given = this.#options.answer(context, request.kind, params, ended);
    if (!(given instanceof Promise)) await this.#take(request, given);
    else
      given
        .then((answer) => this.#take(request, answer))
        .catch((reason: unknown) => {
          failure.error = { reason };
        });
    return failure;
  }

  async #take(request: HumanRequest, given: Json | undefined): Promise<void> {
    if (given === undefined) return;
    for (const response of responsesOf(request, given)) await this.respond(response);
  }

  async #hasTimedOut({ kind, requestId }: HumanRequest): Promise<boolean> {
    return (await eventsOfRequest(this.log, kind, requestId)).some((event) => event.kind === timedOut);
  }

  #recordTimeout(request: HumanRequest): void {
    const { requestId, kind, traceId } = request;
    this.log.append(kindNames[kind].topic, {
      kind: timedOut,
      payload: { request_id: requestId, kind, trace_id: traceId, timed_out_at: rfc3339(this.now) },
      headers: { request_id: requestId, trace_id: traceId },
    });
  }
}

export { humanDesk } from "./key.ts";

/** One answer, or a list of them in the order in which they come. */
function responsesOf(request: HumanRequest, given: Json): readonly HumanResponse[] {
  return (isJsonArray(given) ? given : [given]).map((json) => {
    const response = readResponse(request.requestId, json);
    if (response === undefined) throw runtimeError(`mocked HITL ${request.kind} response must be a dict or list<dict>`);
    return response;
  });
}

/** The error of a request whose waitpoint was cancelled. */
export function cancellationOf(request: HumanRequest, waitpoint: Waitpoint): Raise {
  return humanCancelled(request.requestId, request.kind, textOr(waitpoint.reason));
}

export function textOr(json: Json | undefined): string | undefined {
  return typeof json === "string" ? json : undefined;
}
