import { bundleContract } from "../analysis/bundle-contract.ts";
import { checkAll, fails } from "../analysis/checked-file.ts";
import { loadFile } from "../analysis/loaded-file.ts";
import type { PreflightFlags } from "../analysis/preflight.ts";
import { complaint, tellFindings } from "../analysis/report.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { findPrograms } from "../targets.ts";

export function execute(invocation: Invocation, context: CommandContext): number {
  const paths = findPrograms(invocation.positionals);
  if (paths.length === 0) throw complaint(false, "no_harn_files", "no .harn files found under the targets");
  const files = paths.map(loadFile);
  const flags: PreflightFlags = {
    severity: undefined,
    capabilitiesFile: invocation.text("host-capabilities"),
    bundleRoot: invocation.text("bundle-root"),
  };
  const contract = bundleContract(paths, files, flags);
  context.output.write("stdout", `${JSON.stringify(contract, null, invocation.text("pretty") === "true" ? 2 : 0)}\n`);
  if (!invocation.has("verify")) return 0;
  const checked = checkAll(files, flags, { strictTypes: false, invariants: false });
  for (const { diagnostics } of checked) if (diagnostics.length > 0) tellFindings(diagnostics, context);
  return checked.some(fails) ? 1 : 0;
}
