/** Codes that a running program raises. Their text stands in front of the error's message. */
import { type CodeEntry, entry, reserved } from "./entry.ts";

export const reminderCodes: readonly CodeEntry[] = [
  entry("RMD-001", "a reminder option that does not exist", "The message lists the options there are."),
  reserved(
    "RMD-002",
    "a reminder of the wrong shape",
    "A reminder is `{body, tags?, dedupe_key?, ttl_turns?, preserve_on_compact?, propagate?, role_hint?}`; what is wrong with one is said by its field.",
    "RMD-001",
    "RMD-005",
  ),
  entry(
    "RMD-003",
    "a reminder as a block for a provider without blocks",
    'Only some providers put a block in front of the user\'s messages. Use `role_hint: "system"` or `"developer"`.',
    {
      wrong: 'log(agent_loop("Hi", nil, {provider: "openai", reminders: [{body: "b", role_hint: "user_block"}]}))\n',
      right: 'log(agent_loop("Hi", nil, {provider: "openai", reminders: [{body: "b", role_hint: "system"}]}))\n',
    },
  ),
  entry(
    "RMD-004",
    "a reminder that may be dropped but never ends",
    "Give it `ttl_turns`, or keep it on purpose with `preserve_on_compact: true`.",
    {
      wrong: 'log({body: "b", preserve_on_compact: false})\n',
      right: 'log({body: "b", preserve_on_compact: false, ttl_turns: 3})\n',
    },
  ),
  entry("RMD-005", "a reminder spreads in a way that does not exist", "`propagate` is `all`, `session` or `none`."),
  reserved(
    "RMD-006",
    "a reminder provider gave something else",
    "`evaluate` gives nil, a reminder, or a list of them; what is wrong with one is said by its field.",
    "RMD-001",
  ),
  entry(
    "RMD-007",
    "one loop with many reminder providers",
    'Each may speak in every turn. Turn off the ones that the loop does not need: `reminders: {providers: ["-idle_nudge"]}`.',
    {
      wrong: 'log(agent_loop("Hi", nil, {reminders: ["a", "b", "c"]}))\n',
      right: 'log(agent_loop("Hi", nil, {reminders: ["a", "b"]}))\n',
    },
  ),
  reserved(
    "RMD-008",
    "a hook that cannot give reminders",
    "Its event comes when no turn follows, and a reminder that it gives is not read. Register the hook for another event.",
  ),
];

export const suspensionCodes: readonly CodeEntry[] = [
  entry("SUS-001", "a worker cannot be suspended: it is not running", "Its status is in the message."),
  entry("SUS-002", "conditions of resumption that are wrong", "The message names the field."),
  entry("SUS-003", "a worker cannot be resumed: it is not suspended", "Its status is in the message."),
  entry("SUS-004", "nothing to resume from", "The worker's id or its snapshot is missing, or cannot be read."),
  entry(
    "SUS-005",
    "`agent_await_resumption` outside of a loop",
    "The agent loop answers this call itself; it needs a reason.",
  ),
  entry(
    "SUS-006",
    "the worker changed while it was being resumed",
    "Somebody else resumed or closed it first, or its time ran out.",
  ),
  entry("SUS-007", "the trigger of a resumption could not be registered", "The message says what is wrong with it.", {
    related: ["SUS-002"],
  }),
  entry("SUS-008", "a timeout action that does not exist", "The message lists the ones there are."),
  entry("SUS-009", "the input of a resumption is no text", "It is nil, or a text that is not empty."),
  entry("SUS-010", "a closed worker cannot be resumed", "Start another from its snapshot."),
  entry(
    "SUS-011",
    "a replay got another input than was recorded",
    "The program asks differently than it did, or the journal was changed.",
  ),
  entry(
    "SUS-012",
    "a replay decided on another prompt than was recorded",
    "The program asks differently than it did, or the journal was changed.",
  ),
  entry(
    "SUS-013",
    "the signature of a receipt does not hold",
    "The receipt was changed, or signed with another key or algorithm.",
  ),
];

export const policyCodes: readonly CodeEntry[] = [
  entry(
    "POL-001",
    "a pool's queue is full",
    "With `fail_submitter`, whoever submits has to wait and try again. Make the queue longer, or choose another backpressure.",
  ),
  entry("POL-002", "a pool has no free place", "With `fail_fast`, work that cannot start at once is refused.", {
    related: ["POL-001"],
  }),
];
