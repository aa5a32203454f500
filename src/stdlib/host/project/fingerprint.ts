// The shape of a repository in a few words, from names of files and a look into manifests. Tags are lower case and without
// versions; where several were found, the order of the lists here says which one is dominant.
import type { HostFiles } from "../../../builtin/index.ts";
import { compareText, DictValue, type Value } from "../../../value/index.ts";
import { joinPath } from "../path-text.ts";
import { texts } from "./catalog.ts";
import { jsonFile, tableAt, tomlFile } from "./manifests.ts";
import { listFolder, readIfThere, versionControlOf } from "./project-tree.ts";

const order = {
  languages: ["rust", "typescript", "python", "go", "swift", "ruby"],
  frameworks: ["axum", "next", "react", "django", "fastapi", "rails"],
  packageManagers: ["cargo", "spm", "pnpm", "npm", "yarn", "uv", "poetry", "pip", "go-mod", "bundler"],
  testRunners: [
    ...["nextest", "cargo-test", "vitest", "jest", "mocha", "pytest", "unittest"],
    ...["go-test", "xctest", "rspec", "minitest"],
  ],
  buildTools: ["cargo", "spm", "next", "vite", "uv", "poetry", "pnpm", "npm", "yarn", "go", "bundler", "pip"],
  ci: ["github-actions", "gitlab-ci", "circleci", "buildkite", "azure-pipelines", "bitrise"],
} as const;

type Aspect = keyof typeof order;
type Tag<A extends Aspect> = (typeof order)[A][number];

class Signals {
  readonly #tags = new Map<Aspect, Set<string>>();
  readonly lockfiles: string[] = [];
  hasTests = false;
  hasSpecFolder = false;
  hasTestFolder = false;
  isNode = false;
  isPython = false;
  isRuby = false;
  needsPip = false;
  hasVite = false;
  hasNextDependency = false;
  hasNextConfig = false;

  add<A extends Aspect>(aspect: A, ...tags: readonly Tag<A>[]): void {
    let found = this.#tags.get(aspect);
    if (found === undefined) this.#tags.set(aspect, (found = new Set()));
    for (const tag of tags) found.add(tag);
  }

  /** A sign of a test runner is a sign of tests. */
  addTests(...runners: readonly Tag<"testRunners">[]): void {
    this.add("testRunners", ...runners);
    this.hasTests = true;
  }

  has<A extends Aspect>(aspect: A, tag: Tag<A>): boolean {
    return this.#tags.get(aspect)?.has(tag) === true;
  }

  isEmpty(aspect: Aspect): boolean {
    return (this.#tags.get(aspect)?.size ?? 0) === 0;
  }

  inOrder(aspect: Aspect): readonly string[] {
    return order[aspect].filter((tag) => this.#tags.get(aspect)?.has(tag));
  }
}

const skippedFolders = new Set([
  ...[".git", ".hg", ".svn", ".next", ".venv", "venv", "__pycache__", "build", "dist", "coverage"],
  ...["node_modules", "target"],
]);
const maxDepth = 4;

export function fingerprintOf(files: HostFiles, root: string): DictValue {
  const signals = new Signals();
  collect(files, root, "", 0, signals);
  conclude(signals);
  const languages = signals.inOrder("languages");
  const managers = signals.inOrder("packageManagers");
  const ci = signals.inOrder("ci");
  return DictValue.of({
    primary_language: languages.length > 1 ? "mixed" : (languages[0] ?? "unknown"),
    languages: texts(languages),
    frameworks: texts(signals.inOrder("frameworks")),
    package_manager: managers[0] ?? null,
    package_managers: texts(managers),
    test_runner: signals.inOrder("testRunners")[0] ?? null,
    build_tool: signals.inOrder("buildTools")[0] ?? null,
    vcs: versionControlOf(files, root) ?? null,
    ci: texts(ci),
    has_tests: signals.hasTests,
    has_ci: ci.length > 0,
    lockfile_paths: texts(signals.lockfiles.sort(compareText)),
  });
}

function collect(files: HostFiles, folder: string, relative: string, depth: number, signals: Signals): void {
  for (const entry of listFolder(files, folder)) {
    const [path, below] = [joinPath(folder, entry.name), joinPath(relative, entry.name)];
    if (entry.kind === "directory") {
      noteFolder(below, entry.name, signals);
      if (depth < maxDepth && !skippedFolders.has(entry.name)) collect(files, path, below, depth + 1, signals);
    } else if (entry.kind === "file") noteFile(files, path, below, entry.name, signals);
  }
}

const testFolders = new Set(["tests", "test", "__tests__", "spec", "e2e", "cypress"]);

function noteFolder(relative: string, name: string, signals: Signals): void {
  const lower = name.toLowerCase();
  if (testFolders.has(lower)) signals.hasTests = true;
  if (lower === "spec") signals.hasSpecFolder = true;
  if (lower === "test" || lower === "tests") signals.hasTestFolder = true;
  if (/(?:^|\/)\.github\/workflows$/.test(relative)) signals.add("ci", "github-actions");
  if (name === ".circleci") signals.add("ci", "circleci");
  if (name === ".buildkite") signals.add("ci", "buildkite");
  if (name === "crates") signals.add("languages", "rust");
  if (name === "cmd" || name === "pkg") signals.add("languages", "go");
}

const lockfiles: Readonly<Record<string, Tag<"packageManagers">>> = {
  "Cargo.lock": "cargo",
  "package-lock.json": "npm",
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
  "uv.lock": "uv",
  "poetry.lock": "poetry",
  "Pipfile.lock": "pip",
  "requirements.lock": "pip",
  "go.sum": "go-mod",
  "Gemfile.lock": "bundler",
  "Package.resolved": "spm",
  "bun.lockb": "npm",
  "bun.lock": "npm",
};

const ciFiles: Readonly<Record<string, Tag<"ci">>> = {
  ".gitlab-ci.yml": "gitlab-ci",
  "azure-pipelines.yml": "azure-pipelines",
  "bitrise.yml": "bitrise",
  "circle.yml": "circleci",
};

const sourceLanguages: Readonly<Record<string, Tag<"languages">>> = {
  rs: "rust",
  ...{ ts: "typescript", tsx: "typescript", js: "typescript", jsx: "typescript", mjs: "typescript", cjs: "typescript" },
  py: "python",
  go: "go",
  swift: "swift",
  rb: "ruby",
};

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function noteFile(files: HostFiles, path: string, relative: string, name: string, signals: Signals): void {
  const manager = own(lockfiles, name);
  if (manager !== undefined) {
    signals.lockfiles.push(relative);
    signals.add("packageManagers", manager);
  }
  const ci = own(ciFiles, name);
  if (ci !== undefined) signals.add("ci", ci);
  noteManifest(files, path, name, signals);
  noteToolConfig(name, signals);
  const language = own(sourceLanguages, name.slice(name.lastIndexOf(".") + 1));
  if (language !== undefined && name.includes(".")) noteSource(language, signals);
}

function noteSource(language: Tag<"languages">, signals: Signals): void {
  signals.add("languages", language);
  if (language === "typescript") signals.isNode = true;
  if (language === "python") signals.isPython = true;
  if (language === "ruby") signals.isRuby = true;
}

function noteToolConfig(name: string, signals: Signals): void {
  if (/^next\.config\.(?:js|mjs|ts)$/.test(name)) {
    signals.hasNextConfig = true;
    signals.add("languages", "typescript");
    signals.add("buildTools", "next");
  }
  if (/^vitest\.config\.(?:js|mjs|ts)$/.test(name)) signals.addTests("vitest");
  if (/^jest\.config\.(?:js|cjs|ts)$/.test(name)) signals.addTests("jest");
  if (/^\.mocharc\.(?:js|json|ya?ml)$/.test(name)) signals.addTests("mocha");
  if (/^vite\.config\.(?:js|mjs|ts)$/.test(name)) signals.hasVite = true;
  if (name === "pytest.ini" || name === "tox.ini" || name === "conftest.py") signals.addTests("pytest");
  if (name === "nextest.toml") signals.add("testRunners", "nextest");
}

function noteManifest(files: HostFiles, path: string, name: string, signals: Signals): void {
  switch (name) {
    case "Cargo.toml":
      return noteCargo(tomlFile(files, path), signals);
    case "package.json":
      return notePackageJson(jsonFile(files, path), signals);
    case "pyproject.toml":
      return notePyproject(tomlFile(files, path), readIfThere(files, path) ?? "", signals);
    case "requirements.txt":
    case "requirements-dev.txt":
    case "requirements-test.txt":
      signals.add("buildTools", "pip");
      return notePip(readIfThere(files, path) ?? "", signals);
    case "setup.py":
      return notePip(readIfThere(files, path) ?? "", signals);
    case "go.mod":
      return noteSource("go", signals);
    case "Package.swift":
      return noteSource("swift", signals);
    case "Gemfile":
      return noteGemfile(readIfThere(files, path) ?? "", signals);
  }
}

function noteCargo(manifest: DictValue | undefined, signals: Signals): void {
  noteSource("rust", signals);
  signals.add("packageManagers", "cargo");
  const tables = [["dependencies"], ["dev-dependencies"], ["build-dependencies"], ["workspace", "dependencies"]];
  if (tables.some((keys) => tableAt(manifest, ...keys)?.has("axum"))) signals.add("frameworks", "axum");
}

const dependencyTables = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

function notePackageJson(manifest: DictValue | undefined, signals: Signals): void {
  if (manifest === undefined) return;
  signals.isNode = true;
  const needs = (name: string): boolean => dependencyTables.some((table) => tableAt(manifest, table)?.has(name));
  if (needs("next")) {
    signals.hasNextDependency = true;
    signals.add("buildTools", "next");
  }
  if (needs("react")) signals.add("frameworks", "react");
  if (needs("react") || needs("typescript")) signals.add("languages", "typescript");
  if (needs("vite")) signals.hasVite = true;
  for (const runner of ["vitest", "jest", "mocha"] as const) if (needs(runner)) signals.addTests(runner);
  const manager = /^(pnpm|yarn|npm)@/.exec(textOf(manifest.get("packageManager")))?.[1];
  if (manager !== undefined) signals.add("packageManagers", manager as "pnpm" | "yarn" | "npm");
  for (const [, command] of tableAt(manifest, "scripts")?.entries() ?? []) noteCommand(textOf(command), signals);
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

const commandRunners: readonly (readonly [words: string, runner: Tag<"testRunners">])[] = [
  ["vitest", "vitest"],
  ["jest", "jest"],
  ["mocha", "mocha"],
  ["cargo nextest", "nextest"],
  ["cargo test", "cargo-test"],
  ["pytest", "pytest"],
  ["unittest", "unittest"],
  ["go test", "go-test"],
  ["swift test", "xctest"],
];

function noteCommand(command: string, signals: Signals): void {
  const lower = command.toLowerCase();
  if (/next (?:build|dev)/.test(lower)) signals.add("buildTools", "next");
  if (/vite (?:build|dev)|npx vite/.test(lower)) signals.hasVite = true;
  if (lower.includes("swift build")) signals.add("buildTools", "spm");
  for (const [words, runner] of commandRunners) if (lower.includes(words)) signals.addTests(runner);
}

function notePyproject(manifest: DictValue | undefined, text: string, signals: Signals): void {
  notePython(text, signals);
  const managers = (["poetry", "uv"] as const).filter((tool) => tableAt(manifest, "tool", tool) !== undefined);
  signals.add("packageManagers", ...managers);
  signals.add("buildTools", ...managers);
  if (managers.length === 0) signals.needsPip = true;
}

function notePip(text: string, signals: Signals): void {
  signals.needsPip = true;
  notePython(text, signals);
}

function notePython(text: string, signals: Signals): void {
  noteSource("python", signals);
  const lower = text.toLowerCase();
  for (const framework of ["fastapi", "django"] as const)
    if (lower.includes(framework)) signals.add("frameworks", framework);
  for (const runner of ["pytest", "unittest"] as const) if (lower.includes(runner)) signals.addTests(runner);
}

function noteGemfile(text: string, signals: Signals): void {
  noteSource("ruby", signals);
  const needs = (gem: string): boolean => text.includes(`gem "${gem}"`) || text.includes(`gem '${gem}'`);
  if (needs("rails")) signals.add("frameworks", "rails");
  for (const runner of ["rspec", "minitest"] as const) if (needs(runner)) signals.add("testRunners", runner);
}

/** What follows from several signals together. */
function conclude(signals: Signals): void {
  concludeCompiled(signals);
  concludePython(signals);
  concludeRuby(signals);
  concludeNode(signals);
}

function concludeCompiled(signals: Signals): void {
  if (signals.has("languages", "rust")) {
    signals.add("buildTools", "cargo");
    signals.add("testRunners", "cargo-test");
  }
  if (signals.has("languages", "go")) {
    signals.add("packageManagers", "go-mod");
    signals.add("buildTools", "go");
    signals.add("testRunners", "go-test");
  }
  if (signals.has("languages", "swift")) {
    signals.add("packageManagers", "spm");
    signals.add("buildTools", "spm");
    signals.add("testRunners", "xctest");
  }
}

function concludePython(signals: Signals): void {
  if (!signals.isPython) return;
  const manager = (["uv", "poetry"] as const).find((tool) => signals.has("packageManagers", tool));
  if (manager === undefined && signals.needsPip) signals.add("packageManagers", "pip");
  if (signals.isEmpty("testRunners")) signals.add("testRunners", "pytest");
  if (signals.isEmpty("buildTools")) signals.add("buildTools", ...(manager ? [manager] : ["pip" as const]));
}

function concludeRuby(signals: Signals): void {
  if (!signals.isRuby) return;
  signals.add("packageManagers", "bundler");
  signals.add("buildTools", "bundler");
  if (!signals.isEmpty("testRunners")) return;
  if (signals.hasSpecFolder) signals.add("testRunners", "rspec");
  else if (signals.hasTestFolder) signals.add("testRunners", "minitest");
}

function concludeNode(signals: Signals): void {
  if (signals.hasNextDependency && signals.hasNextConfig) {
    signals.add("frameworks", "next");
    signals.add("languages", "typescript");
  }
  if (signals.hasVite) {
    signals.add("buildTools", "vite");
    if (signals.hasTests && signals.isEmpty("testRunners")) signals.add("testRunners", "vitest");
  }
  if (!signals.isNode) return;
  const manager = (["pnpm", "yarn", "npm"] as const).find((tool) => signals.has("packageManagers", tool));
  if (manager === undefined) signals.add("packageManagers", "npm");
  if (signals.isEmpty("buildTools")) signals.add("buildTools", manager ?? "npm");
}
