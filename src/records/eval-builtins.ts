import { type Builtin, declare, opt, req, t } from "../builtin/index.ts";
import { jsonOfValue, valueOfJson } from "../eventlog/index.ts";
import { ListValue } from "../value/index.ts";
import { readEvalLadder, readEvalPack } from "./eval-packs/manifest.ts";
import { evalPackReportJson, runEvalPack } from "./eval-packs/run-pack.ts";
import { ladderReport, runLadder } from "./ladders/ladder.ts";
import { now } from "./record-calls.ts";
import { evalLadder } from "./shapes/eval-ladder.ts";
import { evalPack } from "./shapes/eval-pack.ts";

const records = declare("run-records");

export const evalBuiltins: readonly Builtin[] = [
  records({
    name: "eval_pack_manifest",
    summary: "A complete manifest of an eval pack.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload) =>
      now(context, (services) => valueOfJson(evalPack.toJson(readEvalPack(jsonOfValue(payload), services)))),
  }),
  records({
    name: "eval_pack_run",
    summary: "Load and judge the runs of an eval pack.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload) =>
      now(context, (services) =>
        valueOfJson(evalPackReportJson(runEvalPack(readEvalPack(jsonOfValue(payload), services), services))),
      ),
  }),
  records({
    name: "persona_eval_ladder_manifest",
    summary: "A complete manifest of an eval ladder.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload) =>
      now(context, (services) => valueOfJson(evalLadder.toJson(readEvalLadder(jsonOfValue(payload), services)))),
  }),
  records({
    name: "persona_eval_ladder_run",
    summary: "Try a persona under each model route and limit of a ladder, and judge what it did.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload) =>
      now(context, (services) =>
        valueOfJson(ladderReport.toJson(runLadder(readEvalLadder(jsonOfValue(payload), services), services))),
      ),
  }),
  records({
    name: "eval_metric",
    summary: "Note a measurement of this run.",
    params: [req("name", t.string), req("value", t.any), opt("metadata", t.nilable(t.dict))],
    returns: t.nil,
    effect: "state",
    borrows: true,
    run: (context, name, value, metadata) =>
      now(context, ({ notes }) => {
        notes.addMetric({ name, value: jsonOfValue(value), ...(metadata ? { metadata: jsonOfValue(metadata) } : {}) });
        return null;
      }),
  }),
  records({
    name: "eval_metrics",
    summary: "The measurements of this run so far.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => now(context, ({ notes }) => new ListValue(notes.metrics.map((metric) => valueOfJson(metric)))),
  }),
];
