import type { CallContext } from "../../builtin/index.ts";
import { jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { allow, type HookAnswer, lifecycleKey, type SessionEvent, tellOfHook } from "../../lifecycle/index.ts";
import { record } from "../../llm/fields.ts";
import { transcriptEvent } from "../../llm/transcript/event.ts";
import type { DictValue, Value } from "../../value/index.ts";
import { carriedReminders, readReminder, withReminder } from "../reminders/reminder.ts";
import type { AgentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";

/** What observers of a run are told of, by these names, although no handler is there (run-events §3.3). */
const observed: ReadonlyMap<SessionEvent, string> = new Map([
  ["LoopCheckpoint", "loop_checkpoint"],
  ["PreCompact", "pre_compact"],
  ["PostCompact", "post_compact"],
  ["PostTurn", "post_turn"],
  ["SessionIdle", "session_idle"],
]);

/** Whether anybody would be asked or told. */
export function isHookHeard(context: CallContext, event: SessionEvent): boolean {
  const { hooks, isObserved } = context.service(lifecycleKey);
  return hooks.has(event) || (isObserved && observed.has(event));
}

/** Asks the hooks of an event. The payload is made only when somebody listens, and each call is kept in the session. */
export function askHook(
  context: CallContext,
  service: AgentService,
  session: Session | undefined,
  event: SessionEvent,
  fields: () => Readonly<Record<string, Value | undefined>>,
): Promise<HookAnswer> {
  const { hooks, isObserved } = context.service(lifecycleKey);
  const observedAs = isObserved ? observed.get(event) : undefined;
  if (!hooks.has(event) && observedAs === undefined) return allowed;
  return ask(context, service, session, event, fields, observedAs);
}

const allowed: Promise<HookAnswer> = Promise.resolve(allow);

async function ask(
  context: CallContext,
  service: AgentService,
  session: Session | undefined,
  event: SessionEvent,
  fields: () => Readonly<Record<string, Value | undefined>>,
  observedAs: string | undefined,
): Promise<HookAnswer> {
  const { hooks } = context.service(lifecycleKey);
  const payload = record({ ...fields(), event });
  const handler = `session_hook::${event}`;
  const note = (kind: string, text: string, metadata: Record<string, Value>): void =>
    session?.addEvent(
      transcriptEvent(service.newId, {
        kind,
        role: "system",
        visibility: "internal",
        text,
        metadata: record({ event, handler, ...metadata }),
      }),
    );
  const answer = await hooks.control(context, event, payload, {
    called: (seen) => note("hook_call", `hook ${event} invoked: ${handler}`, { payload: plain(seen) }),
    returned: (answer, raw) => {
      if (session !== undefined) remind(service, session, event, raw);
      note("hook_returned", `hook ${event} returned ${answer.kind} from ${handler}`, {
        result: answer.kind,
        raw: plain(raw),
      });
      if (answer.kind === "block")
        note("hook_vetoed", `hook ${event} vetoed by ${handler}: ${answer.reason}`, { reason: answer.reason });
    },
  });
  if (observedAs !== undefined) tellOfHook(context, observedAs, answer, payload);
  return answer;
}

/** What stays of a value when it is kept: data without closures. */
function plain(value: Value | DictValue): Value {
  return valueOfJson(jsonOfValue(value));
}

/** A handler may remind the session's model of something beside its answer. */
export function remind(service: AgentService, session: Session, event: string, answer: Value): void {
  for (const given of carriedReminders(answer)) {
    const reminder = readReminder(`${event} hook`, given, { newId: service.newId, source: "hook" });
    session.events = withReminder(session.events, reminder).events;
  }
}
