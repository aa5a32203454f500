// What a channel is called: a scope, the id of that scope, and a name. Texts of refusals are what programs match on.
import { runtimeError } from "../../value/index.ts";
import { sanitizeTopicComponent, type Topic, topic } from "../topic.ts";

export type ChannelScope = "session" | "pipeline" | "tenant";

export interface ChannelName {
  readonly scope: ChannelScope;
  readonly scopeId: string;
  /** Without its scope. */
  readonly name: string;
  /** `tenant:default:pr.merged`. */
  readonly resolved: string;
  readonly topic: Topic;
}

/** What a program says about the scope besides the name. */
export interface ScopeOptions {
  readonly scope: string | undefined;
  readonly tenantId: string | undefined;
  readonly sessionId: string | undefined;
  readonly pipelineId: string | undefined;
}

/** Where the task that names the channel works. */
export interface ScopeContext {
  /** Of the trigger event being handled. */
  readonly tenantId: string | undefined;
  /** The agent session that is at work. */
  readonly sessionId: string | undefined;
  /** What stands for a session where none is at work. */
  readonly fallbackSessionId: string;
  readonly pipelineId: string | undefined;
}

interface Parsed {
  readonly scope: ChannelScope | "org";
  readonly name: string;
  readonly tenantId?: string;
}

export function resolveChannel(given: string, options: ScopeOptions, context: ScopeContext): ChannelName {
  const { scope, name, tenantId } = parse(given.trim(), options.scope?.trim());
  if (scope === "org") throw refused(2, "org-scoped channels are disabled until org grants are available");
  if (name === "") throw refused(3, `malformed channel name '${given}'`);
  if (isMalformed(name)) throw refused(3, `malformed channel name '${name}'`);
  const scopeId = scopeIdOf(scope, tenantId, options, context);
  if (scopeId.trim() === "" || isMalformed(scopeId)) throw refused(3, `malformed ${scope} scope id '${scopeId}'`);
  const parts = [scope, scopeId, name];
  return {
    scope,
    scopeId,
    name,
    resolved: parts.join(":"),
    topic: topic(["channels", ...parts.map(sanitizeTopicComponent)].join(".")),
  };
}

function refused(code: 1 | 2 | 3 | 4, text: string): ReturnType<typeof runtimeError> {
  return runtimeError(`HARN-CHN-00${code} ${text}`);
}

/** Whether a part holds what separates parts: colons, white space, control characters. */
export function isMalformed(part: string): boolean {
  return /[:\s\p{Cc}]/u.test(part);
}

function parse(text: string, wanted: string | undefined): Parsed {
  if (text === "") throw refused(3, "channel name cannot be empty");
  const colon = text.indexOf(":");
  const prefix = colon === -1 ? undefined : text.slice(0, colon);
  const scope = scopeNamed(prefix ?? wanted ?? "tenant");
  if (prefix === undefined) return { scope, name: text };
  if (wanted !== undefined && scopeNamed(wanted) !== scope)
    throw refused(3, `channel scope prefix '${prefix}' conflicts with options.scope '${wanted}'`);
  const rest = text.slice(colon + 1);
  switch (scope) {
    case "session":
    case "pipeline":
      if (rest === "" || rest.includes(":")) throw refused(3, `malformed ${scope} channel name '${text}'`);
      return { scope, name: rest };
    case "tenant":
      return parseTenant(text, rest);
    case "org":
      if (!/^[^:]+:.+$/.test(rest)) throw refused(3, `org channel names must be org:<org_id>:<name>, got '${text}'`);
      return { scope, name: rest };
  }
}

function parseTenant(text: string, rest: string): Parsed {
  if (rest === "") throw refused(3, "tenant channel name cannot be empty");
  const colon = rest.indexOf(":");
  if (colon === -1) return { scope: "tenant", name: rest };
  const [tenantId, name] = [rest.slice(0, colon), rest.slice(colon + 1)];
  if (tenantId === "" || name === "") throw refused(3, `malformed tenant channel name '${text}'`);
  return { scope: "tenant", name, tenantId };
}

function scopeNamed(scope: string): Parsed["scope"] {
  if (scope === "session" || scope === "pipeline" || scope === "tenant" || scope === "org") return scope;
  throw refused(3, `malformed channel scope '${scope}'`);
}

function scopeIdOf(
  scope: ChannelScope,
  named: string | undefined,
  options: ScopeOptions,
  context: ScopeContext,
): string {
  switch (scope) {
    case "session":
      return explicitOrActive("session", options.sessionId, context.sessionId) ?? context.fallbackSessionId;
    case "pipeline": {
      const id = explicitOrActive("pipeline", options.pipelineId, context.pipelineId);
      if (id === undefined) throw refused(1, "missing pipeline context for pipeline-scoped channel");
      return id;
    }
    case "tenant":
      return tenantIdOf(named ?? options.tenantId, context.tenantId);
  }
}

function tenantIdOf(wanted: string | undefined, current: string | undefined): string {
  if (wanted !== undefined && current !== undefined && wanted !== current) {
    const tenants = `current tenant '${current}', requested tenant '${wanted}'`;
    throw refused(2, `cross-tenant channel emit requires a grant: ${tenants}`);
  }
  return wanted ?? current ?? "default";
}

function explicitOrActive(
  scope: "session" | "pipeline",
  explicit: string | undefined,
  active: string | undefined,
): string | undefined {
  if (explicit !== undefined && active !== undefined && explicit !== active) {
    const ids = `options.${scope}_id '${explicit}' conflicts with active ${scope} '${active}'`;
    throw refused(4, `${scope} scope ambiguous: ${ids}`);
  }
  return explicit ?? active;
}
