// Channels of the event log: named streams that triggers listen to. (Channels between tasks of one program are another thing.)
//
// H1. An emit goes: guardrails, append, transcript, receipt, delivery. Who emits waits for all of it.
// H2. The id of an emit makes it once only: repeated, it answers with the first and is not delivered again.
// H3. Session channels live as long as the runtime; the others are kept in its event log.
import type { CallContext } from "../../builtin/index.ts";
import type { ActiveLog } from "../active-log.ts";
import { defaultQueueDepth, type EventLog } from "../contract.ts";
import type { UuidSource } from "../dispatch-scope.ts";
import type { LogEvent } from "../event.ts";
import type { Json, JsonObject } from "../json.ts";
import { MemoryEventLog } from "../memory-log.ts";
import { topic } from "../topic.ts";
import { ChannelBatches, type Heard } from "./batches.ts";
import { type ChannelBinding, type ChannelDispatchResult, passesFilter } from "./delivery.ts";
import { ChannelGuardrails, type GuardrailReport } from "./guardrails.ts";
import { type ChannelName, resolveChannel, type ScopeOptions } from "./name.ts";
import {
  blockedReceipt,
  type ChannelEmit,
  channelEventKind,
  emitReceipt,
  eventJson,
  guardrailAudit,
  idHeader,
  signedTime,
  storedEventJson,
  storedHeaders,
  storedPayload,
  transcriptOfEmit,
} from "./record.ts";
import { selects } from "./selector.ts";

const auditTopic = topic("lifecycle.channel.audit");
const transcriptTopic = topic("transcript.channel.lifecycle");

export interface ChannelsOptions {
  readonly log: ActiveLog;
  /** Unix milliseconds, as the program sees time. */
  readonly now: () => number;
  readonly ids: UuidSource;
  /** Signs times. */
  readonly key: Uint8Array;
  /** What the runtime knows about the place a task works in: `agent_session_id`, `worker_id`, `workflow_id`, `tenant_id` … */
  readonly field: (context: CallContext, name: string) => string | undefined;
  /** Puts an entry into the run's audit log. */
  readonly audit: (kind: string, payload: Json) => void;
  readonly warn: (message: string) => void;
}

export interface EmitRequest {
  readonly name: string;
  readonly payload: Json;
  readonly scope: ScopeOptions;
  readonly id: string | undefined;
  readonly ttlMs: number | undefined;
}

export class Channels {
  readonly guardrails = new ChannelGuardrails();
  readonly #options: ChannelsOptions;
  readonly #batches: ChannelBatches;
  readonly #sessionLog: EventLog;
  /** The bindings that are active now, by id and then version. Whoever registers triggers puts its own in. */
  bindings: () => readonly ChannelBinding[] = () => [];

  constructor(options: ChannelsOptions) {
    this.#options = options;
    this.#batches = new ChannelBatches(options.warn);
    this.#sessionLog = new MemoryEventLog({ now: options.now, queueDepth: defaultQueueDepth });
  }

  /** The receipt. */
  async emit(context: CallContext, request: EmitRequest): Promise<JsonObject> {
    const emit = this.#emitOf(context, request);
    const judged = await this.guardrails.judge(context, emit);
    if (judged.fired.length > 0) this.#recordGuardrails(emit, judged);
    if (judged.verdict === "block") return blockedReceipt(emit, request.name, judged.fired, judged.reason ?? "");
    const { event, inserted } = await this.#append(emit);
    this.#transcribe("transcript.channel.emit", transcriptOfEmit(emit, inserted));
    this.#audit("channel_emit_receipt", emitReceipt(emit, inserted));
    if (inserted) await this.#deliver(context, emit);
    return { ...eventJson(event), inserted, duplicate: !inserted };
  }

  /** Stored events after a cursor, oldest first. */
  async events(
    context: CallContext,
    name: string,
    scope: ScopeOptions,
    range: { readonly after: number; readonly limit: number },
  ): Promise<readonly JsonObject[]> {
    const channel = this.#resolve(context, name, scope);
    const events = await this.#logOf(channel).readRange(channel.topic, range.after, range.limit);
    return events.map(storedEventJson);
  }

  /** Fires or discards batches that have waited too long. */
  async flushBatches(context: CallContext): Promise<void> {
    for (const [binding, heard] of this.#batches.takeExpired(this.bindings(), this.#options.now()))
      await this.#dispatch(context, binding, heard);
  }

  #resolve(context: CallContext, name: string, scope: ScopeOptions): ChannelName {
    const field = (key: string): string | undefined => this.#options.field(context, key);
    return resolveChannel(name, scope, {
      tenantId: field("tenant_id"),
      sessionId: field("agent_session_id"),
      fallbackSessionId: field("root_agent_session_id") ?? field("scope_id") ?? field("root_task_id") ?? "session",
      pipelineId: field("workflow_id") ?? field("run_id"),
    });
  }

  #emitOf(context: CallContext, request: EmitRequest): ChannelEmit {
    const channel = this.#resolve(context, request.name, request.scope);
    const atMs = Math.trunc(this.#options.now());
    const id = request.id ?? `channel_evt_${this.#options.ids.uuid()}`;
    const field = (key: string): string | undefined => this.#options.field(context, key);
    return {
      id,
      channel,
      payload: request.payload,
      emittedBy: field("worker_id") ?? field("agent_session_id") ?? (context.taskId || "harn"),
      atMs,
      emittedAt: signedTime(this.#options.key, atMs, `${channel.resolved} ${id}`),
      ttlMs: request.ttlMs,
    };
  }

  #logOf({ scope }: ChannelName): EventLog {
    return scope === "session" ? this.#sessionLog : this.#options.log.getOrCreate();
  }

  async #append(emit: ChannelEmit): Promise<{ readonly event: LogEvent; readonly inserted: boolean }> {
    return this.#logOf(emit.channel).appendIdempotent(emit.channel.topic, idHeader, emit.id, {
      kind: channelEventKind,
      payload: storedPayload(emit),
      headers: storedHeaders(emit),
      occurredAtMs: emit.atMs,
    });
  }

  #recordGuardrails(emit: ChannelEmit, { verdict, fired }: GuardrailReport): void {
    const kind = verdict === "block" ? "channel_guardrail_blocked" : "channel_guardrail_warning";
    const payload = guardrailAudit(emit, fired);
    this.#appendAudit(kind, payload, "harn.channel_guardrail_audit.v1");
    this.#options.audit(kind, payload);
  }

  async #deliver(context: CallContext, emit: ChannelEmit): Promise<void> {
    const matching = this.bindings().filter((binding) => selects(binding.selector, emit.channel));
    await this.flushBatches(context);
    for (const binding of matching) {
      if (!passesFilter(binding.filter, emit.payload)) continue;
      const heard = { emit, event: binding.makeEvent(context, emit) };
      const due = this.#batches.add(binding, heard, this.#options.now());
      if (due !== undefined) await this.#dispatch(context, binding, due);
    }
  }

  async #dispatch(context: CallContext, binding: ChannelBinding, heard: readonly Heard[]): Promise<void> {
    const [first] = heard;
    if (first === undefined) return;
    const batch = binding.batch === undefined ? undefined : heard;
    const matched = this.#matchOf(context, binding, first.emit, batch);
    const now = Math.trunc(this.#options.now());
    this.#transcribe("transcript.channel.match", { ...matched, matched_at_ms: now, span_id: null });
    const result = await binding.dispatch(
      context,
      first.event,
      batch?.map(({ event }) => event),
    );
    this.#audit("channel_match_receipt", {
      ...matched,
      binding_key: binding.key,
      matched_at: signedTime(this.#options.key, now, `${binding.key} ${first.emit.id}`),
      handler_result: resultJson(result),
    });
  }

  #matchOf(
    context: CallContext,
    binding: ChannelBinding,
    { id, channel }: ChannelEmit,
    batch: readonly Heard[] | undefined,
  ): JsonObject {
    const ids = batch?.map(({ emit }) => emit.id);
    return {
      event_id: id,
      name_resolved: channel.resolved,
      scope: channel.scope,
      scope_id: channel.scopeId,
      trigger_id: binding.id,
      handler_kind: binding.handlerKind,
      matched_in_session_id: this.#sessionOf(context),
      ...(ids === undefined ? {} : { batch: { count: ids.length, constituent_event_ids: ids } }),
    };
  }

  #sessionOf(context: CallContext): string {
    const field = (key: string): string | undefined => this.#options.field(context, key);
    return field("agent_session_id") ?? field("root_agent_session_id") ?? field("root_task_id") ?? "session";
  }

  #transcribe(kind: string, payload: JsonObject): void {
    this.#options.log.get()?.append(transcriptTopic, { kind, payload });
  }

  #audit(kind: "channel_emit_receipt" | "channel_match_receipt", payload: JsonObject): void {
    this.#appendAudit(kind, payload, `harn.${kind}.v1`);
  }

  #appendAudit(kind: string, payload: JsonObject, schema: string): void {
    this.#options.log.getOrCreate().append(auditTopic, { kind, payload, headers: { schema } });
  }
}

function resultJson({ status, attempts, error, isDispatchFailure }: ChannelDispatchResult): JsonObject {
  return {
    status,
    attempt_count: attempts,
    ...(error === undefined ? {} : { error }),
    ...(isDispatchFailure === true ? { dispatch_failed: true } : {}),
  };
}
