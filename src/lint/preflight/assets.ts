/** Templates that programs render: they are there, and they parse. */
import { findManifest, type Module } from "../../modules/index.ts";
import type { Expression, SpreadElement } from "../../syntax/index.ts";
import { dictLiteral, entryOf, literalText } from "../literals.ts";
import type { Tree } from "../tree.ts";
import type { PreflightFinding } from "./finding.ts";
import type { PreflightHost } from "./host.ts";

const renderers: ReadonlySet<string> = new Set(["render", "render_prompt", "render_with_provenance"]);

/** A template that a call names: the argument that says so, and who renders it. */
interface Target {
  readonly via: string;
  readonly what: string;
  readonly argument: Expression;
  readonly path: string;
}

export function* assetFindings(module: Module, tree: Tree, host: PreflightHost): Iterable<PreflightFinding> {
  for (const target of templateTargets(tree)) {
    const finding = findingOf(target, module, host);
    if (finding !== undefined) yield { ...finding, span: target.argument.span };
  }
}

/** The templates that calls name literally. */
export function* templateTargets(tree: Tree): Iterable<Target> {
  for (const { callee, arguments: given } of tree.of("call")) {
    const target = renderers.has(callee.text) ? targetOf(callee.text, given[0]) : hostTarget(callee.text, given);
    if (target !== undefined) yield target;
  }
}

function targetOf(what: string, argument: Expression | SpreadElement | undefined): Target | undefined {
  const path = literalText(argument);
  if (path === undefined || argument === undefined || argument.kind === "spread") return undefined;
  return { via: what, what: `${what} target`, argument, path };
}

/** `host_call("template.render", {path: "…"})`. */
function hostTarget(callee: string, given: readonly (Expression | SpreadElement)[]): Target | undefined {
  if (callee !== "host_call" || literalText(given[0]) !== "template.render") return undefined;
  const argument = dictLiteral(given[1]);
  const path = literalText(entryOf(argument, "path")?.value);
  if (argument === undefined || path === undefined) return undefined;
  return { via: "host_call(template.render)", what: "host template render target", argument, path };
}

type Problem = Omit<PreflightFinding, "span">;

function findingOf({ what, path }: Target, module: Module, host: PreflightHost): Problem | undefined {
  const { reader } = host;
  if (path.startsWith("std/")) {
    if (reader.stdSource(path.slice("std/".length)) !== undefined) return undefined;
    return missing(`${what} '${path}' is not an embedded stdlib prompt asset`);
  }
  const located = templateCandidates(path, module, host);
  if ("problem" in located) return located.problem;
  const found = located.paths.find((candidate) => reader.exists(candidate) && !reader.isFolder(candidate));
  if (found === undefined) return missing(`${what} '${path}' does not exist at ${located.paths.join(" or ")}`);
  const problem = host.templateProblem(reader.read(found));
  if (problem === undefined) return undefined;
  return {
    code: "HARN-PRM-001",
    message: `template '${path}' has a syntax error: ${problem}`,
    hint: "`harn explain HARN-PRM-001` lists the directives that templates have",
  };
}

function missing(message: string): Problem {
  return {
    code: "HARN-PRM-007",
    message,
    hint: "template paths are relative to the file that names them; `@/…` is relative to the project, and `[check] bundle_root` or `--bundle-root` names a second place to look",
  };
}

export type Located = { readonly paths: readonly string[] } | { readonly problem: Problem };

/** Where a template may be: beside its program and in the bundle; `@/x` below the project, `@alias/x` below an asset folder. */
export function templateCandidates(path: string, module: Module, { reader, bundleRoot }: PreflightHost): Located {
  const folder = reader.dirname(module.id);
  const match = /^@([^/]*)\/(.*)$/s.exec(path);
  if (match === null) {
    if (path.startsWith("/")) return { paths: [path] };
    const own = reader.join(folder, path);
    return { paths: bundleRoot === undefined ? [own] : [own, reader.join(bundleRoot, path)] };
  }
  const [, alias = "", relative = ""] = match;
  const manifest = findManifest(folder, reader);
  if (manifest === undefined)
    return unresolved(`package-root prompt path '${path}' has no project root: no harn.toml found above ${folder}`);
  const root = reader.dirname(manifest.path);
  if (!isSafe(relative))
    return unresolved(alias === "" ? `invalid project-root asset path '${path}'` : `invalid asset path '${path}'`);
  if (alias === "") return { paths: [reader.join(root, relative)] };
  const roots = manifest.manifest.raw.asset_roots;
  const below = typeof roots === "object" && roots !== null ? (roots as Record<string, unknown>)[alias] : undefined;
  if (typeof below !== "string")
    return unresolved(`asset alias '${alias}' is not defined in [asset_roots] of ${manifest.path}`);
  if (!isSafe(below))
    return unresolved(
      `asset alias '${alias}' resolves to an unsafe path '${below}' (must be a project-relative directory without \`..\` segments)`,
    );
  return { paths: [reader.join(root, below, relative)] };
}

function isSafe(relative: string): boolean {
  const parts = relative.split("/").filter((part) => part !== "" && part !== ".");
  return parts.length > 0 && !parts.includes("..") && !relative.includes("\\") && !relative.startsWith("/");
}

function unresolved(message: string): Located {
  const hint =
    "`@/path` starts at the folder of `harn.toml`, `@alias/path` at the folder that `[asset_roots]` gives it";
  return { problem: { code: "HARN-IMP-001", message, hint } };
}
