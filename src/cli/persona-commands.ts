import type { CommandSpec, FlagSpec, PositionalSpec } from "./arguments/spec.ts";
import { json } from "./json-flag.ts";

const places: readonly FlagSpec[] = [
  {
    name: "manifest",
    value: "PATH",
    summary: "The harn.toml with the personas, or its folder; the nearest one without",
  },
  { name: "state-dir", value: "DIR", summary: "Where what personas did is kept (.harn/personas)" },
];
const at: FlagSpec = { name: "at", value: "TIME", summary: "What time it is, RFC 3339; the clock's without" };
const tokens: FlagSpec = { name: "tokens", value: "N", summary: "How many tokens the work takes" };
const cost: readonly FlagSpec[] = [{ name: "cost-usd", value: "USD", summary: "What the work costs" }, tokens];
const name: PositionalSpec = { name: "NAME", summary: "The persona", isRequired: true };

/** `harn persona`: agents that a manifest declares, and what they have been given to do. */
export const persona: CommandSpec = {
  name: "persona",
  summary: "Look after the personas of a manifest: whether they work, what waits for them, what they have spent",
  subcommands: [
    {
      name: "list",
      summary: "List the personas that the manifest declares",
      flags: [...places, json],
      load: () => import("./commands/persona-list.ts"),
    },
    {
      name: "inspect",
      summary: "Print what the manifest says of one",
      positionals: [name],
      flags: [...places, json],
      load: () => import("./commands/persona-inspect.ts"),
    },
    {
      name: "check",
      summary: "Find what is wrong with the personas of a manifest",
      positionals: [{ name: "PATH", summary: "The manifest or its folder" }],
      flags: [...places, json],
      load: () => import("./commands/persona-check.ts"),
    },
    {
      name: "status",
      summary: "See what one does, what waits for it and what it has spent",
      positionals: [name],
      flags: [...places, at, json],
      load: () => import("./commands/persona-status.ts"),
    },
    {
      name: "pause",
      summary: "Let what comes for one wait",
      positionals: [name],
      flags: [...places, at, json],
      load: () => import("./commands/persona-pause.ts"),
    },
    {
      name: "resume",
      summary: "Let one go on, with what waited first",
      positionals: [name],
      flags: [...places, at, json],
      load: () => import("./commands/persona-resume.ts"),
    },
    {
      name: "disable",
      summary: "Let what comes for one be a dead letter",
      positionals: [name],
      flags: [...places, at, json],
      load: () => import("./commands/persona-disable.ts"),
    },
    {
      name: "tick",
      summary: "Let its schedule come due",
      positionals: [name],
      flags: [...places, at, ...cost, json],
      load: () => import("./commands/persona-tick.ts"),
    },
    {
      name: "trigger",
      summary: "Give one an event, as its providers would",
      positionals: [name],
      flags: [
        ...places,
        { name: "provider", value: "NAME", summary: "Who sends it: github, linear, slack … (needed)" },
        { name: "kind", value: "KIND", summary: "What happened: pull_request, issue … (needed)" },
        { name: "metadata", value: "KEY=VALUE", summary: "What is known of it", isRepeatable: true },
        at,
        ...cost,
        json,
      ],
      load: () => import("./commands/persona-trigger.ts"),
    },
    {
      name: "spend",
      summary: "Record what its work cost",
      positionals: [name],
      flags: [...places, { name: "cost-usd", value: "USD", summary: "The dollars (needed)" }, tokens, at, json],
      load: () => import("./commands/persona-spend.ts"),
    },
    {
      name: "supervision",
      summary: "Watch what personas do",
      subcommands: [
        {
          name: "tail",
          summary: "Print what they did, one JSON document a line",
          flags: [
            ...places,
            { name: "persona", value: "NAME", summary: "Only this one" },
            { name: "since-event-id", value: "N", summary: "Only what came after this event" },
            { name: "follow", summary: "Go on with what they do from now on" },
            { name: "limit", value: "N", summary: "At most so many lines" },
            { ...at, summary: "Taken for symmetry; lines have their own times" },
            { ...json, summary: "Taken for symmetry; it is JSON anyway" },
          ],
          load: () => import("./commands/persona-supervision-tail.ts"),
        },
      ],
    },
  ],
};
