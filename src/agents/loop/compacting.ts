import type { CallContext } from "../../builtin/index.ts";
import { boolAt, dictAt, intAt, isDict, merged, textAt } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";
import { compactSession } from "../compaction/session-compaction.ts";
import {
  type CompactionSettings,
  callableAt,
  defaultKeepLast,
  defaultThreshold,
  readShaping,
  readStrategy,
  type Strategy,
} from "../compaction/settings.ts";
import type { LoopState } from "./state.ts";

/** How a loop compacts its session; `undefined` when it does not. */
export function readLoopCompaction(options: DictValue): CompactionSettings | undefined {
  const wish = options.get("compaction");
  if (wish === false || wish === "none" || (isDict(wish) && boolAt(wish, "enabled") === false)) return undefined;
  const threshold = intAt(options, "compact_threshold");
  const isOn =
    boolAt(options, "auto_compact") === true || (wish !== undefined && wish !== null) || threshold !== undefined;
  if (!isOn) return undefined;
  const own = dictAt(options, "compaction");
  const named = textAt(options, "compact_strategy");
  const label = named ?? (typeof wish === "string" ? wish : textAt(own, "strategy")) ?? "observation_mask";
  return {
    keepFirst: Math.max(0, intAt(options, "compact_keep_first") ?? intAt(own, "keep_first") ?? 0),
    keepLast: Math.max(
      0,
      intAt(options, "compact_keep_last") ?? intAt(own, "keep_last_n") ?? intAt(own, "keep_last") ?? defaultKeepLast,
    ),
    threshold: Math.max(0, threshold ?? intAt(own, "token_threshold") ?? defaultThreshold),
    strategy: named === undefined ? strategyOfLabel(label) : readStrategy(named),
    label,
    compactor:
      callableAt(options, "compact_callback") ??
      callableAt(own, "custom_compactor") ??
      callableAt(own, "compact_callback"),
    ...readShaping(merged(own, options)),
    callOptions: options,
  };
}

/** Labels of compaction policies; an unknown one masks observations. */
function strategyOfLabel(label: string): Strategy {
  if (["summarize_all", "summarize_middle", "summarize", "hybrid", "llm"].includes(label)) return "llm";
  return label === "truncate" || label === "custom" ? label : "observation_mask";
}

export async function compactIfNeeded(context: CallContext, state: LoopState): Promise<void> {
  const settings = state.options.compaction;
  if (settings === undefined) return;
  const done = await compactSession(context, state.service, state.session, settings, "auto");
  if (done === undefined) return;
  state.service.llm.trace.add("context_compaction", {
    archived_messages: done.archived.length,
    new_summary_len: done.text.length,
    iteration: state.iteration,
  });
}
