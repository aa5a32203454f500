import { describe, expect, it } from "vitest";
import { restrictFiles } from "../host/sandbox.ts";
import { memoryHost } from "../host/testing/index.ts";
import { createHostServices } from "../stdlib/host/index.ts";
import { modelOverlays } from "./model-overlays.ts";

function providersOf(files: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}) {
  const host = memoryHost({ files, environment });
  const warnings: string[] = [];
  const overlays = modelOverlays(host, createHostServices(host), (message) => warnings.push(message));
  return { names: overlays.map((overlay) => overlay.providers?.map((row) => row.name)), warnings };
}

const provider = (name: string): string => `[providers.${name}]\nbase_url = "http://${name}.test"\n`;

describe("overlays of the model catalogue", () => {
  const cwd = memoryHost().files.cwd;
  const home = memoryHost().files.homeFolder ?? "/";
  const homeFile = `${home}/.config/harn/providers.toml`;
  const own = { HARN_PROVIDERS_CONFIG: `${cwd}/own.toml` };

  it("A1: takes the named file instead of the one at home, and the manifest over either", () => {
    const files = {
      [`${cwd}/own.toml`]: provider("own"),
      [homeFile]: provider("home"),
      [`${cwd}/harn.toml`]: provider("project").replace("[providers", "[llm.providers"),
    };
    expect(providersOf(files, own).names).toEqual([["own"], ["project"]]);
    expect(providersOf(files).names.at(-1)).toEqual(["project"]);
  });

  it("tells of a file that does not parse, and leaves it out", () => {
    const { names, warnings } = providersOf({ [`${cwd}/own.toml`]: "x = [" }, own);
    expect(names).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("[llm_config]");
    expect(warnings[0]).toContain("own.toml");
  });

  it("A1: a sandbox hides the user's settings from programs, and not from the runtime", () => {
    const host = memoryHost({ files: { [homeFile]: provider("home") } });
    const files = restrictFiles(host.files, { roots: [cwd] });
    const names = (settings: object): string[] =>
      modelOverlays({ ...host, files, ...settings }, createHostServices(host), () => {}).flatMap((overlay) =>
        (overlay.providers ?? []).map((row) => row.name),
      );
    expect(names({})).toEqual([]);
    expect(names({ settingsFiles: host.files })).toEqual(["home"]);
  });

  it("is nothing where nothing is configured", () => {
    expect(providersOf({})).toEqual({ names: [], warnings: [] });
  });
});
