import { type CallContext, type CatalogPart, declare, namespace, type Outcome, opt, req, t } from "../builtin/index.ts";
import { type DictValue, isInt, type StructValue, typeError, typeName, type Value } from "../value/index.ts";
import { activeLogKey } from "./active-log.ts";
import { channelBuiltins } from "./channels/builtins.ts";
import type { EventLog } from "./contract.ts";
import { EventStream, logFault } from "./event-stream.ts";
import { isJsonObject, RawJson } from "./json.ts";
import { monitorBuiltins } from "./monitors/builtins.ts";
import { forwardPersonaEvent, personaTopic, runWatchers } from "./run-event-sources.ts";
import { topic } from "./topic.ts";
import { encodeValue, jsonOfValue } from "./value-json.ts";
import { groupWaitpointBuiltins } from "./waitpoints/group-builtins.ts";
import { singleWaitpointBuiltins } from "./waitpoints/single-builtins.ts";

const eventLog = declare("event-log");

const emit = eventLog({
  name: "event_log.emit",
  summary: "Append an event to a topic of the durable log, and give its id.",
  params: [req("topic", t.string), req("kind", t.string), opt("payload", t.any), opt("headers", t.nilable(t.dict))],
  returns: t.int,
  effect: "state",
  borrows: true,
  run: (context, topicName, kind, payload = null, headers) => {
    const given = headers === undefined || headers === null ? {} : { headers: headerTexts("event_log.emit", headers) };
    if (topicName === personaTopic) tellOfPersona(context, kind, payload, given.headers);
    return useLog(context, (log) =>
      log.append(topic(topicName), { kind, payload: new RawJson(encodeValue(payload)), ...given }),
    );
  },
});

/** Whoever watches the run sees the stages of its personas without reading the log (run-events §3.4). */
function tellOfPersona(
  context: CallContext,
  kind: string,
  payload: Value,
  headers: Readonly<Record<string, string>> | undefined,
): void {
  const watchers = context.service(runWatchers)();
  if (!watchers.isActive) return;
  const json = jsonOfValue(payload);
  const named = isJsonObject(json) && typeof json.persona === "string" ? json.persona : "";
  forwardPersonaEvent(watchers, headers?.persona ?? named, kind, json);
}

const latest = eventLog({
  name: "event_log.latest",
  summary: "The highest event id of a topic, or nil when it has none.",
  params: [req("topic", t.string)],
  returns: t.nilable(t.int),
  effect: "state",
  borrows: true,
  run: (context, topicName) =>
    useLog(context, (log) => {
      const id = log.latest(topic(topicName));
      return id instanceof Promise ? context.wait(id.then((known) => known ?? null)) : (id ?? null);
    }),
});

const subscribe = eventLog({
  name: "event_log.subscribe",
  summary: "The events of a topic behind a cursor, first those that are there and then new ones, as a stream.",
  params: [req("topic_or_options", t.union(t.string, t.dict)), opt("from_cursor", t.any)],
  returns: t.handle("stream"),
  effect: "state",
  borrows: true,
  run: (context, topicOrOptions, cursor) => {
    const { topicName, after, kindPrefix } = subscribeOptions(topicOrOptions, cursor);
    return useLog(
      context,
      (log) =>
        new EventStream(log.subscribe(topic(topicName), { after }), (event) => event.kind.startsWith(kindPrefix)),
    );
  },
});

interface SubscribeArguments {
  readonly topicName: string;
  readonly after: number;
  readonly kindPrefix: string;
}

const name = "event_log.subscribe";

function subscribeOptions(topicOrOptions: string | DictValue, cursor: Value | undefined): SubscribeArguments {
  if (typeof topicOrOptions === "string") return { topicName: topicOrOptions, after: cursorOf(cursor), kindPrefix: "" };
  const given = topicOrOptions.get("topic") ?? null;
  if (given === null) throw typeError(`${name}: missing topic`);
  if (typeof given !== "string") throw typeError(`${name}: topic must be a string, got ${typeName(given)}`);
  const from = ["from_cursor", "cursor", "from"]
    .map((key) => topicOrOptions.get(key))
    .find((value) => value !== undefined);
  return { topicName: given, after: cursorOf(from), kindPrefix: prefixOf(topicOrOptions.get("kind_prefix")) };
}

function cursorOf(value: Value | undefined): number {
  if (value === undefined || value === null) return 0;
  if (isInt(value) && value >= 0) return Number(value);
  throw typeError(`${name}: from_cursor must be a non-negative int or nil, got ${typeName(value)}`);
}

function prefixOf(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  throw typeError(`${name}: kind_prefix must be a string or nil, got ${typeName(value)}`);
}

/** A struct passes for a dict, here as everywhere. */
function headerTexts(builtin: string, headers: DictValue | StructValue): Record<string, string> {
  const texts: [string, string][] = [];
  for (const [key, value] of headers.kind === "dict" ? headers.entries() : headers.fields()) {
    if (typeof value !== "string")
      throw typeError(`${builtin}: header '${key}' must be a string, got ${typeName(value)}`);
    texts.push([key, value]);
  }
  return Object.fromEntries(texts);
}

function useLog(context: CallContext, use: (log: EventLog) => Outcome): Outcome {
  try {
    return use(context.service(activeLogKey).getOrCreate());
  } catch (error) {
    throw logFault(error);
  }
}

/** What programs emit to the log and wait for on it; durable steps are a part of their own, as few programs take any. */
export const eventLogCatalog: CatalogPart = {
  builtins: [
    emit,
    latest,
    subscribe,
    ...singleWaitpointBuiltins,
    ...groupWaitpointBuiltins,
    ...monitorBuiltins,
    ...channelBuiltins,
  ],
  globals: {
    event_log: namespace("event_log", ["emit", "latest", "subscribe"]),
    step: namespace("step", ["run", "inspect"]),
  },
};
