import { type ServiceKey, serviceKey } from "../builtin/index.ts";
import type { AgentService } from "./service.ts";

// Apart from the service, so that naming it loads nothing of this room.
export const agentService: ServiceKey<AgentService> = serviceKey("agents");
