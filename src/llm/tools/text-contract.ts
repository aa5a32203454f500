import { stringifyJson } from "../../value/index.ts";
import { parameterSchema } from "./native-schema.ts";
import type { ToolEntry } from "./registry.ts";

const callForm = `Call a tool by writing one block per call, with the tag first on its line:

<tool_call>
tool_name({ key: "value" })
</tool_call>

Arguments are one object literal. Long texts may be written as a heredoc: \`<<TAG\`, the lines, and \`TAG\` on a line of its own.`;

/** What a model is told when tools are called by text: how to call, how to answer, and each tool. */
export function textContract(tools: readonly ToolEntry[]): string {
  const sections = tools.map((tool) => {
    const lines = [`### ${tool.name}`, tool.description, `Parameters: ${stringifyJson(parameterSchema(tool))}`];
    if (tool.outputSchema !== undefined) lines.push(`Returns: ${stringifyJson(tool.outputSchema)}`);
    return lines.filter((line) => line !== "").join("\n");
  });
  return [
    `## Tool Calling Contract\n\n${callForm}`,
    "## Operating guidance\n\nUse only the tools listed below. Wait for a result before you rely on it, and never make one up.",
    "## Response protocol\n\nWrite what is meant for the user inside <assistant_prose>…</assistant_prose>. Nothing else stands outside of the tags.",
    "## Available tools",
    ...sections,
  ].join("\n\n");
}
