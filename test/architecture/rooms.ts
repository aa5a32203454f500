// The house plan as data: which rooms there are, which way imports may point, and which packages core may use.
// docs/architecture.md tells why; this table decides.

export interface Room {
  readonly name: string;
  /** Rooms this one may import, together with everything those may import. */
  readonly imports: readonly string[];
  /** Core rooms run wherever JavaScript runs: no Node API, no native package. */
  readonly core: boolean;
}

function core(name: string, ...imports: string[]): Room {
  return { name, imports, core: true };
}

function host(name: string, ...imports: string[]): Room {
  return { name, imports, core: false };
}

const coreRooms: readonly Room[] = [
  core("text"),
  core("diagnostics", "text"),
  core("syntax", "diagnostics"),
  core("resolve", "syntax"),
  core("modules", "syntax"),
  core("bytecode", "text"),
  core("value", "bytecode"),
  core("builtin", "value", "diagnostics"),
  core("types", "resolve", "modules", "builtin"),
  core("lint", "types"),
  core("format", "syntax"),
  core("compile", "types", "bytecode"),
  // The VM knows chunks, never syntax; the standard library reaches it through the shape of a builtin alone.
  core("vm", "builtin"),
  core("stdlib", "builtin"),
  core("eventlog", "builtin"),
  core("runtime", "vm", "eventlog"),
  core("lifecycle", "runtime"),
  core("records", "runtime"),
  core("llm", "runtime"),
  core("agents", "lifecycle", "records", "llm"),
  core("hitl", "lifecycle", "records", "llm"),
  core("triggers", "hitl"),
  core("protocols", "agents"),
  // Reads Harn by the parser, and everything else by its own means.
  core("codeindex", "syntax", "stdlib"),
  // What doors and commands stand on: a program from its entry file to its result.
  core("program", "compile", "agents", "triggers", "stdlib", "codeindex"),
];

const everyCoreRoom = coreRooms.map((room) => room.name);

export const rooms: readonly Room[] = [
  ...coreRooms,
  host("host", ...everyCoreRoom),
  host("packages", "host"),
  host("lsp", ...everyCoreRoom),
  host("dap", ...everyCoreRoom),
  host("cli", "packages", "lsp", "dap"),
];

/** The files directly in src/ are doors. What a door may reach; rooms may not import a door. */
export const doors: Readonly<Record<string, readonly string[]>> = {
  "core.ts": everyCoreRoom,
  "index.ts": [...everyCoreRoom, "host", "packages"],
};

/** Packages that core rooms may import: plain JavaScript, no Node API. Every other package belongs to a host room. */
export const corePackages: Readonly<Record<string, readonly string[]>> = {
  "smol-toml": ["modules", "stdlib"],
  yaml: ["stdlib"],
  "@noble/hashes": ["stdlib", "eventlog", "triggers"],
};

const byName = new Map(rooms.map((room) => [room.name, room]));

export function findRoom(name: string): Room | undefined {
  return byName.get(name);
}

/** The room itself and all it may import, directly or through others. */
export function reachableRooms(starts: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...starts];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...(byName.get(name)?.imports ?? []));
  }
  return reached;
}

/** `host/browser` is the one part of a host room that keeps core's rule. */
export function isNodeFree(path: string): boolean {
  if (path.startsWith("host/browser/") || path === "core.ts") return true;
  const room = byName.get(path.split("/")[0] ?? "");
  return room?.core ?? false;
}
