import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";
import { product } from "../product.ts";

export function execute(invocation: Invocation, { output }: CommandContext): number {
  const { version, description } = product;
  output.write("stdout", invocation.has("json") ? success({ name: "harn-cli", version, description }) : banner);
  return 0;
}

const banner = `
  ╭───╮
  │ ◆ │   ${product.name} v${product.version}
  ╰─┬─╯   ${product.description}
    ╵

`;
