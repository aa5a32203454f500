import { type Builtin, declare, opt, req, t } from "../builtin/index.ts";
import { encodeJson, type Json, type JsonObject, jsonOfValue, valueOfJson } from "../eventlog/index.ts";
import { type DictValue, ListValue, type Value } from "../value/index.ts";
import {
  type ArtifactServices,
  type ContextPolicy,
  contextPolicy,
  deriveArtifact,
  objectOf,
  readArtifact,
  readContextPolicy,
  renderArtifacts,
  selectAdaptively,
  selectArtifacts,
} from "./artifacts.ts";
import { lineDiff } from "./line-diff.ts";
import { now } from "./record-calls.ts";
import { type ArtifactRecord, artifact } from "./shapes/artifact.ts";

const records = declare("run-records");
const options = opt("options", t.nilable(t.dict));

/** What an artifact of a kind is made of; options of the call go over it, metadata of both is kept. */
interface Form {
  readonly kind: string;
  readonly title: string;
  readonly text: string | null;
  readonly data: JsonObject;
  readonly metadata?: JsonObject;
  readonly lineage?: readonly string[];
}

function made(form: Form, given: DictValue | null | undefined, services: ArtifactServices): Value {
  const over = given ? objectOf(jsonOfValue(given)) : {};
  const made: JsonObject = {
    lineage: [...(form.lineage ?? [])],
    ...form,
    ...over,
    kind: form.kind,
    data: form.data,
    metadata: { ...objectOf(over.metadata), ...form.metadata },
  };
  return artifactValue(readArtifact(made, services));
}

function artifactValue(given: ArtifactRecord): Value {
  return valueOfJson(artifact.toJson(given));
}

function read(value: Value, services: ArtifactServices): ArtifactRecord {
  return readArtifact(jsonOfValue(value), services);
}

/** What an artifact says that is about another one. */
function aboutTarget(target: ArtifactRecord): { readonly lineage: readonly string[]; readonly about: JsonObject } {
  return {
    lineage: [...new Set([...target.lineage, target.id])],
    about: { target_artifact_id: target.id, target_kind: target.kind },
  };
}

function titleOf({ id, kind, title }: ArtifactRecord): string {
  return title ?? `${kind} ${id}`;
}

function textOf(json: Json): string {
  return typeof json === "string" ? json : encodeJson(json);
}

/** Artifacts from plain parts. */
const makers: readonly Builtin[] = [
  records({
    name: "artifact_workspace_file",
    summary: "A file of the workspace as an artifact.",
    params: [req("path", t.string), req("content", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, path, content, given) =>
      now(context, (services) =>
        made(
          { kind: "workspace_file", title: path, text: content, data: { path, content }, metadata: { path } },
          given,
          services,
        ),
      ),
  }),
  records({
    name: "artifact_workspace_snapshot",
    summary: "What a workspace holds, as an artifact.",
    params: [req("paths", t.any), opt("summary", t.nilable(t.string)), options],
    returns: t.dict,
    effect: "state",
    run: (context, paths, summary, given) =>
      now(context, (services) => {
        const about = { paths: jsonOfValue(paths) };
        const form = { kind: "workspace_snapshot", title: "workspace snapshot", text: summary ?? null };
        return made({ ...form, data: about, metadata: about }, given, services);
      }),
  }),
  records({
    name: "artifact_editor_selection",
    summary: "What is selected in an editor, as an artifact.",
    params: [req("path", t.string), req("text", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, path, text, given) =>
      now(context, (services) =>
        made(
          { kind: "editor_selection", title: `selection ${path}`, text, data: { path, text }, metadata: { path } },
          given,
          services,
        ),
      ),
  }),
  ...(["verification_result", "test_result"] as const).map((kind) =>
    records({
      name: `artifact_${kind}`,
      summary: kind === "test_result" ? "What tests said, as an artifact." : "What a check said, as an artifact.",
      params: [req("title", t.string), req("text", t.string), options],
      returns: t.dict,
      effect: "state",
      run: (context, title, text, given) =>
        now(context, (services) => made({ kind, title, text, data: { title, text } }, given, services)),
    }),
  ),
  records({
    name: "artifact_verification_bundle",
    summary: "Several checks and what they said, as an artifact.",
    params: [req("title", t.string), req("checks", t.any), options],
    returns: t.dict,
    effect: "state",
    run: (context, title, given, over) =>
      now(context, (services) => {
        const checks = jsonOfValue(given);
        return made(
          { kind: "verification_bundle", title, text: textOf(checks), data: { title, checks } },
          over,
          services,
        );
      }),
  }),
  records({
    name: "artifact_command_result",
    summary: "What a command gave, as an artifact.",
    params: [req("command", t.string), req("output", t.any), options],
    returns: t.dict,
    effect: "state",
    run: (context, command, given, over) =>
      now(context, (services) => {
        const output = jsonOfValue(given);
        const form = { kind: "command_result", title: command, text: textOf(output) };
        return made({ ...form, data: { command, output }, metadata: { command } }, over, services);
      }),
  }),
  records({
    name: "artifact_diff",
    summary: "What changed in a file, line by line, as an artifact.",
    params: [req("path", t.string), req("before", t.string), req("after", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, path, before, after, given) =>
      now(context, (services) => {
        const text = `--- a/${path}\n+++ b/${path}\n${lineDiff(before, after)}`;
        const form = { kind: "diff", title: `diff ${path}`, text };
        return made({ ...form, data: { path, before, after }, metadata: { path } }, given, services);
      }),
  }),
  records({
    name: "artifact_git_diff",
    summary: "A diff that git made, as an artifact.",
    params: [req("diff_text", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, diff, given) =>
      now(context, (services) =>
        made({ kind: "git_diff", title: "git diff", text: diff, data: { diff } }, given, services),
      ),
  }),
];

/** Artifacts about others: their lineage goes on. */
const remarks: readonly Builtin[] = [
  records({
    name: "artifact_diff_review",
    summary: "A review of a diff.",
    params: [req("target", t.dict), opt("summary", t.nilable(t.string)), options],
    returns: t.dict,
    effect: "state",
    run: (context, given, summary, over) =>
      now(context, (services) => {
        const target = read(given, services);
        const { about, lineage } = aboutTarget(target);
        const form = { kind: "diff_review", title: `review ${titleOf(target)}`, text: summary ?? null };
        return made({ ...form, data: about, metadata: about, lineage }, over, services);
      }),
  }),
  records({
    name: "artifact_review_decision",
    summary: "What was decided after a review.",
    params: [req("target", t.dict), req("decision", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, given, decision, over) =>
      now(context, (services) => {
        const target = read(given, services);
        const { about, lineage } = aboutTarget(target);
        const said = { decision, ...about };
        const form = { kind: "review_decision", title: `${decision} ${titleOf(target)}`, text: decision };
        return made({ ...form, data: said, metadata: said, lineage }, over, services);
      }),
  }),
  records({
    name: "artifact_patch_proposal",
    summary: "A patch that somebody proposes for a target.",
    params: [req("target", t.dict), req("patch", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, given, patch, over) =>
      now(context, (services) => {
        const target = read(given, services);
        const { about, lineage } = aboutTarget(target);
        const form = { kind: "patch_proposal", title: `patch for ${titleOf(target)}`, text: patch };
        return made({ ...form, data: { patch, ...about }, metadata: about, lineage }, over, services);
      }),
  }),
  records({
    name: "artifact_apply_intent",
    summary: "That a target is to be applied.",
    params: [req("target", t.dict), req("intent", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, given, intent, over) =>
      now(context, (services) => {
        const target = read(given, services);
        const { about, lineage } = aboutTarget(target);
        const form = { kind: "apply_intent", title: `${intent} ${titleOf(target)}`, text: intent };
        return made({ ...form, data: { intent, ...about }, metadata: about, lineage }, over, services);
      }),
  }),
];

function policyOf(given: DictValue | null | undefined): ContextPolicy {
  return given ? readContextPolicy(jsonOfValue(given)) : contextPolicy.empty;
}

export const artifactBuiltins: readonly Builtin[] = [
  ...makers,
  ...remarks,
  records({
    name: "artifact",
    summary: "A complete artifact from whatever fields are given.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload) => now(context, (services) => artifactValue(read(payload, services))),
  }),
  records({
    name: "artifact_derive",
    summary: "An artifact made from another one, which stands in its lineage.",
    params: [req("parent", t.dict), opt("kind", t.string), opt("extras", t.nilable(t.dict))],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, parent, kind, extras) =>
      now(context, (services) => {
        const over = extras ? objectOf(jsonOfValue(extras)) : {};
        return artifactValue(deriveArtifact(read(parent, services), kind ?? "artifact", over, services));
      }),
  }),
  records({
    name: "artifact_select",
    summary: "The artifacts that a policy lets through, most important first.",
    params: [req("artifacts", t.list), opt("policy", t.nilable(t.dict))],
    returns: t.list,
    effect: "state",
    borrows: true,
    run: (context, artifacts, policy) =>
      now(context, (services) => {
        const all = artifacts.view().map((each) => read(each, services));
        return new ListValue(selectArtifacts(all, policyOf(policy)).map(artifactValue));
      }),
  }),
  declare("workflow")({
    name: "select_artifacts_adaptive",
    summary: "The artifacts that a policy lets through, without what is outdated or said twice, long ones cut.",
    params: [opt("artifacts", t.nilable(t.list)), opt("policy", t.nilable(t.dict))],
    returns: t.list,
    effect: "agent",
    borrows: true,
    run: (context, artifacts, given) =>
      now(context, (services) => {
        const all = (artifacts?.view() ?? []).map((each) => read(each, services));
        const policy = readContextPolicy(given ? jsonOfValue(given) : null);
        return new ListValue(selectAdaptively(all, policy).map(artifactValue));
      }),
  }),
  records({
    name: "artifact_context",
    summary: "The artifacts that a policy lets through, as a model reads them.",
    params: [req("artifacts", t.list), opt("policy", t.nilable(t.dict))],
    returns: t.string,
    effect: "state",
    borrows: true,
    run: (context, artifacts, given) =>
      now(context, (services) => {
        const policy = policyOf(given);
        return renderArtifacts(
          selectArtifacts(
            artifacts.view().map((each) => read(each, services)),
            policy,
          ),
          policy,
        );
      }),
  }),
];
