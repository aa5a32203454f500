import { type DictValue, thrown } from "../../value/index.ts";
import { textAt } from "../fields.ts";

const formats = ["native", "text", "auto", "json"] as const;

/** How the program wants tools to be called; undefined where it leaves that open. */
export function askedToolFormat(options: DictValue | undefined): (typeof formats)[number] | undefined {
  const asked = textAt(options, "tool_format");
  const known = formats.find((format) => format === asked);
  if (asked !== undefined && known === undefined)
    throw thrown(`tool_format: expected "native" or "text", got "${asked}"`);
  return known;
}
