import type { CallContext } from "../../builtin/index.ts";
import { findSessionEvent } from "../../lifecycle/index.ts";
import { isCallable, isDict, itemsAt, record, textAt, textsAt } from "../../llm/fields.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";
import type { AgentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";
import { carriedReminders, readReminder, withReminder } from "./reminder.ts";

/** What providers may be asked about besides the events of sessions. */
const ownEvents: ReadonlyMap<string, string> = new Map([
  ["PostToolUse", "PostToolUse"],
  ["post_tool_use", "PostToolUse"],
  ["OnBudgetThreshold", "OnBudgetThreshold"],
  ["on_budget_threshold", "OnBudgetThreshold"],
  ["WorkerResumed", "WorkerResumed"],
  ["worker_resumed", "WorkerResumed"],
]);

/** By its own name or in snake case. */
export function findReminderEvent(name: string): string | undefined {
  return findSessionEvent(name) ?? ownEvents.get(name.trim());
}

export interface ReminderProvider {
  readonly id: string;
  readonly subscribesTo: ReadonlySet<string>;
  readonly evaluate: (context: CallContext, subject: DictValue, session: Session) => Promise<Value>;
}

/** What a provider is asked about: `{event, session_id, session, payload, options}`. */
function subjectOf(
  session: Session,
  event: string,
  options: DictValue,
  fields: Readonly<Record<string, Value | undefined>>,
): DictValue {
  const { id } = session;
  const about = record({ id });
  return record({ event, session_id: id, session: about, payload: record({ session: about, ...fields }), options });
}

export function readProvider(config: DictValue): ReminderProvider {
  const name = "register_reminder_provider";
  const id = textAt(config, "id");
  if (id === undefined || id === "") throw runtimeError(`${name}: missing id`);
  const subscribesTo = textsAt(config, "subscribes_to");
  if (subscribesTo === undefined || subscribesTo.length === 0) throw runtimeError(`${name}: missing subscribes_to`);
  const evaluate = config.get("evaluate");
  if (!isCallable(evaluate)) throw runtimeError(`${name}: missing evaluate`);
  return {
    id,
    subscribesTo: new Set(subscribesTo),
    evaluate: (context, subject) => context.callAsync(evaluate as Value, [subject]),
  };
}

/** Who reminds models of what, in the order of registration. */
export class ReminderProviders {
  readonly #own: readonly ReminderProvider[];
  #registered: ReminderProvider[] = [];

  constructor(own: readonly ReminderProvider[]) {
    this.#own = own;
  }

  add(provider: ReminderProvider): void {
    this.#registered = [...this.#registered.filter((each) => each.id !== provider.id), provider];
  }

  clear(): void {
    this.#registered = [];
  }

  /** Lets the providers of an event speak, unless the options turn them off. Gives `{provider, reminder_id, deduped_count}` for each reminder. */
  async fire(
    context: CallContext,
    service: AgentService,
    session: Session,
    event: string,
    options: DictValue,
    fields: () => Readonly<Record<string, Value | undefined>>,
  ): Promise<DictValue[]> {
    const wish = options.get("reminders");
    if (wish === false) return [];
    const off = new Set(
      (itemsAt(isDict(wish) ? wish : undefined, "providers") ?? [])
        .filter((name) => typeof name === "string")
        .filter((name) => name.startsWith("-"))
        .map((name) => name.slice(1)),
    );
    const fired: DictValue[] = [];
    for (const provider of [...this.#own, ...this.#registered]) {
      if (!provider.subscribesTo.has(event) || off.has(provider.id)) continue;
      const subject = subjectOf(session, event, options, fields());
      for (const given of carriedReminders(await provider.evaluate(context, subject, session))) {
        const source = this.#own.includes(provider) ? "stdlib_provider" : "in_pipeline";
        const reminder = readReminder(`reminder provider '${provider.id}'`, given, { newId: service.newId, source });
        const { events, replaced } = withReminder(session.events, reminder);
        session.events = events;
        fired.push(record({ provider: provider.id, reminder_id: reminder.get("id"), deduped_count: replaced }));
      }
    }
    return fired;
  }
}
