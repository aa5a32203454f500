import { type Builtin, declare, opt, req, rest, t } from "../../builtin/index.ts";
import { DictValue, ListValue, runtimeError } from "../../value/index.ts";
import { FieldError } from "../record-fields.ts";
import { typescriptDeclarations } from "./declarations.ts";
import { searchExamples } from "./examples.ts";
import { bindingCall, callBinding, executeComposition } from "./execution.ts";
import { bindingManifest } from "./manifest.ts";
import { crystallizationTrace } from "./trace.ts";

const composition = declare("composition");

export const compositionBuiltins: readonly Builtin[] = [
  composition({
    name: "composition_binding_manifest",
    summary:
      "The tools that a snippet may call, by names for snippets. Options: `side_effect_ceiling` (read_only), and `include_denied` to show those above it as well.",
    params: [req("tools", t.union(t.list, t.dict)), opt("options", t.nilable(t.dict))],
    returns: t.dict,
    examples: [['composition_binding_manifest([{name: "read-file"}]).bindings[0].binding', '"read_file"']],
    run: (_context, tools, options) => bindingManifest(tools, options ?? undefined),
  }),
  composition({
    name: "composition_typescript_declarations",
    summary: "The bindings of a manifest as TypeScript declarations, for models to read.",
    params: [req("manifest", t.dict)],
    returns: t.string,
    run(_context, manifest) {
      try {
        return typescriptDeclarations(manifest);
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        throw runtimeError(`composition_typescript_declarations: invalid manifest: ${error.message}`);
      }
    },
  }),
  composition({
    name: "composition_search_examples",
    summary:
      "Snippets to learn from whose texts hold the query; all without one, five at most unless `limit` says otherwise.",
    params: [opt("query", t.string), opt("limit", t.int)],
    returns: t.list,
    run: (_context, query = "", limit = 5) =>
      new ListValue(
        searchExamples(query, Number(limit)).map(({ id, title, snippet, tools }) =>
          DictValue.of({
            id,
            title,
            snippet,
            tools: new ListValue([...tools]),
            language: "harn",
            required_side_effect_level: "read_only",
          }),
        ),
      ),
  }),
  composition({
    name: "composition_execute",
    summary:
      "Runs a snippet that sees the bindings of a manifest and pure builtins, and reports on it. Options: `tools` (tools with handlers) or `dispatch(name, args)`, which run the bindings; `side_effect_ceiling` in the place of the manifest's; `max_operations` (50), `timeout_ms` (30000), `max_output_bytes` (65536 of JSON); `run_id`, `session_id`.",
    params: [req("snippet", t.string), req("manifest", t.dict), opt("options", t.nilable(t.dict))],
    returns: t.dict,
    effect: "agent",
    run: (context, snippet, manifest, options) =>
      context.async(() => executeComposition(context, snippet, manifest, options ?? DictValue.of({}))),
  }),
  composition({
    name: "composition_crystallization_trace",
    summary:
      "The report of a composition as a trace from which workflows are mined. Options: `id`, `workflow_id`, `source`, `metadata`.",
    params: [req("report", t.dict), opt("options", t.nilable(t.dict))],
    returns: t.dict,
    run(_context, report, options) {
      try {
        return crystallizationTrace(report, options ?? DictValue.of({}));
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        throw runtimeError(`composition_crystallization_trace: invalid report: ${error.message}`);
      }
    },
  }),
  composition({
    name: bindingCall,
    summary: "A call that a snippet makes.",
    params: [req("run_id", t.string), req("binding", t.string), req("dispatch", t.list), rest("args", t.any)],
    effect: "agent",
    run: (context, runId, name, dispatch, ...args) =>
      context.async(() => callBinding(context, runId, name, dispatch.view()[0], args)),
  }),
];
