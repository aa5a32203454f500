import { type Diagnostic, inOrder } from "../../diagnostics/index.ts";
import type { Module } from "../../modules/index.ts";
import { Tree } from "../tree.ts";
import { assetFindings } from "./assets.ts";
import { type PreflightFinding, preflightDiagnostic } from "./finding.ts";
import { folderFindings } from "./folders.ts";
import type { PreflightHost } from "./host.ts";
import { hostCallFindings } from "./host-calls.ts";
import { splitCapability } from "./host-capabilities.ts";
import { importFindings } from "./imports.ts";
import { promptToolFindings } from "./prompt-tools.ts";

export interface PreflightOptions {
  readonly severity?: "error" | "warning" | "off";
  /** `cap.op`, `cap.*`, `cap` or `*`: capabilities that may be unknown here. */
  readonly allow?: readonly string[];
}

/**
 * What a module would miss when it runs, found without running it: imports, templates, folders, operations of the host. Files of
 * the standard library are not looked at.
 */
export function preflight(module: Module, host: PreflightHost, options: PreflightOptions = {}): Diagnostic[] {
  const { severity = "error", allow = [] } = options;
  if (severity === "off") return [];
  const tree = new Tree(module.program);
  const found = [
    ...importFindings(module, tree),
    ...assetFindings(module, tree, host),
    ...hostCallFindings(tree, host),
    ...folderFindings(module, tree, host),
    ...promptToolFindings(module, tree, host),
  ].filter((finding) => !isAllowed(finding, allow));
  return inOrder(found.map((finding) => preflightDiagnostic(finding, module, severity)));
}

function isAllowed({ capability: name }: PreflightFinding, allow: readonly string[]): boolean {
  if (name === undefined) return false;
  const { capability } = splitCapability(name);
  return ["*", capability, `${capability}.*`, name].some((tag) => allow.includes(tag));
}
