import { type Builtin, type CallContext, declare, type Outcome, opt, req, t } from "../../../builtin/index.ts";
import { categorizedError, DictValue, ListValue, runtimeError, show, type Value } from "../../../value/index.ts";
import { lossyText } from "../crypto/percent.ts";
import { hostBridge } from "../host-bridge.ts";
import { asDict, filledTextOption, flagOption, textOption } from "../options.ts";
import { folderOf, joinPath } from "../path-text.ts";
import { readIfThere } from "../project/project-tree.ts";
import { branchOf, conflictsValue, statusEntries, statusValue } from "./porcelain.ts";
import { checkName, type GitFacts, type GitOutput, type GitRun, receiptOf, runGit } from "./receipt.ts";

const git = declare("git");

/** Runs one command of git and gives its receipt; `read` makes the data of what it printed. */
function operate(context: CallContext, run: GitRun, read: (stdout: string, output: GitOutput) => GitFacts): Outcome {
  return context.async(async () => {
    const output = await runGit(context, run);
    return receiptOf(context, run, output, read(lossyText(output.stdout), output));
  });
}

const reading: readonly Builtin[] = [
  git({
    name: "git.repo.discover",
    summary:
      "The repository that a folder lies in: `data.repo` is `{root, path, git_dir, bare, inside_work_tree, input}`.",
    params: [req("path", t.string)],
    returns: t.dict,
    effect: "process",
    run(context, path) {
      const asked = ["--show-toplevel", "--git-dir", "--is-bare-repository", "--is-inside-work-tree"];
      return operate(
        context,
        { operation: "git.repo.discover", args: ["rev-parse", ...asked], cwd: path },
        (stdout) => {
          const [root = "", folder = "", bare, inside] = stdout.split("\n");
          const repo = DictValue.of({
            input: path,
            root,
            path: root,
            git_dir: folder,
            bare: bare === "true",
            inside_work_tree: inside === "true",
          });
          return { data: { repo }, repo: DictValue.of(Object.fromEntries(repo.entries())), affectedPaths: [path] };
        },
      );
    },
  }),
  git({
    name: "git.status",
    summary:
      "What is changed: `data` is `{branch, dirty, entries}` with `{path, xy, index, worktree, conflict_kind}` each.",
    params: [req("repo", t.string)],
    returns: t.dict,
    effect: "process",
    run: (context, repo) =>
      operate(
        context,
        { operation: "git.status", args: ["status", "--porcelain=v1", "--branch"], cwd: repo },
        (stdout) => {
          const entries = statusEntries(stdout);
          return {
            data: {
              branch: branchOf(stdout) ?? null,
              dirty: entries.length > 0,
              entries: new ListValue(entries.map(statusValue)),
            },
          };
        },
      ),
  }),
  git({
    name: "git.conflicts",
    summary: "The paths that a merge left to be resolved: `data` is `{conflicts: [{path, kind, xy}], has_conflicts}`.",
    params: [req("repo", t.string)],
    returns: t.dict,
    effect: "process",
    run: (context, repo) =>
      operate(context, { operation: "git.conflicts", args: ["status", "--porcelain=v1"], cwd: repo }, (stdout) => {
        const conflicts = conflictsValue(stdout);
        return { data: { conflicts, has_conflicts: conflicts.view().length > 0 } };
      }),
  }),
  git({
    name: "git.diff",
    summary: "The diff as text in `data.diff`, of the work tree, of a range, of paths, or of `{range, paths}`.",
    params: [req("repo", t.string), opt("selector", t.any)],
    returns: t.dict,
    effect: "process",
    run: (context, repo, selector) =>
      operate(
        context,
        { operation: "git.diff", args: ["diff", ...selectorArguments(selector)], cwd: repo },
        (diff) => ({
          data: { diff },
        }),
      ),
  }),
  git({
    name: "git.merge_base",
    summary: "The best common ancestor of two commits, in `data.oid`.",
    params: [req("repo", t.string), req("left", t.string), req("right", t.string)],
    returns: t.dict,
    effect: "process",
    run(context, repo, left, right) {
      const names = [checkName("git.merge_base", "left", left), checkName("git.merge_base", "right", right)];
      return operate(context, { operation: "git.merge_base", args: ["merge-base", ...names], cwd: repo }, (stdout) => ({
        data: { oid: stdout.trim() },
      }));
    },
  }),
];

function selectorArguments(selector: Value | undefined): readonly string[] {
  const paths = (list: Value | undefined): string[] =>
    list instanceof ListValue && list.view().length > 0 ? ["--", ...list.view().map(show)] : [];
  const range = (text: string | undefined): string[] =>
    text === undefined ? [] : [checkName("git.diff", "range", text)];
  if (typeof selector === "string") return range(selector || undefined);
  const options = asDict(selector);
  return options === undefined
    ? paths(selector)
    : [...range(filledTextOption(options, "range")), ...paths(options.get("paths"))];
}

const changing: readonly Builtin[] = [
  git({
    name: "git.fetch",
    summary: "Fetch from a remote, all that it is set up for or some refspecs.",
    params: [req("repo", t.string), req("remote", t.string), opt("refspecs", t.list)],
    returns: t.dict,
    effect: "process",
    run(context, repo, remote, refspecs) {
      const names = (refspecs?.view() ?? []).map((refspec) => checkName("git.fetch", "refspec", show(refspec)));
      const args = ["fetch", checkName("git.fetch", "remote", remote), ...names];
      return operate(context, { operation: "git.fetch", args, cwd: repo }, (_stdout, { exitCode }) => ({
        data: { fetched: exitCode === 0 },
      }));
    },
  }),
  git({
    name: "git.push",
    summary:
      "Push a refspec. With a lease (`expected_oid`, or `{ref, expected_oid}`) only if the remote's branch is still there; if not, " +
      "nothing is pushed and the status is `lease_mismatch`.",
    params: [req("repo", t.string), req("remote", t.string), req("refspec", t.string), opt("lease", t.any)],
    returns: t.dict,
    effect: "process",
    run: (context, repo, remote, refspec, lease) => push(context, repo, remote, refspec, lease ?? null),
  }),
  git({
    name: "git.rebase",
    summary:
      "Rebase the current branch. It rewrites commits, so a host has to approve of it (capability `git`, operation `rebase`).",
    params: [req("repo", t.string), req("base_ref", t.string)],
    returns: t.dict,
    effect: "process",
    run: (context, repo, base) => rebase(context, repo, base),
  }),
  git({
    name: "git.worktree.create",
    summary: "Check a branch out into a folder of its own. Options: `base_ref` to start from, `detach`, `force`.",
    params: [req("repo", t.string), req("branch", t.string), req("path", t.string), opt("options", t.dict)],
    returns: t.dict,
    effect: "process",
    run(context, repo, branch, path, options) {
      const operation = "git.worktree.create";
      const base = filledTextOption(options, "base_ref") ?? filledTextOption(options, "base");
      const args = [
        ...["worktree", "add"],
        ...(flagOption(options, "force") === true ? ["--force"] : []),
        ...(flagOption(options, "detach") === true ? ["--detach"] : ["-B", checkName(operation, "branch", branch)]),
        checkName(operation, "path", path),
        ...(base === undefined ? [] : [checkName(operation, "base_ref", base)]),
      ];
      return operate(context, { operation, args, cwd: repo }, (_stdout, { exitCode }) => ({
        data: { branch, path, created: exitCode === 0 },
        affectedPaths: [path],
      }));
    },
  }),
  git({
    name: "git.worktree.remove",
    summary:
      "Remove the folder of a worktree. Options: `repo`, found by the folder without it; `force` for one with changes.",
    params: [req("path", t.string), opt("options", t.dict)],
    returns: t.dict,
    effect: "process",
    run(context, path, options) {
      const operation = "git.worktree.remove";
      const args = [
        ...["worktree", "remove"],
        ...(flagOption(options, "force") === true ? ["--force"] : []),
        context.host.files?.resolve(checkName(operation, "path", path)) ?? path,
      ];
      const cwd = textOption(options, "repo") ?? repositoryOf(context, path);
      return operate(context, { operation, args, cwd }, (_stdout, { exitCode }) => ({
        data: { path, removed: exitCode === 0 },
        affectedPaths: [path],
      }));
    },
  }),
];

/** The repository that a worktree belongs to: its `.git` is a file that says so. */
function repositoryOf(context: CallContext, path: string): string {
  const { files } = context.host;
  const mark = files && readIfThere(files, joinPath(joinPath(files.cwd, path), ".git"));
  return /^gitdir: (.*)[\\/]\.git[\\/]worktrees[\\/]/.exec(mark ?? "")?.[1] ?? (folderOf(path) || ".");
}

interface Lease {
  readonly ref: string;
  readonly expected: string;
}

function leaseOf(lease: Value, refspec: string): Lease | undefined {
  if (lease === null) return undefined;
  const target = refspec.slice(refspec.lastIndexOf(":") + 1).replace(/^\+/, "");
  const options = asDict(lease);
  if (typeof lease !== "string" && options === undefined)
    throw runtimeError("git.push: lease must be {ref, expected_oid} or expected_oid string");
  const expected = typeof lease === "string" ? lease : textOption(options, "expected_oid");
  if (expected === undefined || expected === "") throw runtimeError("git.push: force_with_lease requires expected_oid");
  const ref = filledTextOption(options, "ref") ?? target;
  return { ref: checkName("git.push", "ref", ref), expected: checkName("git.push", "expected_oid", expected) };
}

function push(context: CallContext, repo: string, remote: string, refspec: string, given: Value): Outcome {
  const operation = "git.push";
  const target = [checkName(operation, "remote", remote), checkName(operation, "refspec", refspec)];
  const lease = leaseOf(given, refspec);
  const force = lease === undefined ? [] : [`--force-with-lease=${lease.ref}:${lease.expected}`];
  const run = { operation, args: ["push", ...force, ...target], cwd: repo };
  return context.async(async () => {
    const actual = lease && (await remoteOid(context, repo, remote, lease.ref));
    if (lease !== undefined && actual !== lease.expected) return mismatch(context, run, lease, actual);
    const output = await runGit(context, run);
    return receiptOf(context, run, output, { data: { pushed: output.exitCode === 0, refspec } });
  });
}

async function remoteOid(context: CallContext, repo: string, remote: string, ref: string): Promise<string | undefined> {
  const run = { operation: "git.push", args: ["ls-remote", remote, ref], cwd: repo };
  return /^[0-9a-f]{40,64}(?=\s)/.exec(lossyText((await runGit(context, run)).stdout))?.[0];
}

function mismatch(context: CallContext, run: GitRun, { ref, expected }: Lease, actual = "<missing>"): Value {
  const stderr = `git.push: lease_mismatch for ${ref}; expected ${expected}, found ${actual}`;
  const output = {
    exitCode: -1,
    stdout: new Uint8Array(),
    stderr: new TextEncoder().encode(stderr),
    status: "lease_mismatch",
  } as const;
  const data = { pushed: false, ref, expected_oid: expected, actual_oid: actual };
  return receiptOf(context, run, output, { data });
}

function rebase(context: CallContext, repo: string, base: string): Outcome {
  const operation = "git.rebase";
  const run = { operation, args: ["rebase", checkName(operation, "base_ref", base)], cwd: repo };
  const { bridge } = context.service(hostBridge);
  if (bridge === undefined)
    throw categorizedError("tool_rejected", "git.rebase: approval required but no host bridge is attached");
  return context.async(async () => {
    const answer = await bridge.call("git", "rebase", DictValue.of({ repo, base_ref: base }));
    if (answer !== true && flagOption(asDict(answer), "approved") !== true)
      throw categorizedError("tool_rejected", "git.rebase: the host did not approve");
    const output = await runGit(context, run);
    const status = await runGit(context, { operation, args: ["status", "--porcelain=v1"], cwd: repo });
    return receiptOf(context, run, output, {
      data: { base_ref: base, rebased: output.exitCode === 0, conflicts: conflictsValue(lossyText(status.stdout)) },
    });
  });
}

/** Git as operations with receipts; `std/git` is written over these. */
export const gitBuiltins: readonly Builtin[] = [...reading, ...changing];
