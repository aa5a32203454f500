// `{{ section "tools" }} … {{ endsection }}`: a part of a prompt, set off from the others in the way that the model it is rendered
// for reads best. Which way that is, its capabilities say; without a model it is a plain heading.
import { DictValue, type Value } from "../../../value/index.ts";

export const sectionNames = ["task", "examples", "tools", "output_format", "chain_of_thought"] as const;
export type SectionName = (typeof sectionNames)[number];

/** What stands before and behind the text of a section, and what the section says of its own accord. */
export interface SectionFrame {
  readonly before: string;
  readonly after: string;
  /** In the place of an empty text. */
  readonly usual: string;
  /** What stands before the value of its argument, `undefined` where it takes none. */
  readonly argument: { readonly name: "schema" | "tools"; readonly heading: string } | undefined;
  /** Where the provider is told by other means, the section is left out. */
  readonly isLeftOut: boolean;
}

const titles: Readonly<Record<SectionName, string>> = {
  task: "Task",
  examples: "Examples",
  tools: "Tools",
  output_format: "Output Format",
  chain_of_thought: "Reasoning",
};

/** `llm` is what templates are told of the model: `{provider, model, family, capabilities}`. */
export function sectionFrame(name: SectionName, llm: Value): SectionFrame {
  const can = llm instanceof DictValue ? llm.get("capabilities") : undefined;
  const asked = (capability: string): Value => (can instanceof DictValue ? (can.get(capability) ?? null) : null);
  const mode = asked("structured_output_mode");
  return {
    ...fences(name, asked),
    usual: name === "chain_of_thought" ? "Think it through step by step before you answer; show the answer alone." : "",
    argument: argumentOf(name),
    isLeftOut: name === "output_format" && mode === "native_json",
  };
}

function argumentOf(name: SectionName): SectionFrame["argument"] {
  if (name === "output_format") return { name: "schema", heading: "The answer is JSON that fits this JSON Schema:\n" };
  return name === "tools" ? { name: "tools", heading: "" } : undefined;
}

function fences(name: SectionName, asked: (capability: string) => Value): Pick<SectionFrame, "before" | "after"> {
  const tagged = (tag: string) => ({ before: `<${tag}>\n`, after: `\n</${tag}>` });
  const headed = (heading: string) => ({ before: `${heading}\n`, after: "" });
  const title = titles[name];
  switch (name) {
    case "tools":
      if (asked("prefers_xml_tools") === true) return tagged("tools");
      return headed(asked("native_tools") === true ? `## ${title}` : `${title}:`);
    case "output_format":
      if (asked("structured_output_mode") === "xml_tagged") return tagged("output_format");
      return headed(asked("structured_output_mode") === "delimited" ? "[[ ## output_format ## ]]" : `${title}:`);
    default:
      if (asked("prefers_xml_scaffolding") === true) return tagged(name === "chain_of_thought" ? "reasoning" : name);
      if (asked("prefers_markdown_scaffolding") === true) return headed(`## ${title}`);
      return name === "chain_of_thought" ? { before: "", after: "" } : headed(`${title}:`);
  }
}
