import type { SkillFolders, SkillRoot } from "../agents/index.ts";
import { type Host, type HostFiles, settingsFilesOf } from "../builtin/index.ts";
import { type AsymmetricCrypto, asymmetricCrypto } from "../stdlib/host/crypto/asymmetric.ts";
import { type HostServices, type ProgramPlace, programPlace } from "../stdlib/host/index.ts";
import { DictValue, ListValue, Raise, type Value } from "../value/index.ts";
import { rooms } from "./rooms.ts";

/**
 * The folders where skills are looked for, the highest layer first: `HARN_SKILLS_PATH`, the project's `.harn/skills`, `[skills] paths`
 * of its manifest, `~/.harn/skills`, installed packages, the system's. `[skills] disable` leaves ids out.
 */
export function openSkillFolders(
  host: Host,
  library: HostServices,
  warn: (message: string) => void,
): SkillFolders | undefined {
  const files = settingsFilesOf(host);
  if (files === undefined) return undefined;
  const place = library.services.get(programPlace) as ProgramPlace | undefined;
  const environment = (name: string): string => host.environment?.get(name) ?? "";
  const root = projectRoot(files, place?.sourceFolder ?? files.cwd);
  const settings = root === undefined ? undefined : manifestSkills(files, root);
  return rooms.agents().openSkillFolders({
    files,
    roots: rootsOf(files, environment, root ?? files.cwd, settings),
    disabled: new Set(texts(settings?.get("disable"))),
    requiresSignatures: ["1", "true", "yes", "on"].includes(environment("HARN_REQUIRE_SIGNED_SKILLS").toLowerCase()),
    verify: (library.services.get(asymmetricCrypto) as AsymmetricCrypto | undefined)?.ed25519Verify,
    signersFolder: files.homeFolder && files.resolve(files.homeFolder, ".harn", "trusted-signers"),
    parse: rooms.library().readYaml,
    warn,
  });
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
  const config = environment("XDG_CONFIG_HOME");
  const home = files.homeFolder;
  return [
    ...listed.map((folder) => ({ layer: "env", folder })),
    { layer: "project", folder: files.resolve(project, ".harn", "skills") },
    ...texts(settings?.get("paths")).map((path) => ({ layer: "manifest", folder: files.resolve(project, path) })),
    ...(home === undefined ? [] : [{ layer: "user", folder: files.resolve(home, ".harn", "skills") }]),
    ...packages(files, project),
    ...(config === "" ? [] : [{ layer: "system", folder: files.resolve(config, "harn", "skills") }]),
    ...(files.separator === "/" ? [{ layer: "system", folder: "/etc/harn/skills" }] : []),
  ];
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
  const path = files.resolve(root, "harn.toml");
  if (!exists(files, path)) return undefined;
  try {
    const manifest = rooms.toml().readToml(files.readText(path));
    const skills = manifest instanceof DictValue ? manifest.get("skills") : undefined;
    return skills instanceof DictValue ? skills : undefined;
  } catch (error) {
    // A manifest that is none is told of where it is compiled.
    if (error instanceof Raise) return undefined;
    throw error;
  }
}

function texts(value: Value | undefined): string[] {
  return value instanceof ListValue ? value.toArray().filter((item) => typeof item === "string") : [];
}
