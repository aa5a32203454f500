import { manifest, type Scaffold } from "./scaffold.ts";

const basic: Scaffold = {
  name: "basic",
  summary: "A program, a file of its own functions, and their tests",
  files: (project) => ({
    "harn.toml": manifest(project),
    "main.harn": `import { greet } from "lib/helpers"

pipeline default(task) {
  harness.stdio.println(greet(argv.first() ?? "world"))
}
`,
    "lib/helpers.harn": `/** A greeting for someone. */
pub fn greet(name: string) -> string {
  return "Hello, \${name}!"
}

/** The sum of a list; 0 when it is empty. */
pub fn total(numbers: list<int>) -> int {
  var sum = 0
  for number in numbers {
    sum += number
  }
  return sum
}
`,
    "tests/test_main.harn": `import { greet, total } from "../lib/helpers"

pipeline test_greet(task) {
  assert_eq(greet("Harn"), "Hello, Harn!")
}

pipeline test_total(task) {
  assert_eq(total([2, 3]), 5)
  assert_eq(total([]), 0)
}
`,
  }),
};

const agent: Scaffold = {
  name: "agent",
  summary: "A loop in which a model uses a tool, with a test that needs no model",
  files: (project) => ({
    "harn.toml": manifest(project),
    "lib/tools.harn": `/** How many words a text has. */
pub fn count_words(text: string) -> int {
  return len(text.split(" ").filter({ word -> word != "" }))
}

/** The tools that the agent may use. */
pub fn tools() {
  return tool_define(
    tool_registry(),
    "count_words",
    "Count the words of a text.",
    {parameters: {text: "string"}, handler: { arguments -> to_string(count_words(arguments.text)) }},
  )
}
`,
    "main.harn": `import { tools } from "lib/tools"

pipeline default(task) {
  let result = agent_loop(
    argv.first() ?? "How many words has: the quick brown fox?",
    "You answer with the help of your tools, in one sentence.",
    {tools: tools(), max_iterations: 6},
  )
  if result.status != "done" {
    throw "the agent ended with \${result.status}: \${result.error?.message ?? result.stop_reason}"
  }
  harness.stdio.println(result.text)
}
`,
    "tests/test_tools.harn": `import { count_words } from "../lib/tools"

pipeline test_count_words(task) {
  assert_eq(count_words("the quick  brown fox"), 4)
  assert_eq(count_words(""), 0)
}
`,
    "README.md": `# ${project}

An agent with a tool of its own.

\`\`\`sh
harn test                     # the tools, without a model
harn run main.harn            # needs a provider, such as ANTHROPIC_API_KEY
harn run main.harn --llm-mock-record calls.jsonl   # keep what the model said …
harn run main.harn --llm-mock calls.jsonl          # … and run without it
\`\`\`
`,
  }),
};

const library: Scaffold = {
  name: "package",
  summary: "Functions for other projects, with what they export and how it is used",
  files: (project) => ({
    "harn.toml": manifest(
      project,
      'description = ""\nlicense = "MIT OR Apache-2.0"\n\n[exports]\ndefault = "lib/main.harn"\n',
    ),
    "lib/main.harn": `/** A text with its first letter as a capital. */
pub fn capitalized(text: string) -> string {
  if text == "" {
    return text
  }
  return uppercase(text[0:1]) + text[1:]
}
`,
    "main.harn": `import { capitalized } from "lib/main"

pipeline default(task) {
  harness.stdio.println(capitalized(argv.first() ?? "an example of use"))
}
`,
    "tests/test_main.harn": `import { capitalized } from "../lib/main"

pipeline test_capitalized(task) {
  assert_eq(capitalized("harn"), "Harn")
  assert_eq(capitalized(""), "")
}
`,
    "README.md": `# ${project}

\`\`\`harn
import { capitalized } from "${project}"
\`\`\`
`,
  }),
};

export const scaffolds: readonly Scaffold[] = [basic, agent, library];
