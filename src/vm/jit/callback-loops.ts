import type { IrOperation } from "../../bytecode/index.ts";
import { truth } from "./arithmetic.ts";
import { shareText } from "./function-text.ts";
import type { CallbackPlan } from "./inlining.ts";
import { anyValue } from "./kinds.ts";
import type { Printer } from "./printer.ts";
import { inlinedTypes } from "./types.ts";

/** A longer list is left to the method itself, which lets others have a turn. */
const longest = 65_536;

/**
 * Prints a method of lists that calls a small function for each element as a loop around that function's body, and `otherwise` for a
 * receiver that is no list.
 */
export function printCallbackLoop(
  printer: Printer,
  operation: IrOperation,
  { loop, memory }: CallbackPlan,
  pc: number,
  otherwise: () => void,
): void {
  const { text } = printer;
  const [target = 0, object = 0] = operation.operands;
  const given = (operation.list ?? []).map((argument) => text.read(argument));
  const receiver = text.read(object);
  const prefix = text.newPrefix();
  const [items, size, at, element, value, made] = ["items", "size", "at", "element", "value", "made"].map((name) => {
    text.declare(prefix + name);
    return prefix + name;
  }) as [string, string, string, string, string, string];
  const isList = `${receiver} !== null && ${receiver}.constructor === ${text.helper("ListValue")}`;
  text.line(`if (${isList} && ${receiver}.size <= ${longest} && ${text.hasRoom}) {`);
  text.line(`${receiver}.shared = true; ${items} = ${receiver}.items; ${size} = ${receiver}.size;`);
  const starts = { map: `new Array(${size})`, filter: "[]", reduce: given[0] } as const;
  text.line(`${made} = ${starts[loop]};`);
  text.line(`for (${at} = 0; ${at} < ${size}; ${at}++) {`);
  text.line(`${element} = ${items}[${at}]; ${shareText(element)}`);
  const label = text.newLabel();
  text.line(`${label}: {`);
  const args = loop === "reduce" ? [made, element] : [element];
  const kinds = args.map(() => anyValue);
  const way = { memory, table: undefined, at: 0, isNested: true };
  const site = { host: text, pc, openCursors: printer.openCursors, result: value, label };
  printer.inline(way, site, given.at(-1) as string, args, kinds);
  text.line("}");
  switch (loop) {
    case "map":
      text.line(`${made}[${at}] = ${value};`);
      break;
    case "filter":
      text.line(`if (${truth(text, value, inlinedTypes(memory, kinds).result)}) ${made}.push(${element});`);
      break;
    case "reduce":
      text.line(`${made} = ${value};`);
  }
  text.line("}");
  const result = loop === "reduce" ? made : `new ${text.helper("ListValue")}(${made})`;
  text.line(`task.fuel -= ${size}; ${text.write(target)} = ${result};`);
  text.line("} else {");
  otherwise();
  text.line("}");
}
