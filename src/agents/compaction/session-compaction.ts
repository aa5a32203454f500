import type { CallContext } from "../../builtin/index.ts";
import { record } from "../../llm/fields.ts";
import type { Value } from "../../value/index.ts";
import { askHook } from "../hooks/ask.ts";
import type { AgentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";
import { type Compacted, compactMessages, isDue } from "./engine.ts";
import { type CompactionMode, compactionEvent, compactionFacts, compactionNews } from "./records.ts";
import type { CompactionSettings } from "./settings.ts";

/** Compacts a session's messages in place; the event stays in its transcript, and its subscribers are told. */
export async function compactSession(
  context: CallContext,
  service: AgentService,
  session: Session,
  settings: CompactionSettings,
  mode: CompactionMode,
): Promise<Compacted | undefined> {
  if (!isDue(session.messages, settings)) return undefined;
  const about = (): Record<string, Value> => ({
    session: record({ id: session.id }),
    mode,
    strategy: settings.label,
    message_count: session.messages.length,
  });
  const answer = await askHook(context, service, session, "PreCompact", about);
  if (answer.kind === "block" || (answer.kind === "decision" && answer.decision === "deny")) return undefined;
  const done = await compactMessages(context, session.messages, settings);
  if (done === undefined) return undefined;
  const facts = compactionFacts(done, settings, mode);
  session.replaceMessages(done.messages);
  session.summary = done.text;
  session.addEvent(compactionEvent(service.newId, record(facts)));
  const news = compactionNews(session.id, done, settings, mode);
  if (mode === "auto") service.events.publish(context, news);
  else await service.events.emit(context, news);
  const told = (): Record<string, Value> => ({ ...about(), ...facts });
  await askHook(context, service, session, "PostCompact", told);
  await service.reminders.fire(context, service, session, "PostCompact", settings.callOptions ?? record({}), told);
  return done;
}
