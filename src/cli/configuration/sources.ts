import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { parse as parseToml } from "smol-toml";
import { hostError } from "../../host/node/errors.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { findManifestPath } from "../../modules/index.ts";
import { messageOf } from "../../text/index.ts";
import { UsageError } from "../arguments/usage-error.ts";
import type { CommandContext } from "../context.ts";
import { type ConfigTable, isTable } from "./document.ts";
import { environmentFields } from "./environment.ts";
import type { ConfigLayer, LayerKind } from "./layer.ts";
import { configProblems } from "./validate.ts";

const projectFile = "harn.config.toml";

/** Which sources of settings are looked at besides the built-in ones and the environment. */
export interface ConfigSources {
  readonly discovers: boolean;
  readonly configs: readonly string[];
  readonly managed: readonly string[];
  readonly remoteUrl: string | undefined;
}

interface FileSource {
  readonly kind: LayerKind;
  readonly name: string;
  readonly path: string;
}

const installDefaults = { kind: "runtime_install_defaults", name: "runtime install defaults" } as const;
const userConfig = { kind: "user_config", name: "user config" } as const;
const projectConfig = { kind: "project_config", name: "project config" } as const;
const repoConfig = { kind: "repo_config", name: "repo manifest config" } as const;
const managedPolicy = { kind: "managed_policy", name: "managed policy" } as const;

/** Files found without being named, weakest first. */
export function discoveredFiles({ environment, cwd }: CommandContext): readonly FileSource[] {
  const all: FileSource[] = [];
  const add = (about: Omit<FileSource, "path">, paths: readonly (string | undefined)[]): void => {
    for (const path of paths) if (path !== undefined && isFile(path)) all.push({ ...about, path });
  };
  const listed = (name: string): readonly string[] | undefined => {
    const text = environment[name] ?? "";
    return text === "" ? undefined : text.split(delimiter).filter((path) => path !== "");
  };
  add(installDefaults, listed("HARN_CONFIG_INSTALL_DEFAULTS") ?? [installPath(environment)]);
  add(userConfig, listed("HARN_CONFIG_USER") ?? [userPath(environment)]);
  add(projectConfig, [projectPath(cwd)]);
  add(
    repoConfig,
    [findManifestPath(cwd, nodeModuleReader())].filter((path) => path !== undefined && hasConfig(path)),
  );
  add(managedPolicy, listed("HARN_CONFIG_MANAGED") ?? []);
  return all;
}

function installPath(environment: CommandContext["environment"]): string {
  if (process.platform !== "win32") return "/etc/harn/config.toml";
  return join(environment.PROGRAMDATA ?? "C:\\ProgramData", "Harn", "config.toml");
}

function userPath(environment: CommandContext["environment"]): string | undefined {
  if (process.platform === "win32") return environment.APPDATA && join(environment.APPDATA, "Harn", "config.toml");
  const home = environment.XDG_CONFIG_HOME || (environment.HOME && join(environment.HOME, ".config"));
  return home ? join(home, "harn", "config.toml") : undefined;
}

/** The nearest from a folder upwards, not beyond the folder that holds `.git`. */
function projectPath(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, projectFile);
    if (isFile(path)) return path;
    if (dirname(at) === at || existsSync(join(at, ".git"))) return undefined;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function hasConfig(path: string): boolean {
  return readTable(path).config !== undefined;
}

/** All layers that hold here, weakest first. Throws a `UsageError` that names a source which says what it may not. */
export async function configLayers(sources: ConfigSources, context: CommandContext): Promise<readonly ConfigLayer[]> {
  const { environment } = context;
  const found = sources.discovers ? discoveredFiles(context).map(layerOf) : [];
  const url =
    sources.remoteUrl ?? (sources.discovers ? environment.HARN_CONFIG_REMOTE_DEFAULTS_URL || undefined : undefined);
  const remote = url === undefined ? [] : [await remoteLayer(url, environment)];
  const named = (paths: readonly string[], about: Omit<FileSource, "path">): ConfigLayer[] =>
    paths.map((path) => layerOf({ ...about, path }));
  const ofKind = (...kinds: readonly LayerKind[]): ConfigLayer[] => found.filter(({ kind }) => kinds.includes(kind));
  return [
    ...ofKind("runtime_install_defaults"),
    ...remote,
    ...ofKind("user_config", "project_config", "repo_config"),
    ...named(sources.configs, { ...projectConfig, name: "explicit config" }),
    ...ofKind("managed_policy"),
    ...named(sources.managed, { ...managedPolicy, name: "explicit managed policy" }),
    ...environmentLayer(environment),
  ];
}

/** One file as a layer, checked. */
export function layerOf({ kind, name, path }: FileSource): ConfigLayer {
  if (!existsSync(path)) throw new UsageError(`config file ${path} does not exist`);
  const table = readTable(path);
  return {
    kind,
    name,
    source: path,
    values: checked(path, basename(path) === "harn.toml" ? (table.config ?? {}) : table),
  };
}

function readTable(path: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`failed to read ${path}: ${hostError(error).message}`);
  }
  return parseConfig(text, path);
}

/** JSON is what `config inspect` prints, so it is read as well. */
function parseConfig(text: string, source: string): Readonly<Record<string, unknown>> {
  const isJson = text.trimStart().startsWith("{");
  try {
    return isJson ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : parseToml(text);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new UsageError(`failed to parse ${isJson ? "JSON" : "TOML"} config ${source}: ${reason}`);
  }
}

function checked(source: string, values: unknown): ConfigTable {
  const problems = configProblems(values);
  if (problems.length > 0 || !isTable(values)) throw new UsageError(`invalid config ${source}: ${problems.join("; ")}`);
  return values;
}

async function remoteLayer(url: string, environment: CommandContext["environment"]): Promise<ConfigLayer> {
  if (environment.HARN_CONFIG_TRUST_REMOTE !== "1" || !isTrustworthy(url)) {
    throw new UsageError("remote defaults require HARN_CONFIG_TRUST_REMOTE=1 and an https or localhost URL");
  }
  const values = checked(url, parseConfig(await download(url), url));
  return { kind: "remote_defaults", name: "remote defaults", source: url, values };
}

function isTrustworthy(url: string): boolean {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: "", hostname: "" };
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}

/** Waited for no longer than this, in milliseconds. */
const patience = 10_000;

async function download(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(patience) });
    if (!answer.ok) throw new Error(`HTTP status ${answer.status}`);
    return await answer.text();
  } catch (error) {
    const reason = messageOf(error);
    throw new UsageError(`failed to fetch remote defaults ${url}: ${reason}`);
  }
}

function environmentLayer(environment: CommandContext["environment"]): readonly ConfigLayer[] {
  const json = environment.HARN_CONFIG_JSON ?? "";
  const whole = json === "" ? {} : checked("HARN_CONFIG_JSON", parseConfig(json, "HARN_CONFIG_JSON"));
  const single = checked("environment overrides", environmentFields(environment));
  const sections = Object.entries(single).map(([name, fields]) => [
    name,
    { ...(whole[name] as ConfigTable), ...(fields as ConfigTable) },
  ]);
  const values = { ...whole, ...(Object.fromEntries(sections) as ConfigTable) };
  if (Object.keys(values).length === 0) return [];
  return [{ kind: "environment_overrides", name: "environment overrides", source: "process environment", values }];
}
