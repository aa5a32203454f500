import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Diagnostic } from "../../diagnostics/index.ts";
import { type FormatOptions, format, wouldReformatCode } from "../../format/index.ts";
import { hostError } from "../../host/node/errors.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { findManifest } from "../../modules/index.ts";
import { Source, unreachable } from "../../text/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { readSourceFile } from "../source-file.ts";
import { isFolder, programsBelow } from "../targets.ts";

/** What became of one file. `write` is the text that it should hold instead of its own. */
type Outcome =
  | { readonly kind: "already_formatted" }
  | { readonly kind: "different"; readonly write: string; readonly changedLines: number }
  | { readonly kind: "unparsed"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "unreadable"; readonly message: string };

interface FormattedFile {
  readonly path: string;
  readonly outcome: Outcome;
}

export function execute(invocation: Invocation, context: CommandContext): number {
  if (invocation.has("stdin")) return formatStandardInput(invocation, context);
  const targets = invocation.positionals;
  if (targets.length === 0) throw new UsageError("the following required argument was not provided: <TARGET>");
  const options = optionsOf(invocation, folderOf(targets[0] as string));
  const isCheck = invocation.has("check");
  const files = filesOf(targets).map((path): FormattedFile => {
    const outcome = formatFile(path, options);
    return { path, outcome: isCheck ? outcome : written(path, outcome) };
  });
  const isOk = files.length > 0 && files.every(({ outcome }) => isFine(outcome, isCheck));
  if (invocation.has("json")) context.output.write("stdout", envelopeOf(files, isCheck, isOk));
  else tell(files, isCheck, context);
  return isOk ? 0 : 1;
}

// ---------------------------------------------------------------- what to format

/** A file whatever its name, a folder for the programs below it. */
function filesOf(targets: readonly string[]): readonly string[] {
  return [...new Set(targets.flatMap((target) => (isExistingFolder(target) ? programsBelow(target) : [target])))];
}

/** What cannot be looked at is reported when it is read, beside the other files. */
function isExistingFolder(target: string): boolean {
  try {
    return isFolder(target);
  } catch (error) {
    if (error instanceof CommandFailure) return false;
    throw error;
  }
}

function folderOf(target: string): string {
  return isExistingFolder(target) ? target : dirname(target);
}

/** Flags, then `[fmt]` of the manifest above. */
function optionsOf(invocation: Invocation, folder: string): FormatOptions {
  const settings = findManifest(folder, nodeModuleReader())?.manifest.format;
  return {
    lineWidth: invocation.count("line-width") ?? settings?.lineWidth ?? 100,
    separatorWidth: invocation.count("separator-width") ?? settings?.separatorWidth ?? 0,
  };
}

// ---------------------------------------------------------------- formatting

function formatFile(path: string, options: FormatOptions): Outcome {
  try {
    return outcomeOf(readSourceFile(path), options);
  } catch (error) {
    if (error instanceof CommandFailure) return { kind: "unreadable", message: error.message };
    throw error;
  }
}

function outcomeOf(source: Source, options: FormatOptions): Outcome {
  const result = format(source, options);
  if (result.kind === "failed") return { kind: "unparsed", diagnostics: result.diagnostics };
  if (result.text === source.text) return { kind: "already_formatted" };
  return { kind: "different", write: result.text, changedLines: changedLines(source.text, result.text) };
}

/** Lines that are not the same at the same place. */
function changedLines(before: string, after: string): number {
  const left = linesOf(before);
  const right = linesOf(after);
  let count = 0;
  for (let index = 0; index < Math.max(left.length, right.length); index++) if (left[index] !== right[index]) count++;
  return count;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}

function written(path: string, outcome: Outcome): Outcome {
  if (outcome.kind !== "different") return outcome;
  try {
    writeFileSync(path, outcome.write);
    return outcome;
  } catch (error) {
    return { kind: "unreadable", message: `cannot write ${path}: ${hostError(error).message}` };
  }
}

/** The formatted text goes to standard output, as editors expect that hand over what is not saved. */
function formatStandardInput(invocation: Invocation, context: CommandContext): number {
  if (invocation.positionals.length > 0) throw new UsageError("the argument '--stdin' cannot be used with '<TARGET>'");
  const source = new Source("<stdin>", readFileSync(0, "utf8"));
  const outcome = outcomeOf(source, optionsOf(invocation, context.cwd));
  const isCheck = invocation.has("check");
  const isOk = isFine(outcome, isCheck);
  const files = [{ path: source.path, outcome }];
  if (invocation.has("json")) context.output.write("stdout", envelopeOf(files, isCheck, isOk));
  else if (!isOk || isCheck) tell(files, isCheck, context);
  else context.output.write("stdout", outcome.kind === "different" ? outcome.write : source.text);
  return isOk ? 0 : 1;
}

// ---------------------------------------------------------------- telling about it

function isFine(outcome: Outcome, isCheck: boolean): boolean {
  return outcome.kind === "already_formatted" || (outcome.kind === "different" && !isCheck);
}

function tell(files: readonly FormattedFile[], isCheck: boolean, { output }: CommandContext): void {
  if (files.length === 0) output.write("stderr", "No .harn files found\n");
  for (const { path, outcome } of files) {
    switch (outcome.kind) {
      case "already_formatted":
        break;
      case "different":
        if (isCheck) output.write("stderr", `${path}: ${wouldReformatCode}: would be reformatted\n`);
        else output.write("stdout", `formatted ${path}\n`);
        break;
      case "unparsed":
        for (const { code, message } of outcome.diagnostics) output.write("stderr", `${path}: ${code}: ${message}\n`);
        break;
      case "unreadable":
        output.write("stderr", `error: ${outcome.message}\n`);
        break;
      default:
        unreachable(outcome);
    }
  }
}

function envelopeOf(files: readonly FormattedFile[], isCheck: boolean, isOk: boolean): string {
  const entries = files.map(({ path, outcome }) => ({
    path,
    status: statusOf(outcome, isCheck),
    diff_lines_changed: outcome.kind === "different" ? outcome.changedLines : 0,
    diagnostics: complaints(path, outcome, isCheck),
  }));
  const count = (status: string): number => entries.filter((entry) => entry.status === status).length;
  const summary = {
    formatted: count("formatted"),
    already_formatted: count("already_formatted"),
    skipped: 0,
    errors: files.length === 0 ? 1 : count("error"),
  };
  const data = { files: entries, summary };
  return isOk
    ? success(data)
    : failure({ code: "fmt_failed", message: "one or more files failed formatting checks" }, data);
}

function statusOf(outcome: Outcome, isCheck: boolean): "already_formatted" | "formatted" | "error" {
  if (outcome.kind === "already_formatted") return "already_formatted";
  return isFine(outcome, isCheck) ? "formatted" : "error";
}

interface Complaint {
  readonly code: string;
  readonly message: string;
}

function complaints(path: string, outcome: Outcome, isCheck: boolean): readonly Complaint[] {
  switch (outcome.kind) {
    case "already_formatted":
      return [];
    case "different":
      return isCheck ? [{ code: wouldReformatCode, message: "would be reformatted" }] : [];
    case "unparsed":
      return outcome.diagnostics.map(({ code, message }) => ({
        code: "format",
        message: `${path}: ${code}: ${message}`,
      }));
    case "unreadable":
      return [{ code: "io", message: outcome.message }];
    default:
      return unreachable(outcome);
  }
}
