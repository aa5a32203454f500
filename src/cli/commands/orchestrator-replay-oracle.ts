import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { encodeJson } from "../../eventlog/index.ts";
import { hostError } from "../../host/node/errors.ts";
import { judgeTrace, type OracleReport, readTrace } from "../../records/replay-oracle/judge.ts";
import type { ReplayTrace } from "../../records/replay-oracle/trace.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { paletteFor } from "../palette.ts";
import { isFolder } from "../run-files.ts";
import { printJson } from "../running/project-runtime.ts";

/** Holds recorded pairs of runs to their traces: did the second do what the first did? */
export function execute(invocation: Invocation, context: CommandContext): number {
  const target = invocation.positionals[0] ?? "conformance/replay-oracle/fixtures";
  const filter = invocation.text("filter") ?? "";
  const all = tracesAt(target, context.cwd).map((path) => ({
    path,
    trace: readTrace(path, textOf(path, context.cwd)),
  }));
  const chosen = all.filter(({ path, trace }) => isChosen(path, trace, filter));
  const fixtures = chosen.map(({ path, trace }) => ("passed" in trace ? trace : judgeTrace(path, trace)));
  const passed = fixtures.filter((fixture) => fixture.passed).length;
  const failed = fixtures.length - passed;
  const skipped = all.length - chosen.length;
  if (invocation.has("json")) printJson(context, { passed, failed, skipped, fixtures });
  else for (const fixture of fixtures) context.output.write("stdout", textOfReport(fixture, context));
  const sums = `${passed} passed, ${failed > 0 ? `${failed} failed, ` : ""}${skipped} skipped`;
  if (failed > 0) throw new CommandFailure("replay_oracle_failed", `Replay oracle failed: ${sums}`);
  if (!invocation.has("json")) context.output.write("stdout", `Replay oracle passed: ${sums}\n`);
  return 0;
}

function tracesAt(target: string, cwd: string): readonly string[] {
  if (!existsSync(resolve(cwd, target)))
    throw new CommandFailure("replay_oracle_target", `replay oracle target not found: ${target}`);
  if (!isFolder(target, cwd)) return [target];
  const found = jsonFilesBelow(target, cwd);
  if (found.length > 0) return found;
  throw new CommandFailure("replay_oracle_target", `no replay oracle JSON fixtures found under ${target}`);
}

function jsonFilesBelow(folder: string, cwd: string): readonly string[] {
  return readdirSync(resolve(cwd, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return jsonFilesBelow(path, cwd);
      return entry.name.endsWith(".json") ? [path] : [];
    })
    .sort();
}

function textOf(path: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    throw new CommandFailure("replay_oracle_target", `cannot read ${path}: ${hostError(error).message}`);
  }
}

function isChosen(path: string, trace: ReplayTrace | OracleReport, filter: string): boolean {
  return [path, trace.name ?? "", ...trace.protocol_fixture_refs].some((text) => text.includes(filter));
}

function textOfReport(report: OracleReport, context: CommandContext): string {
  const palette = paletteFor(context, "stdout");
  const verdict = report.passed ? palette.advice("PASS") : palette.severity("FAIL", "error");
  return `  ${verdict}  ${report.name ?? report.path}\n${reasons(report)
    .map((line) => `    ${line}\n`)
    .join("")}`;
}

function reasons({ divergence, error, expectation, passed }: OracleReport): readonly string[] {
  if (passed) return [];
  if (error !== null) return [error];
  if (divergence === null) return expectation === "drift" ? ["expected drift, but canonical replay runs matched"] : [];
  const { left, message, path, right } = divergence;
  return [`first divergence at ${path}: ${message}`, `left: ${encodeJson(left)}`, `right: ${encodeJson(right)}`];
}
