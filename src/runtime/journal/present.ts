import { HostError } from "../../builtin/index.ts";

/** A replay never comes to what it has no port for. */
export function present<T>(port: T | undefined, name: string): T {
  if (port === undefined) throw new HostError("ENOSYS", `this host has no ${name}`);
  return port;
}
