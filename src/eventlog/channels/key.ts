import { type ServiceKey, serviceKey } from "../../builtin/index.ts";
import type { Channels } from "./channels.ts";

// Apart from the channels, so that naming them loads nothing of them.
export const channelsKey: ServiceKey<Channels> = serviceKey("channels");
