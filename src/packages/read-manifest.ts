import { messageOf } from "../text/index.ts";
import type { BundleManifest, BundleSignature, ModuleRow, SbomPackage } from "./bundle-manifest.ts";
import { ArchiveError } from "./tar.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The manifest of a bundle that anybody may have made. What is missing is empty; what is of the wrong kind is refused by name. */
export function readManifest(text: string): BundleManifest {
  const given = readAnyManifest(text);
  const version = given.schema_version;
  if (version !== 2) throw new ArchiveError(`unsupported workflow bundle schema_version ${version}; expected 2`);
  const sbom = given.sbom == null ? {} : fieldsAt(given.sbom, "sbom");
  return {
    ...given,
    schema_version: 2,
    entrypoint: textAt(given.entrypoint, "entrypoint"),
    transitive_modules: listAt(given.transitive_modules, "transitive_modules").map(moduleAt),
    harn_version: textAt(given.harn_version, "harn_version"),
    sbom: {
      ...sbom,
      packages: listAt(sbom.packages, "sbom.packages").map(packageAt),
      relationships: listAt(sbom.relationships, "sbom.relationships") as BundleManifest["sbom"]["relationships"],
    },
    signature: given.signature == null ? null : signatureIn(given.signature),
  };
}

/** A manifest of any version, with nothing looked at but that it has one. */
export function readAnyManifest(text: string): Fields {
  const given = parsed(text);
  if (!isFields(given) || typeof given.schema_version !== "number")
    throw new ArchiveError("workflow bundle manifest is missing numeric schema_version");
  return given;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ArchiveError(`harnpack.json is no JSON: ${messageOf(error)}`);
  }
}

// What is checked stays the object that it is: the hash of a bundle, and a second writing of it, need the fields that are not read here.

function moduleAt(given: unknown, index: number): ModuleRow {
  const place = `transitive_modules[${index}]`;
  const fields = fieldsAt(given, place);
  requireTexts(fields, ["path", "source_hash_blake3", "harnbc_hash_blake3"], place);
  return fields as unknown as ModuleRow;
}

function packageAt(given: unknown, index: number): SbomPackage {
  const place = `sbom.packages[${index}]`;
  const fields = fieldsAt(given, place);
  requireTexts(fields, ["name"], place);
  if (fields.package_hash_blake3 != null) requireTexts(fields, ["package_hash_blake3"], place);
  return fields as unknown as SbomPackage;
}

function signatureIn(given: unknown): BundleSignature {
  const fields = fieldsAt(given, "signature");
  requireTexts(fields, ["algorithm", "public_key", "signature", "manifest_hash_blake3"], "signature");
  if (fields.key_id != null) requireTexts(fields, ["key_id"], "signature");
  return fields as unknown as BundleSignature;
}

function isFields(given: unknown): given is Fields {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function fieldsAt(given: unknown, place: string): Fields {
  if (!isFields(given)) throw new ArchiveError(`harnpack.json: ${place} must be an object`);
  return given;
}

function listAt(given: unknown, place: string): readonly unknown[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw new ArchiveError(`harnpack.json: ${place} must be a list`);
  return given;
}

function textAt(given: unknown, place: string): string {
  if (given === undefined || given === null) return "";
  if (typeof given !== "string") throw new ArchiveError(`harnpack.json: ${place} must be a text`);
  return given;
}

function requireTexts(fields: Fields, keys: readonly string[], place: string): void {
  for (const key of keys)
    if (typeof fields[key] !== "string") throw new ArchiveError(`harnpack.json: ${place}.${key} must be a text`);
}
