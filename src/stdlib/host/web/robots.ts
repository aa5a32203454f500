/** What a robots.txt says: rules by user agent, and where the site's maps are. */
export interface Robots {
  readonly groups: readonly RobotsGroup[];
  readonly sitemaps: readonly string[];
}

interface RobotsGroup {
  readonly agents: readonly string[];
  readonly rules: readonly RobotsRule[];
}

interface RobotsRule {
  readonly allows: boolean;
  /** A path prefix, in which `*` is any text and a final `$` the end of the path. */
  readonly pattern: string;
}

/** Reads a robots.txt. Lines that mean nothing to it are passed over, as crawlers do. */
export function parseRobots(text: string): Robots {
  const groups: { agents: string[]; rules: RobotsRule[] }[] = [];
  const sitemaps: string[] = [];
  let open: { agents: string[]; rules: RobotsRule[] } | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [name, value] = directiveOf(line);
    if (name === "sitemap") {
      if (value !== "") sitemaps.push(value);
    } else if (name === "user-agent") {
      // Several agents in a row share the rules that follow.
      if (!open || open.rules.length > 0) groups.push((open = { agents: [], rules: [] }));
      open.agents.push(value.toLowerCase());
    } else if ((name === "allow" || name === "disallow") && open) {
      // `Disallow:` without a path forbids nothing, but it is a rule: the next agent begins a new group.
      open.rules.push({ allows: name === "allow" || value === "", pattern: value });
    }
  }
  return { groups, sitemaps };
}

function directiveOf(line: string): readonly [name: string, value: string] {
  const hash = line.indexOf("#");
  const content = hash === -1 ? line : line.slice(0, hash);
  const colon = content.indexOf(":");
  if (colon === -1) return ["", ""];
  return [content.slice(0, colon).trim().toLowerCase(), content.slice(colon + 1).trim()];
}

/**
 * Whether an agent may fetch a path (with its query). The rules of the groups that name the agent count, otherwise those for `*`; the
 * longest pattern that fits decides, and permission wins over an equally long refusal.
 *
 * @param agent a product name, with or without a version: `BadBot/2.0` is `badbot`
 */
export function isAllowed(robots: Robots, agent: string, path: string): boolean {
  const product = agent.trim().toLowerCase().split(/[/\s]/)[0] ?? "";
  const named = robots.groups.filter(({ agents }) => agents.some((each) => each === product && each !== "*"));
  const groups = named.length > 0 ? named : robots.groups.filter(({ agents }) => agents.includes("*"));
  let longest = -1;
  let allowed = true;
  for (const { allows, pattern } of groups.flatMap(({ rules }) => rules)) {
    if (pattern === "" || pattern.length < longest || !fits(pattern, path)) continue;
    allowed = allows || (pattern.length === longest && allowed);
    longest = pattern.length;
  }
  return allowed;
}

/** Takes time in proportion to the path for each piece between stars, whatever the pattern. */
function fits(pattern: string, path: string): boolean {
  const isWhole = pattern.endsWith("$");
  const pieces = (isWhole ? pattern.slice(0, -1) : pattern).split("*");
  const first = pieces[0] ?? "";
  if (!path.startsWith(first)) return false;
  if (pieces.length === 1) return !isWhole || path === first;
  let from = first.length;
  const last = pieces.at(-1) ?? "";
  for (const piece of isWhole ? pieces.slice(1, -1) : pieces.slice(1)) {
    const at = path.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return !isWhole || (path.length - last.length >= from && path.endsWith(last));
}
