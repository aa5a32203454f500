import type { DictValue } from "../value/index.ts";
import { type ServiceKey, serviceKey } from "./service.ts";

/** The models that templates are rendered for, the innermost last: `{provider, model, family, capabilities}`. */
export const renderedForKey: ServiceKey<DictValue[]> = serviceKey("models that templates are rendered for", () => []);
