import { record } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";

/** What the runtime tells a model between its turns. Kind `prefill_assistant` is put into the model's own mouth. */
export function feedbackMessage(kind: string, text: string): DictValue {
  if (kind === "prefill_assistant") return record({ role: "assistant", content: text });
  return record({ role: "user", content: `<runtime_feedback kind="${kind}">\n${text}\n</runtime_feedback>` });
}
