import type { CatalogPart } from "../builtin/index.ts";
import { agentValueBuiltins } from "./builtins/agent-values.ts";
import { compactionBuiltins } from "./builtins/compaction.ts";
import { evalPackBuiltins } from "./builtins/eval-packs.ts";
import { loopBuiltins } from "./builtins/loops.ts";
import { sessionBuiltins } from "./builtins/sessions.ts";
import { skillBuiltins } from "./builtins/skills.ts";
import { toolBuiltins } from "./builtins/tools.ts";
import { transcriptBuiltins } from "./builtins/transcripts.ts";

export { type AgentEvent, type AgentEventObserver, eventDict } from "./events/agent-events.ts";
export { AgentService, type AgentServiceOptions, agentService, createAgentService } from "./service.ts";

/** What this room gives to programs. */
export const agentsCatalog: CatalogPart = {
  builtins: [
    ...toolBuiltins,
    ...skillBuiltins,
    ...transcriptBuiltins,
    ...sessionBuiltins,
    ...loopBuiltins,
    ...evalPackBuiltins,
    ...agentValueBuiltins,
    ...compactionBuiltins,
  ],
};
