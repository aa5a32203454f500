import { type ServiceKey, serviceKey } from "../builtin/index.ts";
import type { RecordServices } from "./services.ts";

// Apart from what uses it, so that naming it loads nothing of this room.
export const recordServicesKey: ServiceKey<RecordServices> = serviceKey("run records");
