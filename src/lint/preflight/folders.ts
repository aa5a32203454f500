/** Folders that commands and workers are started in. */
import type { Module } from "../../modules/index.ts";
import type { Expression, SpreadElement } from "../../syntax/index.ts";
import { dictLiteral, entryOf, literalText } from "../literals.ts";
import type { Tree } from "../tree.ts";
import type { PreflightFinding } from "./finding.ts";
import type { PreflightHost } from "./host.ts";

export function* folderFindings(module: Module, tree: Tree, { reader }: PreflightHost): Iterable<PreflightFinding> {
  for (const { callee, arguments: given } of tree.of("call")) {
    if (callee.text === "exec_at" || callee.text === "shell_at")
      yield* check("execution directory", given[0], given[0], "make the folder before this runs, or correct the path");
    if (callee.text !== "spawn_agent") continue;
    for (const argument of given) {
      const execution = entryOf(dictLiteral(argument), "execution")?.value;
      const cwd = entryOf(dictLiteral(execution), "cwd")?.value;
      yield* check("worker execution cwd", cwd, execution, "name a folder that is there, relative to this file");
      const worktree = entryOf(dictLiteral(execution), "worktree")?.value;
      const repository = entryOf(dictLiteral(worktree), "repo")?.value;
      yield* check("worker worktree repo", repository, worktree, "name a git checkout, relative to this file");
    }
  }

  /** `shown` is what the finding points at: the dict that holds the path says more than the path. */
  function* check(
    what: string,
    path: Expression | SpreadElement | undefined,
    shown: Expression | SpreadElement | undefined,
    hint: string,
  ): Iterable<PreflightFinding> {
    const text = literalText(path);
    if (text === undefined || shown === undefined || text === "" || /^[~$]/.test(text)) return;
    const place = text.startsWith("/") ? text : reader.join(reader.dirname(module.id), text);
    if (reader.exists(place) && reader.isFolder(place)) return;
    const message = `${what} '${text}' does not exist at ${place}`;
    yield { code: "HARN-ORC-010", span: shown.span, message, hint };
  }
}
