import { type Builtin, type CallContext, declare, type Outcome, opt, req, t } from "../../builtin/index.ts";
import {
  DictValue,
  isInt,
  isObject,
  ListValue,
  runtimeError,
  typeError,
  typeName,
  type Value,
} from "../../value/index.ts";
import { EventLogError } from "../error.ts";
import { jsonOfValue, valueOfJson } from "../value-json.ts";
import type { Channels } from "./channels.ts";
import { channelsKey } from "./key.ts";
import type { ScopeOptions } from "./name.ts";

const channels = declare("channels");

export const channelBuiltins: readonly Builtin[] = [
  channels({
    name: "emit_channel",
    summary: "Append an event to a channel of the event log, let its triggers handle it, and give the receipt.",
    params: [req("name", t.string), req("payload", t.any), opt("options", t.nilable(t.dict))],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run(context, name, payload, given) {
      const options = new ChannelOptions("emit_channel", given);
      const request = { name, payload: jsonOfValue(payload), ...options.read() };
      return withChannels(context, async (service) => valueOfJson(await service.emit(context, request)));
    },
  }),
  channels({
    name: "channel_events",
    summary: "The stored events of a channel, oldest first; `from_cursor` is exclusive.",
    params: [req("name", t.string), opt("options", t.nilable(t.dict))],
    returns: t.list,
    effect: "state",
    borrows: true,
    run(context, name, given) {
      const { scope, after, limit } = new ChannelOptions("channel_events", given).read();
      const range = { after: after ?? 0, limit: limit ?? Number.MAX_SAFE_INTEGER };
      return withChannels(
        context,
        async (service) => new ListValue((await service.events(context, name, scope, range)).map(valueOfJson)),
      );
    },
  }),
  channels({
    name: "flush_trigger_aggregations",
    summary: "Fire or discard the batches of channel triggers whose window is over.",
    params: [],
    returns: t.nil,
    effect: "state",
    run: (context) =>
      withChannels(context, async (service) => {
        await service.flushBatches(context);
        return null;
      }),
  }),
  channels({
    name: "channel_guardrail_register",
    summary: "Let a guardrail judge every emit before it is kept, and give its id.",
    params: [req("config", t.dict)],
    returns: t.string,
    effect: "state",
    run: (context, config) => context.service(channelsKey).guardrails.register(config),
  }),
  channels({
    name: "channel_guardrail_unregister",
    summary: "Take a guardrail out; whether there was one.",
    params: [req("id", t.string)],
    returns: t.bool,
    effect: "state",
    borrows: true,
    run: (context, id) => context.service(channelsKey).guardrails.unregister(id),
  }),
  channels({
    name: "channel_guardrail_list",
    summary: "The ids of the guardrails, in the order in which they judge.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => new ListValue([...context.service(channelsKey).guardrails.ids()]),
  }),
  channels({
    name: "channel_guardrail_clear",
    summary: "Take all guardrails out.",
    params: [],
    returns: t.nil,
    effect: "state",
    run(context) {
      context.service(channelsKey).guardrails.clear();
      return null;
    },
  }),
];

function withChannels(context: CallContext, body: (service: Channels) => Promise<Value>): Outcome {
  return context.async(async () => {
    try {
      return await body(context.service(channelsKey));
    } catch (error) {
      throw error instanceof EventLogError ? runtimeError(error.message) : error;
    }
  });
}

interface ChannelRequestOptions {
  readonly scope: ScopeOptions;
  readonly id: string | undefined;
  readonly after: number | undefined;
  readonly limit: number | undefined;
  readonly ttlMs: number | undefined;
}

/** Options of one call, each checked whether the call has a use for it or not. */
class ChannelOptions {
  readonly #builtin: string;
  readonly #given: DictValue;

  constructor(builtin: string, given: DictValue | null | undefined) {
    this.#builtin = builtin;
    this.#given = given ?? DictValue.of({});
  }

  read(): ChannelRequestOptions {
    return {
      scope: {
        scope: this.#text("scope"),
        tenantId: this.#text("tenant_id"),
        sessionId: this.#text("session_id"),
        pipelineId: this.#text("pipeline_id"),
      },
      id: this.#text("id"),
      after: this.#count("from_cursor") ?? this.#count("cursor"),
      limit: this.#count("limit"),
      ttlMs: this.#duration("ttl"),
    };
  }

  #text(key: string): string | undefined {
    const value = this.#given.get(key) ?? null;
    if (value === null) return undefined;
    if (typeof value !== "string") throw this.#wrong(key, "a string or nil", value);
    if (value.trim() === "") throw typeError(`${this.#builtin}: options.${key} cannot be empty`);
    return value;
  }

  #count(key: string): number | undefined {
    const value = this.#given.get(key) ?? null;
    if (value === null) return undefined;
    if (!isInt(value) || value < 0) throw this.#wrong(key, "a non-negative int or nil", value);
    return Number(value);
  }

  #duration(key: string): number | undefined {
    const value = this.#given.get(key) ?? null;
    if (value === null) return undefined;
    const milliseconds =
      isObject(value) && value.kind === "duration" ? value.milliseconds : isInt(value) ? Number(value) : -1;
    if (milliseconds < 0) throw this.#wrong(key, "a non-negative duration, int, or nil", value);
    return milliseconds;
  }

  #wrong(key: string, wanted: string, value: Value): ReturnType<typeof typeError> {
    return typeError(`${this.#builtin}: options.${key} must be ${wanted}, got ${typeName(value)}`);
  }
}
