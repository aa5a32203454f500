import { providerRows } from "../llm/catalog/providers.ts";
import type { Asset } from "./assets.ts";
import { blake3Of } from "./bundle.ts";
import { type BundleManifest, bundleLanguageVersion, type ModuleRow, type SbomPackage } from "./bundle-manifest.ts";

const catalogName = "harn-provider-catalog";

export interface Materials {
  readonly entrypoint: string;
  readonly modules: readonly ModuleRow[];
  readonly assets: readonly Asset[];
  /** Modules of the library, by the names that they are imported by. */
  readonly library: readonly string[];
  readonly catalogHash: string;
}

/** What a bundle is made of, and what of it needs what (run-events §7.2). */
export function billOfMaterials(materials: Materials): Pick<BundleManifest["sbom"], "packages" | "relationships"> {
  const { assets, catalogHash, entrypoint, library, modules } = materials;
  const providers = providerRows.map(({ name }) => `provider:${name}`);
  const needed = [
    named(catalogName, catalogHash),
    ...modules.map(({ path, source_hash_blake3 }) => named(`module:${path}`, source_hash_blake3)),
    ...assets.map(({ content, path }) => named(`asset:${path}`, blake3Of(content))),
    ...library.map((name) => named(`std/${name}`, null)),
  ];
  const packages = [
    named("harn-stdlib", null),
    ...needed,
    ...providers.map((name) => ({ ...named(name, null), version: null })),
  ].sort((left, right) => Buffer.compare(Buffer.from(left.name), Buffer.from(right.name)));
  const isNeeded = new Set(needed.map(({ name }) => name));
  const contained = new Set(providers);
  const relationships = packages.flatMap(({ name }) => {
    if (contained.has(name)) return { from: catalogName, to: name, relationship_type: "contains" };
    if (!isNeeded.has(name) || name === `module:${entrypoint}`) return [];
    return { from: `entrypoint:${entrypoint}`, to: name, relationship_type: "depends_on" };
  });
  return { packages, relationships };
}

function named(name: string, hash: string | null): SbomPackage {
  return { name, version: bundleLanguageVersion, package_hash_blake3: hash, license: null };
}
