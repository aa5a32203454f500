import { expect, it } from "vitest";
import { readManifest } from "./read-manifest.ts";

const whole = {
  schema_version: 2,
  entrypoint: "main.harn",
  transitive_modules: [{ path: "main.harn", source_hash_blake3: "a", harnbc_hash_blake3: "b", more: 1 }],
  harn_version: "0.8.43",
  sbom: { packages: [{ name: "module:main.harn" }], relationships: [] },
  signature: null,
};

it("keeps what it does not know, and fills in what is missing", () => {
  expect(readManifest(JSON.stringify({ ...whole, own: [1] }))).toEqual({ ...whole, own: [1] });
  expect(readManifest('{"schema_version": 2}')).toEqual({
    schema_version: 2,
    entrypoint: "",
    transitive_modules: [],
    harn_version: "",
    sbom: { packages: [], relationships: [] },
    signature: null,
  });
});

it.each([
  ["{", "harnpack.json is no JSON"],
  ["null", "missing numeric schema_version"],
  ["[]", "missing numeric schema_version"],
  [{ schema_version: 3 }, "unsupported workflow bundle schema_version 3; expected 2"],
  [{ entrypoint: 1 }, "harnpack.json: entrypoint must be a text"],
  [{ transitive_modules: {} }, "harnpack.json: transitive_modules must be a list"],
  [{ transitive_modules: [null] }, "harnpack.json: transitive_modules[0] must be an object"],
  [{ transitive_modules: [{ path: 7 }] }, "harnpack.json: transitive_modules[0].path must be a text"],
  [{ sbom: [] }, "harnpack.json: sbom must be an object"],
  [{ sbom: { packages: 5 } }, "harnpack.json: sbom.packages must be a list"],
  [{ sbom: { packages: [{}] } }, "harnpack.json: sbom.packages[0].name must be a text"],
  [{ signature: "yes" }, "harnpack.json: signature must be an object"],
  [{ signature: { algorithm: "ed25519" } }, "harnpack.json: signature.public_key must be a text"],
])("a manifest made by hand: %j", (given, message) => {
  const text = typeof given === "string" ? given : JSON.stringify({ ...whole, ...given });
  expect(() => readManifest(text)).toThrow(message);
});
