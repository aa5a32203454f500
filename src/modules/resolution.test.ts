import { expect, it, test } from "vitest";
import { memoryReader, resolveImport } from "./index.ts";

function resolve(path: string, folder: string, files: readonly string[], texts: Readonly<Record<string, string>> = {}) {
  const all = { ...Object.fromEntries(files.map((name) => [name, ""])), ...texts };
  const found = resolveImport(path, folder, memoryReader(all));
  return found.kind === "file" ? found.id : `${found.kind} ${found.path}`;
}

test.each([
  ["lib", "app", "app/lib.harn"],
  ["lib.harn", "app", "app/lib.harn"],
  ["../shared/x", "app", "shared/x.harn"],
  ["/abs/x", "app", "/abs/x.harn"],
  ["pkg", "app/deep", "app/.harn/packages/pkg/lib.harn"],
  ["pkg/tools", "app/deep", "app/.harn/packages/pkg/tools.harn"],
  ["pkg/public", "app/deep", "app/.harn/packages/pkg/src/inner.harn"],
  ["std/text", "app", "std <stdlib>/text.harn"],
  ["observability", "app", "std <stdlib>/observability.harn"],
])("%s from %s is %s", (path, folder, expected) => {
  const files = [
    "app/lib.harn",
    "shared/x.harn",
    "/abs/x.harn",
    "app/.harn/packages/pkg/lib.harn",
    "app/.harn/packages/pkg/tools.harn",
    "app/.harn/packages/pkg/src/inner.harn",
    "app/deep/main.harn",
  ];
  const manifest = '[exports]\npublic = "src/inner.harn"\n';
  expect(resolve(path, folder, files, { "app/.harn/packages/pkg/harn.toml": manifest })).toBe(expected);
});

it("prefers a file beside the importer to a package", () => {
  expect(resolve("pkg", "app", ["app/pkg.harn", "app/.harn/packages/pkg/lib.harn"])).toBe("app/pkg.harn");
});

it("looks no further up than the repository", () => {
  const files = ["outer/.harn/packages/pkg/lib.harn", "outer/repo/.git/HEAD", "outer/repo/app/main.harn"];
  expect(resolve("pkg", "outer/repo/app", files)).toBe("missing outer/repo/app/pkg.harn");
});

test.each(["../secret", "pkg/../../secret"])("%s does not leave the packages", (path) => {
  const files = ["app/.harn/packages/pkg/lib.harn", "app/.harn/secret.harn", "app/deep/main.harn"];
  expect(resolve(path, "app/deep", files)).toMatch(/^missing /);
});

it("keeps an export of a package inside it", () => {
  const files = ["app/.harn/packages/pkg/lib.harn", "app/.harn/secret.harn"];
  const manifest = { "app/.harn/packages/pkg/harn.toml": '[exports]\nout = "../../secret.harn"\n' };
  expect(resolve("pkg/out", "app", files, manifest)).toMatch(/^missing /);
});
