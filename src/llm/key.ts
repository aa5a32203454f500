import { type ServiceKey, serviceKey } from "../builtin/index.ts";
import type { LlmService } from "./service.ts";

// Apart from the service, so that naming it loads nothing of this room.
export const llmService: ServiceKey<LlmService> = serviceKey("llm");
