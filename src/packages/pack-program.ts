import { readFileSync, statSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { storeModule } from "../bytecode/index.ts";
import { renderDiagnostics } from "../diagnostics/index.ts";
import { hostError } from "../host/node/errors.ts";
import { nodeModuleReader } from "../host/node/node-module-reader.ts";
import { aliases, modelRows } from "../llm/catalog/models.ts";
import { providerRows } from "../llm/catalog/providers.ts";
import { findManifest } from "../modules/find-manifest.ts";
import { stdModuleName } from "../modules/module.ts";
import { standardCatalog } from "../program/catalog.ts";
import { type CompiledProgram, compileProgram } from "../program/compile-program.ts";
import { Source } from "../text/index.ts";
import { assetsOf, isHarn, looksSecret } from "./assets.ts";
import { billOfMaterials } from "./bill-of-materials.ts";
import { blake3Of, decodeManifest, encodeBundle, hashOf, signBundle } from "./bundle.ts";
import { type BundleManifest, type ModuleRow, newManifest } from "./bundle-manifest.ts";
import { keptParts, newParts } from "./kept-parts.ts";
import { PackError } from "./pack-error.ts";
import { ArchiveError, type ArchiveMember } from "./tar.ts";

export interface PackOptions {
  /** Refuses an entry that looks like a secret, and leaves out other files that do. */
  readonly excludesSecrets: boolean;
  /** An Ed25519 key in PEM; without one the bundle is unsigned. */
  readonly privatePem?: string;
  /** An earlier bundle, whose id, name, triggers, workflow and prompts are kept. */
  readonly upgrades?: string;
}

export interface PackedProgram {
  readonly bytes: Uint8Array;
  readonly hash: string;
  readonly manifest: BundleManifest;
  readonly bytecode: { readonly count: number; readonly bytes: number };
  /** Files that look like secrets and were left out. */
  readonly skipped: readonly string[];
}

/** An entry file and every module it imports, as a bundle. The library's own modules are named, not packed. */
export function packProgram(entry: string, cwd: string, options: PackOptions): PackedProgram {
  const file = resolve(cwd, entry);
  const earlier = options.upgrades === undefined ? undefined : earlierParts(options.upgrades, cwd);
  requireEntry(entry, file);
  const reader = nodeModuleReader({ cwd });
  const root = dirname(findManifest(dirname(file), reader)?.path ?? file);
  const place = (path: string, code: string): string => pathIn(root, path, code);
  const entrypoint = place(file, "entrypoint.outside_root");
  if (options.excludesSecrets && looksSecret(entrypoint))
    throw new PackError(
      "pack.secret_blocked",
      `${entrypoint} looks like a secret; it is not packed with --exclude-secrets`,
    );
  const program = compile(file, cwd);
  const own = [...program.graph.modules.values()].filter(({ source }) => stdModuleName(source.path) === undefined);
  const { assets, skipped } = assetsOf(own, {
    reader,
    excludesSecrets: options.excludesSecrets,
    place: (path) => place(path, "asset.outside_root"),
  });
  const modules = program.modules
    .filter(([, { source }]) => stdModuleName(source.path) === undefined && isHarn({ source }))
    .map(([id, code]) => ({
      path: place(id, "module.outside_root"),
      source: Buffer.from(code.source.text),
      bytecode: Buffer.from(JSON.stringify(storeModule(code))),
    }))
    .sort((left, right) => Buffer.compare(Buffer.from(left.path), Buffer.from(right.path)));
  const rows: ModuleRow[] = modules.map(({ bytecode, path, source }) => ({
    path,
    source_hash_blake3: blake3Of(source),
    harnbc_hash_blake3: blake3Of(bytecode),
  }));
  const library = program.modules.flatMap(([, { source }]) => stdModuleName(source.path) ?? []).sort();
  const catalogHash = blake3Of(Buffer.from(JSON.stringify([providerRows, modelRows, aliases])));
  const manifest = newManifest({
    entrypoint,
    kept: earlier ?? newParts(basename(entrypoint, ".harn")),
    modules: rows,
    providerCatalogHash: catalogHash,
    ...billOfMaterials({ entrypoint, modules: rows, assets, library, catalogHash }),
    metadata: skipped.length === 0 ? {} : { skipped_assets: skipped.map((path) => ({ path, reason: "secret_path" })) },
  });
  const contents: ArchiveMember[] = [
    ...modules.flatMap(({ bytecode, path, source }) => [
      { path: `bytecode/${path.slice(0, -".harn".length)}.harnbc`, content: bytecode },
      { path: `sources/${path}`, content: source },
    ]),
    ...assets.map(({ content, path }) => ({ path: `sources/${path}`, content })),
    { path: "sbom.spdx.json", content: Buffer.from(JSON.stringify(manifest.sbom, null, 2)) },
  ];
  const signed = options.privatePem === undefined ? manifest : signedBy(manifest, contents, options.privatePem);
  return {
    bytes: encodeBundle(signed, contents),
    hash: hashOf(signed, contents),
    manifest: signed,
    skipped,
    bytecode: { count: modules.length, bytes: modules.reduce((sum, { bytecode }) => sum + bytecode.length, 0) },
  };
}

function earlierParts(path: string, cwd: string): Readonly<Record<string, unknown>> {
  const file = resolve(cwd, path);
  if (statSync(file, { throwIfNoEntry: false }) === undefined)
    throw new PackError("upgrade.not_found", `--upgrade source bundle does not exist: ${path}`);
  try {
    return keptParts(decodeManifest(readFileSync(file)));
  } catch (error) {
    const why = error instanceof ArchiveError ? error.message : hostError(error).message;
    throw new PackError("upgrade.read_failed", `failed to read --upgrade source ${path}: ${why}`);
  }
}

function signedBy(manifest: BundleManifest, contents: readonly ArchiveMember[], pem: string): BundleManifest {
  try {
    return signBundle(manifest, contents, pem);
  } catch (error) {
    throw new PackError("pack.sign_key_failed", `cannot sign with that key: ${hostError(error).message}`);
  }
}

function requireEntry(entry: string, file: string): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw new PackError("entrypoint.not_found", `entrypoint not found: ${entry}`);
  if (!stat.isFile() || !file.endsWith(".harn"))
    throw new PackError("entrypoint.invalid", `entrypoint must be a .harn file: ${entry}`);
}

/** The path below the project, with `/`. */
function pathIn(root: string, path: string, code: string): string {
  const found = relative(root, resolve(path)).split(sep).join("/");
  if (found.startsWith("../") || found === "..") throw new PackError(code, `${path} is outside of ${root}`);
  return found;
}

function compile(file: string, cwd: string): CompiledProgram {
  const text = (() => {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      throw new PackError("module.read_failed", `cannot read ${file}: ${hostError(error).message}`);
    }
  })();
  const program = compileProgram(new Source(file, text), {
    reader: nodeModuleReader({ cwd }),
    catalog: standardCatalog,
  });
  if (!program.hasErrors) return program;
  const errors = program.diagnostics.filter(({ severity }) => severity === "error");
  const [problem] = program.problems;
  if (errors.length > 0) throw new PackError("module.type_error", renderDiagnostics(errors).trimEnd());
  throw new PackError("module.compile_failed", problem?.message ?? "the program does not compile");
}
