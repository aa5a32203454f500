import { DictValue, ListValue, type Value } from "../../../value/index.ts";

/** What gives a kind of project away. Adding a language is adding a row. */
export interface ProjectKind {
  readonly id: string;
  readonly languages: readonly string[];
  readonly frameworks: readonly string[];
  readonly buildSystems: readonly string[];
  readonly anchors: readonly string[];
  readonly lockfiles: readonly string[];
  /** `*.rs` anywhere, `src/**\/*.rs` below a folder. */
  readonly sourceGlobs: readonly string[];
  readonly buildCommand?: string;
  readonly testCommand?: string;
  /** How sure an anchor alone makes, from 0 to 1. */
  readonly anchorScore: number;
}

const nodeCommands = { buildCommand: "npm run build", testCommand: "npm test" } as const;
const nodeLockfiles = ["package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lockb"];

export const projectKinds: readonly ProjectKind[] = [
  {
    id: "rust",
    languages: ["rust"],
    frameworks: [],
    buildSystems: ["cargo"],
    anchors: ["Cargo.toml"],
    lockfiles: ["Cargo.lock"],
    sourceGlobs: ["*.rs", "src/**/*.rs", "crates/**/*.rs", "tests/**/*.rs"],
    buildCommand: "cargo build",
    testCommand: "cargo test",
    anchorScore: 0.5,
  },
  {
    id: "go",
    languages: ["go"],
    frameworks: [],
    buildSystems: ["go"],
    anchors: ["go.mod"],
    lockfiles: ["go.sum"],
    sourceGlobs: ["*.go", "cmd/**/*.go", "internal/**/*.go", "pkg/**/*.go"],
    buildCommand: "go build ./...",
    testCommand: "go test ./...",
    anchorScore: 0.5,
  },
  {
    id: "python",
    languages: ["python"],
    frameworks: [],
    buildSystems: ["python"],
    anchors: ["pyproject.toml", "setup.py", "requirements.txt"],
    lockfiles: ["uv.lock", "poetry.lock", "Pipfile.lock", "requirements.lock"],
    sourceGlobs: ["*.py", "src/**/*.py", "tests/**/*.py"],
    testCommand: "pytest",
    anchorScore: 0.5,
  },
  {
    id: "typescript",
    languages: ["typescript"],
    frameworks: [],
    buildSystems: ["npm"],
    anchors: ["tsconfig.json", "package.json"],
    lockfiles: nodeLockfiles,
    sourceGlobs: ["*.ts", "*.tsx", "src/**/*.ts", "src/**/*.tsx", "tests/**/*.ts"],
    ...nodeCommands,
    anchorScore: 0.2,
  },
  {
    id: "javascript",
    languages: ["javascript"],
    frameworks: [],
    buildSystems: ["npm"],
    anchors: ["package.json"],
    lockfiles: nodeLockfiles,
    sourceGlobs: ["*.js", "*.jsx", "*.mjs", "*.cjs", "src/**/*.js", "src/**/*.jsx"],
    ...nodeCommands,
    anchorScore: 0.1,
  },
  {
    id: "nextjs",
    languages: ["javascript", "typescript"],
    frameworks: ["nextjs"],
    buildSystems: ["npm"],
    anchors: ["next.config.js", "next.config.mjs", "next.config.ts"],
    lockfiles: [],
    sourceGlobs: ["pages/**/*.tsx", "app/**/*.tsx", "pages/**/*.js", "app/**/*.js"],
    ...nodeCommands,
    anchorScore: 0.7,
  },
  {
    id: "ruby",
    languages: ["ruby"],
    frameworks: [],
    buildSystems: ["bundler"],
    anchors: ["Gemfile"],
    lockfiles: ["Gemfile.lock"],
    sourceGlobs: ["*.rb", "app/**/*.rb", "lib/**/*.rb", "spec/**/*.rb"],
    testCommand: "bundle exec rspec",
    anchorScore: 0.5,
  },
];

/** The catalogue as programs see it. */
export function projectCatalogValue(): ListValue {
  return new ListValue(
    projectKinds.map(
      (kind): Value =>
        DictValue.of({
          id: kind.id,
          languages: texts(kind.languages),
          frameworks: texts(kind.frameworks),
          build_systems: texts(kind.buildSystems),
          anchors: texts(kind.anchors),
          lockfiles: texts(kind.lockfiles),
          source_globs: texts(kind.sourceGlobs),
          default_build_cmd: kind.buildCommand ?? null,
          default_test_cmd: kind.testCommand ?? null,
        }),
    ),
  );
}

export function texts(items: Iterable<string>): ListValue {
  return new ListValue([...items]);
}
