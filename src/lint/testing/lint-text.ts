import { Catalog, declare, type Effect, rest, t } from "../../builtin/index.ts";
import { loadModuleGraph, memoryReader } from "../../modules/index.ts";
import { applyFixes } from "../fixes.ts";
import { lint } from "../lint.ts";
import type { LintOptions } from "../rule.ts";

const core = declare("core");
const run = () => null;

function effectful(domain: string, name: string, effect: Effect) {
  return declare(domain)({ name, summary: "", params: [rest("values", t.any)], returns: t.any, effect, run });
}

const catalog = new Catalog([
  {
    builtins: [
      core({ name: "log", summary: "", params: [rest("values", t.any)], returns: t.nil, effect: "stdio", run }),
      core({ name: "println", summary: "", params: [rest("values", t.any)], deprecated: "harness.stdio.println", run }),
      effectful("fs", "read_file", "fs.read"),
      effectful("http", "http_get", "net.write"),
      effectful("llm", "llm_call", "llm.write"),
      effectful("process", "exec", "process"),
    ],
  },
]);

type Files = Readonly<Record<string, string>>;

function lintText(text: string, options: LintOptions, files: Files) {
  const graph = loadModuleGraph({ path: "main.harn", text }, memoryReader({ ...files, "main.harn": text }));
  if (graph.entry.diagnostics.length > 0) throw new Error(graph.entry.diagnostics.map((d) => d.message).join("; "));
  return lint(graph.entry, catalog, options);
}

/** `line: message` of what one rule finds. */
export function found(rule: string, text: string, options: LintOptions = {}, files: Files = {}): string[] {
  return lintText(text, options, files)
    .filter((diagnostic) => diagnostic.rule === rule)
    .map(({ source, span, message }) => `${source.lines.lineAt(span.start)}: ${message}`);
}

/** The text after the fixes of one rule. */
export function fixed(rule: string, text: string): string {
  return applyFixes(
    text,
    lintText(text, {}, {}).filter((diagnostic) => diagnostic.rule === rule),
  ).text;
}
