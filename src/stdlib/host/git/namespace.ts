import type { CatalogPart } from "../../../builtin/index.ts";
import { BuiltinValue, DictValue, type Value } from "../../../value/index.ts";

const direct = ["conflicts", "diff", "fetch", "merge_base", "push", "rebase", "status"];
/** Each is reached as `git.repo.discover` and as `git.repo_discover`. */
const nested = { repo: ["discover"], worktree: ["create", "remove"] } as const;

function members(): Record<string, Value> {
  const found: Record<string, Value> = { _namespace: "git" };
  for (const name of direct) found[name] = new BuiltinValue(`git.${name}`);
  for (const [group, names] of Object.entries(nested)) {
    const builtins = names.map((name): [string, Value] => [name, new BuiltinValue(`git.${group}.${name}`)]);
    // A namespace of its own, so that `git.worktree.remove` is no method of dicts.
    found[group] = DictValue.of({ _namespace: `git.${group}`, ...Object.fromEntries(builtins) });
    for (const [name, builtin] of builtins) found[`${group}_${name}`] = builtin;
  }
  return found;
}

/** The name `git`; what it leads to is evaluated when it is called. */
export const gitNamespace: CatalogPart = { globals: { git: DictValue.of(members()) } };
