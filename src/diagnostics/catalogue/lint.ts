import { type CodeEntry, entry } from "./entry.ts";

const ambient = (handle: string): string =>
  `Capabilities are reached through \`harness\`, which is in scope everywhere: so a reader sees what a function touches, and a test can hand in another. \`harn fix --apply --safety scope-local\` rewrites calls to \`harness.${handle}.*\`.`;

/** The linter: `[lint] disabled` of harn.toml turns a rule off by its name, which the finding shows. */
export const lintCodes: readonly CodeEntry[] = [
  entry("LNT-001", "a library function under its former name", "The message says the present one.", {
    wrong: "log(retry_with_backoff({ -> 1 }))\n",
    related: ["STD-001"],
  }),
  entry(
    "LNT-002",
    "a function with too many branches",
    "One point for each branch, loop and `&&` or `||`, and one to start with. Split it, or mark it `@complexity(allow)`; `[lint] complexity_threshold` is 25.",
  ),
  entry("LNT-003", "a name in the wrong style", "Functions are `snake_case`, types `PascalCase`.", {
    wrong: "fn addOne(n) {\n  return n + 1\n}\n\nlog(addOne(1))\n",
    right: "fn add_one(n) {\n  return n + 1\n}\n\nlog(add_one(1))\n",
  }),
  entry(
    "LNT-004",
    "an iterator where a collection is wanted",
    "Lazy steps make nothing until they are collected: end with `.to_list()`, `.to_set()` or `.to_dict()`.",
    {
      wrong: "let xs: list<int> = [1, 2].iter().map({ x -> x + 1 })\n\nlog(xs)\n",
      right: "let xs: list<int> = [1, 2].iter().map({ x -> x + 1 }).to_list()\n\nlog(xs)\n",
    },
  ),
  entry(
    "LNT-005",
    "a copy that nobody needs",
    "Collections are values: passing one never lets the callee change yours.",
    { wrong: "let xs = [1]\n\nlog(xs.clone())\n", right: "let xs = [1]\n\nlog(xs)\n" },
  ),
  entry(
    "LNT-006",
    "long-running work that nobody ends",
    "Keep the handle, and cancel it in a `defer` or `finally` block.",
    {
      wrong: 'fn build() {\n  return host_tool_call("run_command", {background: true})\n}\n\nlog(build())\n',
      right:
        'fn build() {\n  let handle = host_tool_call("run_command", {background: true})\n  defer {\n    host_tool_call("cancel_handle", {handle: handle})\n  }\n  return "started"\n}\n\nlog(build())\n',
    },
  ),
  entry(
    "LNT-007",
    "a tool shown to other programs without annotations",
    "Clients decide by them what to ask their user about: `readOnlyHint`, `destructiveHint`, `idempotentHint`, `openWorldHint`.",
    {
      wrong:
        'var tools = tool_registry()\n\ntools = tool_define(tools, "look", "Look", {parameters: {}})\nmcp_tools(tools)\n',
      right:
        'var tools = tool_registry()\n\ntools = tool_define(tools, "look", "Look", {parameters: {}, annotations: {readOnlyHint: true}})\nmcp_tools(tools)\n',
    },
  ),
  entry(
    "LNT-008",
    "a pull request without a look for secrets",
    "Run `secret_scan` on every way to the call, and open the request only when it finds nothing.",
    {
      wrong: 'fn ship(diff) {\n  return mcp_call("git", "create_pr", {diff: diff})\n}\n\nlog(ship(""))\n',
      right:
        'fn ship(diff) {\n  let found = secret_scan(diff)\n  require found == [], "secrets in the diff"\n  return mcp_call("git", "create_pr", {diff: diff})\n}\n\nlog(ship(""))\n',
    },
  ),
  entry("LNT-009", "a variable hides another", "Give the inner one a name of its own.", {
    wrong: "let n = 1\n\nfn f(n) {\n  return n\n}\n\nlog(f(n))\n",
    right: "let n = 1\n\nfn f(m) {\n  return m\n}\n\nlog(f(n))\n",
  }),
  entry(
    "LNT-010",
    "a hook for a persona or step that nobody declares",
    "It would never run. Personas and steps are matched by the names in `@persona(name: …)` and `@step(name: …)`.",
    {
      wrong:
        '@step\nfn plan(task) {\n  return task\n}\n\n@persona\nfn writer(task) {\n  return plan(task)\n}\n\nregister_step_hook("writer", "plant", "PreStep", { event -> event })\nlog(writer(1))\n',
      right:
        '@step\nfn plan(task) {\n  return task\n}\n\n@persona\nfn writer(task) {\n  return plan(task)\n}\n\nregister_step_hook("writer", "plan", "PreStep", { event -> event })\nlog(writer(1))\n',
      related: ["LNT-021"],
    },
  ),
  entry(
    "LNT-011",
    "code after the end",
    "Nothing runs after `return`, `throw`, `break` or `continue` in the same block.",
    {
      wrong: "fn f() {\n  return 1\n  log(2)\n}\n\nlog(f())\n",
      right: "fn f() {\n  return 1\n}\n\nlog(f())\n",
      related: ["ORC-008"],
    },
  ),
  entry("LNT-012", "a value is named only to be returned", "Return it at once.", {
    wrong: "fn f() {\n  let n = 1 + 1\n  return n\n}\n\nlog(f())\n",
    right: "fn f() {\n  return 1 + 1\n}\n\nlog(f())\n",
  }),
  entry(
    "LNT-013",
    "an approval that nobody looks at",
    "What a human answered decides whether to go on. Bind it, or assign it to `_` on purpose.",
    {
      wrong: 'request_approval(action: "deploy")\nlog(1)\n',
      right: 'let approval = request_approval(action: "deploy")\n\nlog(approval)\n',
    },
  ),
  entry("LNT-014", "a variable that nobody reads", "Remove it, or begin its name with `_`.", {
    wrong: "let idle = 1\n",
    right: "let _idle = 1\n",
  }),
  entry("LNT-015", "a name of a pattern that nobody reads", "Leave it out of the pattern, or begin it with `_`.", {
    wrong: "let [a, b] = [1, 2]\n\nlog(a)\n",
    right: "let [a, _b] = [1, 2]\n\nlog(a)\n",
  }),
  entry(
    "LNT-016",
    "a parameter that nobody reads",
    "Remove it, or begin its name with `_` where the caller wants it to be there.",
    { wrong: "fn f(n) {\n  return 1\n}\n\nlog(f(1))\n", right: "fn f(_n) {\n  return 1\n}\n\nlog(f(1))\n" },
  ),
  entry("LNT-017", "an imported name that nobody uses", "Take it out of the import.", {
    wrong: 'import { truncate_lines } from "std/text"\n\nlog(1)\n',
    right: "log(1)\n",
  }),
  entry("LNT-018", "a `var` that never changes", "`let` tells the reader so.", {
    wrong: "var n = 1\n\nlog(n)\n",
    right: "let n = 1\n\nlog(n)\n",
    related: ["OWN-001"],
  }),
  entry("LNT-019", "a function that nobody calls", "Remove it, export it with `pub`, or begin its name with `_`.", {
    wrong: "fn orphan() {\n  return 1\n}\n",
    right: "/** For others. */\npub fn orphan() {\n  return 1\n}\n",
  }),
  entry("LNT-020", "a type that nobody uses", "Remove it, export it with `pub`, or begin its name with `_`.", {
    wrong: "struct Lone {\n  n: int\n}\n\nlog(1)\n",
    right: "struct Lone {\n  n: int\n}\n\nlog(Lone {n: 1})\n",
  }),
  entry(
    "LNT-021",
    "a persona calls what is no step",
    "Budgets, hooks and receipts hold for steps. Declare the function `@step`, or list it in `[lint] persona_step_allowlist`.",
    {
      wrong:
        "fn plan(task) {\n  return task\n}\n\n@persona\nfn writer(task) {\n  return plan(task)\n}\n\nlog(writer(1))\n",
      right:
        "@step\nfn plan(task) {\n  return task\n}\n\n@persona\nfn writer(task) {\n  return plan(task)\n}\n\nlog(writer(1))\n",
      related: ["LNT-010"],
    },
  ),
  entry(
    "LNT-022",
    "a call of a function that nobody declares",
    "Correct the name, declare the function, or import it.",
    { wrong: "log(lenght([1]))\n", right: "log(len([1]))\n", related: ["NAM-002"] },
  ),
  entry("LNT-023", "a public pipeline without a result type", "Whoever starts it wants to know what it gives.", {
    wrong: "pub pipeline report(task) {\n  return task\n}\n",
    right: "pub pipeline report(task) -> any {\n  return task\n}\n",
  }),
  entry(
    "LNT-024",
    "a public function without a doc comment",
    "`/** … */` above it is what `harn doc` and editors show.",
    { wrong: "pub fn f() {\n  return 1\n}\n", right: "/** Gives one. */\npub fn f() {\n  return 1\n}\n" },
  ),
  entry("LNT-025", "an assertion outside of a test", "Use `require`, which belongs to the program, or throw.", {
    wrong: "fn f(n) {\n  assert(n > 0)\n  return n\n}\n\nlog(f(1))\n",
    right: "fn f(n) {\n  require n > 0\n  return n\n}\n\nlog(f(1))\n",
    related: ["LNT-038"],
  }),
  entry(
    "LNT-026",
    "data among the instructions of a model",
    "Whoever writes the data could write instructions. Keep the system prompt fixed, and pass data in the user prompt.",
    {
      wrong: 'let name = "Ann"\n\nlog(llm_call("Hi", "You help ${name}."))\n',
      right: 'let name = "Ann"\n\nlog(llm_call("Hi from ${name}", "You help."))\n',
    },
  ),
  entry(
    "LNT-027",
    "a connector reaches too far",
    "`normalize_inbound` stands in the way of every event and may not reach the network; no export of a connector may use files, processes or models directly.",
    {
      wrong: "/** Reads an event. */\npub fn normalize_inbound(raw) {\n  return http_get(raw.url)\n}\n",
      right: "/** Reads an event. */\npub fn normalize_inbound(raw) {\n  return raw.url\n}\n",
    },
  ),
  entry("LNT-028", "a conversion that changes nothing", "The value has that type already.", {
    wrong: 'log(to_string("a"))\n',
    right: 'log("a")\n',
  }),
  entry(
    "LNT-029",
    "a part of something unchecked",
    "What came from outside may have any shape. Check it with `schema_expect`, or give it an annotated variable first.",
    {
      wrong: 'log(json_parse("{}").name)\n',
      right: 'let parsed: {name?: string} = json_parse("{}")\n\nlog(parsed.name)\n',
      related: ["OWN-004"],
    },
  ),
  entry("LNT-030", "a condition that is decided already", "`true || x` and `false && x` never look at `x`.", {
    wrong: "let x = false\n\nlog(true || x)\n",
    right: "let x = false\n\nlog(x)\n",
  }),
  entry("LNT-031", "a comparison that says nothing", "A value is equal to itself.", {
    wrong: "let x = 1\n\nlog(x == x)\n",
    right: "let x = 1\n\nlog(x == 1)\n",
  }),
  entry("LNT-032", "a comparison with `true` or `false`", "The value says it by itself, or with `!`.", {
    wrong: "let x = true\n\nlog(x == true)\n",
    right: "let x = true\n\nlog(x)\n",
  }),
  entry("LNT-033", "arithmetic with `true`, `false` or `nil`", "It ends in an error when it runs.", {
    wrong: "log([1] + nil)\n",
    right: "log([1] + [])\n",
    related: ["TYP-002"],
  }),
  entry("LNT-034", "a ternary that `??` says shorter", "`x ?? d` is `x` unless it is nil.", {
    wrong: "let x = [1].first()\n\nlog(x != nil ? x : 0)\n",
    right: "let x = [1].first()\n\nlog(x ?? 0)\n",
  }),
  entry("LNT-035", "an empty block", "Fill it, or remove what it belongs to.", {
    wrong: "for _x in [1] {\n}\n\nlog(1)\n",
    right: "for x in [1] {\n  log(x)\n}\n",
  }),
  entry("LNT-036", "an `else` after a `return`", "What follows the `if` runs only when it did not return.", {
    wrong: "fn f(x) {\n  if x {\n    return 1\n  } else {\n    return 2\n  }\n}\n\nlog(f(true))\n",
    right: "fn f(x) {\n  if x {\n    return 1\n  }\n  return 2\n}\n\nlog(f(true))\n",
  }),
  entry("LNT-037", "an arm that another one covers", "Only the first of two equal patterns can match.", {
    wrong: 'let n = 1\n\nlog(\n  match n {\n    1 -> { "a" }\n    1 -> { "b" }\n    _ -> { "c" }\n  },\n)\n',
    right: 'let n = 1\n\nlog(\n  match n {\n    1 -> { "a" }\n    2 -> { "b" }\n    _ -> { "c" }\n  },\n)\n',
  }),
  entry("LNT-038", "a `require` in a test", "Assertions say what was expected and what came.", {
    wrong: "pipeline test_one(task) {\n  require 1 == 2 - 1\n}\n",
    right: "pipeline test_one(task) {\n  assert_eq(1, 2 - 1)\n}\n",
    related: ["LNT-025"],
  }),
  entry("LNT-039", "`break` or `continue` outside of a loop", "A closure in a loop is outside of it as well.", {
    wrong: "break\n",
    right: "while true {\n  break\n}\n",
  }),
  entry(
    "LNT-040",
    "a template that does not parse",
    'Templates have `{{ name }}`, `{{ name | filter }}`, `{{ if }}` `{{ elif }}` `{{ else }}` `{{ end }}`, `{{ for x in xs }}`, `{{ include "p" }}`, `{{# comment #}}` and `{{ raw }}`.',
    { related: ["PRM-001"] },
  ),
  entry("LNT-041", "no blank line between items", "`harn fmt` puts one there.", {
    wrong: "fn f() {\n  return 1\n}\nfn g() {\n  return f()\n}\n\nlog(g())\n",
    right: "fn f() {\n  return 1\n}\n\nfn g() {\n  return f()\n}\n\nlog(g())\n",
  }),
  entry(
    "LNT-042",
    "a trailing comma that is missing, or one too many",
    "A list over several lines ends with a comma, so that adding a line changes one line; a list on one line does not.",
    { wrong: "log([\n  1,\n  2\n])\n", right: "log(\n  [\n    1,\n    2,\n  ],\n)\n" },
  ),
  entry("LNT-043", "parentheses around one value", "`harn fmt` drops them.", {
    wrong: "log((1))\n",
    right: "log(1)\n",
  }),
  entry(
    "LNT-044",
    "a template with many variants",
    "Nobody reads every prompt that it can make. Put what varies into sections of their own, or raise `[lint] template_variant_branch_threshold`.",
  ),
  entry(
    "LNT-045",
    "a file without a header",
    "Only with `[lint] require_file_header` or `--require-file-header`: a `/** … */` at the top says what the file holds.",
  ),
  entry(
    "LNT-046",
    "a template that asks for the provider",
    "Names of vendors and models change with routes. Ask for what the model can do: `llm.capabilities.<flag>`.",
    { related: ["LNT-044"] },
  ),
  entry("LNT-047", "imports out of order", "`std/` first, then by path. `harn fmt` sorts them.", {
    wrong: 'import { area } from "./a"\nimport { clamp } from "std/math"\n\nlog(area(1), clamp(1, 2, 3))\n',
    right: 'import { clamp } from "std/math"\nimport { area } from "./a"\n\nlog(area(1), clamp(1, 2, 3))\n',
    files: { "a.harn": "/** A. */\npub fn area(x) {\n  return x\n}\n" },
  }),
  entry("LNT-048", "`T | nil` where `T?` says it", "One way to write it is enough.", {
    wrong: "let n: int | nil = 1\n\nlog(n)\n",
    right: "let n: int? = 1\n\nlog(n)\n",
  }),
  entry(
    "LNT-049",
    "a comment above an item that is no doc comment",
    "`/** … */` is what `harn doc` and editors show. A comment about something else stands apart by a blank line.",
    {
      wrong: "// Gives one.\nfn f() {\n  return 1\n}\n\nlog(f())\n",
      right: "/** Gives one. */\nfn f() {\n  return 1\n}\n\nlog(f())\n",
    },
  ),
  entry(
    "LNT-050",
    "an option of former versions",
    "Retries belong to the caller that makes the request: `with_retry(default_llm_caller(), {max_attempts: 3})` from `std/llm/handlers`.",
    { wrong: 'log(llm_call("Hi", nil, {llm_retries: 2}))\n', right: 'log(llm_call("Hi", nil, {model: "m"}))\n' },
  ),
  entry("LNT-051", "`?.` on what cannot be nil", "A plain `.` says so.", {
    wrong: 'fn size(text: string) -> int {\n  return text?.len()\n}\n\nlog(size("a"))\n',
    right: 'fn size(text: string) -> int {\n  return text.len()\n}\n\nlog(size("a"))\n',
    related: ["TYP-025"],
  }),
  entry("LNT-052", "the clock by an ambient name", ambient("clock"), {
    wrong: "log(now_ms())\n",
    right: "log(harness.clock.now_ms())\n",
  }),
  entry(
    "LNT-053",
    "standard streams by an ambient name",
    `${ambient("stdio")} Under \`[check] ambient_stdio = "deny"\` these names do not exist.`,
    { wrong: "println(1)\n", right: "harness.stdio.println(1)\n" },
  ),
  entry("LNT-054", "files by an ambient name", ambient("fs"), {
    wrong: 'log(read_file("a.txt"))\n',
    right: 'log(harness.fs.read_text("a.txt"))\n',
  }),
  entry("LNT-055", "the environment by an ambient name", ambient("env"), {
    wrong: 'log(env("HOME"))\n',
    right: 'log(harness.env.get("HOME"))\n',
  }),
  entry("LNT-056", "chance by an ambient name", ambient("random"), {
    wrong: "log(random_int(1, 6))\n",
    right: "log(harness.random.gen_range(1, 6))\n",
  }),
  entry("LNT-057", "the network by an ambient name", ambient("net"), {
    wrong: 'log(http_get("http://localhost"))\n',
    right: 'log(harness.net.get("http://localhost"))\n',
  }),
];
