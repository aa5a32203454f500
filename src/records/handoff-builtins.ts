import { type Builtin, declare, opt, req, t } from "../builtin/index.ts";
import { jsonOfValue, valueOfJson } from "../eventlog/index.ts";
import { PolicyShapeError, readPolicy, unrestrictedPolicy } from "../runtime/index.ts";
import { messageOf } from "../text/index.ts";
import { type DictValue, ListValue } from "../value/index.ts";
import { RunRecordError } from "./error.ts";
import { handoffEffects } from "./handoff-effects.ts";
import { readHandoffRoutes } from "./handoff-routes.ts";
import { readHandoff, renderHandoff } from "./handoffs.ts";
import { now } from "./record-calls.ts";
import { handoff } from "./shapes/handoff.ts";

const records = declare("run-records");

export const handoffBuiltins: readonly Builtin[] = [
  records({
    name: "handoff",
    summary: "A complete handoff: what one persona passes on to another, or to a human.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload) =>
      now(context, (services) => valueOfJson(handoff.toJson(readHandoff(jsonOfValue(payload), services)))),
  }),
  records({
    name: "handoff_context",
    summary: "A handoff as a model reads it.",
    params: [req("payload", t.dict)],
    returns: t.string,
    effect: "state",
    borrows: true,
    run: (context, payload) => {
      const json = jsonOfValue(payload);
      return now(context, (services) => renderHandoff(readHandoff(json, services, "handoff_context")));
    },
  }),
  records({
    name: "handoff_routes",
    summary: "The handoff routes that the project's harn.toml declares.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) =>
      now(context, ({ routeManifest }) => {
        const manifest = routeManifest();
        return new ListValue(manifest === undefined ? [] : readHandoffRoutes(manifest).map(valueOfJson));
      }),
  }),
  records({
    name: "handoff_effects",
    summary: "What a text of Harn may do to the world when it runs, as far as a policy covers it.",
    params: [req("source", t.string), opt("ceiling", t.nilable(t.dict))],
    returns: t.list,
    effect: "state",
    borrows: true,
    run: (context, source, given) =>
      now(context, ({ sourceCalls }) => {
        const ceiling = ceilingFrom(given);
        return new ListValue(handoffEffects(callsIn(source, sourceCalls), ceiling).map(valueOfJson));
      }),
  }),
];

function ceilingFrom(given: DictValue | null | undefined) {
  try {
    return given ? readPolicy(jsonOfValue(given)) : unrestrictedPolicy;
  } catch (error) {
    if (!(error instanceof PolicyShapeError)) throw error;
    throw new RunRecordError(`handoff_effects: ceiling parse error: ${error.message}`, { cause: error });
  }
}

function callsIn<T>(source: string, read: (source: string) => T): T {
  try {
    return read(source);
  } catch (error) {
    throw new RunRecordError(`handoff_effects: source does not parse: ${messageOf(error)}`, { cause: error });
  }
}
