import type { Builtin, Catalog, Param } from "../../builtin/index.ts";
import { describeType } from "../../bytecode/index.ts";
import { standardCatalog } from "../../program/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";

export function execute(invocation: Invocation, { output }: CommandContext): number {
  const indent = invocation.text("pretty") === "true" ? 2 : 0;
  output.write("stdout", `${JSON.stringify(describeCatalog(standardCatalog), null, indent)}\n`);
  return 0;
}

function describeCatalog({ builtins }: Catalog): unknown {
  const callable = [...builtins.values()].filter(({ name }) => /^\w+$/.test(name));
  return { version: 1, builtins: callable.sort((a, b) => (a.name < b.name ? -1 : 1)).map(describeBuiltin) };
}

function describeBuiltin({ name, summary, domain, effect, params, returns, deprecated }: Builtin): unknown {
  return {
    name,
    signature: `${name}(${params.map(describeParam).join(", ")}) -> ${describeType(returns)}`,
    summary,
    domain,
    effect,
    ...(deprecated === undefined ? {} : { deprecated }),
  };
}

function describeParam({ name, mode, type }: Param<unknown>): string {
  switch (mode) {
    case "required":
      return `${name}: ${describeType(type)}`;
    case "optional":
      return `${name}?: ${describeType(type)}`;
    case "rest":
      return `...${name}: ${describeType(type)}`;
  }
}
