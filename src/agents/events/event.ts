import { isJsonObject, type Json, type JsonObject } from "../../eventlog/index.ts";
import { AgentEventError, type Infer, object, type Shape, text } from "./shapes/shape.ts";
import { variants } from "./variants.ts";

export type AgentEventType = keyof typeof variants;

/** One variant: `type`, `session_id`, and its fields under the names that logs and clients see. */
export type AgentEventOf<T extends AgentEventType> = {
  readonly [K in T]: { readonly type: K; readonly session_id: string } & Infer<(typeof variants)[K]>;
}[T];

/** What happened to an agent session. */
export type AgentEvent = AgentEventOf<AgentEventType>;

const shapes = new Map<string, Shape<Omit<AgentEvent, "type">>>(
  Object.entries(variants).map(([type, fields]) => [type, object(type, { session_id: text, ...fields }) as never]),
);

/** The same with the type among the fields. */
const whole = new Map<string, Shape<AgentEvent>>(
  Object.entries(variants).map(([type, fields]) => [
    type,
    object(type, { type: text, session_id: text, ...fields }) as never,
  ]),
);

export const agentEventTypes: readonly AgentEventType[] = Object.keys(variants) as AgentEventType[];

export function isAgentEventType(name: string): name is AgentEventType {
  return shapes.has(name);
}

/** The event as JSON, `type` first. Keys whose value means "nothing" are left out or null, as the variant says. */
export function encodeAgentEvent(
  event: AgentEvent,
): JsonObject & { readonly type: string; readonly session_id: string } {
  const fields = shapeOf(event.type).write(event) as JsonObject;
  return { type: event.type, session_id: event.session_id, ...fields };
}

/** `encodeJson(encodeAgentEvent(event))`: the form that logs keep. */
export function agentEventText(event: AgentEvent): string {
  const shape = whole.get(event.type);
  if (shape === undefined) throw new AgentEventError(`unknown variant \`${event.type}\``);
  return shape.encode(event);
}

/** The members of the event's JSON text, without braces, in their order: `"type":"plan","session_id":"s","plan":…`. */
export function printAgentEventMembers(event: AgentEvent): string {
  return `"type":${JSON.stringify(event.type)},${shapeOf(event.type).print(event).slice(1, -1)}`;
}

/** An `AgentEventError` where the JSON is no event of this revision. Keys that are not known are ignored. */
export function decodeAgentEvent(json: Json): AgentEvent {
  if (!isJsonObject(json)) throw new AgentEventError("invalid type: expected an agent event");
  const type = json.type;
  if (type === undefined) throw new AgentEventError("missing field `type`");
  if (typeof type !== "string" || !isAgentEventType(type)) {
    const expected = agentEventTypes.map((name) => `\`${name}\``).join(", ");
    throw new AgentEventError(`unknown variant \`${String(type)}\`, expected one of ${expected}`);
  }
  return { type, ...shapeOf(type).read(json) } as AgentEvent;
}

function shapeOf(type: AgentEventType): Shape<Omit<AgentEvent, "type">> {
  const shape = shapes.get(type);
  if (shape === undefined) throw new AgentEventError(`unknown variant \`${type}\``);
  return shape;
}
