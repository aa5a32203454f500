import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { parse, stringify } from "smol-toml";

/** Skills could not be installed, for a reason that its user can put right. */
export class SkillInstallError extends Error {
  override readonly name = "SkillInstallError";
}

export interface SkillInstallOptions {
  /** A folder, the address of a git repository, or `owner/repo`. */
  readonly spec: string;
  /** The folder whose programs find the skills. */
  readonly project: string;
  /** The folder's name in the cache; the last part of the spec where it is not given. */
  readonly name: string | undefined;
  /** A tag or branch of the repository. */
  readonly tag: string | undefined;
  /** Stands in front of the ids of the skills. */
  readonly namespace: string | undefined;
}

export interface InstalledSkills {
  /** Below the project. */
  readonly path: string;
  readonly namespace: string | undefined;
  /** The folders that hold a `SKILL.md`. */
  readonly skills: readonly string[];
}

interface LockEntry {
  readonly name: string;
  readonly path: string;
  readonly source: string;
  readonly namespace?: string;
}

const cache = join(".harn", "skills-cache");
const lockHead = "# Written by `harn skills install`.\n\n";
const plainName = /^[\w][\w.-]*$/u;

/** Puts skills into the project's cache, in the place of an earlier installation of that name, and notes them in its lock file. */
export function installSkills(options: SkillInstallOptions): InstalledSkills {
  const { namespace, project, spec, tag } = options;
  const source = sourceOf(spec, project);
  const name = options.name ?? basename(spec.replace(/[\\/]+$/u, "")).replace(/\.git$/u, "");
  for (const part of [name, ...(namespace === undefined ? [] : [namespace])])
    if (!plainName.test(part))
      throw new SkillInstallError(`'${part}' is no name for a folder: letters, digits, '.', '_' and '-' may be in it`);
  if (tag !== undefined && source.kind === "folder")
    throw new SkillInstallError("--tag is for git repositories; a folder is taken as it is");
  const target = join(project, cache, ...(namespace === undefined ? [] : [namespace]), name);
  mkdirSync(dirname(target), { recursive: true });
  // What is whole takes the place of what was there; whatever goes wrong before leaves that alone.
  const draft = mkdtempSync(join(dirname(target), ".installing-"));
  try {
    const content = join(draft, "content");
    if (source.kind === "folder") cpSync(source.path, content, { recursive: true, filter: isNoGitFolder });
    else clone(source.url, tag, content);
    const skills = skillsIn(content);
    if (skills.length === 0)
      throw new SkillInstallError(`${spec} has no SKILL.md, neither at its top nor one folder below`);
    rmSync(target, { recursive: true, force: true });
    renameSync(content, target);
    const path = relative(project, target).replaceAll("\\", "/");
    note(project, { name, path, source: source.label, ...(namespace !== undefined && { namespace }) });
    return { path, namespace, skills: skills.map((folder) => (folder === "" ? name : folder)) };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

type Source =
  | { readonly kind: "folder"; readonly path: string; readonly label: string }
  | { readonly kind: "git"; readonly url: string; readonly label: string };

function sourceOf(spec: string, project: string): Source {
  const path = resolve(project, spec);
  if (existsSync(path)) return { kind: "folder", path, label: `path://${spec}` };
  if (/^\.{0,2}[\\/]/u.test(spec)) throw new SkillInstallError(`there is no folder ${spec}`);
  if (spec.startsWith("-")) throw new SkillInstallError(`'${spec}' is neither a folder nor a repository`);
  if (/^[\w.-]+\/[\w.-]+$/u.test(spec)) return git(`https://github.com/${spec}.git`);
  if (/^(?:https?|ssh|git|file):\/\//u.test(spec) || /^[\w.-]+@[\w.-]+:/u.test(spec)) return git(spec);
  throw new SkillInstallError(`'${spec}' is no folder, no address of a git repository and no owner/repo`);
}

function git(url: string): Source {
  return { kind: "git", url, label: `git+${url}` };
}

function clone(url: string, tag: string | undefined, folder: string): void {
  if (tag?.startsWith("-") === true) throw new SkillInstallError(`'${tag}' is no tag or branch`);
  const branch = tag === undefined ? [] : ["--branch", tag];
  const { error, status, stderr } = spawnSync(
    "git",
    ["clone", "--quiet", "--depth", "1", ...branch, "--", url, folder],
    {
      encoding: "utf8",
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
    },
  );
  if (error !== undefined) throw new SkillInstallError(`git cannot be run: ${error.message}`);
  if (status !== 0) throw new SkillInstallError(`git clone failed: ${stderr.trim()}`);
  rmSync(join(folder, ".git"), { recursive: true, force: true });
}

function isNoGitFolder(path: string): boolean {
  return basename(path) !== ".git";
}

/** The folder itself as `""`, and folders in it. */
function skillsIn(folder: string): string[] {
  if (existsSync(join(folder, "SKILL.md"))) return [""];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "SKILL.md")))
    .map(({ name }) => name)
    .sort();
}

function note(project: string, entry: LockEntry): void {
  const path = join(project, cache, "skills.lock");
  const others = existsSync(path) ? entriesOf(readFileSync(path, "utf8"), path) : [];
  const skill = [...others.filter((other) => other.path !== entry.path), entry].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  writeFileSync(path, lockHead + stringify({ skill }));
}

function entriesOf(text: string, path: string): readonly LockEntry[] {
  try {
    return ((parse(text).skill ?? []) as unknown as readonly LockEntry[]).filter(
      ({ path: at }) => typeof at === "string",
    );
  } catch (error) {
    throw new SkillInstallError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
