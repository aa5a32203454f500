/** Folders that commands and workers are started in. */
import type { Module } from "../../modules/index.ts";
import type { Expression, SpreadElement } from "../../syntax/index.ts";
import { dictLiteral, entryOf, literalText } from "../literals.ts";
import type { Tree } from "../tree.ts";
import type { PreflightFinding } from "./finding.ts";
import type { PreflightHost } from "./host.ts";

/** A folder that a call names: `exec_at("x", …)`, `spawn_agent({execution: {cwd: "x"}})`. */
export interface FolderTarget {
  readonly kind: "execution" | "worker" | "worktree";
  /** As the program has it. */
  readonly path: string;
  /** Where that is. */
  readonly place: string;
  /** What a finding points at: the dict that holds the path says more than the path. */
  readonly shown: Expression | SpreadElement;
}

const words: Readonly<Record<FolderTarget["kind"], { readonly what: string; readonly hint: string }>> = {
  execution: { what: "execution directory", hint: "make the folder before this runs, or correct the path" },
  worker: { what: "worker execution cwd", hint: "name a folder that is there, relative to this file" },
  worktree: { what: "worker worktree repo", hint: "name a git checkout, relative to this file" },
};

export function* folderFindings(module: Module, tree: Tree, host: PreflightHost): Iterable<PreflightFinding> {
  const { reader } = host;
  for (const { kind, path, place, shown } of folderTargets(module, tree, host)) {
    if (reader.exists(place) && reader.isFolder(place)) continue;
    const { what, hint } = words[kind];
    yield { code: "HARN-ORC-010", span: shown.span, message: `${what} '${path}' does not exist at ${place}`, hint };
  }
}

/** The folders that calls name literally. */
export function* folderTargets(module: Module, tree: Tree, { reader }: PreflightHost): Iterable<FolderTarget> {
  for (const { callee, arguments: given } of tree.of("call")) {
    if (callee.text === "exec_at" || callee.text === "shell_at") yield* target("execution", given[0], given[0]);
    if (callee.text !== "spawn_agent") continue;
    for (const argument of given) {
      const execution = entryOf(dictLiteral(argument), "execution")?.value;
      yield* target("worker", entryOf(dictLiteral(execution), "cwd")?.value, execution);
      const worktree = entryOf(dictLiteral(execution), "worktree")?.value;
      yield* target("worktree", entryOf(dictLiteral(worktree), "repo")?.value, worktree);
    }
  }

  function* target(
    kind: FolderTarget["kind"],
    literal: Expression | SpreadElement | undefined,
    shown: Expression | SpreadElement | undefined,
  ): Iterable<FolderTarget> {
    const path = literalText(literal);
    if (path === undefined || shown === undefined || path === "" || /^[~$]/.test(path)) return;
    const place = path.startsWith("/") ? path : reader.join(reader.dirname(module.id), path);
    yield { kind, path, place, shown };
  }
}
