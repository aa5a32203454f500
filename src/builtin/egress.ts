import { type ServiceKey, serviceKey } from "./service.ts";

/**
 * Judges where a program may connect to. Whatever follows redirects asks again for each hop. `surface` is the builtin's
 * documented name (`http_request` for all plain requests, `sse_connect` …).
 */
export interface Egress {
  /** Throws the error that the program sees if it may not connect there. */
  check(surface: string, url: string): void;
}

export const egressKey: ServiceKey<Egress> = serviceKey("egress");
