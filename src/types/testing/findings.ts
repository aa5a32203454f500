import { Catalog, declare, type Method, opt, req, rest, t } from "../../builtin/index.ts";
import { loadModuleGraph, memoryReader } from "../../modules/index.ts";
import { type CheckOptions, check } from "../index.ts";

const core = declare("core");
const run = () => null;

function method(name: string): Method<never> {
  return { name, summary: "", params: [], run };
}

/** Enough builtins for programs under test. */
export const catalog = new Catalog([
  {
    builtins: [
      core({ name: "log", summary: "", params: [rest("values", t.any)], returns: t.nil, effect: "stdio", run }),
      core({ name: "len", summary: "", params: [req("of", t.any)], returns: t.int, run }),
      core({ name: "type_of", summary: "", params: [req("value", t.any)], returns: t.string, run }),
      core({ name: "round", summary: "", params: [req("n", t.number), opt("digits", t.int)], returns: t.number, run }),
      core({ name: "json_parse", summary: "", params: [req("text", t.string)], returns: t.any, run }),
      core({ name: "iter", summary: "", params: [req("of", t.any)], returns: t.iter, run }),
      core({ name: "unreachable", summary: "", params: [opt("value", t.any)], run }),
      core({
        name: "schema_is",
        summary: "",
        params: [req("value", t.any), req("schema", t.any)],
        returns: t.bool,
        run,
      }),
      core({ name: "schema_of", summary: "", params: [req("type", t.any)], returns: t.dict, run }),
      core({ name: "schema_expect", summary: "", params: [req("value", t.any), req("schema", t.any)], run }),
      core({ name: "println", summary: "", params: [rest("values", t.any)], deprecated: "harness.stdio.println", run }),
      core({
        name: "read_file",
        summary: "",
        params: [req("path", t.string)],
        returns: t.string,
        deprecated: "harness.fs.read_text",
        run,
      }),
      core({ name: "keys", summary: "", params: [req("dict", t.dict)], returns: t.list, run }),
      core({ name: "channel", summary: "", params: [opt("name", t.string)], returns: t.handle("channel"), run }),
      core({ name: "close", summary: "", params: [req("handle", t.handle("channel"))], returns: t.nil, run }),
      core({ name: "env", summary: "", params: [req("name", t.string)], returns: t.nilable(t.string), run }),
      core({ name: "sum_of", summary: "", params: [rest("n", t.union(t.int, t.float))], returns: t.number, run }),
      core({ name: "loose", summary: "", params: [opt("n", t.int)], lenient: true, run }),
      core({
        name: "agent_loop",
        summary: "",
        params: [req("prompt", t.string), opt("system", t.string), opt("options", t.dict)],
        returns: t.dict,
        run,
      }),
      core({
        name: "ask",
        summary: "",
        params: [req("prompt", t.string), opt("options", t.record("AskOptions"))],
        returns: t.record("Answer"),
        run,
      }),
    ],
    methods: { string: [method("split"), method("trim")], list: [method("map"), method("first")] },
    methodResults: { string: { list: "split", string: "trim" }, list: { list: "map" } },
    handleMethods: { HarnessFs: { read_text: "read_file" }, HarnessStdio: { println: "println" } },
  },
]);

/** `severity:CODE@line message` of each finding about the entry; imports are looked up in `files`. */
export function findings(text: string, files: Readonly<Record<string, string>> = {}, options?: CheckOptions): string[] {
  const graph = loadModuleGraph({ path: "main.harn", text }, memoryReader({ ...files, "main.harn": text }));
  if (graph.entry.diagnostics.length > 0) throw new Error(graph.entry.diagnostics.map((d) => d.message).join("; "));
  return check(graph, catalog, options ?? { ambientStdio: "warn" }).map(
    ({ severity, code, source, span, message }) =>
      `${severity}:${code.replace("HARN-", "")}@${source.lines.lineAt(span.start)} ${message}`,
  );
}

/** The findings without their wording. */
export function codes(text: string, files: Readonly<Record<string, string>> = {}): string[] {
  return findings(text, files).map((line) => line.slice(0, line.indexOf(" ")));
}
