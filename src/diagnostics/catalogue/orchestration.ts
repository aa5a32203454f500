import { type CodeEntry, entry, reserved } from "./entry.ts";

export const capabilityCodes: readonly CodeEntry[] = [
  reserved("CAP-001", "a capability is called with the wrong data", "The host answers such calls with an error."),
  entry(
    "CAP-002",
    "a question to a human lacks a required argument",
    "`ask_user` needs `prompt`, `request_approval` needs `action`, `dual_control` needs `n`, `m` and `action`, `escalate_to` needs `role` and `reason`.",
    {
      wrong: 'let a = request_approval(detail: "why")\n\nlog(a)\n',
      right: 'let a = request_approval(action: "deploy", detail: "why")\n\nlog(a)\n',
      related: ["CAP-003", "NAM-006"],
    },
  ),
  entry(
    "CAP-003",
    "a question to a human has an argument that it does not take",
    "Also reported: positional arguments after named ones, and too many of them.",
    {
      wrong: 'let a = ask_user(prompt: "Go?", colour: "red")\n\nlog(a)\n',
      right: 'let a = ask_user(prompt: "Go?", timeout: 5m)\n\nlog(a)\n',
      related: ["CAP-002"],
    },
  ),
  reserved("CAP-004", "the result of a capability is not looked at", "Found by the linter.", "LNT-013"),
  entry(
    "CAP-005",
    "an operation that the host does not declare",
    "Correct the name, or declare what your host adds in `[check] host_capabilities`, `host_capabilities_path` or `--host-capabilities`. `[check] preflight_allow` lets it pass.",
    {
      wrong: 'log(host_call("project.scna", {}))\n',
      right: 'log(host_call("project.scan", {}))\n',
      related: ["CAP-006", "CAP-007"],
    },
  ),
  entry(
    "CAP-006",
    "the operation of a host call is not a literal",
    'Only a literal `"capability.operation"` can be checked before anything runs.',
    {
      wrong: 'let name = "project.scan"\n\nlog(host_call(name, {}))\n',
      right: 'log(host_call("project.scan", {}))\n',
      related: ["CAP-005"],
    },
  ),
  entry(
    "CAP-007",
    "a tool that the host carries out names no operation",
    '`executor: "host_bridge"` needs `host_capability: "capability.operation"`.',
    {
      wrong: 'log(tool_define(tool_registry(), "ask", "Ask", {executor: "host_bridge", parameters: {}}))\n',
      right:
        'log(\n  tool_define(\n    tool_registry(),\n    "ask",\n    "Ask",\n    {executor: "host_bridge", host_capability: "interaction.ask", parameters: {}},\n  ),\n)\n',
      related: ["CAP-005"],
    },
  ),
  entry(
    "CAP-201",
    "the sandbox refused",
    "Raised while running. Give the program what it needs (`harn run --read DIR`, an egress rule), or do without.",
  ),
  reserved(
    "CAP-301",
    "a child may do more than its parent",
    "A child's policy is narrowed to its parent's, so that it cannot; what it is then refused has its own code.",
    "CAP-201",
  ),
];

export const modelCodes: readonly CodeEntry[] = [
  entry(
    "LLM-001",
    "an option that model calls do not have",
    "The nearest option is in the message. Unknown options have no effect. Of the options of `agent_loop` only slips are told: others may be for closures of the program.",
    {
      wrong: 'log(llm_call("Hi", nil, {temprature: 0.2}))\n',
      right: 'log(llm_call("Hi", nil, {temperature: 0.2}))\n',
      related: ["NAM-007", "LNT-050"],
    },
  ),
  reserved("LLM-002", "an option of former versions", "Found by the linter.", "LNT-050"),
  reserved(
    "LLM-003",
    "an answer without a schema",
    "Reading parts of an unchecked answer is found by the linter.",
    "LNT-029",
  ),
  reserved("LLM-004", "a schema that is none", "An error when the call runs."),
  reserved("LLM-005", "a prompt that asks for the provider", "Found in templates by the linter.", "LNT-046"),
];

export const orchestrationCodes: readonly CodeEntry[] = [
  entry("ORC-001", "a call with the wrong number of arguments", "A warning: when the call runs, it is an error.", {
    wrong: "fn add(a, b) {\n  return a + b\n}\n\nlog(add(1))\n",
    right: "fn add(a, b) {\n  return a + b\n}\n\nlog(add(1, 2))\n",
    related: ["STD-003"],
  }),
  entry(
    "ORC-002",
    "a construct with the wrong kind of value",
    "`max_concurrent` is an int; `emit` belongs in a `gen fn`, `yield` in other functions.",
    { wrong: "fn count() {\n  emit 1\n}\n\nlog(count())\n", right: "gen fn count() {\n  emit 1\n}\n\nlog(count())\n" },
  ),
  reserved("ORC-003", "an agent that is declared wrongly", "An error when it starts."),
  reserved("ORC-004", "a workflow that is declared wrongly", "An error when it starts."),
  entry(
    "ORC-005",
    "a tool with an executor that does not exist",
    "One of `harn`, `host_bridge`, `mcp_server`, `provider_native`.",
    {
      wrong: 'log(tool_define(tool_registry(), "t", "Does", {executor: "robot", parameters: {}}))\n',
      right: 'log(tool_define(tool_registry(), "t", "Does", {executor: "harn", parameters: {}}))\n',
    },
  ),
  reserved("ORC-006", "a pipeline that is declared wrongly", "Reported by the parser.", "PAR-001"),
  reserved("ORC-007", "a select that is wrong", "Reported by the parser.", "PAR-001"),
  entry("ORC-008", "a statement that never runs", "Something before it always leaves.", {
    wrong: "fn f() {\n  return 1\n  log(2)\n}\n\nlog(f())\n",
    right: "fn f() {\n  log(2)\n  return 1\n}\n\nlog(f())\n",
    related: ["LNT-011"],
  }),
  entry(
    "ORC-009",
    "Flow attributes that do not go together",
    "A predicate of a Flow is either `@deterministic` or `@semantic`; the message says which is missing or too many.",
  ),
  entry(
    "ORC-010",
    "a folder to run in that is not there",
    "Make it before, or correct the path: it is relative to the file.",
    { wrong: 'log(exec_at("gone", "ls"))\n', right: 'log(exec_at(".", "ls"))\n' },
  ),
];

export const stdlibCodes: readonly CodeEntry[] = [
  entry("STD-001", "a function of former versions", "The message says what took its place.", {
    wrong: 'log(host_invoke("project", "scan", {}))\n',
    right: 'log(host_call("project.scan", {}))\n',
    related: ["LNT-001"],
  }),
  reserved("STD-002", "a library call that is wrong", "Reported by its arguments.", "TYP-006", "STD-003"),
  entry("STD-003", "a builtin with the wrong number of arguments", "A warning: when the call runs, it is an error.", {
    wrong: "log(len([1], [2]))\n",
    right: "log(len([1]))\n",
    related: ["ORC-001"],
  }),
  reserved(
    "STD-101",
    "a library function without its metadata",
    "It is about the library's own modules, whose functions are described by their signatures and doc comments: `harn doc NAME`.",
    "LNT-024",
  ),
];

export const promptCodes: readonly CodeEntry[] = [
  entry(
    "PRM-001",
    "a template does not parse",
    'Templates have `{{ name }}`, `{{ name | filter }}`, `{{ if }}` `{{ elif }}` `{{ else }}` `{{ end }}`, `{{ for x in xs }}`, `{{ include "p" }}`, `{{# comment #}}` and `{{ raw }}`.',
    {
      wrong: 'log(render("hi.prompt"))\n',
      right: 'log(render("fine.prompt"))\n',
      files: { "hi.prompt": "{{ if x }}", "fine.prompt": "{{ if x }}hi{{ end }}" },
      related: ["LNT-040"],
    },
  ),
  reserved("PRM-002", "a template with too many variants", "Found by the linter.", "LNT-044"),
  reserved("PRM-003", "foreign text among instructions", "Found by the linter.", "LNT-026"),
  reserved("PRM-004", "a template that asks for the provider", "Found by the linter.", "LNT-046"),
  entry(
    "PRM-005",
    "a prompt speaks of a tool that is not there",
    "Declare it, take it out of the prompt, or mark the line with `harn-tool-surface: ignore-line`.",
    {
      wrong:
        'let tools = tool_define(tool_registry(), "look", "Look", {parameters: {}})\n\nlog(tools, render("hi.prompt"))\n',
      right:
        'let tools = tool_define(tool_registry(), "look", "Look", {parameters: {}})\n\nlog(tools, render("fine.prompt"))\n',
      files: { "hi.prompt": "Call see({}).", "fine.prompt": "Call look({})." },
      related: ["PRM-006"],
    },
  ),
  entry(
    "PRM-006",
    "a prompt speaks of a tool that is loaded later",
    "Turn `tool_search` on, load the tool at once, or mark the line as an example.",
    {
      wrong:
        'let tools = tool_define(tool_registry(), "look", "Look", {parameters: {}, defer_loading: true})\n\nlog(tools, render("hi.prompt"))\n',
      right:
        'let tools = tool_define(tool_registry(), "look", "Look", {parameters: {}})\n\nlog(tools, render("hi.prompt"))\n',
      files: { "hi.prompt": "Call look({})." },
      related: ["PRM-005"],
    },
  ),
  entry(
    "PRM-007",
    "a template that is not there",
    "Paths are relative to the file; `@/…` to the project; `[check] bundle_root` is a second place to look.",
    {
      wrong: 'log(render("gone.prompt"))\n',
      right: 'log(render("there.prompt"))\n',
      files: { "there.prompt": "hi" },
      related: ["IMP-001"],
    },
  ),
];
