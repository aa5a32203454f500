import type { CallContext } from "../../builtin/index.ts";
import { rfc3339 } from "../../eventlog/index.ts";
import { selectionRequest, selectModel } from "../../llm/catalog/selection.ts";
import { contentText } from "../../llm/dialects/content-blocks.ts";
import { boolAt, isCallable, isDict, isList, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { type DictValue, ListValue, thrown, typeName, type Value } from "../../value/index.ts";
import { type Rendered, renderReminders } from "../reminders/render.ts";
import { type ProjectionPolicy, project, projectionPolicies } from "../transcripts/projection.ts";
import { skillPlace } from "./skills.ts";
import type { LoopState } from "./state.ts";

/**
 * What the model is told in this turn: the system text with skills and reminders, and the messages. The session stays what it is,
 * whatever is left out, rewritten or added here.
 */
export async function turnContext(context: CallContext, state: LoopState): Promise<Rendered> {
  const { given } = state.options;
  const system = systemText(context, state);
  const projected = await projectedMessages(context, state);
  const rewritten = await rewrite(context, state, system, projected);
  const messages = await decorated(context, state, given, rewritten.messages);
  if (!state.session.hasReminders) return { system: rewritten.system, messages };
  const { catalog } = state.service.llm;
  const { provider, model } = selectModel(catalog, selectionRequest(state.callOptions));
  const capabilities = catalog.capabilities(provider, model);
  return renderReminders(state.session.events, rewritten.system, messages, {
    prefersDeveloper: capabilities.prefersRoleDeveloper,
    prefersXml: capabilities.prefersXmlScaffolding,
    isAnthropic: capabilities.messageWireFormat === "anthropic",
  });
}

function systemText(context: CallContext, state: LoopState): string | undefined {
  const skills = state.skills?.systemParts(skillPlace(context, state)) ?? [];
  const parts = [state.ledger?.block() ?? "", state.system ?? "", ...skills];
  const text = parts.filter((part) => part !== "").join("\n\n");
  return text === "" ? undefined : text;
}

/** Checks `transcript_projection` before a loop begins. */
export function readTurnProjection(options: DictValue): DictValue | undefined {
  const wish = options.get("transcript_projection");
  if (wish === undefined || wish === null) return undefined;
  if (typeof wish !== "string" && !isDict(wish))
    throw thrown(`agent_loop: \`transcript_projection\` must be a string, dict, or nil; got ${typeName(wish)}`);
  const given = isDict(wish) ? wish : record({ policy: wish });
  const policy = textAt(given, "policy") ?? textAt(given, "kind") ?? textAt(given, "strategy") ?? "raw";
  if (!projectionPolicies.includes(policy as ProjectionPolicy))
    throw thrown(
      `agent_loop: \`transcript_projection\` policy must be one of ${projectionPolicies.join(", ")}; got ${policy}`,
    );
  if (policy === "custom" && !isCallable(given.get("projector")))
    throw thrown('agent_loop: `transcript_projection.policy = "custom"` requires a `projector` closure');
  return policy === "raw" ? undefined : given;
}

async function projectedMessages(context: CallContext, state: LoopState): Promise<readonly DictValue[]> {
  const { projection } = state.options;
  if (projection === undefined) return state.session.messages;
  const transcript = record({ _type: "transcript", messages: list(state.session.messages) });
  const shown = await project(context, state.service.newId, transcript, projection);
  const event = shown.get("event");
  if (isDict(event)) state.session.addEvent(event);
  return (itemsAt(shown, "messages") ?? []).filter(isDict);
}

/** The program's say in what is shown, as a list of messages or `{messages, system}`. */
async function rewrite(
  context: CallContext,
  state: LoopState,
  system: string | undefined,
  messages: readonly DictValue[],
): Promise<Rendered> {
  const callback = state.options.contextCallback;
  if (callback === undefined) return { system, messages };
  const answer = await context.callAsync(callback, [contextFields(state, system, messages)]);
  if (answer === null) return { system, messages };
  if (isList(answer)) return { system, messages: onlyDicts(answer) };
  if (!isDict(answer))
    throw thrown(`agent_loop: context_callback must return a dict, a list or nil; got ${typeName(answer)}`);
  const shown = answer.get("messages");
  return { system: textAt(answer, "system") ?? system, messages: isList(shown) ? onlyDicts(shown) : messages };
}

function onlyDicts(items: ListValue): readonly DictValue[] {
  return items.toArray().map((item) => {
    if (isDict(item)) return item;
    throw thrown(`agent_loop: context_callback messages must be dicts; got ${typeName(item)}`);
  });
}

const recentMessages = 10;

function contextFields(state: LoopState, system: string | undefined, visible: readonly DictValue[]): DictValue {
  const recorded = state.session.messages;
  return record({
    iteration: state.iteration - 1,
    system: system ?? null,
    messages: list(visible),
    visible_messages: list(visible),
    recorded_messages: list(recorded),
    recent_visible_messages: list(visible.slice(-recentMessages)),
    recent_recorded_messages: list(recorded.slice(-recentMessages)),
    latest_visible_user_message: latest(visible, "user"),
    latest_visible_assistant_message: latest(visible, "assistant"),
    latest_recorded_user_message: latest(recorded, "user"),
    latest_recorded_assistant_message: latest(recorded, "assistant"),
    latest_tool_result: latest(visible, "tool", "tool_result"),
    latest_recorded_tool_result: latest(recorded, "tool", "tool_result"),
  });
}

function latest(messages: readonly DictValue[], ...roles: readonly string[]): string | null {
  const found = messages.findLast((message) => roles.includes(textAt(message, "role") ?? ""));
  return found === undefined ? null : contentText(found.get("content"));
}

/** `timestamp_messages` and `message_decorator`, which is given each message and where it stands. */
async function decorated(
  context: CallContext,
  state: LoopState,
  given: DictValue,
  messages: readonly DictValue[],
): Promise<readonly DictValue[]> {
  const decorator = state.options.messageDecorator;
  const isStamped = (boolAt(given, "timestamp_messages") ?? boolAt(given, "message_timestamps")) === true;
  if (decorator === undefined && !isStamped) return messages;
  const timestamp = rfc3339(context.host.clock.now());
  const shown: DictValue[] = [];
  for (const [index, message] of messages.entries()) {
    const stamped = isStamped ? stamp(message, timestamp) : message;
    const answer =
      decorator === undefined ? null : await context.callAsync(decorator, [stamped, placeOf(state, index, timestamp)]);
    if (answer !== null && !isDict(answer))
      throw thrown(`agent_loop: message_decorator must return a dict or nil; got ${typeName(answer)}`);
    shown.push(answer ?? stamped);
  }
  return shown;
}

function placeOf(state: LoopState, index: number, timestamp: string): DictValue {
  return record({
    session_id: state.session.id,
    iteration: state.iteration,
    index,
    timestamp,
    options: state.options.given,
  });
}

/** The time stands before the text, where a model reads it. */
function stamp(message: DictValue, timestamp: string): DictValue {
  const content = message.get("content") ?? null;
  const before = `[${timestamp}]`;
  const shown: Value =
    typeof content === "string"
      ? `${before} ${content}`
      : isList(content)
        ? new ListValue([record({ type: "text", text: before }), ...content.toArray()])
        : content;
  return message.with("timestamp", timestamp).with("content", shown);
}
