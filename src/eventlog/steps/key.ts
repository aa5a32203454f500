import { type ServiceKey, serviceKey } from "../../builtin/index.ts";
import type { Steps } from "./steps.ts";

// Apart from the steps, so that naming them loads nothing of them.
export const stepsKey: ServiceKey<Steps> = serviceKey("steps");
