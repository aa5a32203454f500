import { writeFileSync } from "node:fs";
import { type Diagnostic, phaseOf, type RepairSafety } from "../../diagnostics/index.ts";
import { hostError } from "../../host/node/errors.ts";
import { importedNames } from "../../lint/index.ts";
import { Source, type Span } from "../../text/index.ts";
import { type LoadedFile, loadFile, loadSource, syntaxErrors } from "../analysis/loaded-file.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { type AppliedRepairs, applyRepairs, safetyLevels } from "../fixing/apply-repairs.ts";
import type { HarnessThreading } from "../fixing/harness-threading.ts";
import { conflictsOf, isAmbient, type PlannedRepair, planRepairs } from "../fixing/repair-plan.ts";
import { findPrograms } from "../targets.ts";

interface PlannedFile {
  readonly file: LoadedFile;
  readonly repairs: readonly PlannedRepair[];
}

/** A file that could not be looked at. */
interface SkippedFile {
  readonly path: string;
  readonly reason: "read_error" | "parse_error";
  readonly diagnostics: readonly Diagnostic[];
  readonly message?: string;
}

interface Plan {
  readonly path: string;
  readonly threading: HarnessThreading;
  readonly files: readonly PlannedFile[];
  readonly skipped: readonly SkippedFile[];
}

export function execute(invocation: Invocation, context: CommandContext): number {
  const [path] = invocation.positionals;
  if (path === undefined) throw new UsageError("the following required argument was not provided: <PATH>");
  if (!invocation.has("plan") && !invocation.has("apply"))
    throw new UsageError("`harn fix` requires `--plan` or `--apply`");
  const safety = invocation.text("safety") as RepairSafety | undefined;
  if (invocation.has("apply") && safety === undefined)
    throw new UsageError(`\`harn fix --apply\` requires \`--safety <${safetyLevels.slice(0, -1).join("|")}>\``);
  const plan = planAll(path, invocation.text("harness-threading") as HarnessThreading);
  const isJson = invocation.has("json");
  if (safety === undefined) context.output.write("stdout", isJson ? jsonText(planJson(plan)) : planText(plan));
  else apply(plan, safety, { isJson, isDry: invocation.has("dry-run") }, context);
  if (plan.skipped.length === 0) return 0;
  const count = plan.skipped.length;
  context.output.write("stderr", `error: harn fix skipped ${count} file(s) due to read, lex, or parse errors\n`);
  return 1;
}

function planAll(path: string, threading: HarnessThreading): Plan {
  const loaded: LoadedFile[] = [];
  const skipped: SkippedFile[] = [];
  for (const found of programsAt(path, skipped)) {
    try {
      const file = loadFile(found);
      const errors = syntaxErrors(file);
      if (errors.length === 0) loaded.push(file);
      else skipped.push({ path: found, reason: "parse_error", diagnostics: errors });
    } catch (error) {
      if (!(error instanceof CommandFailure) || error.code !== "read_failed") throw error;
      skipped.push({ path: found, reason: "read_error", diagnostics: [], message: error.message });
    }
  }
  const imported = importedNames(loaded.map(({ graph }) => graph));
  const files = loaded.map((file) => ({ file, repairs: planRepairs(file, imported, threading) }));
  return { path, threading, files, skipped };
}

function programsAt(path: string, skipped: SkippedFile[]): readonly string[] {
  try {
    return findPrograms([path]);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    skipped.push({ path, reason: "read_error", diagnostics: [], message: error.message });
    return [];
  }
}

// ---------------------------------------------------------------- plan

interface NumberedRepair {
  readonly index: number;
  readonly path: string;
  readonly repair: PlannedRepair;
  readonly conflicts: readonly number[];
}

/** Numbered over all files. */
function numbered({ files }: Plan): readonly NumberedRepair[] {
  let first = 0;
  return files.flatMap(({ file, repairs }) => {
    const base = first;
    first += repairs.length;
    return repairs.map((repair, at) => ({
      index: base + at,
      path: file.path,
      repair,
      conflicts: conflictsOf(repair, repairs).map((other) => base + other),
    }));
  });
}

function planText(plan: Plan): string {
  const all = numbered(plan);
  const rows = all.map(({ index, path, repair: { diagnostic, repair, edits }, conflicts }) => {
    const { line } = diagnostic.source.lines.positionAt(diagnostic.span.start);
    const columns = [
      String(index).padEnd(4),
      diagnostic.code.padEnd(13),
      repair.safety.padEnd(20),
      String(edits.length).padEnd(6),
      (conflicts.length === 0 ? "yes" : "no").padEnd(6),
      repair.id.padEnd(36),
      `${path}:${line}`,
    ];
    return columns.join(" ");
  });
  const head = `${"idx".padEnd(4)} ${"code".padEnd(13)} ${"safety".padEnd(20)} ${"edits".padEnd(6)} ${"clean".padEnd(6)} ${"repair".padEnd(36)} place`;
  const table = rows.length === 0 ? [] : [head, ...rows];
  return `${[`${plan.path}: ${all.length} repairable diagnostic(s)`, ...table, ...skippedLines(plan)].join("\n")}\n`;
}

function skippedLines({ skipped }: Plan): readonly string[] {
  return skipped.flatMap(({ path, reason, message, diagnostics }) => [
    `skipped ${path}: ${reason}`,
    ...(message === undefined ? [] : [`  ${message}`]),
    ...diagnostics.map((found) => `  ${found.code}: ${found.message}`),
  ]);
}

function planJson(plan: Plan): unknown {
  const all = numbered(plan);
  return {
    schemaVersion: 2,
    path: plan.path,
    harnessThreading: plan.threading,
    diagnostics: all.map(({ index, path, repair }) => ({
      index,
      file: path,
      ...findingJson(repair.diagnostic),
      repair: repair.repair,
    })),
    repairs: all.map(({ index, repair, conflicts }) => ({
      diagnostic_index: index,
      diagnostic_code: repair.diagnostic.code,
      repair: repair.repair,
      impact: impactOf(repair, plan),
      edits: repair.edits.map(({ span, text }) => ({
        span: spanJson(repair.diagnostic.source, span),
        replacement: text,
      })),
      applies_cleanly: conflicts.length === 0,
      conflicts_with: conflicts,
    })),
    skippedFiles: skippedJson(plan),
    safetyLevels: safetyLevels.filter((level) => all.some(({ repair }) => repair.repair.safety === level)),
  };
}

function impactOf(repair: PlannedRepair, plan: Plan): unknown {
  const { diagnostic, changes = [] } = repair;
  if (changes.length > 0) return threadingImpact(repair, plan);
  const isMain = diagnostic.code === "HARN-NAM-101";
  return {
    classification: isAmbient(diagnostic)
      ? "local-ambient-rewrite"
      : isMain
        ? "local-signature-threading"
        : "generic-repair",
    strategy: isAmbient(diagnostic) ? "use-enclosing-harness-global" : null,
    signatureChanges: isMain ? [{ callable: "main", isExported: false, isEntrypoint: true }] : [],
    requiresCrossModuleCallerUpdates: false,
    notes: [],
  };
}

function threadingImpact({ diagnostic, changes = [] }: PlannedRepair, { files }: Plan): unknown {
  const isPublic = changes.some(({ isExported, isEntrypoint }) => isExported || isEntrypoint);
  const imported = importedNames(files.map(({ file }) => file.graph));
  const own = files.find(({ file }) => file.source.path === diagnostic.source.path)?.file.graph.entry.id ?? "";
  const isUsedElsewhere = changes.some(({ callable }) => imported.get(own)?.has(callable) === true);
  return {
    classification: isPublic ? "public-signature-change" : "local-signature-threading",
    strategy: "thread-params",
    signatureChanges: changes,
    requiresCrossModuleCallerUpdates: isUsedElsewhere,
    notes: isPublic ? ["changes an exported or entrypoint signature; external callers may need updates"] : [],
  };
}

function findingJson({ code, severity, message, source, span }: Diagnostic): object {
  const phase = phaseOf(code);
  return {
    source: phase === "type" ? "typecheck" : phase,
    severity,
    code,
    message,
    span: spanJson(source, span),
  };
}

/** Offsets are bytes of UTF-8. */
function spanJson({ text, lines }: Source, { start, end }: Span): object {
  const { line, column } = lines.positionAt(start);
  const startByte = Buffer.byteLength(text.slice(0, start));
  const endByte = startByte + Buffer.byteLength(text.slice(start, end));
  return { start: startByte, end: endByte, line, column, end_line: lines.lineAt(end) };
}

function skippedJson({ skipped }: Plan): unknown {
  return skipped.map(({ path, reason, diagnostics, message }) => ({
    path,
    reason,
    ...(message === undefined ? {} : { message }),
    diagnostics: diagnostics.map(findingJson),
  }));
}

// ---------------------------------------------------------------- apply

interface ApplyOptions {
  readonly isJson: boolean;
  readonly isDry: boolean;
}

function apply(plan: Plan, safety: RepairSafety, { isJson, isDry }: ApplyOptions, { output }: CommandContext): void {
  const done = plan.files.map(({ file, repairs }) => ({ file, result: applyRepairs(file, repairs, safety) }));
  if (!isDry) for (const { file, result } of done) save(file, result);
  const after = done.map(({ file, result }) => loadSource(new Source(file.path, result.text)));
  const imported = importedNames(after.map(({ graph }) => graph));
  const left = after.flatMap((file) => planRepairs(file, imported, plan.threading)).length;
  const indexes = new Map(numbered(plan).map(({ index, repair }) => [repair, index]));
  const applied = done.flatMap(({ file, result }) => result.applied.map((each) => appliedJson(each, file)));
  const skipped = done.flatMap(({ file, result }) =>
    result.skipped.map(({ repair, reason }) => ({
      diagnostic_index: indexes.get(repair) ?? 0,
      ...appliedJson(repair, file),
      reason,
    })),
  );
  if (isJson) {
    const files = skippedJson(plan);
    const report = {
      schemaVersion: 2,
      applied,
      skipped,
      skippedFiles: files,
      post_apply_diagnostics_count: left,
      dryRun: isDry,
    };
    output.write("stdout", jsonText(report));
    return;
  }
  const verb = isDry ? "would apply" : "applied";
  const lines = [
    `${verb} ${applied.length} repair(s), skipped ${skipped.length}; post-apply diagnostics: ${left}`,
    ...skipped.map((each) => `skipped ${each.diagnostic_code} ${each.repair_id} in ${each.path}: ${each.reason}`),
    ...skippedLines(plan),
  ];
  output.write("stdout", `${lines.join("\n")}\n`);
}

function appliedJson({ diagnostic, repair }: PlannedRepair, { path }: LoadedFile) {
  return { diagnostic_code: diagnostic.code, repair_id: repair.id, path };
}

function save({ path, source }: LoadedFile, { text }: AppliedRepairs): void {
  if (text === source.text) return;
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CommandFailure("write_failed", `cannot write ${path}: ${hostError(error).message}`);
  }
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
