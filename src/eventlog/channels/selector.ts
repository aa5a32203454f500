import { type ChannelName, type ChannelScope, isMalformed } from "./name.ts";

/** Which channels a trigger listens to: `channel:pr.merged`, `channel:tenant:acme:pr.merged`, `channel:tenant:*:pr.merged`. */
export interface ChannelSelector {
  /** No emit can reach `org` yet. */
  readonly scope: ChannelScope | "org";
  /** Absent: any id of the scope. */
  readonly scopeId: string | undefined;
  readonly name: string;
}

/** A selector that is none. Its message names what is wrong. */
export class ChannelSelectorError extends Error {}

const prefix = "channel:";

export function parseChannelSelector(text: string): ChannelSelector {
  if (!text.startsWith(prefix))
    throw new ChannelSelectorError(`channel selector must start with \`${prefix}\`, got \`${text}\``);
  const rest = text.slice(prefix.length);
  if (rest.trim() === "") throw new ChannelSelectorError(`channel selector cannot be empty after \`${prefix}\` prefix`);
  const [scope, ...parts] = rest.split(":");
  const name = parts.join(":");
  const wrong = (what: string): ChannelSelectorError =>
    new ChannelSelectorError(`channel selector \`${text}\`: ${what}`);
  switch (scope) {
    case "session":
    case "pipeline":
      if (name === "") throw wrong(`${scope} scope requires \`<name>\` segment`);
      if (parts.length > 1) throw wrong(`${scope} scope expects \`<name>\` with no extra colons`);
      return { scope, scopeId: undefined, name: checked(name) };
    case "tenant":
      return tenantSelector(parts, wrong);
    case "org":
      if (parts.length < 2 || parts.includes("")) throw wrong("org scope requires `<org-id>:<name>`");
      return { scope, scopeId: parts[0], name: checked(parts.slice(1).join(":")) };
    default:
      return { scope: "tenant", scopeId: undefined, name: checked(rest) };
  }
}

function tenantSelector(parts: readonly string[], wrong: (what: string) => ChannelSelectorError): ChannelSelector {
  const [first = "", ...rest] = parts;
  if (parts.length === 1) {
    if (first === "") throw wrong("tenant scope requires `<name>` segment");
    return { scope: "tenant", scopeId: undefined, name: checked(first) };
  }
  if (first === "") throw wrong("tenant scope requires `<tenant-id>:<name>`");
  return { scope: "tenant", scopeId: first === "*" ? undefined : first, name: checked(rest.join(":")) };
}

function checked(name: string): string {
  if (name === "" || isMalformed(name))
    throw new ChannelSelectorError(`channel selector name \`${name}\` is malformed`);
  return name;
}

export function selects(selector: ChannelSelector, channel: ChannelName): boolean {
  if (selector.scope !== channel.scope || selector.name !== channel.name) return false;
  return selector.scopeId === undefined || selector.scopeId === channel.scopeId;
}
