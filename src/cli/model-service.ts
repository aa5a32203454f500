import { createNodeHost } from "../host/node/index.ts";
import { createLlmService, type LlmService } from "../llm/index.ts";
import { modelOverlays } from "../program/model-overlays.ts";
import { signAwsRequest } from "../program/sign-aws.ts";
import { createHostServices } from "../stdlib/host/index.ts";
import type { CommandContext } from "./context.ts";

/** Models as programs started here call them: with `providers.toml` and the manifest laid over the catalogue. */
export function modelService({ cwd, output }: CommandContext): LlmService {
  const host = createNodeHost({ cwd });
  const warn = (message: string): void => output.write("stderr", `warning: ${message}\n`);
  return createLlmService({ host, signAwsRequest, overlays: modelOverlays(host, createHostServices(host), warn) });
}
