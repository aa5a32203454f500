import { languageVersion } from "../builtin/index.ts";

/** A bundle's manifest, as far as this product reads it. Its text is what counts: the hash is made of it. */
export interface BundleManifest {
  readonly schema_version: number;
  readonly entrypoint: string;
  readonly transitive_modules: readonly ModuleRow[];
  readonly harn_version: string;
  readonly sbom: {
    readonly format?: string;
    readonly version?: string;
    readonly packages: readonly SbomPackage[];
    readonly relationships: readonly SbomRelationship[];
  };
  readonly signature: BundleSignature | null;
  readonly [key: string]: unknown;
}

export interface ModuleRow {
  readonly path: string;
  readonly source_hash_blake3: string;
  readonly harnbc_hash_blake3: string;
}

export interface SbomPackage {
  readonly name: string;
  readonly version: string | null;
  readonly package_hash_blake3: string | null;
  readonly license: string | null;
}

export interface SbomRelationship {
  readonly from: string;
  readonly to: string;
  readonly relationship_type: string;
}

export interface BundleSignature {
  readonly key_id: string | null;
  readonly public_key: string;
  readonly signature: string;
  readonly manifest_hash_blake3: string;
  readonly algorithm: string;
}

/** The version of the language that bundles are made for and checked against: this product speaks that of the reference. */
export const bundleLanguageVersion = languageVersion;

export interface ManifestParts {
  readonly entrypoint: string;
  readonly modules: readonly ModuleRow[];
  readonly providerCatalogHash: string;
  readonly packages: readonly SbomPackage[];
  readonly relationships: readonly SbomRelationship[];
  /** What the bundle is for: `newParts`, or `keptParts` of an earlier bundle. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** Added to the metadata that it keeps. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Keys stand in the order that the hash of a bundle depends on. */
export function newManifest(parts: ManifestParts): BundleManifest {
  const { entrypoint, kept, metadata, modules, packages, providerCatalogHash, relationships } = parts;
  return {
    schema_version: 2,
    entrypoint,
    transitive_modules: modules,
    stdlib_version: bundleLanguageVersion,
    harn_version: bundleLanguageVersion,
    provider_catalog_hash: providerCatalogHash,
    tool_manifest: [],
    sbom: { format: "spdx-lite", version: "2.3", packages, relationships },
    signature: null,
    ...kept,
    metadata: { ...(kept.metadata as object), ...metadata },
  };
}
