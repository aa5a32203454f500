import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isJsonArray, isJsonObject } from "../../eventlog/index.ts";
import {
  diffRuns,
  type EvalPackReport,
  type EvalSuiteReport,
  evaluateRun,
  evaluateSuite,
  fixtureOfRun,
  isEvalLadder,
  isEvalPack,
  type LadderReport,
  normalizeManifest,
  type RecordServices,
  RunRecordError,
  readEvalLadder,
  readEvalPack,
  runEvalPack,
  runLadder,
  runManifest,
  type TierReport,
} from "../../records/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { firstCorrect, tierLine } from "../ladder-text.ts";
import { readManifestFile, withFolder } from "../manifest-file.ts";
import { diffText } from "../run-diff-text.ts";
import { isFolder, recordServices, recordsIn } from "../run-files.ts";
import { loadWritten } from "../run-record-file.ts";

/** Judges saved runs: one, a folder of them, or those that a manifest or a pack names. Status 1 when one fails. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const { cwd, output } = context;
  const path = invocation.positionals[0];
  if (path === undefined) throw new UsageError("`harn eval` requires a path");
  if (!existsSync(resolve(cwd, path))) throw new CommandFailure("eval_path", `Run path does not exist: ${path}`);
  const services = recordServices(cwd);
  const baseline = invocation.text("compare");
  try {
    const { isPassed, text } = judge(path, baseline, services, cwd);
    output.write("stdout", text);
    return isPassed ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RunRecordError)) throw error;
    throw new CommandFailure("eval_failed", error.message, { cause: error });
  }
}

interface Judgement {
  readonly isPassed: boolean;
  readonly text: string;
}

function judge(path: string, baseline: string | undefined, services: RecordServices, cwd: string): Judgement {
  if (isFolder(path, cwd)) return judgeFolder(path, services, cwd);
  const json = readManifestFile(path, cwd);
  if (isEvalPack(json)) {
    refuseBaseline(baseline, "eval pack manifests");
    return packJudgement(runEvalPack(withFolder(readEvalPack(json, services), path), services));
  }
  if (isEvalLadder(json)) {
    refuseBaseline(baseline, "persona eval ladder manifests");
    return ladderJudgement(runLadder(withFolder(readEvalLadder(json, services), path), services));
  }
  if (isJsonObject(json) && (json._type === "eval_suite_manifest" || isJsonArray(json.cases ?? null))) {
    refuseBaseline(baseline, "eval suite manifests");
    return suiteJudgement(runManifest(withFolder(normalizeManifest(json, services), path), services));
  }
  return judgeRun(path, baseline, services);
}

function refuseBaseline(baseline: string | undefined, what: string): void {
  if (baseline !== undefined) throw new CommandFailure("eval_compare", `--compare is not supported with ${what}`);
}

function judgeRun(path: string, baseline: string | undefined, services: RecordServices): Judgement {
  const run = loadWritten(path, services);
  const { failures, pass, stage_count } = evaluateRun(run, run.replay_fixture ?? fixtureOfRun(run, services));
  const diff = baseline === undefined ? undefined : diffRuns(loadWritten(baseline, services), run);
  const lines = [word(pass), `Stages: ${stage_count}`, ...failures.map((reason) => `- ${reason}`)];
  return { isPassed: pass, text: `${lines.join("\n")}\n${diff === undefined ? "" : diffText(diff)}` };
}

function judgeFolder(folder: string, services: RecordServices, cwd: string): Judgement {
  const paths = recordsIn(folder, cwd);
  if (paths.length === 0) throw new CommandFailure("eval_path", `no run records in ${folder}`);
  if (paths.length === 1) return judgeRun(paths[0] as string, undefined, services);
  const cases = paths.map((path) => {
    const run = loadWritten(path, services);
    return { run, path, ...(run.replay_fixture === null ? {} : { fixture: run.replay_fixture }) };
  });
  return suiteJudgement(evaluateSuite(cases, services));
}

function suiteJudgement({ cases, failed, pass, passed, total }: EvalSuiteReport): Judgement {
  const lines = [
    `${word(pass)} ${passed} passed, ${failed} failed, ${total} total`,
    ...cases.flatMap(({ failures, label, pass: isPassed, run_id, source_path, workflow_id }) => [
      `- ${label ?? run_id} [${workflow_id}] ${word(isPassed)}`,
      ...(source_path === null ? [] : [`  path: ${source_path}`]),
      ...failures.map((reason) => `  ${reason}`),
    ]),
  ];
  return { isPassed: pass, text: `${lines.join("\n")}\n` };
}

function packJudgement(report: EvalPackReport): Judgement {
  const { blocking_failed, informational_failed, pass, passed, total, warning_failed } = report;
  const lines = [
    `${word(pass)} ${passed} passed, ${blocking_failed} blocking failed, ${warning_failed} warning, ${informational_failed} informational, ${total} total`,
    ...report.cases.flatMap(({ failures, informational, label, pass: isPassed, warnings, workflow_id }) => [
      `- ${label} [${workflow_id}] ${word(isPassed)}`,
      ...[...failures, ...warnings, ...informational].map((reason) => `  ${reason}`),
    ]),
    ...report.ladders.flatMap((ladder) => [
      `- ladder ${ladder.id} [${ladder.persona}] ${word(ladder.pass)} (${ladder.severity}) first_correct=${firstCorrect(ladder)}`,
      `  artifacts: ${ladder.artifact_root}`,
      ...ladder.tiers.flatMap(tierLines).map((line) => `  ${line}`),
    ]),
  ];
  return { isPassed: pass, text: `${lines.join("\n")}\n` };
}

function ladderJudgement(report: LadderReport): Judgement {
  const lines = [
    `${word(report.pass)} ladder ${report.passed} passed, ${report.failed} degraded/looped, ${report.total} total`,
    `first_correct: ${firstCorrect(report)}`,
    `artifacts: ${report.artifact_root}`,
    ...report.tiers.flatMap(tierLines),
  ];
  return { isPassed: report.pass, text: `${lines.join("\n")}\n` };
}

function tierLines(tier: TierReport): readonly string[] {
  return [tierLine(tier), ...tier.degradation_reasons.map((reason) => `  ${reason}`)];
}

function word(isPassed: boolean): string {
  return isPassed ? "PASS" : "FAIL";
}
