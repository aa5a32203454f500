import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { findManifestPath, type Manifest, parseManifest } from "../../modules/index.ts";
import { messageOf } from "../../text/index.ts";
import { commonTools, type Persona, PersonaManifestError, readPersonas } from "../../triggers/index.ts";
import { preflightHost } from "../analysis/preflight.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";

/** A manifest's personas, all of them right. */
export interface PersonaManifest {
  /** As it was named, or where it was found. */
  readonly path: string;
  readonly personas: readonly Persona[];
}

/** A mistake of a manifest with personas. */
export interface PersonaFinding {
  readonly field_path: string;
  readonly manifest_path: string;
  readonly message: string;
}

/** The manifest cannot be read, or its personas are wrong; all mistakes together. */
export class PersonaFindings extends CommandFailure {
  readonly findings: readonly PersonaFinding[];

  constructor(findings: readonly PersonaFinding[]) {
    const lines = findings.map(
      ({ field_path, manifest_path, message }) => `${manifest_path} ${field_path}: ${message}`,
    );
    super("persona_manifest", lines.join("\n"));
    this.findings = findings;
  }
}

/** The personas of the manifest that `given` names, a file or its folder; of the nearest one above without. */
export function openPersonas(given: string | undefined, { cwd }: CommandContext): PersonaManifest {
  const path = manifestPath(given, cwd);
  const file = resolve(cwd, path);
  const wrong = (message: string): PersonaFindings =>
    new PersonaFindings([{ field_path: "harn.toml", manifest_path: path, message }]);
  const text = readText(file, path, wrong);
  const manifest = (() => {
    try {
      return parseManifest(text);
    } catch (error) {
      throw wrong(`failed to parse ${path}: ${messageOf(error).trimEnd()}`);
    }
  })();
  try {
    const { capabilities } = preflightHost(
      { path: file, manifest },
      { severity: undefined, capabilitiesFile: undefined, bundleRoot: undefined },
    );
    const operations = [...capabilities].flatMap(([name, all]) => [...all].map((operation) => `${name}.${operation}`));
    const around = { tools: new Set([...commonTools, ...declaredTools(manifest)]), capabilities: new Set(operations) };
    return { path, personas: readPersonas(manifest.raw, around) };
  } catch (error) {
    if (!(error instanceof PersonaManifestError)) throw error;
    throw new PersonaFindings(error.problems.map((problem) => ({ ...problem, manifest_path: path })));
  }
}

function manifestPath(given: string | undefined, cwd: string): string {
  if (given !== undefined)
    return statSync(resolve(cwd, given), { throwIfNoEntry: false })?.isDirectory() ? join(given, "harn.toml") : given;
  const found = findManifestPath(cwd, nodeModuleReader({ cwd }));
  if (found !== undefined) return found;
  const message = "no harn.toml found; pass --manifest <path> or run inside a Harn project";
  throw new PersonaFindings([{ field_path: "harn.toml", manifest_path: "harn.toml", message }]);
}

function readText(file: string, path: string, wrong: (message: string) => PersonaFindings): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw wrong(`no such manifest: there is no ${relative(dirname(file), file)} in ${dirname(file)}`);
    throw wrong(`failed to read ${path}: ${hostError(error).message}`);
  }
}

/** What else a manifest brings that personas may name as tools: servers, providers, and senders of events. */
function declaredTools({ raw }: Manifest): readonly string[] {
  const named = (tables: unknown, key: string): readonly string[] =>
    Array.isArray(tables) ? tables.flatMap((table: Record<string, unknown>) => textOf(table?.[key])) : [];
  return [...named(raw.mcp, "name"), ...named(raw.providers, "id"), ...named(raw.triggers, "provider")];
}

function textOf(value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : [];
}

/** The persona that a command is about, and the manifest that declares it. */
export function personaNamed(
  invocation: Invocation,
  context: CommandContext,
): { readonly persona: Persona; readonly path: string } {
  const [name] = invocation.positionals;
  const { path, personas } = openPersonas(invocation.text("manifest"), context);
  const persona = personas.find((each) => each.name === name);
  if (persona === undefined) throw new CommandFailure("persona_not_found", `persona '${name}' not found in ${path}`);
  return { persona, path };
}
