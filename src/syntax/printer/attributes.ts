import { unreachable } from "../../text/index.ts";
import type { Attribute, AttributeArgument, AttributeValue } from "../ast.ts";
import { durationText, floatText, keyText, quotePlain } from "./literals.ts";

export function attributeText({ name, arguments: list }: Attribute): string {
  return `@${name.text}${list.length === 0 ? "" : argumentsText(list)}`;
}

function argumentsText(list: readonly AttributeArgument[]): string {
  return `(${list.map(({ name, value }) => (name ? `${name.text}: ` : "") + valueText(value)).join(", ")})`;
}

function valueText(value: AttributeValue): string {
  switch (value.kind) {
    case "string":
      return quotePlain(value.value);
    case "int":
    case "bool":
      return String(value.value);
    case "float":
      return floatText(value.value);
    case "duration":
      return durationText(value.milliseconds);
    case "nil":
      return "nil";
    case "word":
      return value.text;
    case "list":
      return `[${value.items.map(valueText).join(", ")}]`;
    case "dict":
      return `{${value.entries.map((entry) => `${keyText(entry.key.text)}: ${valueText(entry.value)}`).join(", ")}}`;
    case "call":
      return value.callee + argumentsText(value.arguments);
    default:
      return unreachable(value);
  }
}
