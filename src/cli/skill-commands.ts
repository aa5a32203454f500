// Skills: who stands behind them, and which are found.
import type { CommandSpec, FlagSpec } from "./arguments/spec.ts";
import { json } from "./json-flag.ts";

const skillPath = { name: "SKILL", summary: "The path of a SKILL.md", isRequired: true };
const skillKey: FlagSpec = { name: "key", value: "PATH", summary: "A private key in PEM" };

const newSkill: CommandSpec = {
  name: "new",
  summary: "Make a skill to fill in",
  positionals: [{ name: "NAME", summary: "Its name, and its folder's below .harn/skills", isRequired: true }],
  flags: [
    { name: "description", value: "TEXT", summary: "What it is for, in one line" },
    { name: "dir", value: "PATH", summary: "Make it in this folder instead" },
    { name: "force", summary: "Write over files that are there" },
  ],
  load: () => import("./commands/skill-new.ts"),
};

export const skill: CommandSpec = {
  name: "skill",
  summary: "Who stands behind skills: keys, signatures and whom this machine trusts",
  subcommands: [
    newSkill,
    {
      name: "key",
      summary: "Keys that skills are signed with",
      subcommands: [
        {
          name: "generate",
          summary: "Make an Ed25519 key pair",
          flags: [
            {
              name: "out",
              value: "PATH",
              summary: "The private key's file; the public key goes to PATH.pub",
            },
          ],
          load: () => import("./commands/skill-key-generate.ts"),
        },
      ],
    },
    {
      name: "sign",
      summary: "Sign a skill as its author",
      positionals: [skillPath],
      flags: [skillKey],
      load: () => import("./commands/skill-sign.ts"),
    },
    {
      name: "endorse",
      summary: "Stand behind a skill that its author has signed",
      positionals: [skillPath],
      flags: [skillKey],
      load: () => import("./commands/skill-endorse.ts"),
    },
    {
      name: "verify",
      summary: "Check that a skill is signed and endorsed by people who are trusted here",
      positionals: [skillPath],
      flags: [json],
      load: () => import("./commands/skill-verify.ts"),
    },
    {
      name: "who-signed",
      summary: "Tell who signed a skill, and how that turned out before",
      positionals: [skillPath],
      flags: [json],
      load: () => import("./commands/skill-who-signed.ts"),
    },
    {
      name: "trust",
      summary: "Whose signatures count on this machine",
      subcommands: [
        {
          name: "add",
          summary: "Trust the owner of a public key",
          flags: [{ name: "from", value: "URL|FILE", summary: "Where its PEM is" }],
          load: () => import("./commands/skill-trust-add.ts"),
        },
        {
          name: "list",
          summary: "List the fingerprints that are trusted",
          load: () => import("./commands/skill-trust-list.ts"),
        },
      ],
    },
  ],
};

const skillPlace: readonly FlagSpec[] = [
  { name: "from", value: "PATH", summary: "Look from this folder on, instead of the working folder" },
  {
    name: "skill-dir",
    value: "DIR",
    summary: "A folder of skills that comes before all others",
    isRepeatable: true,
  },
];

export const skills: CommandSpec = {
  name: "skills",
  summary: "Skills about Harn itself, those that programs find here, and installing more",
  subcommands: [
    {
      name: "list",
      summary: "List the skills about Harn that come with this command",
      flags: [json],
      load: () => import("./commands/skills-list.ts"),
    },
    {
      name: "get",
      summary: "Print what one of them is for, with --full all of it",
      positionals: [{ name: "NAME", summary: "Its name, such as harn-language", isRequired: true }],
      flags: [{ name: "full", summary: "Also what an agent is told" }, json],
      load: () => import("./commands/skills-get.ts"),
    },
    {
      name: "dump",
      summary: "Write them into a folder, each as NAME/SKILL.md",
      flags: [
        { name: "all", summary: "All of them; there is no other choice yet, so it is required" },
        { name: "out", value: "DIR", summary: "The folder", fallback: "skills" },
        { name: "force", summary: "Write over files that are there" },
      ],
      load: () => import("./commands/skills-dump.ts"),
    },
    {
      name: "resolved",
      summary: "List the skills that are found, with their layers",
      flags: [...skillPlace, { name: "all", summary: "Also those that a higher layer hides" }, json],
      load: () => import("./commands/skills-resolved.ts"),
    },
    {
      name: "inspect",
      summary: "Print all there is of one skill",
      positionals: [{ name: "ID", summary: "Its id, or its name", isRequired: true }],
      flags: [...skillPlace, json],
      load: () => import("./commands/skills-inspect.ts"),
    },
    {
      name: "match",
      summary: "Rank the skills that fit a prompt",
      positionals: [{ name: "PROMPT", summary: "What a user might say", isRequired: true }],
      flags: [
        ...skillPlace,
        { name: "top-n", value: "N", summary: "How many to show; 5 by default" },
        { name: "working-file", value: "PATH", summary: "A file that is being worked on", isRepeatable: true },
        json,
      ],
      load: () => import("./commands/skills-match.ts"),
    },
    {
      name: "install",
      summary: "Bring skills of a folder or a git repository into this project",
      positionals: [{ name: "SPEC", summary: "A folder, a git address, or owner/repo", isRequired: true }],
      flags: [
        { name: "name", value: "NAME", summary: "The name of its folder here" },
        { name: "tag", value: "TAG", summary: "A tag or branch of the repository" },
        { name: "namespace", value: "NAME", summary: "What stands in front of the skills' ids" },
      ],
      load: () => import("./commands/skills-install.ts"),
    },
    newSkill,
  ],
};
