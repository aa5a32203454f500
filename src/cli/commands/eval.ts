import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isJsonArray, isJsonObject, type Json, jsonOfValue, parseExactJson } from "../../eventlog/index.ts";
import { hostError } from "../../host/node/errors.ts";
import { rooms } from "../../program/rooms.ts";
import {
  diffRuns,
  type EvalPackReport,
  type EvalSuiteReport,
  evaluateRun,
  evaluateSuite,
  fixtureOfRun,
  isEvalPack,
  loadRunRecord,
  normalizeManifest,
  type RecordServices,
  RunRecordError,
  readEvalPack,
  runEvalPack,
  runManifest,
} from "../../records/index.ts";
import { messageOf } from "../../text/index.ts";
import { Raise, show } from "../../value/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { diffText } from "../run-diff-text.ts";
import { isFolder, recordServices, recordsIn } from "../run-files.ts";

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
  const json = readDocument(path, cwd);
  if (isEvalPack(json)) {
    refuseBaseline(baseline, "eval pack manifests");
    return packJudgement(runEvalPack(withFolder(readEvalPack(json, services), path), services));
  }
  if (isJsonObject(json) && (json._type === "eval_suite_manifest" || isJsonArray(json.cases ?? null))) {
    refuseBaseline(baseline, "eval suite manifests");
    return suiteJudgement(runManifest(withFolder(normalizeManifest(json, services), path), services));
  }
  return judgeRun(path, baseline, services);
}

/** Paths of a manifest are relative to its own folder, where it names no other. */
function withFolder<T extends { readonly base_dir: string | null }>(manifest: T, path: string): T {
  return { ...manifest, base_dir: manifest.base_dir ?? dirname(path) };
}

function refuseBaseline(baseline: string | undefined, what: string): void {
  if (baseline !== undefined) throw new CommandFailure("eval_compare", `--compare is not supported with ${what}`);
}

function readDocument(path: string, cwd: string): Json {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    throw new CommandFailure("eval_read", `cannot read ${path}: ${hostError(error).message}`, { cause: error });
  }
  try {
    return path.endsWith(".toml") ? jsonOfValue(rooms.toml().readToml(text)) : parseExactJson(text);
  } catch (error) {
    const reason = error instanceof Raise ? show(error.value) : messageOf(error);
    throw new CommandFailure("eval_parse", `${path} cannot be understood: ${reason}`, { cause: error });
  }
}

function judgeRun(path: string, baseline: string | undefined, services: RecordServices): Judgement {
  const run = loadRunRecord(path, services);
  const { failures, pass, stage_count } = evaluateRun(run, run.replay_fixture ?? fixtureOfRun(run, services));
  const diff = baseline === undefined ? undefined : diffRuns(loadRunRecord(baseline, services), run);
  const lines = [word(pass), `Stages: ${stage_count}`, ...failures.map((reason) => `- ${reason}`)];
  return { isPassed: pass, text: `${lines.join("\n")}\n${diff === undefined ? "" : diffText(diff)}` };
}

function judgeFolder(folder: string, services: RecordServices, cwd: string): Judgement {
  const paths = recordsIn(folder, cwd);
  if (paths.length === 0) throw new CommandFailure("eval_path", `no run records in ${folder}`);
  if (paths.length === 1) return judgeRun(paths[0] as string, undefined, services);
  const cases = paths.map((path) => {
    const run = loadRunRecord(path, services);
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
  ];
  return { isPassed: pass, text: `${lines.join("\n")}\n` };
}

function word(isPassed: boolean): string {
  return isPassed ? "PASS" : "FAIL";
}
