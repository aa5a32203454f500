import type { Builtin } from "../../builtin/index.ts";

/** Under which name refusals speak of a builtin; all plain requests share one. */
export function surfaceOf(builtin: Builtin): string {
  return plainRequest.test(builtin.name) ? "http_request" : builtin.name;
}

const plainRequest = /^(?:__)?(?:http|net|harness_net)_(?:get|post|put|patch|delete|request)$/;

/** The position of the argument that says where a builtin connects to. */
export function urlArgument(builtin: Builtin): number | undefined {
  if (builtin.effect !== "net" && builtin.effect !== "net.write") return undefined;
  const at = builtin.params.findIndex((param) => param.name === "url");
  return at === -1 ? undefined : at;
}
