import { stringifyJson } from "../../value/index.ts";
import { parameterSchema } from "./native-schema.ts";
import type { ToolEntry } from "./registry.ts";

/** What a model is told when tools are called by text: the form of a call, and each tool. */
export function textContract(tools: readonly ToolEntry[]): string {
  const sections = tools.map((tool) => {
    const lines = [`### ${tool.name}`, tool.description, `Parameters: ${stringifyJson(parameterSchema(tool))}`];
    if (tool.outputSchema !== undefined) lines.push(`Returns: ${stringifyJson(tool.outputSchema)}`);
    return lines.filter((line) => line !== "").join("\n");
  });
  return [
    "## Tool calling contract",
    "Call a tool by writing one block per call, with the tag first on its line:\n\n<tool_call>\ntool_name({ key: \"value\" })\n</tool_call>",
    "Write prose inside <assistant_prose>…</assistant_prose>. Use only the tools listed here, and wait for results before you rely on them.",
    ...sections,
  ].join("\n\n");
}
