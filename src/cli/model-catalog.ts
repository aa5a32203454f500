import { createNodeHost } from "../host/node/index.ts";
import { ProviderCatalog } from "../llm/index.ts";
import { modelOverlays } from "../program/model-overlays.ts";
import { createHostServices } from "../stdlib/host/index.ts";
import { stringifyJson, type Value } from "../value/index.ts";
import type { CommandContext } from "./context.ts";

/** The catalogue as programs started here see it: with `providers.toml` and the manifest laid over it. */
export function loadedCatalog({ cwd, environment, output }: CommandContext): ProviderCatalog {
  const host = createNodeHost({ cwd });
  const warn = (message: string): void => output.write("stderr", `warning: ${message}\n`);
  return new ProviderCatalog((name) => environment[name], modelOverlays(host, createHostServices(host), warn));
}

/** A value of the language as JavaScript data, for output. */
export function plainData(value: Value): unknown {
  return JSON.parse(stringifyJson(value)) as unknown;
}
