import type { HostFiles } from "../../../builtin/index.ts";
import { compareText, DictValue, FloatValue, type Value } from "../../../value/index.ts";
import { joinPath } from "../path-text.ts";
import { type ProjectKind, projectKinds, texts } from "./catalog.ts";
import {
  codeFences,
  declaredScripts,
  dockerfileCommands,
  firstReadable,
  makefileTargets,
  packageNameOf,
} from "./manifests.ts";
import { isThere, isVendorFolder, listFolder, type TreeOptions, versionControlOf } from "./project-tree.ts";

/** From here on a language counts as one of the project's. */
const confident = 0.5;

/** What one folder says about the project in it; `readsConfig` also reads the files that were found. */
export function scanFolder(
  files: HostFiles,
  folder: string,
  options: TreeOptions,
  tiers: { readonly readsConfig: boolean },
): DictValue {
  const found = projectKinds.map((kind) => findKind(files, folder, kind, options)).filter(({ score }) => score > 0);
  const likely = found.filter(({ score }) => score >= confident);
  const languages = bestScores(found, (kind) => kind.languages);
  const frameworks = bestScores(found, (kind) => kind.frameworks);
  const commands = likely.flatMap(({ kind }) => [kind.buildCommand, kind.testCommand]).filter((c) => c !== undefined);
  return DictValue.of({
    path: folder,
    languages: confidentLabels(languages),
    frameworks: confidentLabels(frameworks),
    build_systems: texts(new Set(likely.flatMap(({ kind }) => kind.buildSystems))),
    vcs: versionControlOf(files, folder) ?? null,
    anchors: texts([...new Set(found.flatMap(({ anchors }) => anchors))].sort(compareText)),
    lockfiles: texts([...new Set(found.flatMap(({ lockfiles }) => lockfiles))].sort(compareText)),
    confidence: new DictValue(
      new Map([...languages, ...frameworks].map(([label, score]) => [label, new FloatValue(score)])),
    ),
    ...(tiers.readsConfig ? configFacts(files, folder, commands) : withoutConfig(commands)),
  });
}

interface FoundKind {
  readonly kind: ProjectKind;
  readonly score: number;
  readonly anchors: readonly string[];
  readonly lockfiles: readonly string[];
}

function findKind(files: HostFiles, folder: string, kind: ProjectKind, options: TreeOptions): FoundKind {
  const present = (names: readonly string[]): string[] =>
    names.filter((name) => isThere(files, joinPath(folder, name)));
  const [anchors, lockfiles] = [present(kind.anchors), present(kind.lockfiles)];
  // Sources say what an anchor is worth; alone they make no project of a folder.
  if (anchors.length + lockfiles.length === 0) return { kind, score: 0, anchors, lockfiles };
  const hasSource = holdsSource(files, folder, kind, options);
  let score = Math.max(anchors.length > 0 ? kind.anchorScore : 0, hasSource ? confident : 0);
  if (lockfiles.length > 0) score = hasSource ? 1 : Math.min(score + 0.45, 1);
  return { kind, score, anchors, lockfiles };
}

/** Whether a source file of the kind lies in the folder or below it, other projects inside it aside. */
function holdsSource(files: HostFiles, root: string, kind: ProjectKind, options: TreeOptions): boolean {
  const isSource = sourceTest(kind.sourceGlobs);
  const search = (folder: string, relative: string, depth: number): boolean => {
    if (options.depth !== undefined && depth > options.depth + 2) return false;
    for (const entry of listFolder(files, folder)) {
      if (!options.includeHidden && entry.name.startsWith(".")) continue;
      const [path, below] = [joinPath(folder, entry.name), joinPath(relative, entry.name)];
      if (entry.kind === "directory") {
        if (!options.includeVendor && isVendorFolder(entry)) continue;
        if (!isProjectRoot(files, path) && search(path, below, depth + 1)) return true;
      } else if (isSource(below)) return true;
    }
    return false;
  };
  return search(root, "", 0);
}

const rootMarks = [
  ...new Set([".git", "harn.toml", ...projectKinds.flatMap(({ anchors, lockfiles }) => [...anchors, ...lockfiles])]),
];

/** Whether a folder is where a project begins. */
export function isProjectRoot(files: HostFiles, folder: string): boolean {
  return rootMarks.some((name) => isThere(files, joinPath(folder, name)));
}

/** `*.rs` fits at any depth, `src/**\/*.rs` below its folder. */
function sourceTest(globs: readonly string[]): (path: string) => boolean {
  const tests = globs.map((glob) => {
    const at = glob.lastIndexOf("*");
    const [prefix, suffix] = [glob.slice(0, glob.indexOf("*")), glob.slice(at + 1)];
    return (path: string): boolean => path.startsWith(prefix) && path.endsWith(suffix);
  });
  return (path) => tests.some((test) => test(path));
}

type Scores = ReadonlyMap<string, number>;

function bestScores(found: readonly FoundKind[], labels: (kind: ProjectKind) => readonly string[]): Scores {
  const best = new Map<string, number>();
  for (const { kind, score } of found)
    for (const label of labels(kind)) best.set(label, Math.max(best.get(label) ?? 0, score));
  return best;
}

/** The surest first. */
function confidentLabels(scores: Scores): Value {
  const sure = [...scores].filter(([, score]) => score >= confident);
  return texts(sure.sort((a, b) => b[1] - a[1] || compareText(a[0], b[0])).map(([label]) => label));
}

function withoutConfig(commands: readonly string[]): Record<string, Value> {
  return {
    package_name: null,
    build_commands: texts(new Set(commands)),
    declared_scripts: new DictValue(new Map()),
    makefile_targets: texts([]),
    dockerfile_commands: texts([]),
    readme_code_fences: texts([]),
  };
}

function configFacts(files: HostFiles, folder: string, commands: readonly string[]): Record<string, Value> {
  const scripts = declaredScripts(files, folder);
  const targets = makefileTargets(firstReadable(files, folder, ["GNUmakefile", "makefile", "Makefile"]));
  return {
    package_name: packageNameOf(files, folder) ?? null,
    build_commands: texts(new Set([...commands, ...scriptCommands(scripts), ...makeCommands(targets)])),
    declared_scripts: scripts,
    makefile_targets: texts(targets),
    dockerfile_commands: texts(dockerfileCommands(firstReadable(files, folder, ["Dockerfile"]))),
    readme_code_fences: texts(codeFences(firstReadable(files, folder, ["README.md", "Readme.md", "readme.md"]))),
  };
}

/** Building and testing first. */
function scriptCommands(scripts: DictValue): string[] {
  const names = [...scripts.entries()].map(([name]) => name);
  const first = ["build", "test"].filter((name) => names.includes(name));
  return [...first, ...names.filter((name) => !first.includes(name))].map((name) =>
    name === "test" ? "npm test" : `npm run ${name}`,
  );
}

function makeCommands(targets: readonly string[]): string[] {
  return ["build", "test"].filter((name) => targets.includes(name)).map((name) => `make ${name}`);
}
