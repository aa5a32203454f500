// The rooms that most runs never enter, each behind a function. Here they are loaded with this module, as modules are. The build for
// Node puts in their place functions that evaluate a room when it is first called (`scripts/bundle-scripts.mjs`): a start then pays
// for the rooms that its program uses. Nothing else of `program/` imports values from them.
import * as agents from "../agents/index.ts";
import * as codeIndex from "../codeindex/index.ts";
import * as diagnosticText from "../diagnostics/render-terminal.ts";
import * as eventLog from "../eventlog/builtins.ts";
import * as channels from "../eventlog/channels/channels.ts";
import * as steps from "../eventlog/steps/builtins.ts";
import * as hitl from "../hitl/index.ts";
import * as llm from "../llm/index.ts";
import * as records from "../records/index.ts";
import * as toml from "../stdlib/data/toml.ts";
import * as library from "../stdlib/late.ts";
import * as triggers from "../triggers/index.ts";
import * as common from "./common-parts.ts";
import * as handoffSources from "./handoff-sources.ts";
import * as humanDesk from "./human-desk.ts";
import * as run from "./run-parts.ts";
import * as awsSigning from "./sign-aws.ts";
import * as triggerParts from "./trigger-service.ts";

export const rooms = {
  common: () => common,
  run: () => run,
  eventLog: () => eventLog,
  channels: () => channels,
  codeIndex: () => codeIndex,
  diagnosticText: () => diagnosticText,
  agents: () => agents,
  hitl: () => hitl,
  llm: () => llm,
  records: () => records,
  triggers: () => triggers,
  steps: () => steps,
  library: () => library,
  toml: () => toml,
  handoffSources: () => handoffSources,
  humanDesk: () => humanDesk,
  awsSigning: () => awsSigning,
  triggerParts: () => triggerParts,
};
