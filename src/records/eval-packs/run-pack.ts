import type { Json } from "../../eventlog/index.ts";
import { type LadderReport, ladderReport, runLadder } from "../ladders/ladder.ts";
import type { RecordServices } from "../services.ts";
import type { EvalPack } from "../shapes/eval-pack.ts";
import { type EvalPackCaseReport, judgeCase } from "./case.ts";

export interface EvalPackReport {
  readonly pack_id: string;
  readonly pass: boolean;
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly blocking_failed: number;
  readonly warning_failed: number;
  readonly informational_failed: number;
  readonly cases: readonly EvalPackCaseReport[];
  readonly ladders: readonly LadderReport[];
}

/** Judges the cases and the ladders of a pack. Only failures of blocking ones fail the pack. */
export function runEvalPack(pack: EvalPack, services: RecordServices): EvalPackReport {
  const cases = pack.cases.map((each, index) => judgeCase(pack, each, index, services));
  const ladders = pack.ladders.map((ladder) =>
    runLadder({ ...ladder, base_dir: ladder.base_dir ?? pack.base_dir }, services),
  );
  const count = (holds: (report: EvalPackCaseReport) => boolean): number => cases.filter(holds).length;
  const lost = (severity: LadderReport["severity"]): number =>
    ladders.filter((report) => !report.pass && report.severity === severity).length;
  const total = cases.length + ladders.length;
  const passed = count(({ pass }) => pass) + ladders.filter(({ pass }) => pass).length;
  const blocking = count(({ failures }) => failures.length > 0) + lost("blocking");
  return {
    pack_id: pack.id,
    pass: blocking === 0,
    total,
    passed,
    failed: total - passed,
    blocking_failed: blocking,
    warning_failed: count(({ warnings }) => warnings.length > 0) + lost("warning"),
    informational_failed: count(({ informational }) => informational.length > 0) + lost("informational"),
    cases,
    ladders,
  };
}

/** A report as programs see it. */
export function evalPackReportJson(report: EvalPackReport): Json {
  return { ...report, ladders: report.ladders.map(ladderReport.toJson) } as unknown as Json;
}
