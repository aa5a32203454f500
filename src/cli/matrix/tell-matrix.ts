import { manifestAbove } from "../analysis/manifest.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { loadedCatalog } from "../model-catalog.ts";
import { connectorMatrix, connectorRows } from "./connector-matrix.ts";
import { type MatrixFormat, renderMatrix } from "./matrix.ts";
import { providerMatrix, providerRows } from "./provider-matrix.ts";

/** `harn check --provider-matrix` and `--connector-matrix`. */
export function tellMatrix(invocation: Invocation, context: CommandContext): number {
  const format = invocation.has("json") ? "json" : ((invocation.text("format") as MatrixFormat | undefined) ?? "text");
  const feature = invocation.text("filter");
  const text = invocation.has("provider-matrix")
    ? renderMatrix(providerMatrix, providerRows(loadedCatalog(context)), format, feature)
    : renderMatrix(connectorMatrix, connectorRows(sourcesOf(invocation, context)), format, feature);
  context.output.write("stdout", text);
  return 0;
}

/** The manifest of this project where nothing is named. */
function sourcesOf({ positionals }: Invocation, { cwd }: CommandContext): readonly string[] {
  if (positionals.length > 0) return positionals;
  const own = manifestAbove(cwd);
  if (own !== undefined) return [own.path];
  throw new CommandFailure(
    "manifest_not_found",
    "no harn.toml found for connector matrix; pass package manifests or package directories",
  );
}
