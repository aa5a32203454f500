import { createNodeHost } from "../host/node/index.ts";
import { type CatalogOverlay, createLlmService, type LlmService } from "../llm/index.ts";
import { modelOverlays } from "../program/model-overlays.ts";
import { signAwsRequest } from "../program/sign-aws.ts";
import { createHostServices } from "../stdlib/host/index.ts";
import type { CommandContext } from "./context.ts";

/** Models as programs started here call them: with `providers.toml` and the manifest laid over the catalogue, and `more` over that. */
export function modelService({ cwd, output }: CommandContext, more: readonly CatalogOverlay[] = []): LlmService {
  const host = createNodeHost({ cwd });
  const warn = (message: string): void => output.write("stderr", `warning: ${message}\n`);
  const overlays = [...modelOverlays(host, createHostServices(host), warn), ...more];
  return createLlmService({ host, signAwsRequest, overlays });
}
