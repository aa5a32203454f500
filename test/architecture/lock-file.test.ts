import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./imports.ts";

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const locked = Object.entries(lock.packages);

describe("the lock file", () => {
  it("carries no registry address", () => {
    expect(locked.filter(([, found]) => found.resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  // A registry that lacks the binaries of some platform makes npm leave them out silently; `npm ci` then refuses the lock file.
  it("knows the binaries of every platform", () => {
    const missing = locked.flatMap(([path, found]) =>
      Object.keys(found.optionalDependencies ?? {}).filter(
        (name) =>
          lock.packages[`node_modules/${name}`] === undefined &&
          lock.packages[`${path}/node_modules/${name}`] === undefined,
      ),
    );
    expect(missing).toEqual([]);
  });

  it("pins what programs depend on, and needs no install script for it", () => {
    const loose = Object.entries(manifest.dependencies).filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range));
    expect(loose).toEqual([]);
    const scripted = locked.filter(([, found]) => found.hasInstallScript === true && found.dev !== true);
    expect(scripted.map(([path]) => path)).toEqual([]);
  });
});
