// Every command with its arguments. Pure data beside one `import()` each, so that reading a command line loads one command's code.
import type { CommandSpec, FlagSpec } from "./arguments/spec.ts";
import { mergeCaptain } from "./captain-commands.ts";
import { hitl } from "./human-commands.ts";
import { json } from "./json-flag.ts";
import {
  modelInfo,
  models,
  providerCatalog,
  providerProbe,
  providerReady,
  providerToolProbe,
} from "./model-commands.ts";
import { persona } from "./persona-commands.ts";
import { entryCode, runRules } from "./program-flags.ts";
import { run } from "./run-spec.ts";
import { skill, skills } from "./skill-commands.ts";
import { testBench } from "./test-bench-commands.ts";
import { orchestrator, trigger, trust } from "./trigger-commands.ts";

const hostCapabilities: FlagSpec = {
  name: "host-capabilities",
  value: "FILE",
  summary: "JSON with the operations that the host adds",
};
const bundleRoot: FlagSpec = {
  name: "bundle-root",
  value: "DIR",
  summary: "A second folder below which templates are looked for",
};
const verbose: FlagSpec = { name: "verbose", short: "v", summary: "Say more" };

const time: CommandSpec = {
  name: "time",
  summary: "See where the time of a command goes",
  subcommands: [
    {
      name: "run",
      summary: "Run a program and show how long each phase took",
      positionals: [{ name: "FILE", summary: "The program" }],
      passes: "ARGV",
      flags: [
        entryCode,
        { name: "json", summary: "Print one JSON document, and leave the program's output out" },
        { name: "no-cache", summary: "Compile the program even if that was done before" },
        ...runRules,
      ],
      load: () => import("./commands/time-run.ts"),
    },
  ],
};

const bench: CommandSpec = {
  name: "bench",
  summary: "Run a program many times and show how long a run takes",
  positionals: [{ name: "FILE", summary: "The program" }],
  passes: "ARGV",
  flags: [
    { name: "iterations", short: "n", value: "N", summary: "How many runs are measured", fallback: "10" },
    { name: "warm-up", short: "w", value: "N", summary: "How many runs go before, unmeasured", fallback: "0" },
    { name: "baseline", value: "FILE", summary: "Compare with what --profile-json wrote" },
    {
      name: "profile-json",
      value: "FILE",
      summary: "Write the measurements into this file, for --baseline and other readers",
      environment: "HARN_PROFILE_JSON",
    },
    {
      name: "profile",
      summary: "Show how much of the time went to models and tools",
      environment: "HARN_PROFILE",
    },
    entryCode,
    json,
    ...runRules,
  ],
  load: () => import("./commands/bench.ts"),
};

const check: CommandSpec = {
  name: "check",
  summary: "Find mistakes without running anything",
  positionals: [{ name: "TARGET", summary: "Files and folders", isRepeatable: true }],
  flags: [
    json,
    { name: "strict-types", summary: "Report parts of values from outside that are read before they are validated" },
    { name: "workspace", summary: "Check what `[workspace] pipelines` in harn.toml lists" },
    {
      name: "preflight",
      value: "SEVERITY",
      summary: "How missing imports, templates and host operations are reported",
      choices: ["error", "warning", "off"],
    },
    hostCapabilities,
    bundleRoot,
    { name: "invariants", summary: "Hold functions, tools and pipelines to what their `@invariant(...)` promises" },
    {
      name: "provider-matrix",
      summary: "Print what is known of models behind providers instead",
      conflicts: ["connector-matrix"],
    },
    { name: "connector-matrix", summary: "Print what packages declare for their connectors instead" },
    {
      name: "format",
      value: "FORMAT",
      summary: "Of a matrix; text by default",
      choices: ["text", "json", "markdown"],
    },
    { name: "filter", value: "FEATURE", summary: "Of a matrix: only rows that have this feature" },
  ],
  load: () => import("./commands/check.ts"),
};

const lint: CommandSpec = {
  name: "lint",
  summary: "Find what could be written better",
  positionals: [{ name: "TARGET", summary: "Files and folders", isRepeatable: true }],
  flags: [
    { name: "fix", summary: "Put right what can be put right by machine" },
    { name: "require-file-header", summary: "Want a doc comment at the top of each file" },
    json,
  ],
  load: () => import("./commands/lint.ts"),
};

const fmt: CommandSpec = {
  name: "fmt",
  summary: "Lay programs out in the one way there is",
  positionals: [{ name: "TARGET", summary: "Files and folders", isRepeatable: true }],
  flags: [
    { name: "check", summary: "Only say which files would change" },
    json,
    { name: "line-width", value: "N", summary: "Longest line that is not wrapped; 100 by default" },
    { name: "separator-width", value: "N", summary: "Length of a bar of dashes between sections" },
    { name: "stdin", summary: "Read a program from standard input and print it" },
  ],
  load: () => import("./commands/fmt.ts"),
};

const fix: CommandSpec = {
  name: "fix",
  summary: "Repair programs: show what would be changed, or change it, as far as a class of safety allows",
  positionals: [{ name: "PATH", summary: "A file or folder", isRequired: true }],
  flags: [
    { name: "plan", summary: "Show the repairs and change nothing", conflicts: ["apply"] },
    { name: "apply", summary: "Carry the repairs out" },
    {
      name: "safety",
      value: "CLASS",
      summary: "With --apply: the most that a repair may change",
      choices: ["format-only", "behavior-preserving", "scope-local", "surface-changing", "capability-changing"],
      requires: "apply",
    },
    { name: "dry-run", summary: "With --apply: say what would be done", requires: "apply" },
    {
      name: "harness-threading",
      value: "HOW",
      summary:
        "How ambient calls get hold of `harness`: as it is in scope everywhere, or as a parameter of each function",
      choices: ["local-global", "thread-params"],
      fallback: "local-global",
    },
    json,
  ],
  load: () => import("./commands/fix.ts"),
};

const explain: CommandSpec = {
  name: "explain",
  summary: "Say what a diagnostic code means, and what to do about it",
  positionals: [
    { name: "CODE", summary: "HARN-TYP-006, or TYP-006; with --invariant a function, tool or pipeline" },
    { name: "FILE", summary: "With --invariant: its program" },
  ],
  flags: [
    {
      name: "invariant",
      value: "NAME",
      summary: "Show the ways on which a handler breaks this `@invariant`",
      conflicts: ["catalog"],
    },
    { name: "catalog", summary: "List every code" },
    {
      name: "format",
      value: "FORMAT",
      summary: "Of the list",
      choices: ["markdown", "json", "text"],
      fallback: "markdown",
    },
    { name: "out", value: "DIR", summary: "Write a page for each code into this folder", requires: "catalog" },
    json,
  ],
  load: () => import("./commands/explain.ts"),
};

const doc: CommandSpec = {
  name: "doc",
  summary: "Look up builtins, methods and functions of the library",
  positionals: [{ name: "NAME", summary: "A name, a part of one, or a word of a description" }],
  flags: [json, { name: "out", value: "DIR", summary: "Write the whole reference as Markdown pages into this folder" }],
  load: () => import("./commands/doc.ts"),
};

const parse: CommandSpec = {
  name: "parse",
  summary: "Print the syntax tree of a file",
  positionals: [{ name: "FILE", summary: "The program", isRequired: true }],
  flags: [json],
  load: () => import("./commands/parse.ts"),
};

const tokens: CommandSpec = {
  name: "tokens",
  summary: "Print the tokens of a file",
  positionals: [{ name: "FILE", summary: "The program", isRequired: true }],
  flags: [json],
  load: () => import("./commands/tokens.ts"),
};

const disasm: CommandSpec = {
  name: "disasm",
  summary: "Print the bytecode of a file",
  positionals: [{ name: "FILE", summary: "The program", isRequired: true }],
  flags: [{ name: "imports", summary: "Print the modules it imports as well" }],
  load: () => import("./commands/disasm.ts"),
};

const test: CommandSpec = {
  name: "test",
  summary: "Run tests: pipelines named test_* or marked @test, or `conformance` programs with their expectations",
  positionals: [
    { name: "TARGET", summary: "A file or folder of tests, or `conformance`; tests/ when absent" },
    { name: "SELECTION", summary: "With `conformance`: a program or folder of the suite" },
  ],
  flags: [
    {
      name: "filter",
      value: "TEXT",
      summary: "Only tests whose name contains this; for conformance also a|b, globs and re:REGEX",
    },
    { name: "timeout", value: "MS", summary: "How long one test may take", fallback: "30000" },
    { name: "parallel", summary: "Run tests side by side" },
    { name: "jobs", short: "j", value: "N", summary: "How many side by side", environment: "HARN_TEST_JOBS" },
    { name: "root", value: "DIR", summary: "With `conformance`: the suite, when it is not conformance/" },
    { name: "timing", summary: "Show how long tests took" },
    { name: "junit", value: "FILE", summary: "Write a JUnit report" },
    { name: "json-out", value: "FILE", summary: "Write a JSON report" },
    json,
    verbose,
  ],
  load: () => import("./commands/test.ts"),
};

const testWorker: CommandSpec = {
  name: "test-worker",
  summary: "Serve `harn test`",
  isHidden: true,
  load: () => import("./commands/test-worker.ts"),
};

const runs: CommandSpec = {
  name: "runs",
  summary: "Look into run records",
  subcommands: [
    {
      name: "inspect",
      summary: "Show what a run did",
      positionals: [{ name: "PATH", summary: "The run record", isRequired: true }],
      flags: [json, { name: "compare", value: "PATH", summary: "A run to show the differences from" }],
      load: () => import("./commands/runs-inspect.ts"),
    },
    {
      name: "list",
      summary: "List the run records of a folder, newest first",
      positionals: [{ name: "FOLDER", summary: "The folder; the project's run folder by default" }],
      flags: [json],
      load: () => import("./commands/runs-list.ts"),
    },
    {
      name: "diff",
      summary: "Show what differs between two runs",
      positionals: [
        { name: "LEFT", summary: "The run record to compare with", isRequired: true },
        { name: "RIGHT", summary: "The run record to compare", isRequired: true },
      ],
      flags: [json],
      load: () => import("./commands/runs-diff.ts"),
    },
  ],
};

const replay: CommandSpec = {
  name: "replay",
  summary: "Judge a run by the fixture in its record, or run its program again on what was recorded",
  positionals: [{ name: "RUN", summary: "The run record; with --program a recorded run", isRequired: true }],
  flags: [
    json,
    { name: "program", summary: "Run the program again on its recorded effects, and compare everything it does" },
    { name: "current", summary: "The program as its files are now, not as they were", requires: "program" },
    { name: "at", value: "N", summary: "Go no further than this event of the recorded run", requires: "program" },
  ],
  load: () => import("./commands/replay.ts"),
};

const evaluate: CommandSpec = {
  name: "eval",
  summary: "Judge saved runs: one, a folder of them, or those that a manifest or a pack names; or a ladder",
  positionals: [{ name: "PATH", summary: "A run record, a folder, a manifest, a pack or a ladder" }],
  flags: [{ name: "compare", value: "PATH", summary: "A run to show the differences from" }],
  load: () => import("./commands/eval.ts"),
};

const pack: CommandSpec = {
  name: "pack",
  summary: "Pack a program with everything it imports into one file",
  positionals: [{ name: "ENTRY", summary: "The program" }],
  flags: [
    { name: "out", value: "FILE", summary: "Where the bundle goes; NAME.harnpack beside the program by default" },
    { name: "upgrade", value: "BUNDLE", summary: "Keep the id, triggers, workflow and prompts of this earlier bundle" },
    { name: "sign", summary: "Sign the bundle with --key", conflicts: ["unsigned"] },
    { name: "key", value: "PEM", summary: "An Ed25519 private key", requires: "sign" },
    { name: "unsigned", summary: "Leave the bundle unsigned, which is the default" },
    { name: "exclude-secrets", summary: "Refuse what looks like a secret", conflicts: ["include-secrets"] },
    { name: "include-secrets", summary: "Pack whatever is imported, which is the default" },
    json,
  ],
  load: () => import("./commands/pack.ts"),
  subcommands: [
    {
      name: "verify",
      summary: "Check a bundle's signature, its hash and its modules",
      positionals: [{ name: "BUNDLE", summary: "The bundle", isRequired: true }],
      flags: [
        { name: "allow-unsigned", summary: "Accept a bundle that nobody has signed" },
        {
          name: "trust-policy",
          value: "FILE",
          summary: "Where keys of signers are looked up, and whom to trust, as JSON: with --require-trusted-signer",
        },
        {
          name: "require-trusted-signer",
          summary: "Refuse a bundle whose signer this machine or the policy does not know",
        },
        { name: "strict", summary: "Check its bill of materials as well" },
        json,
      ],
      load: () => import("./commands/pack-verify.ts"),
    },
  ],
};

const verify: CommandSpec = {
  name: "verify",
  summary: "Check a receipt of a run: its events, its hashes, its signatures",
  positionals: [{ name: "RECEIPT", summary: "The receipt", isRequired: true }],
  flags: [json],
  load: () => import("./commands/verify.ts"),
};

const config: CommandSpec = {
  name: "config",
  summary: "Look into the layers of settings: installed, user, project, managed, environment",
  subcommands: [
    {
      name: "inspect",
      summary: "Print the settings that hold here, for hosts that run programs and for editors",
      flags: [
        { name: "explain", summary: "Say of each setting which layer it is from, and which others spoke" },
        { name: "no-discovery", summary: "Only what is built in, named here, or in the environment" },
        { name: "config", value: "FILE", summary: "A file that counts like the project's own", isRepeatable: true },
        {
          name: "managed",
          value: "FILE",
          summary: "A file whose policy may lock and deny settings",
          isRepeatable: true,
        },
        {
          name: "remote-defaults-url",
          value: "URL",
          summary: "Defaults from there; needs HARN_CONFIG_TRUST_REMOTE=1",
        },
      ],
      load: () => import("./commands/config-inspect.ts"),
    },
    {
      name: "validate",
      summary: "See whether files of settings say only what they may",
      positionals: [{ name: "FILE", summary: "The files; those found here when absent", isRepeatable: true }],
      flags: [{ name: "managed", summary: "Speak of them as managed policies" }],
      load: () => import("./commands/config-validate.ts"),
    },
    {
      name: "schema",
      summary: "Print the JSON Schema of files of settings, for editors",
      flags: [{ name: "output", value: "FILE", summary: "Write it there instead" }],
      load: () => import("./commands/config-schema.ts"),
    },
  ],
};

const pretty: FlagSpec = {
  name: "pretty",
  value: "BOOL",
  summary: "Indent the JSON",
  choices: ["true", "false"],
  fallback: "true",
};
const contracts: CommandSpec = {
  name: "contracts",
  summary: "Print what programs and hosts may rely on",
  subcommands: [
    {
      name: "builtins",
      summary: "Every builtin with its signature and effect, as JSON",
      flags: [pretty],
      load: () => import("./commands/contracts-builtins.ts"),
    },
    {
      name: "host-capabilities",
      summary: "The operations of the host that preflight takes for known, as JSON",
      flags: [hostCapabilities, pretty],
      load: () => import("./commands/contracts-host-capabilities.ts"),
    },
    {
      name: "bundle",
      summary: "What programs need where they run: modules, templates, folders, operations of the host",
      positionals: [{ name: "TARGET", summary: "Files and folders", isRepeatable: true, isRequired: true }],
      flags: [
        hostCapabilities,
        bundleRoot,
        { name: "verify", summary: "Fail when `harn check` finds an error in them" },
        pretty,
      ],
      load: () => import("./commands/contracts-bundle.ts"),
    },
  ],
};

const template: FlagSpec = {
  name: "template",
  value: "NAME",
  summary: "What it begins with",
  choices: ["basic", "agent", "package"],
  fallback: "basic",
};

const init: CommandSpec = {
  name: "init",
  summary: "Begin a project here, or in a folder of that name; files that are there stay",
  positionals: [{ name: "NAME", summary: "The folder; the present one when absent" }],
  flags: [template],
  load: () => import("./commands/init.ts"),
};

const newProject: CommandSpec = {
  name: "new",
  summary: "Begin a project in a new folder: `harn new NAME`, `harn new package NAME`",
  positionals: [
    { name: "FIRST", summary: "The name, or `package`" },
    { name: "SECOND", summary: "The name of the package" },
  ],
  flags: [template],
  load: () => import("./commands/new.ts"),
};

const doctor: CommandSpec = {
  name: "doctor",
  summary: "See whether this machine and this project have what programs need",
  flags: [json],
  load: () => import("./commands/doctor.ts"),
};

const version: CommandSpec = {
  name: "version",
  summary: "Print the version",
  flags: [json],
  load: () => import("./commands/version.ts"),
};

export const commandTree: CommandSpec = {
  name: "harn",
  summary: "Harn, a language for orchestrating agents",
  flags: [
    { name: "version", short: "V", summary: "Print the version" },
    { name: "json-schemas", summary: "List the JSON outputs of commands" },
    { name: "command", value: "NAME", summary: "Only those of this command", requires: "json-schemas" },
  ],
  subcommands: [
    run,
    time,
    bench,
    check,
    lint,
    fmt,
    fix,
    explain,
    doc,
    init,
    newProject,
    doctor,
    models,
    modelInfo,
    providerCatalog,
    providerReady,
    providerProbe,
    providerToolProbe,
    skill,
    skills,
    parse,
    tokens,
    disasm,
    test,
    testBench,
    runs,
    replay,
    evaluate,
    mergeCaptain,
    persona,
    pack,
    verify,
    hitl,
    trigger,
    trust,
    { ...trust, name: "trust-graph" },
    orchestrator,
    config,
    contracts,
    version,
    testWorker,
  ],
  load: () => import("./commands/root.ts"),
};
