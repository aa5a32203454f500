import type { SkillFolders, SkillRoot } from "../agents/index.ts";
import { type Host, type HostFiles, settingsFilesOf } from "../builtin/index.ts";
import { type AsymmetricCrypto, asymmetricCrypto } from "../stdlib/host/crypto/asymmetric.ts";
import { type HostServices, type ProgramPlace, programPlace } from "../stdlib/host/index.ts";
import { DictValue, ListValue, Raise, type Value } from "../value/index.ts";
import { rooms } from "./rooms.ts";

/**
 * The folders where skills are looked for, the highest layer first: `--skill-dir`, `HARN_SKILLS_PATH`, the project's `.harn/skills`,
 * `[skills] paths` of its manifest, `~/.harn/skills`, what was installed and packages, the system's. `[skills] disable` leaves ids out.
 */
export function openSkillFolders(
  host: Host,
  library: HostServices,
  named: readonly string[],
  warn: (message: string) => void,
): SkillFolders | undefined {
  const files = settingsFilesOf(host);
  if (files === undefined) return undefined;
  const place = library.services.get(programPlace) as ProgramPlace | undefined;
  const required = (host.environment?.get("HARN_REQUIRE_SIGNED_SKILLS") ?? "").toLowerCase();
  return rooms.agents().openSkillFolders({
    files,
    ...skillRoots(host, place?.sourceFolder ?? files.cwd, named),
    requiresSignatures: ["1", "true", "yes", "on"].includes(required),
    verify: (library.services.get(asymmetricCrypto) as AsymmetricCrypto | undefined)?.ed25519Verify,
    signersFolder: files.homeFolder && files.resolve(files.homeFolder, ".harn", "trusted-signers"),
    parse: rooms.library().readYaml,
    warn,
  });
}

/** Where programs of the folder `start` find skills; `named` are folders that were asked for, and the highest layer. */
export function skillRoots(
  host: Host,
  start: string,
  named: readonly string[],
): { readonly roots: readonly SkillRoot[]; readonly disabled: ReadonlySet<string> } {
  const files = settingsFilesOf(host);
  if (files === undefined) return { roots: [], disabled: new Set() };
  const environment = (name: string): string => host.environment?.get(name) ?? "";
  const root = projectRoot(files, start);
  const settings = root === undefined ? undefined : manifestSkills(files, root);
  const roots = rootsOf(files, environment, root ?? files.cwd, settings);
  return {
    roots: [...named.map((folder) => ({ layer: "cli", folder: files.resolve(folder) })), ...roots],
    disabled: new Set(texts(settings?.get("disable"))),
  };
}

function rootsOf(
  files: HostFiles,
  environment: (name: string) => string,
  project: string,
  settings: DictValue | undefined,
): SkillRoot[] {
  const separator = files.separator === "\\" ? ";" : ":";
  const listed = environment("HARN_SKILLS_PATH")
    .split(separator)
    .filter((folder) => folder !== "");
  const home = files.homeFolder;
  const given = environment("XDG_CONFIG_HOME");
  const config = given !== "" ? given : home === undefined ? undefined : files.resolve(home, ".config");
  return [
    ...listed.map((folder) => ({ layer: "env", folder })),
    { layer: "project", folder: files.resolve(project, ".harn", "skills") },
    ...texts(settings?.get("paths")).map((path) => ({ layer: "manifest", folder: files.resolve(project, path) })),
    ...(home === undefined ? [] : [{ layer: "user", folder: files.resolve(home, ".harn", "skills") }]),
    ...installed(files, project),
    ...packages(files, project),
    ...(config === undefined ? [] : [{ layer: "system", folder: files.resolve(config, "harn", "skills") }]),
    ...(files.separator === "/" ? [{ layer: "system", folder: "/etc/harn/skills" }] : []),
  ];
}

/** What `harn skills install` noted in its lock file. */
function installed(files: HostFiles, project: string): SkillRoot[] {
  const lock = tomlAt(files, files.resolve(project, ".harn", "skills-cache", "skills.lock"))?.get("skill");
  if (!(lock instanceof ListValue)) return [];
  return lock.toArray().flatMap((entry) => {
    if (!(entry instanceof DictValue)) return [];
    const path = entry.get("path");
    const namespace = entry.get("namespace");
    if (typeof path !== "string") return [];
    const folder = files.resolve(project, path);
    return [{ layer: "package", folder, ...(typeof namespace === "string" && { namespace }) }];
  });
}

function packages(files: HostFiles, project: string): SkillRoot[] {
  const folder = files.resolve(project, ".harn", "packages");
  try {
    if (!files.exists(folder)) return [];
    return files
      .list(folder)
      .map(({ name }) => ({ layer: "package", folder: files.resolve(folder, name, "skills"), namespace: name }))
      .sort((a, b) => (a.namespace < b.namespace ? -1 : 1));
  } catch {
    // What a sandbox hides is not there.
    return [];
  }
}

function projectRoot(files: HostFiles, start: string): string | undefined {
  for (let folder = files.resolve(start); ; ) {
    if (exists(files, files.resolve(folder, "harn.toml")) || exists(files, files.resolve(folder, ".harn", "skills")))
      return folder;
    const parent = files.resolve(folder, "..");
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function exists(files: HostFiles, path: string): boolean {
  try {
    return files.exists(path);
  } catch {
    return false;
  }
}

function manifestSkills(files: HostFiles, root: string): DictValue | undefined {
  const skills = tomlAt(files, files.resolve(root, "harn.toml"))?.get("skills");
  return skills instanceof DictValue ? skills : undefined;
}

/** A file that is none is told of elsewhere: where a manifest is compiled, where a lock file is written. */
function tomlAt(files: HostFiles, path: string): DictValue | undefined {
  if (!exists(files, path)) return undefined;
  try {
    const root = rooms.toml().readToml(files.readText(path));
    return root instanceof DictValue ? root : undefined;
  } catch (error) {
    if (error instanceof Raise) return undefined;
    throw error;
  }
}

function texts(value: Value | undefined): string[] {
  return value instanceof ListValue ? value.toArray().filter((item) => typeof item === "string") : [];
}
