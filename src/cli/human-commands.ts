// What people answer programs with.
import type { CommandSpec, FlagSpec, PositionalSpec } from "./arguments/spec.ts";
import { json } from "./json-flag.ts";

const place: FlagSpec = {
  name: "state-dir",
  value: "DIR",
  summary: "The folder with the event log; the project's, or .harn here, by default",
};
const reviewer: FlagSpec = { name: "as", value: "NAME", summary: "Who answers; whoever is logged in by default" };
const reason: FlagSpec = { name: "reason", value: "TEXT", summary: "Why" };
const request: PositionalSpec = { name: "REQUEST", summary: "The request's id", isRequired: true };

const load: NonNullable<CommandSpec["load"]> = () => import("./commands/hitl-respond.ts");

export const hitl: CommandSpec = {
  name: "hitl",
  summary: "See what programs ask people, and answer",
  subcommands: [
    {
      name: "pending",
      summary: "List what nobody has answered, the newest first",
      flags: [place, json],
      load: () => import("./commands/hitl-pending.ts"),
    },
    {
      name: "answer",
      summary: "Answer a question",
      positionals: [
        request,
        { name: "ANSWER", summary: "A text, or JSON where the question asks for it", isRequired: true },
      ],
      flags: [reviewer, place, json],
      load,
    },
    {
      name: "approve",
      summary: "Approve an action",
      positionals: [request],
      flags: [reviewer, reason, place, json],
      load,
    },
    { name: "deny", summary: "Refuse an action", positionals: [request], flags: [reviewer, reason, place, json], load },
    { name: "accept", summary: "Accept an escalation", positionals: [request], flags: [reviewer, place, json], load },
  ],
};
