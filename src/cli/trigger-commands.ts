// The commands that look after triggers: their events, the trust they earn, and their queues.
import type { CommandSpec, FlagSpec } from "./arguments/spec.ts";
import { json } from "./json-flag.ts";

const bulkFlags: readonly FlagSpec[] = [
  {
    name: "where",
    value: "EXPR",
    summary: "All events that this expression over event, binding, attempt, outcome and audit accepts",
  },
  { name: "dry-run", summary: "Only show which events it would be" },
  { name: "progress", summary: "Say on standard error how far it is" },
  { name: "rate-limit", value: "N", summary: "At most so many in a second" },
];

export const trigger: CommandSpec = {
  name: "trigger",
  summary: "Repeat or call off what triggers were given, as the event log has it",
  subcommands: [
    {
      name: "replay",
      summary: "Dispatch recorded events again",
      positionals: [{ name: "EVENT", summary: "The event's id" }],
      flags: [
        ...bulkFlags,
        { name: "diff", summary: "Compare with what came of it the first time" },
        { name: "as-of", value: "TIME", summary: "With the version of the trigger that was active then" },
        { name: "steer-from", value: "STEP", summary: "Record what should have been decided: at event, or at outcome" },
        { name: "to-decision", value: "JSON", summary: "The decision that should have been", requires: "steer-from" },
        { name: "reason", value: "TEXT", summary: "Why", requires: "steer-from" },
        { name: "applied-by", value: "NAME", summary: "Who says so", requires: "steer-from" },
        {
          name: "scope",
          value: "SCOPE",
          summary: "How far it holds",
          choices: ["this_run", "this_persona", "all"],
          requires: "steer-from",
        },
      ],
      load: () => import("./commands/trigger-replay.ts"),
    },
    {
      name: "cancel",
      summary: "Ask for events to be left alone that are not done yet",
      positionals: [{ name: "EVENT", summary: "The event's id" }],
      flags: bulkFlags,
      load: () => import("./commands/trigger-cancel.ts"),
    },
  ],
};

const tierFlag: FlagSpec = {
  name: "to",
  value: "TIER",
  summary: "What it may do from now on (needed)",
  choices: ["shadow", "suggest", "act-with-approval", "act-auto"],
};

export const trust: CommandSpec = {
  name: "trust",
  summary: "See how far agents have earned trust, and set it",
  subcommands: [
    {
      name: "query",
      summary: "List records of the trust graph",
      flags: [
        { name: "agent", value: "NAME", summary: "Of this agent" },
        { name: "action", value: "NAME", summary: "Of this action" },
        { name: "since", value: "TIME", summary: "From then on: RFC 3339, or Unix time" },
        { name: "until", value: "TIME", summary: "Up to then" },
        { name: "tier", value: "TIER", summary: "Made at this tier", choices: tierFlag.choices ?? [] },
        {
          name: "outcome",
          value: "OUTCOME",
          summary: "That came out so",
          choices: ["success", "failure", "denied", "timeout"],
        },
        { name: "limit", value: "N", summary: "The newest so many" },
        { name: "grouped-by-trace", summary: "By trace" },
        { name: "summary", summary: "One line for each agent" },
        json,
      ],
      load: () => import("./commands/trust-query.ts"),
    },
    {
      name: "verify-chain",
      summary: "Check the hash chain of the trust graph",
      flags: [json],
      load: () => import("./commands/trust-verify-chain.ts"),
    },
    {
      name: "export",
      summary: "Print the whole trust graph as one document",
      flags: [
        { name: "output", short: "o", value: "FILE", summary: "Write it into this file" },
        { name: "compact", summary: "On one line" },
      ],
      load: () => import("./commands/trust-export.ts"),
    },
    {
      name: "promote",
      summary: "Let an agent do more",
      positionals: [{ name: "AGENT", summary: "The agent", isRequired: true }],
      flags: [tierFlag],
      load: () => import("./commands/trust-change-tier.ts"),
    },
    {
      name: "demote",
      summary: "Let an agent do less",
      positionals: [{ name: "AGENT", summary: "The agent", isRequired: true }],
      flags: [tierFlag, { name: "reason", value: "TEXT", summary: "Why" }],
      load: () => import("./commands/trust-change-tier.ts"),
    },
  ],
};

const orchestratorPlaces: readonly FlagSpec[] = [
  {
    name: "config",
    value: "FILE",
    summary: "The manifest whose triggers are meant",
    environment: "HARN_ORCHESTRATOR_MANIFEST",
    fallback: "harn.toml",
  },
  {
    name: "state-dir",
    value: "DIR",
    summary: "The folder with the event log",
    environment: "HARN_ORCHESTRATOR_STATE_DIR",
    fallback: ".harn/orchestrator",
  },
];

const queueName = [{ name: "QUEUE", summary: "The queue", isRequired: true }];

export const orchestrator: CommandSpec = {
  name: "orchestrator",
  summary: "Look after the triggers of a manifest: their queues, dead letters and dispatches",
  subcommands: [
    {
      name: "inspect",
      summary: "Show the triggers, and what was dispatched lately",
      flags: [...orchestratorPlaces, json],
      load: () => import("./commands/orchestrator-inspect.ts"),
    },
    {
      name: "fire",
      summary: "Dispatch a made-up event to a trigger",
      positionals: [{ name: "TRIGGER", summary: "The trigger's id", isRequired: true }],
      flags: orchestratorPlaces,
      load: () => import("./commands/orchestrator-fire.ts"),
    },
    {
      name: "replay",
      summary: "Dispatch a recorded event again",
      positionals: [{ name: "EVENT", summary: "The event's id", isRequired: true }],
      flags: [...orchestratorPlaces, json],
      load: () => import("./commands/orchestrator-replay.ts"),
    },
    {
      name: "resume",
      summary: "Accept what a person was asked for, and go on with the dispatch that waits for it",
      positionals: [{ name: "REQUEST", summary: "The request's id", isRequired: true }],
      flags: [
        ...orchestratorPlaces,
        { name: "reviewer", value: "NAME", summary: "Who accepts", fallback: "manual" },
        { name: "reason", value: "TEXT", summary: "Why" },
        json,
      ],
      load: () => import("./commands/orchestrator-resume.ts"),
    },
    {
      name: "dlq",
      summary: "List what no attempt could deliver, try it again or drop it",
      flags: [
        ...orchestratorPlaces,
        json,
        { name: "list", summary: "List it, which is what happens without a flag", conflicts: ["replay", "discard"] },
        { name: "replay", value: "ID", summary: "Try this one again", conflicts: ["discard"] },
        { name: "discard", value: "ID", summary: "Drop this one" },
      ],
      load: () => import("./commands/orchestrator-dlq.ts"),
    },
    {
      name: "queue",
      summary: "Look after worker queues",
      subcommands: [
        {
          name: "ls",
          summary: "List queues, and what is under way or waits",
          flags: [...orchestratorPlaces, json],
          load: () => import("./commands/orchestrator-queue-ls.ts"),
        },
        {
          name: "drain",
          summary: "Handle every job of a queue that is ready",
          positionals: queueName,
          flags: [
            ...orchestratorPlaces,
            { name: "consumer-id", value: "NAME", summary: "Who claims the jobs" },
            { name: "claim-ttl", value: "TIME", summary: "How long a claim holds", fallback: "5m" },
            json,
          ],
          load: () => import("./commands/orchestrator-queue-drain.ts"),
        },
        {
          name: "purge",
          summary: "Drop the jobs of a queue that nobody has claimed",
          positionals: queueName,
          flags: [...orchestratorPlaces, { name: "confirm", summary: "Yes, drop them" }, json],
          load: () => import("./commands/orchestrator-queue-purge.ts"),
        },
      ],
    },
    {
      name: "replay-oracle",
      summary: "Hold recorded pairs of runs to what they expect: the same, or a difference",
      positionals: [{ name: "PATH", summary: "A trace, or a folder of them" }],
      flags: [
        { name: "filter", value: "TEXT", summary: "Only traces whose name, path or protocol references contain this" },
        json,
      ],
      load: () => import("./commands/orchestrator-replay-oracle.ts"),
    },
    {
      name: "recover",
      summary: "Dispatch events that were taken in and never begun",
      flags: [
        ...orchestratorPlaces,
        { name: "envelope-age", value: "TIME", summary: "Only those that wait for so long (needed)" },
        { name: "dry-run", summary: "Only list them" },
        { name: "yes", summary: "Yes, dispatch them" },
      ],
      load: () => import("./commands/orchestrator-recover.ts"),
    },
  ],
};
