import type { CallContext } from "../../builtin/index.ts";
import { findSessionEvent } from "../../lifecycle/index.ts";
import { isCallable, isDict, record, textAt, textsAt } from "../../llm/fields.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";
import type { AgentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";
import type { OwnProvider } from "./own-providers.ts";
import { carriedReminders, type ReminderSource, readReminder, withReminder } from "./reminder.ts";

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

const nothing: Promise<readonly DictValue[]> = Promise.resolve([]);

/** Who reminds models of what, in the order of registration: the runtime itself first. */
export class ReminderProviders {
  readonly #own: readonly OwnProvider[];
  #registered: readonly ReminderProvider[] = [];

  constructor(own: readonly OwnProvider[]) {
    this.#own = own;
  }

  add(provider: ReminderProvider): void {
    this.#registered = [...this.#registered.filter((each) => each.id !== provider.id), provider];
  }

  clear(): void {
    this.#registered = [];
  }

  /** Lets the providers of an event speak, unless the options turn them off. Gives `{provider, reminder_id, deduped_count}` for each reminder. */
  fire(
    context: CallContext,
    service: AgentService,
    session: Session,
    event: string,
    options: DictValue,
    fields: () => Readonly<Record<string, Value | undefined>>,
  ): Promise<readonly DictValue[]> {
    const wish = options.get("reminders");
    if (wish === false) return nothing;
    const off = turnedOff(wish);
    const isAsked = ({ id, subscribesTo }: OwnProvider | ReminderProvider): boolean =>
      subscribesTo.has(event) && !off.has(id);
    const own = this.#own.filter(isAsked);
    const registered = this.#registered.filter(isAsked);
    if (own.length === 0 && registered.length === 0) return nothing;
    const payload = fields();
    const fired: DictValue[] = [];
    for (const provider of own) {
      const given = provider.evaluate(payload, session, service.host);
      if (given !== undefined) fired.push(keep(service, session, provider.id, given, "stdlib_provider"));
    }
    if (registered.length > 0)
      return askRegistered(
        context,
        service,
        session,
        registered,
        () => subjectOf(session, event, options, payload),
        fired,
      );
    return fired.length === 0 ? nothing : Promise.resolve(fired);
  }
}

const nobody: ReadonlySet<string> = new Set();

/** Providers that the option `reminders` names with a `-` before their name. */
function turnedOff(wish: Value | undefined): ReadonlySet<string> {
  const names = textsAt(isDict(wish) ? wish : undefined, "providers")?.filter((name) => name.startsWith("-"));
  return names === undefined || names.length === 0 ? nobody : new Set(names.map((name) => name.slice(1)));
}

async function askRegistered(
  context: CallContext,
  service: AgentService,
  session: Session,
  providers: readonly ReminderProvider[],
  subject: () => DictValue,
  fired: DictValue[],
): Promise<readonly DictValue[]> {
  for (const provider of providers) {
    const answer = await provider.evaluate(context, subject(), session);
    for (const given of carriedReminders(answer)) fired.push(keep(service, session, provider.id, given, "in_pipeline"));
  }
  return fired;
}

/** The session's model is reminded; gives what is told of it. */
function keep(
  service: AgentService,
  session: Session,
  id: string,
  given: DictValue,
  source: ReminderSource,
): DictValue {
  const reminder = readReminder(`reminder provider '${id}'`, given, { newId: service.newId, source });
  const { events, replaced } = withReminder(session.events, reminder);
  session.events = events;
  return record({ provider: id, reminder_id: reminder.get("id"), deduped_count: replaced });
}
