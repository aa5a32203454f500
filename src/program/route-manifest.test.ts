import { expect, test } from "vitest";
import { jsonOfValue } from "../eventlog/index.ts";
import { memoryHost } from "../host/testing/index.ts";
import { readToml } from "../stdlib/data/toml.ts";
import { createHostServices } from "../stdlib/host/services.ts";
import { routeManifest } from "./route-manifest.ts";

function manifestOf(files: Record<string, string>, sourceFolder: string) {
  const host = memoryHost({ files });
  const library = createHostServices(host, { place: { sourceFolder, assetRoot: () => undefined } });
  return routeManifest(host, library, (text) => jsonOfValue(readToml(text)));
}

test("the routes are those of the nearest harn.toml above the program", () => {
  const files = {
    "/p/harn.toml": '[[handoff_routes]]\nkind = "k"\n',
    "/p/a/harn.toml": '[package]\nname = "a"\n',
  };
  expect(manifestOf(files, "/p/b/c")).toEqual({ path: "/p/harn.toml", routes: [{ kind: "k" }] });
  expect(manifestOf(files, "/p/a/c")).toEqual({ path: "/p/a/harn.toml", routes: [] });
  expect(manifestOf(files, "/q")).toBeUndefined();
});
