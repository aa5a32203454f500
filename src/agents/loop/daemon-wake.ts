import type { CallContext } from "../../builtin/index.ts";
import { intAt, isDict, list, record, textAt, textsAt } from "../../llm/fields.ts";
import { BuiltinValue, Raise, show } from "../../value/index.ts";
import { Deadline } from "../inbox/deadline.ts";
import { renderPrompt } from "../prompts/render.ts";
import { emit } from "./checkpoints.ts";
import { feedbackMessage } from "./feedback.ts";
import type { LoopState } from "./state.ts";

/** How often watched files are looked at, in milliseconds. */
const lookEveryMs = 100;

/** What ended the wait of a daemon that is a loop by itself. `none`: it had nothing to wait for. */
type Wake =
  | { readonly kind: "none" }
  | { readonly kind: "timer" }
  | { readonly kind: "watch"; readonly changed: readonly string[] }
  | { readonly kind: "watchdog" };

/**
 * Waits for the timer (`wake_interval_ms`) or for a change at `watch_paths`, and tells the model what it was. True: it has looked in vain
 * `idle_watchdog_attempts` times in a row, and the loop ends.
 */
export async function waitForWake(context: CallContext, state: LoopState): Promise<boolean> {
  const begun = context.host.clock.monotonic();
  const wake = await nextWake(context, state);
  switch (wake.kind) {
    case "none":
      return false;
    case "timer":
      state.idleLooks = 0;
      state.session.add(feedbackMessage("timer", await prompt(context, state, "agent.daemon_timer_feedback", [])));
      return false;
    case "watch":
      state.idleLooks = 0;
      state.session.add(
        feedbackMessage("watch", await prompt(context, state, "agent.daemon_watch_feedback", wake.changed)),
      );
      return false;
    case "watchdog": {
      const elapsed_ms = Math.round(context.host.clock.monotonic() - begun);
      await emit(context, state, { type: "daemon_watchdog_tripped", attempts: state.idleLooks, elapsed_ms });
      state.end("watchdog", "idle_watchdog");
      return true;
    }
  }
}

function prompt(
  context: CallContext,
  state: LoopState,
  id: "agent.daemon_timer_feedback" | "agent.daemon_watch_feedback",
  changed: readonly string[],
): Promise<string> {
  return renderPrompt(context, state.options.prompts, id, record({ changed_paths: changed.join(", ") }));
}

async function nextWake(context: CallContext, state: LoopState): Promise<Wake> {
  const { given } = state.options;
  const interval = intAt(given, "wake_interval_ms") ?? 0;
  const paths = watchedPaths(state);
  const limit = intAt(given, "idle_watchdog_attempts");
  if (paths.length === 0 && interval <= 0) return isTired(state, limit) ? { kind: "watchdog" } : { kind: "none" };
  const before = await Promise.all(paths.map((path) => stampOf(context, path)));
  for (let left = interval; ; left -= lookEveryMs) {
    const pause = interval <= 0 ? lookEveryMs : paths.length === 0 ? left : Math.min(left, lookEveryMs);
    await sleep(context, pause);
    const now = await Promise.all(paths.map((path) => stampOf(context, path)));
    const changed = paths.filter((_path, at) => now[at] !== before[at]);
    if (changed.length > 0) return { kind: "watch", changed };
    if (interval > 0 && left <= pause) return { kind: "timer" };
    if (isTired(state, limit)) return { kind: "watchdog" };
  }
}

/** Counts a look that found nothing. */
function isTired(state: LoopState, limit: number | undefined): boolean {
  state.idleLooks++;
  return limit !== undefined && state.idleLooks >= limit;
}

function watchedPaths(state: LoopState): readonly string[] {
  const { given } = state.options;
  const single = textAt(given, "watch_paths");
  return single === undefined ? (textsAt(given, "watch_paths") ?? []) : [single];
}

/** What a path looks like; nothing there looks like nothing. */
async function stampOf(context: CallContext, path: string): Promise<string> {
  try {
    const seen = await context.callAsync(new BuiltinValue("stat"), [path]);
    return isDict(seen) ? show(list([seen.get("size") ?? null, seen.get("modified") ?? null])) : "";
  } catch (error) {
    const isAbsent = error instanceof Raise && error.category !== "tool_rejected";
    if (!isAbsent) throw error;
    return "";
  }
}

async function sleep(context: CallContext, milliseconds: number): Promise<void> {
  const deadline = new Deadline(context.host.clock, milliseconds, context.signal);
  await deadline.passed;
  deadline.cancel();
}
