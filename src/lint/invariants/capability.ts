import { type Builtin, type Catalog, type Effect, handleTypeOf } from "../../builtin/index.ts";
import type { CallExpression, Expression, MethodCallExpression, SpreadElement } from "../../syntax/index.ts";
import { dictLiteral, entryOf, literalText } from "../literals.ts";

/** What a handler can do to the world, in the words of `@invariant("capability.policy", allow: …)`. */
export const capabilityNames = [
  "fs.write",
  "process.exec",
  "network.access",
  "mcp.connector",
  "llm.model",
  "worker.dispatch",
  "human.approval",
  "autonomy.policy",
] as const;

export type CapabilityName = (typeof capabilityNames)[number];

/** A call that does something to the world. */
export interface CapableCall {
  readonly capability: CapabilityName;
  /** The name of the builtin, or of the host's operation. */
  readonly via: string;
  /** Of a call that writes: the paths, and undefined for one that is no literal. */
  readonly paths: readonly (string | undefined)[];
}

const byEffect: Partial<Record<Effect, CapabilityName>> = {
  "fs.write": "fs.write",
  process: "process.exec",
  net: "network.access",
  "net.write": "network.access",
  llm: "llm.model",
  "llm.write": "llm.model",
  human: "human.approval",
};

/** Where the effect of a declaration does not say it. */
const byName: Readonly<Record<string, CapabilityName>> = {
  agent_loop: "llm.model",
  agent_turn: "llm.model",
  spawn_agent: "worker.dispatch",
  sub_agent_run: "worker.dispatch",
  worker_trigger: "worker.dispatch",
  send_input: "worker.dispatch",
  with_autonomy_policy: "autonomy.policy",
};

/** Host operations that write, run or reach out. */
const byHostOperation: Readonly<Record<string, CapabilityName>> = {
  "workspace.write_text": "fs.write",
  "workspace.apply_edit": "fs.write",
  "workspace.delete": "fs.write",
  "process.exec": "process.exec",
};

/** Which arguments of a builtin that writes are paths it writes to; the first where it is not listed. */
const writtenArguments: Readonly<Record<string, readonly number[]>> = { copy_file: [1], move_file: [0, 1] };

export function capableCall(call: CallExpression | MethodCallExpression, catalog: Catalog): CapableCall | undefined {
  const builtin = builtinOf(call, catalog);
  if (builtin === undefined) return undefined;
  const { name } = builtin;
  const given = call.arguments;
  if (name === "host_call") return hostCall(given);
  if (name.startsWith("mcp_")) return { capability: "mcp.connector", via: name, paths: [] };
  const capability = byName[name] ?? byEffect[builtin.effect];
  if (capability === undefined) return undefined;
  const paths =
    capability === "fs.write" ? (writtenArguments[name] ?? [0]).map((index) => literalText(plain(given[index]))) : [];
  return { capability, via: name, paths };
}

/** `write_file(…)` and `harness.fs.write_text(…)` are the same builtin. */
function builtinOf(call: CallExpression | MethodCallExpression, catalog: Catalog): Builtin | undefined {
  if (call.kind === "call") return catalog.builtins.get(call.callee.text);
  const { object, method } = call;
  if (object.kind !== "property" || object.object.kind !== "name" || object.object.name !== "harness") return undefined;
  const name = catalog.handleMethods.get(handleTypeOf(object.name.text))?.get(method.text);
  return name === undefined ? undefined : catalog.builtins.get(name);
}

function hostCall(given: readonly (Expression | SpreadElement)[]): CapableCall | undefined {
  const operation = literalText(given[0]) ?? "";
  const capability = byHostOperation[operation];
  if (capability === undefined) return undefined;
  const path = literalText(plain(entryOf(dictLiteral(given[1]), "path")?.value));
  return { capability, via: operation, paths: capability === "fs.write" ? [path] : [] };
}

function plain(argument: Expression | SpreadElement | undefined): Expression | undefined {
  return argument?.kind === "spread" ? undefined : argument;
}
