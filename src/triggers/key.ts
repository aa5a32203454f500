import { type ServiceKey, serviceKey } from "../builtin/index.ts";
import type { TriggerService } from "./service.ts";

// Apart from the service, so that naming it loads nothing of this room.
export const triggerService: ServiceKey<TriggerService> = serviceKey("triggers");
