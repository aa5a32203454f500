import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { list, merged, record, textAt, textsAt } from "../../llm/fields.ts";
import { type DictValue, show, stringifyJson, type Value } from "../../value/index.ts";
import { type ArtifactSource, deriveArtifact, makeArtifact } from "../artifacts/artifact.ts";
import { assembleContext } from "../artifacts/context.ts";
import { readContextPolicy } from "../artifacts/context-policy.ts";
import { makeHandoff, renderHandoff } from "../artifacts/handoff.ts";
import { lineDiff } from "../artifacts/line-diff.ts";
import { renderArtifacts } from "../artifacts/render.ts";
import { artifactsOf, selectAdaptively, selectArtifacts } from "../artifacts/select.ts";
import { agentService } from "../service.ts";

const records = declare("run-records");
const workflow = declare("workflow");
const contextDomain = declare("context");
const options = opt("options", t.dict);

export function artifactSource(context: CallContext): ArtifactSource {
  return {
    newId: context.service(agentService).newId,
    now: () => secondsOf(context.host.clock.now()),
  };
}

/** RFC 3339 to the second: artifacts of one moment are equally recent. */
function secondsOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

function make(context: CallContext, fields: Readonly<Record<string, Value>>, extra: DictValue | undefined): DictValue {
  return makeArtifact(artifactSource(context), merged(record(fields), extra));
}

function textOf(value: Value): string {
  return typeof value === "string" ? value : stringifyJson(value);
}

/** An artifact that says something about another one. */
function about(
  context: CallContext,
  target: DictValue,
  fields: {
    readonly kind: string;
    readonly title: string;
    readonly text: string;
    readonly said: Record<string, Value>;
  },
  extra: DictValue | undefined,
): DictValue {
  const id = textAt(target, "id") ?? "";
  const refers = { target_artifact_id: id, target_kind: textAt(target, "kind") ?? "" };
  const { kind, title, text, said } = fields;
  const metadata = kind === "review_decision" ? { ...said, ...refers } : refers;
  return make(
    context,
    {
      kind,
      title: `${title} ${id}`,
      text,
      data: record({ ...said, ...refers }),
      lineage: list([id]),
      metadata: record(metadata),
    },
    extra,
  );
}

function ofPath(
  context: CallContext,
  fields: { readonly kind: string; readonly title: string; readonly path: string; readonly text: string },
  said: Record<string, Value>,
  extra: DictValue | undefined,
): DictValue {
  const { kind, title, path, text } = fields;
  return make(context, { kind, title, text, data: record({ path, ...said }), metadata: record({ path }) }, extra);
}

export const artifactBuiltins: readonly Builtin[] = [
  records({
    name: "artifact",
    summary: "An artifact with every field filled.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, payload) => makeArtifact(artifactSource(context), payload),
  }),
  records({
    name: "artifact_derive",
    summary: "An artifact made from another one, which it names in its lineage.",
    params: [req("parent", t.dict), opt("kind", t.string), opt("extras", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, parent, kind, extras) => deriveArtifact(artifactSource(context), parent, kind, extras),
  }),
  records({
    name: "artifact_select",
    summary: "The artifacts that a context policy lets through, the most wanted first.",
    params: [req("artifacts", t.list), opt("policy", t.dict)],
    returns: t.list,
    run: (_context, artifacts, policy) =>
      list(selectArtifacts(artifactsOf(artifacts.toArray()), readContextPolicy(policy))),
  }),
  records({
    name: "artifact_context",
    summary: "Selected artifacts as text for a model.",
    params: [req("artifacts", t.list), opt("policy", t.dict)],
    returns: t.string,
    run: (_context, artifacts, given) => {
      const policy = readContextPolicy(given);
      return renderArtifacts(selectArtifacts(artifactsOf(artifacts.toArray()), policy), policy.render);
    },
  }),
  workflow({
    name: "select_artifacts_adaptive",
    summary: "Artifacts for a stage: stale ones dropped, equal texts once, long ones cut.",
    params: [opt("artifacts", t.list), opt("policy", t.dict)],
    returns: t.list,
    run: (_context, artifacts, policy) =>
      list(selectAdaptively(artifactsOf(artifacts?.toArray() ?? []), readContextPolicy(policy))),
  }),
  contextDomain({
    name: "assemble_context",
    summary: "Packs artifacts into a budget of tokens, and tells what was taken and why.",
    params: [req("options", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, given) => context.async(() => assembleContext(context, given)),
  }),
  records({
    name: "artifact_workspace_file",
    summary: "An artifact for a file and what is in it.",
    params: [req("path", t.string), req("content", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, path, content, extra) =>
      ofPath(context, { kind: "workspace_file", title: path, path, text: content }, { content }, extra),
  }),
  records({
    name: "artifact_workspace_snapshot",
    summary: "An artifact for a set of paths.",
    params: [req("paths", t.any), opt("summary", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, paths, summary, extra) => {
      const all = list(textsAt(record({ paths }), "paths") ?? []);
      const text = summary ?? all.toArray().map(show).join("\n");
      return make(
        context,
        {
          kind: "workspace_snapshot",
          title: "workspace snapshot",
          text,
          data: record({ paths: all }),
          metadata: record({ paths: all }),
        },
        extra,
      );
    },
  }),
  records({
    name: "artifact_editor_selection",
    summary: "An artifact for what is selected in an editor.",
    params: [req("path", t.string), req("text", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, path, text, extra) =>
      ofPath(context, { kind: "editor_selection", title: `selection ${path}`, path, text }, { text }, extra),
  }),
  records({
    name: "artifact_diff",
    summary: "An artifact for the difference between two versions of a file.",
    params: [req("path", t.string), req("before", t.string), req("after", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, path, before, after, extra) =>
      ofPath(
        context,
        { kind: "diff", title: `diff ${path}`, path, text: lineDiff(path, before, after) },
        { before, after },
        extra,
      ),
  }),
  records({
    name: "artifact_git_diff",
    summary: "An artifact for the output of a diff command.",
    params: [req("diff_text", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, diff, extra) =>
      make(context, { kind: "git_diff", title: "git diff", text: diff, data: record({ diff }) }, extra),
  }),
  records({
    name: "artifact_patch_proposal",
    summary: "An artifact that proposes a change of another one.",
    params: [req("target", t.dict), req("patch", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, target, patch, extra) =>
      about(context, target, { kind: "patch_proposal", title: "patch for", text: patch, said: { patch } }, extra),
  }),
  records({
    name: "artifact_diff_review",
    summary: "An artifact that reviews another one.",
    params: [req("target", t.dict), opt("summary", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, target, summary, extra) =>
      about(context, target, { kind: "diff_review", title: "review", text: summary ?? "", said: {} }, extra),
  }),
  records({
    name: "artifact_review_decision",
    summary: "An artifact that decides on another one.",
    params: [req("target", t.dict), req("decision", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, target, decision, extra) =>
      about(context, target, { kind: "review_decision", title: decision, text: decision, said: { decision } }, extra),
  }),
  records({
    name: "artifact_apply_intent",
    summary: "An artifact that says what is to be done with another one.",
    params: [req("target", t.dict), req("intent", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, target, intent, extra) =>
      about(context, target, { kind: "apply_intent", title: intent, text: intent, said: { intent } }, extra),
  }),
  records({
    name: "artifact_command_result",
    summary: "An artifact for what a command gave.",
    params: [req("command", t.string), req("output", t.any), options],
    returns: t.dict,
    effect: "state",
    run: (context, command, output, extra) =>
      make(
        context,
        {
          kind: "command_result",
          title: command,
          text: textOf(output),
          data: record({ command, output }),
          metadata: record({ command }),
        },
        extra,
      ),
  }),
  ...(["test_result", "verification_result"] as const).map((kind) =>
    records({
      name: `artifact_${kind}`,
      summary:
        kind === "test_result"
          ? "An artifact for the result of tests."
          : "An artifact for the result of a verification.",
      params: [req("title", t.string), req("text", t.string), options],
      returns: t.dict,
      effect: "state",
      run: (context, title, text, extra) => make(context, { kind, title, text, data: record({ title, text }) }, extra),
    }),
  ),
  records({
    name: "artifact_verification_bundle",
    summary: "An artifact for several checks together.",
    params: [req("title", t.string), req("checks", t.any), options],
    returns: t.dict,
    effect: "state",
    run: (context, title, checks, extra) =>
      make(
        context,
        { kind: "verification_bundle", title, text: textOf(checks), data: record({ title, checks }) },
        extra,
      ),
  }),
  records({
    name: "handoff",
    summary: "A handoff with every field, from a dict or an artifact.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, payload) => makeHandoff(artifactSource(context), payload),
  }),
  records({
    name: "handoff_context",
    summary: "A handoff as text for whoever takes it over.",
    params: [req("payload", t.dict)],
    returns: t.string,
    effect: "state",
    run: (context, payload) => renderHandoff(makeHandoff(artifactSource(context), payload)),
  }),
];
