// Models and the servers behind them.
import type { CommandSpec, FlagSpec } from "./arguments/spec.ts";
import { json } from "./json-flag.ts";

export const models: CommandSpec = {
  name: "models",
  summary: "Which models there are, which to begin with, and whether one answers",
  subcommands: [
    {
      name: "list",
      summary: "List the models of the catalogue by provider",
      flags: [
        { name: "provider", value: "NAME", summary: "Only those of this provider" },
        { name: "installed-only", summary: "Only what the Ollama server on this machine has" },
        json,
      ],
      load: () => import("./commands/models-list.ts"),
    },
    {
      name: "install",
      summary: "Have Ollama fetch a model, or tell how another local server is set up",
      positionals: [
        { name: "MODEL", summary: "An alias, a model id, or a name of Ollama's library", isRequired: true },
      ],
      flags: [
        { name: "yes", summary: "Do not ask before a download" },
        { name: "keep-alive", value: "TIME", summary: "How long the loaded model stays in memory (5m, 1h)" },
        json,
      ],
      load: () => import("./commands/models-install.ts"),
    },
    {
      name: "recommend",
      summary: "Name a model that this machine can run or that its keys reach",
      flags: [json],
      load: () => import("./commands/models-recommend.ts"),
    },
    {
      name: "test",
      summary: "Send a small prompt to a model, and tell its time, tokens and cost",
      positionals: [{ name: "MODEL", summary: "An alias or a model id", isRequired: true }],
      flags: [
        { name: "prompt", value: "TEXT", summary: "What to send instead of a word to repeat" },
        { name: "provider", value: "NAME", summary: "The provider, if the model's name does not say it" },
        json,
      ],
      load: () => import("./commands/models-test.ts"),
    },
  ],
};

export const modelInfo: CommandSpec = {
  name: "model-info",
  summary: "Print what an alias or a model id stands for, as JSON",
  positionals: [{ name: "MODEL", summary: "An alias or a model id", isRequired: true }],
  flags: [
    { name: "verify", summary: "Ask Ollama whether it has the model" },
    { name: "warm", summary: "Have Ollama load the model as well" },
    { name: "keep-alive", value: "TIME", summary: "How long the loaded model stays in memory (5m, forever, -1)" },
  ],
  load: () => import("./commands/model-info.ts"),
};

export const providerCatalog: CommandSpec = {
  name: "provider-catalog",
  summary: "Print the providers, aliases and models as programs see them, as JSON",
  flags: [
    { name: "available-only", summary: "Only providers that could be called from here" },
    { name: "json", summary: "Put the document into the usual envelope" },
  ],
  load: () => import("./commands/provider-catalog.ts"),
};

const probeFlags: readonly FlagSpec[] = [
  { name: "model", value: "MODEL", summary: "An alias or a model id that has to be served" },
  { name: "base-url", value: "URL", summary: "Ask there instead of at the configured address" },
];

export const providerReady: CommandSpec = {
  name: "provider-ready",
  summary: "See whether a provider answers, and serves a model",
  positionals: [{ name: "PROVIDER", summary: "A provider of the catalogue", isRequired: true }],
  flags: [...probeFlags, json],
  load: () => import("./commands/provider-ready.ts"),
};

/** On unless it is told otherwise: scripts read these documents. */
const jsonUnlessRefused: FlagSpec = {
  name: "json",
  value: "BOOL",
  isValueOptional: true,
  summary: "--json=false says it in words",
  choices: ["", "true", "false"],
};

export const providerProbe: CommandSpec = {
  name: "provider-probe",
  summary: "Print whether a provider answers, what it serves and what it has loaded, as JSON",
  positionals: [{ name: "PROVIDER", summary: "A provider of the catalogue", isRequired: true }],
  flags: [...probeFlags, jsonUnlessRefused],
  load: () => import("./commands/provider-probe.ts"),
};

export const providerToolProbe: CommandSpec = {
  name: "provider-tool-probe",
  summary: "See how a model calls a tool: natively, in its text, or not at all",
  positionals: [{ name: "PROVIDER", summary: "A provider of the catalogue", isRequired: true }],
  flags: [
    { name: "model", value: "MODEL", summary: "An alias or a model id; required" },
    { name: "base-url", value: "URL", summary: "Ask there instead of at the configured address" },
    {
      name: "mode",
      value: "MODE",
      summary: "Whether the answer comes whole or as a stream",
      choices: ["both", "non-streaming", "streaming"],
      fallback: "both",
    },
    {
      name: "marker",
      value: "TEXT",
      summary: "What the model has to hand to the tool",
      fallback: "harn_tool_probe_marker",
    },
    { name: "response-fixture", value: "FILE", summary: "Judge an answer that was saved, and ask nobody" },
    { name: "timeout-secs", value: "N", summary: "How long each answer may take", fallback: "120" },
    jsonUnlessRefused,
  ],
  load: () => import("./commands/provider-tool-probe.ts"),
};
