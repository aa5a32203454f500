import { type Bundle, blake3Of } from "./bundle.ts";
import type { SbomPackage } from "./bundle-manifest.ts";

/** What a manifest says of its archive and is not so. */
export interface BundleProblem {
  readonly code:
    | "verify.module_missing"
    | "verify.source_mismatch"
    | "verify.bytecode_mismatch"
    | "verify.module_invalid_path"
    | "verify.sbom_mismatch";
  readonly message: string;
}

/** The first module whose content is not the one that the manifest names under its path. */
export function findModuleProblem({ contents, manifest }: Bundle): BundleProblem | undefined {
  for (const { harnbc_hash_blake3, path, source_hash_blake3 } of manifest.transitive_modules) {
    if (!path.endsWith(".harn"))
      return { code: "verify.module_invalid_path", message: `module path has no .harn stem: ${path}` };
    const missing = (what: string, member: string): BundleProblem => ({
      code: "verify.module_missing",
      message: `manifest lists ${what} ${path} but archive has no ${member} entry`,
    });
    const sourcePath = `sources/${path}`;
    const source = contents.get(sourcePath);
    if (source === undefined) return missing("module", sourcePath);
    const sourceHash = blake3Of(source);
    if (sourceHash !== source_hash_blake3)
      return { code: "verify.source_mismatch", message: mismatch("source", path, source_hash_blake3, sourceHash) };
    const codePath = `bytecode/${path.slice(0, -".harn".length)}.harnbc`;
    const code = contents.get(codePath);
    if (code === undefined) return missing("bytecode for", codePath);
    const codeHash = blake3Of(code);
    if (codeHash !== harnbc_hash_blake3)
      return { code: "verify.bytecode_mismatch", message: mismatch("bytecode", path, harnbc_hash_blake3, codeHash) };
  }
  return undefined;
}

function mismatch(what: string, path: string, manifest: string, archive: string): string {
  return `${what} hash mismatch for ${path}: manifest ${manifest}, archive ${archive}`;
}

/** The first row of the bill of materials that names a module or asset which the bundle does not have so. */
export function findMaterialProblem(bundle: Bundle): BundleProblem | undefined {
  for (const row of bundle.manifest.sbom.packages) {
    const message = /^module:/.test(row.name) ? moduleRow(row, bundle) : assetRow(row, bundle);
    if (message !== undefined) return { code: "verify.sbom_mismatch", message: `SBOM package ${row.name} ${message}` };
  }
  return undefined;
}

function moduleRow({ name, package_hash_blake3 }: SbomPackage, { manifest }: Bundle): string | undefined {
  const module = manifest.transitive_modules.find(({ path }) => name === `module:${path}`);
  if (module === undefined) return "does not match any manifest transitive module";
  const { path, source_hash_blake3 } = module;
  return package_hash_blake3 === source_hash_blake3
    ? undefined
    : `recorded hash ${package_hash_blake3} but manifest module ${path} uses ${source_hash_blake3}`;
}

function assetRow({ name, package_hash_blake3 }: SbomPackage, { contents }: Bundle): string | undefined {
  if (!name.startsWith("asset:")) return undefined;
  const path = name.slice("asset:".length);
  const content = contents.get(`sources/${path}`);
  if (content === undefined) return `refers to ${path}, but archive is missing sources/${path}`;
  const hash = blake3Of(content);
  return hash === package_hash_blake3
    ? undefined
    : `recorded hash ${package_hash_blake3} but archive entry sources/${path} has ${hash}`;
}
