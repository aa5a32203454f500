import type { ImportDeclaration, Program } from "../syntax/index.ts";

/** Functions of std/ modules that programs may call without importing them, by module. */
const ambient: Readonly<Record<string, readonly string[]>> = {
  "agent/chat": ["agent_chat_loop", "agent_chat_route_input", "agent_chat_wait_for_user_tools"],
  "agent/introspection": ["runtime_introspection_tools"],
  "agent/presets": [
    "agent_budget",
    "agent_preset",
    "audit_agent",
    "merge_captain_agent",
    "oncall_captain_agent",
    "release_captain_agent",
    "repair_agent",
    "review_captain_agent",
    "summary_agent",
    "verify_agent",
  ],
  "agent/primitives": ["agent_llm_turn", "agent_typed_output_checkpoint"],
  "agent/turn": ["agent_turn"],
  "agent/user": [
    "agentic_user",
    "fixture_user",
    "scripted_user",
    "simulated_user_post_turn",
    "simulated_user_read_tools",
    "simulated_user_respond",
    "simulated_user_status",
    "user_tools",
  ],
  project: ["project_enrich_native"],
};

const anyAmbient = new RegExp(`\\b(?:${Object.values(ambient).flat().join("|")})\\b`);

/**
 * The imports that a program leaves out: of names that its text calls and nowhere declares. What it imports itself goes before them, so
 * that a name of its own is never taken.
 */
export function ambientImports(text: string, program: Program): ImportDeclaration[] {
  if (!anyAmbient.test(text)) return [];
  const imported = new Set(
    program.items.flatMap((item) => (item.kind === "import" ? (item.names ?? []).map((name) => name.text) : [])),
  );
  const span = { start: 0, end: 0 };
  return Object.entries(ambient).flatMap(([module, names]) => {
    const called = names.filter((name) => !imported.has(name) && isCalled(text, name));
    if (called.length === 0) return [];
    return [
      {
        kind: "import",
        path: `std/${module}`,
        pathSpan: span,
        names: called.map((name) => ({ text: name, span })),
        form: "string",
        attributes: [],
        isPublic: false,
        span,
      },
    ];
  });
}

function isCalled(text: string, name: string): boolean {
  return (
    new RegExp(`\\b${name}\\s*\\(`).test(text) &&
    !new RegExp(`\\b(?:fn|let|var|const|tool|pipeline)\\s+${name}\\b`).test(text)
  );
}
