import { type ServiceKey, serviceKey } from "../builtin/index.ts";
import type { BuiltinServices } from "./record-calls.ts";

// Apart from what uses it, so that naming it loads nothing of this room.
export const recordServicesKey: ServiceKey<BuiltinServices> = serviceKey("run records");
