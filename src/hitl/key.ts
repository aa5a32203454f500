import { type ServiceKey, serviceKey } from "../builtin/index.ts";
import type { HumanDesk } from "./desk.ts";

// Apart from the service, so that naming it loads nothing of this room.
export const humanDesk: ServiceKey<HumanDesk> = serviceKey("human desk");
