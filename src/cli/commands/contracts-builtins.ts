import type { Builtin, Catalog } from "../../builtin/index.ts";
import { standardCatalog } from "../../program/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { builtinSignature } from "../reference/builtin-entries.ts";

export function execute(invocation: Invocation, { output }: CommandContext): number {
  const indent = invocation.text("pretty") === "true" ? 2 : 0;
  output.write("stdout", `${JSON.stringify(describeCatalog(standardCatalog), null, indent)}\n`);
  return 0;
}

function describeCatalog({ builtins }: Catalog): unknown {
  const callable = [...builtins.values()].filter(({ name }) => /^\w+(\.\w+)*$/.test(name));
  return { version: 1, builtins: callable.sort((a, b) => (a.name < b.name ? -1 : 1)).map(describeBuiltin) };
}

function describeBuiltin(builtin: Builtin): unknown {
  const { name, summary, domain, effect, deprecated } = builtin;
  return {
    name,
    signature: builtinSignature(builtin),
    summary,
    domain,
    effect,
    ...(deprecated === undefined ? {} : { deprecated }),
  };
}
