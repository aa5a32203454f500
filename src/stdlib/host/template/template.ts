import {
  type Builtin,
  type CallContext,
  declare,
  type Outcome,
  opt,
  renderedForKey,
  req,
  serviceKey,
  t,
} from "../../../builtin/index.ts";
import { messageOf } from "../../../text/index.ts";
import { DictValue, ListValue, type Value } from "../../../value/index.ts";
import { attempt, fail, need } from "../faults.ts";
import { folderOf, isAbsolutePath, joinPath } from "../path-text.ts";
import { findProjectRoot, programPlace, sourceFolder } from "../place.ts";
import { type Includes, type OutputSpan, type Rendering, type RenderOptions, renderTemplate } from "./render.ts";
import { TemplateError } from "./syntax.ts";

const template = declare("template");

/** Rendered prompts, by the ids that debuggers ask about. One per runtime; the oldest go first. */
export class PromptRegistry {
  readonly #prompts = new Map<string, { readonly uri: string; readonly rendering: Rendering }>();
  readonly #marks = new Map<string, number[]>();
  #serial = 0;
  #ordinal = 0;

  add(uri: string, rendering: Rendering): string {
    const id = `prompt-${++this.#serial}`;
    this.#prompts.set(id, { uri, rendering });
    if (this.#prompts.size > 64)
      for (const oldest of [...this.#prompts.keys()].slice(0, 1)) this.#prompts.delete(oldest);
    return id;
  }

  find(id: string): { readonly uri: string; readonly rendering: Rendering } | undefined {
    return this.#prompts.get(id);
  }

  /** Says that a prompt is used now; the number orders the uses of all prompts. */
  mark(id: string): number {
    const marks = this.#marks.get(id) ?? [];
    this.#marks.set(id, marks);
    marks.push(++this.#ordinal);
    return this.#ordinal;
  }

  marksOf(id: string): readonly number[] {
    return this.#marks.get(id) ?? [];
  }
}

export const promptRegistry = serviceKey<PromptRegistry>("prompt registry", () => new PromptRegistry());

/** `@/x` is below the project's root, `@alias/x` below one of its asset folders; neither leads out. */
function resolveAsset(context: CallContext, builtin: string, path: string, from: string): string {
  const match = /^@([^/]*)\/(.*)$/s.exec(path);
  if (match === null) return isAbsolutePath(path) ? path : joinPath(from, path);
  const [, alias = "", relative = ""] = match;
  const root = findProjectRoot(context, builtin, from);
  if (root === undefined) {
    throw new Error(`package-root prompt path '${path}' has no project root: no harn.toml found above ${from}`);
  }
  if (!isSafe(relative))
    throw new Error(alias === "" ? `invalid project-root asset path '${path}'` : `invalid asset path '${path}'`);
  if (alias === "") return joinPath(root, relative);
  const folder = context.service(programPlace).assetRoot(root, alias);
  if (folder === undefined)
    throw new Error(`asset alias '${alias}' is not defined in [asset_roots] of ${joinPath(root, "harn.toml")}`);
  if (!isSafe(folder)) {
    throw new Error(
      `asset alias '${alias}' resolves to an unsafe path '${folder}' (must be a project-relative directory without \`..\` segments)`,
    );
  }
  return joinPath(joinPath(root, folder), relative);
}

function isSafe(relative: string): boolean {
  const segments = relative.split("/").filter((segment) => segment !== "" && segment !== ".");
  return segments.length > 0 && !segments.includes("..") && !relative.includes("\\") && !isAbsolutePath(relative);
}

function includesOf(context: CallContext, builtin: string): Includes {
  const files = need(context, builtin, "files");
  return {
    locate: (target, from) =>
      files.resolve(
        resolveAsset(context, builtin, target, from === undefined ? sourceFolder(context, builtin) : folderOf(from)),
      ),
    read: (path) => files.readText(path),
  };
}

/** Inline templates need no files until they include one. */
const noIncludes: Includes = {
  locate: () => {
    throw new Error("this host has no files to include");
  },
  read: () => "",
};

function withModel(context: CallContext, bindings: DictValue | undefined): DictValue | undefined {
  const model = context.service(renderedForKey).at(-1);
  if (model === undefined || bindings?.has("llm") === true) return bindings;
  return (bindings ?? new DictValue()).with("llm", model);
}

function rendered(source: string, options: RenderOptions): Rendering {
  try {
    return renderTemplate(source, options);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const where = `${error.place.line}:${error.place.column}`;
    throw fail(`${error.path === undefined ? `at ${where}` : `${error.path} at ${where}`}: ${error.message}`);
  }
}

function renderFile(
  context: CallContext,
  builtin: string,
  path: string,
  bindings: DictValue | undefined,
  wantsSpans: boolean,
): [string, Rendering] {
  const files = need(context, builtin, "files");
  let full: string;
  try {
    full = resolveAsset(context, builtin, path, sourceFolder(context, builtin));
  } catch (error) {
    throw fail(messageOf(error));
  }
  const source = attempt(
    builtin,
    (reason) => `Failed to read template ${full}: ${reason}`,
    () => files.readText(full),
  );
  const options = {
    bindings: withModel(context, bindings),
    path: files.resolve(full),
    includes: includesOf(context, builtin),
    wantsSpans,
  };
  return [full, rendered(source, options)];
}

function fileRenderer(name: string): Builtin {
  return template({
    name,
    summary:
      "Render a template file. The path is relative to the source file, `@/…` to the project, `@alias/…` to an asset folder.",
    params: [req("path", t.string), opt("bindings", t.dict)],
    returns: t.string,
    effect: "fs.read",
    borrows: true,
    asksCaller: true,
    run: (context, path, bindings) => renderFile(context, name, path, bindings, false)[1].text,
  });
}

function spanValue(span: OutputSpan): Value {
  return DictValue.of({
    template_line: span.place.line,
    template_col: span.place.column,
    output_start: span.start,
    output_end: span.end,
    kind: span.kind,
    ...(span.boundValue === undefined ? {} : { bound_value: span.boundValue }),
  });
}

const strings = declare("strings");

export const templateBuiltins: readonly Builtin[] = [
  fileRenderer("render"),
  fileRenderer("render_prompt"),
  template({
    name: "render_string",
    summary:
      "Render a template given as a text, with `llm` bound while a model is named. An error names line and column.",
    params: [req("template", t.string), opt("bindings", t.dict)],
    returns: t.string,
    effect: "fs.read",
    borrows: true,
    asksCaller: true,
    examples: [['render_string("{{ name | upper }}!", {name: "ann"})', '"ANN!"']],
    run(context, source, bindings): Outcome {
      const includes = context.host.files === undefined ? noIncludes : includesOf(context, "render_string");
      return rendered(source, { bindings: withModel(context, bindings), path: undefined, includes }).text;
    },
  }),
  template({
    name: "render_with_provenance",
    summary: "Render a template file and tell which part of it each piece of the text came from.",
    params: [req("path", t.string), opt("bindings", t.dict)],
    returns: t.dict,
    effect: "fs.read",
    borrows: true,
    asksCaller: true,
    run(context, path, bindings) {
      const [uri, rendering] = renderFile(context, "render_with_provenance", path, bindings, true);
      return DictValue.of({
        text: rendering.text,
        template_uri: uri,
        prompt_id: context.service(promptRegistry).add(uri, rendering),
        spans: new ListValue(rendering.spans.map(spanValue)),
      });
    },
  }),
  strings({
    name: "prompt_mark_rendered",
    summary: "Say that a rendered prompt is used now, and get the number of the use.",
    params: [req("prompt_id", t.string)],
    returns: t.int,
    effect: "state",
    run: (context, id) => context.service(promptRegistry).mark(id),
  }),
];
