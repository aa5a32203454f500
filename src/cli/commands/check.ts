import { type Diagnostic, diagnosticToJson } from "../../diagnostics/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { type CheckedFile, checkAll, fails } from "../analysis/checked-file.ts";
import { loadFile } from "../analysis/loaded-file.ts";
import { manifestAbove } from "../analysis/manifest.ts";
import type { PreflightFlags } from "../analysis/preflight.ts";
import {
  complaint,
  eachReadable,
  type FileReport,
  noTarget,
  statusOf,
  summaryOf,
  tellFindings,
} from "../analysis/report.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { listPrograms } from "../targets.ts";

export function execute(invocation: Invocation, context: CommandContext): number | Promise<number> {
  const isJson = invocation.has("json");
  if (wantsMatrix(invocation))
    return import("../matrix/tell-matrix.ts").then((tell) => tell.tellMatrix(invocation, context));
  const paths = listPrograms(targetsOf(invocation, isJson));
  if (paths.length === 0) throw complaint(isJson, "no_harn_files", "no .harn files found under the targets");
  const { done, unread } = eachReadable(paths, isJson, loadFile);
  const files = checkAll([...done.values()], preflightFlags(invocation), {
    strictTypes: invocation.has("strict-types"),
    invariants: invocation.has("invariants"),
  });
  const isOk = unread.length === 0 && files.every((file) => !fails(file));
  if (isJson) context.output.write("stdout", envelopeOf(files, unread, isOk));
  else for (const file of files) tell(file, context);
  return isOk ? 0 : 1;
}

/** A table instead of a check. Its two flags mean nothing without one. */
function wantsMatrix(invocation: Invocation): boolean {
  if (invocation.has("provider-matrix") || invocation.has("connector-matrix")) return true;
  for (const flag of ["format", "filter"]) {
    if (invocation.text(flag) !== undefined)
      throw new UsageError(`--${flag} belongs to --provider-matrix or --connector-matrix`);
  }
  return false;
}

function targetsOf(invocation: Invocation, isJson: boolean): readonly string[] {
  const { positionals } = invocation;
  const listed = invocation.has("workspace") ? [...positionals, ...workspaceTargets()] : positionals;
  if (listed.length === 0) throw complaint(isJson, "missing_targets", noTarget);
  return listed;
}

function workspaceTargets(): readonly string[] {
  const found = manifestAbove(process.cwd());
  if (found === undefined)
    throw new CommandFailure(
      "manifest_extension_error",
      "--workspace needs a harn.toml, and there is none here or above",
    );
  const { pipelines } = found.manifest;
  if (pipelines.length === 0)
    throw new CommandFailure("manifest_extension_error", `${found.path} lists nothing in [workspace] pipelines`);
  const reader = nodeModuleReader();
  return pipelines.map((path) => reader.join(reader.dirname(found.path), path));
}

function preflightFlags(invocation: Invocation): PreflightFlags {
  return {
    severity: invocation.text("preflight") as PreflightFlags["severity"],
    capabilitiesFile: invocation.text("host-capabilities"),
    bundleRoot: invocation.text("bundle-root"),
  };
}

function tell({ path, diagnostics }: CheckedFile, context: CommandContext): void {
  if (diagnostics.length === 0) context.output.write("stdout", `${path}: ok\n`);
  else tellFindings(diagnostics, context);
}

function envelopeOf(checked: readonly CheckedFile[], unread: readonly FileReport[], isOk: boolean): string {
  const reports = checked.map(({ path, diagnostics }) => ({
    path,
    status: statusOf(diagnostics),
    diagnostics: diagnostics.map((found) => placed(found, path)),
  }));
  const files = [...reports, ...unread].sort((a, b) => (a.path < b.path ? -1 : 1));
  const data = { files, summary: summaryOf(files) };
  if (isOk) return success(data);
  return failure({ code: "check_failed", message: "one or more files failed `harn check`" }, data);
}

/** A finding in an imported file says which. */
function placed(found: Diagnostic, path: string): unknown {
  const json = diagnosticToJson(found);
  return found.source.path === path ? json : { ...json, path: found.source.path };
}
