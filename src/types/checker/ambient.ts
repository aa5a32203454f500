import { diagnose } from "../../diagnostics/index.ts";
import type { Name } from "../../syntax/index.ts";
import { ambientName, ambientRules, undefinedCall } from "../diagnostics.ts";
import type { Checker } from "./context.ts";

/**
 * A capability called by its older ambient name. It works, and draws the finding that names its replacement. Says whether the name
 * is refused instead: the ambient stdio names are, where the project wants it so.
 */
export function reportAmbient(c: Checker, callee: Name, replacement: string): boolean {
  const handle = /^harness\.([a-z_]+)\./.exec(replacement)?.[1];
  if (handle === undefined) return false;
  const name = callee.text;
  if (handle === "stdio" && c.options.ambientStdio === "deny") {
    c.report(diagnose(undefinedCall, c.source, callee.span, { name, nearest: replacement }));
    return true;
  }
  const finding = diagnose(ambientName(handle), c.source, callee.span, { name, replacement });
  const rule = ambientRules[handle]?.rule;
  // A local that is called `harness` is somebody else's.
  const fix = c.scope.find("harness")?.mode === "let" ? {} : { fix: [{ span: callee.span, text: replacement }] };
  c.report({ ...finding, ...(rule === undefined ? {} : { rule }), ...fix });
  return false;
}
