import type { CallContext } from "../../builtin/index.ts";
import { selectionRequest, selectModel } from "../../llm/catalog/selection.ts";
import { record, textAt } from "../../llm/fields.ts";
import { askedToolFormat } from "../../llm/options/tool-format.ts";
import type { AgentService } from "../service.ts";
import { emit } from "./checkpoints.ts";
import type { LoopOptions } from "./options.ts";
import type { LoopState } from "./state.ts";

type ToolFormat = "native" | "text";

/** How the loop's tools are called: as the program says, else as the model does it best; without tools by text. */
export function toolFormatOf(service: AgentService, options: LoopOptions): ToolFormat {
  const asked = explicitFormat(options);
  if (asked !== undefined) return asked;
  if (options.tools.length === 0) return "text";
  const { catalog } = service.llm;
  const selection = selectModel(catalog, selectionRequest(options.callOptions));
  return catalog.toolFormat(
    selection.provider,
    selection.model,
    textAt(options.callOptions, "model") ?? selection.model,
  );
}

function explicitFormat(options: LoopOptions): ToolFormat | undefined {
  const asked = askedToolFormat(options.given);
  return asked === "native" || asked === "text" ? asked : undefined;
}

/** Tells when the program goes against what is known of the model it names, and when nothing is known of it. */
export async function announceToolFormat(context: CallContext, state: LoopState): Promise<void> {
  const { given } = state.options;
  const [provider, model] = [textAt(given, "provider"), textAt(given, "model")];
  if (provider === undefined || model === undefined || state.options.tools.length === 0) return;
  const capabilities = state.service.llm.catalog.capabilities(provider, model);
  const known = capabilities.preferredToolFormat ?? (capabilities.nativeTools ? "native" : undefined);
  const asked = explicitFormat(state.options);
  if (asked === undefined && known === undefined) {
    await emit(context, state, {
      type: "capability_gap",
      level: "warning",
      capability: "preferred_tool_format",
      provider,
      model,
      requested_tool_format: textAt(given, "tool_format"),
      fallback_tool_format: state.toolFormat,
      message: "No preferred_tool_format recommendation for provider/model; using fallback tool_format.",
    });
  }
  if (asked === undefined || known === undefined || asked === known) return;
  const about = {
    provider,
    model,
    requested_format: asked,
    recommended_format: known,
    // The catalogue says which mode is better, and rates neither against the other.
    catalog_parity: "unknown",
    override_reason: textAt(given, "tool_format_override_reason"),
  };
  state.note("tool_format_override", record(about));
  await emit(context, state, { type: "tool_format_override", ...about });
}
