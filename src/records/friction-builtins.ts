import { type Builtin, declare, opt, req, t } from "../builtin/index.ts";
import { encodeJson, type Json, jsonOfValue, parseExactJson, valueOfJson } from "../eventlog/index.ts";
import { messageOf } from "../text/index.ts";
import { ListValue, Raise, show, type Value } from "../value/index.ts";
import { objectOf } from "./artifacts.ts";
import { evaluateFriction, readContextPack, suggestContextPacks, suggestionOptions } from "./context-packs.ts";
import { RunRecordError } from "./error.ts";
import { readFriction } from "./friction.ts";
import { type BuiltinServices, now } from "./record-calls.ts";
import { contextPack } from "./shapes/context-pack.ts";
import { type FrictionEvent, frictionEvent } from "./shapes/friction.ts";

const records = declare("run-records");

function frictionValue(event: FrictionEvent): Value {
  return valueOfJson(frictionEvent.toJson(event));
}

export const frictionBuiltins: readonly Builtin[] = [
  records({
    name: "friction_event",
    summary: "A complete friction event, without secrets; nothing is recorded.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload) => now(context, (services) => frictionValue(readFriction(jsonOfValue(payload), services))),
  }),
  records({
    name: "friction_record",
    summary: "Record a friction event in memory, and in the file that `log_path` names.",
    params: [req("payload", t.dict), opt("options", t.nilable(t.dict))],
    returns: t.dict,
    effect: "fs.write",
    borrows: true,
    run: (context, payload, options) =>
      now(context, (services) =>
        recordFriction(jsonOfValue(payload), objectOf(options ? jsonOfValue(options) : null), services),
      ),
  }),
  records({
    name: "friction_events",
    summary: "The friction events of this run.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => now(context, ({ notes }) => new ListValue(notes.friction.map(frictionValue))),
  }),
  records({
    name: "friction_clear",
    summary: "Forget the friction events of this run.",
    params: [],
    returns: t.nil,
    effect: "state",
    run: (context) =>
      now(context, ({ notes }) => {
        notes.clearFriction();
        return null;
      }),
  }),
  records({
    name: "friction_eval_fixture",
    summary: "Judge the context packs that friction suggests by what a fixture expects.",
    params: [req("fixture", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, fixture) =>
      now(context, (services) => valueOfJson(evaluateFriction(jsonOfValue(fixture), services))),
  }),
  records({
    name: "context_pack_suggestions",
    summary: "Context packs that would spare friction which keeps coming back.",
    params: [opt("events", t.nilable(t.list)), opt("options", t.nilable(t.dict))],
    returns: t.list,
    effect: "state",
    borrows: true,
    run: (context, events, options) =>
      now(context, (services) => {
        const given = events
          ? events.view().map((each) => readFriction(jsonOfValue(each), services))
          : services.notes.friction;
        const chosen = suggestionOptions(options ? jsonOfValue(options) : null);
        return new ListValue(suggestContextPacks(given, chosen, services).map(({ json }) => valueOfJson(json)));
      }),
  }),
  records({
    name: "context_pack_manifest",
    summary: "A complete manifest of a context pack.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload) =>
      now(context, () => valueOfJson(contextPack.toJson(readContextPack(jsonOfValue(payload))))),
  }),
  records({
    name: "context_pack_manifest_parse",
    summary: "The manifest of a context pack from its text: JSON or TOML.",
    params: [req("source", t.string)],
    returns: t.dict,
    effect: "state",
    run: (context, source) =>
      now(context, ({ readToml }) => valueOfJson(contextPack.toJson(readContextPack(manifestJson(source, readToml))))),
  }),
];

function manifestJson(source: string, readToml: (text: string) => Json): Json {
  const isJson = source.trimStart().startsWith("{");
  try {
    return isJson ? parseExactJson(source) : readToml(source);
  } catch (error) {
    const reason = error instanceof Raise ? show(error.value) : messageOf(error);
    throw new RunRecordError(`context_pack_manifest_parse: invalid ${isJson ? "JSON" : "TOML"}: ${reason}`);
  }
}

function recordFriction(payload: Json, options: ReturnType<typeof objectOf>, services: BuiltinServices): Value {
  const event = readFriction(payload, services);
  const told = (recorded: boolean, sink: string, path?: string): Value =>
    valueOfJson({ event: frictionEvent.toJson(event), recorded, sink, ...(path === undefined ? {} : { path }) });
  if (options.enabled === false) return told(false, "disabled");
  services.notes.addFriction(event);
  const path = options.log_path;
  if (typeof path !== "string" || path === "") return told(true, "memory");
  try {
    services.files.appendText(path, `${encodeJson(frictionEvent.toJson(event))}\n`);
  } catch (error) {
    throw new RunRecordError(`friction_record: cannot write ${path}: ${messageOf(error)}`);
  }
  return told(true, "jsonl", path);
}
