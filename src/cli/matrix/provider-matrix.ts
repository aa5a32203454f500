import type { CapabilityRow, ProviderCatalog } from "../../llm/index.ts";
import type { Matrix, MatrixColumn } from "./matrix.ts";

/** One rule about models of a provider. The names are those of the JSON document. */
export interface ProviderRow {
  readonly provider: string;
  readonly model: string;
  readonly version_min: readonly number[] | null;
  readonly thinking: readonly string[];
  readonly vision: boolean;
  readonly audio: boolean;
  readonly pdf: boolean;
  readonly streaming: boolean;
  readonly files_api_supported: boolean;
  readonly json_schema: string | null;
  readonly prefers_xml_scaffolding: boolean;
  readonly prefers_markdown_scaffolding: boolean;
  readonly structured_output_mode: string;
  readonly supports_assistant_prefill: boolean;
  readonly prefers_role_developer: boolean;
  readonly prefers_xml_tools: boolean;
  readonly thinking_block_style: string;
  readonly native_tools: boolean;
  readonly text_tools: boolean;
  readonly preferred_tool_format: string;
  readonly tool_mode_parity: string;
  readonly tools: boolean;
  readonly cache: boolean;
  readonly source: "builtin" | "project";
}

/** By provider; of one provider in the order in which the rules are asked, since the first that fits counts. */
export function providerRows(catalog: ProviderCatalog): readonly ProviderRow[] {
  const rows = catalog.capabilityRows().map(rowOf);
  return rows.sort((a, b) => (a.provider < b.provider ? -1 : a.provider > b.provider ? 1 : 0));
}

function rowOf({ provider, pattern, since, source, capabilities: can }: CapabilityRow): ProviderRow {
  const hasText = can.textToolWireFormatSupported;
  return {
    provider,
    model: pattern,
    version_min: since ?? null,
    thinking: can.thinkingModes,
    vision: can.vision,
    audio: can.audio,
    pdf: can.pdf,
    streaming: true,
    files_api_supported: can.filesApiSupported,
    json_schema: can.structuredOutput ?? null,
    prefers_xml_scaffolding: can.prefersXmlScaffolding,
    prefers_markdown_scaffolding: can.prefersMarkdownScaffolding,
    structured_output_mode: can.structuredOutputMode,
    supports_assistant_prefill: can.supportsAssistantPrefill,
    prefers_role_developer: can.prefersRoleDeveloper,
    prefers_xml_tools: can.prefersXmlTools,
    thinking_block_style: can.thinkingBlockStyle,
    native_tools: can.nativeTools,
    text_tools: hasText,
    preferred_tool_format: can.preferredToolFormat ?? (can.nativeTools ? "native" : "text"),
    tool_mode_parity: can.toolModeParity ?? "unknown",
    tools: can.nativeTools || hasText,
    cache: can.promptCaching,
    source,
  };
}

function column(name: string, title: string, cell: (row: ProviderRow) => string | boolean): MatrixColumn<ProviderRow> {
  return { name, title, cell };
}

function scaffoldingOf(row: ProviderRow): string {
  const forms = [row.prefers_xml_scaffolding ? "xml" : "", row.prefers_markdown_scaffolding ? "markdown" : ""];
  return forms.filter((form) => form !== "").join(",") || "plain";
}

const traits: readonly MatrixColumn<ProviderRow>[] = [
  column("version_min", "Version min", (row) => (row.version_min ? `>=${row.version_min.join(".")}` : "any")),
  column("thinking", "Thinking", (row) => row.thinking.join(",") || "no"),
  column("vision", "Vision", (row) => row.vision),
  column("audio", "Audio", (row) => row.audio),
  column("pdf", "PDF", (row) => row.pdf),
  column("streaming", "Streaming", (row) => row.streaming),
  column("files_api", "Files API", (row) => row.files_api_supported),
  column("json_schema", "JSON schema", (row) => row.json_schema ?? "no"),
  column("prompt", "Prompt", scaffoldingOf),
  column("output_mode", "Output mode", (row) => row.structured_output_mode),
  column("prefill", "Prefill", (row) => row.supports_assistant_prefill),
  column("role", "Role", (row) => (row.prefers_role_developer ? "developer" : "system")),
  column("tool_prompt", "Tool prompt", (row) => (row.prefers_xml_tools ? "xml" : "json")),
  column("thinking_blocks", "Thinking blocks", (row) => row.thinking_block_style),
  column("default_tools", "Default tools", (row) => row.preferred_tool_format),
  column("native_tools", "Native tools", (row) => row.native_tools),
  column("text_tools", "Text tools", (row) => row.text_tools),
  column("parity", "Parity", (row) => row.tool_mode_parity),
  column("tools", "Tools", (row) => row.tools),
  column("cache", "Cache", (row) => row.cache),
];

export const providerMatrix: Matrix<ProviderRow> = {
  subject: "provider",
  title: "Provider capability matrix",
  about:
    "What is known of models behind providers. Of the rows of one provider the first counts whose pattern and version fit a model.",
  columns: [
    column("provider", "Provider", (row) => row.provider),
    column("model", "Model pattern", (row) => row.model),
    ...traits,
  ],
  textColumns: [column("provider/model", "", (row) => `${row.provider}/${row.model}`), ...traits],
  features: {
    thinking: (row) => row.thinking.length > 0,
    vision: (row) => row.vision,
    audio: (row) => row.audio,
    pdf: (row) => row.pdf,
    streaming: (row) => row.streaming,
    files_api: (row) => row.files_api_supported,
    json_schema: (row) => row.json_schema !== null,
    xml_scaffolding: (row) => row.prefers_xml_scaffolding,
    markdown_scaffolding: (row) => row.prefers_markdown_scaffolding,
    assistant_prefill: (row) => row.supports_assistant_prefill,
    role_developer: (row) => row.prefers_role_developer,
    xml_tools: (row) => row.prefers_xml_tools,
    native_tools: (row) => row.native_tools,
    text_tools: (row) => row.text_tools,
    native_tool_default: (row) => row.preferred_tool_format === "native",
    text_tool_default: (row) => row.preferred_tool_format === "text",
    native_json: (row) => row.structured_output_mode === "native_json",
    delimited_output: (row) => row.structured_output_mode === "delimited",
    xml_tagged_output: (row) => row.structured_output_mode === "xml_tagged",
    tools: (row) => row.tools,
    cache: (row) => row.cache,
  },
};
