import { parse as parseToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import { fingerprintOf } from "../bindings/binding.ts";
import { jmespathProblem } from "./jmespath.ts";
import { type ManifestTrigger, readTriggers } from "./trigger.ts";

function read(toml: string): readonly ManifestTrigger[] {
  const { triggers } = parseToml(toml);
  return readTriggers({ path: "harn.toml", packageName: "p", tables: triggers, personas: ["scout"] });
}

function problemOf(toml: string): string {
  try {
    read(toml);
  } catch (error) {
    return (error as Error).message.replace("harn.toml [[triggers]] table #1 (id = w): ", "");
  }
  return "none";
}

const webhook = `[[triggers]]
id = "w"
kind = "webhook"
provider = "github"
match = { events = ["issues.opened"] }
secrets = { signing_secret = "github/x" }
`;
const queued = `${webhook}handler = "worker://q"\n`;
const cron = `[[triggers]]
id = "w"
kind = "cron"
provider = "cron"
match = { events = [] }
handler = "worker://q"
`;
const stream = `[[triggers]]
id = "w"
kind = "stream"
provider = "kafka"
topic = "t"
match = { events = ["x"] }
handler = "worker://q"
`;

describe("a trigger of a manifest", () => {
  test("has what it says, and the usual rest", () => {
    const [trigger] = read(queued);
    expect(trigger?.spec).toMatchObject({
      id: "w",
      source: "manifest",
      tier: "act_auto",
      priority: "normal",
      retry: { maxAttempts: 7, backoff: { kind: "linear", delayMs: 0 } },
      dedupeRetentionDays: 7,
      events: ["issues.opened"],
      packageName: "p",
    });
    expect(trigger?.handler).toEqual({ kind: "worker", queue: "q" });
  });

  test("with sources is one for each, with what they share", () => {
    const triggers = read(`[[triggers]]
id = "both"
handler = "lib_fn"
tier = "suggest"
[[triggers.sources]]
kind = "cron"
provider = "cron"
schedule = "* * * * *"
match = { events = ["tick"] }
[[triggers.sources]]
id = "pushed"
kind = "a2a-push"
provider = "a2a-push"
tier = "shadow"
match = { events = [] }
`);
    expect(triggers.map(({ spec }) => [spec.id, spec.provider, spec.tier])).toEqual([
      ["both.source-1", "cron", "suggest"],
      ["both.pushed", "a2a-push", "shadow"],
    ]);
  });

  test("gets a new version when anything in its table changes", () => {
    const fingerprint = (toml: string): string => {
      const [trigger] = read(toml);
      if (trigger === undefined) throw new TypeError("no trigger");
      return fingerprintOf({ ...trigger.spec, handler: { kind: "worker", queue: "q" }, when: null, flowControl: {} });
    };
    expect(fingerprint(queued)).toBe(
      fingerprint(`${webhook.replace('id = "w"\n', "")}id = "w"\nhandler = "worker://q"\n`),
    );
    expect(fingerprint(queued)).not.toBe(fingerprint(`${queued}singleton = {}\n`));
    expect(fingerprint(queued)).not.toBe(fingerprint(`${queued}of_the_provider = 3\n`));
  });

  test.each([
    [`${webhook}handler = ""`, "handler cannot be empty"],
    [
      `${webhook}handler = "ftp://x"`,
      "handler 'ftp://x' has an unknown URI scheme: worker://, a2a:// and persona:// are known",
    ],
    [`${webhook}handler = "worker://"`, "handler worker:// queue cannot be empty"],
    [`${webhook}handler = "a2a://"`, "handler a2a:// target cannot be empty"],
    [`${webhook}handler = "persona://"`, "handler persona:// name cannot be empty"],
    [`${webhook}handler = "persona://nobody"`, "handler persona://nobody does not match a declared persona"],
    [`${webhook}handler = "persona://scout"`, "none"],
    [`${webhook}handler = "a.b"`, "handler 'a.b' is not a valid bare function identifier"],
    [`${queued}tier = "bad"`, "tier is 'bad', expected shadow, suggest, act_with_approval, act_auto"],
    [`${queued}retry = { max = 101 }`, "retry.max must be less than or equal to 100"],
    [`${queued}retry = { retention_days = 0 }`, "retry.retention_days must be greater than or equal to 1"],
    [`${queued}budget = { daily_cost_usd = -1.0 }`, "budget.daily_cost_usd must be greater than or equal to 0"],
    [
      `${queued}budget = { max_autonomous_decisions_per_hour = 0 }`,
      "budget.max_autonomous_decisions_per_hour must be greater than or equal to 1",
    ],
    [`${queued}when_budget = { timeout = "5s" }`, "when_budget requires a when predicate"],
    [
      `${queued}when = "m::f"\nwhen_budget = { timeout = "5x" }`,
      "when_budget.timeout invalid duration unit in '5x'; expected ms, s, m, or h",
    ],
    [`${queued}dedupe_key = "event.["`, "dedupe_key 'event.[' is invalid: it ends too early"],
    [`${queued}concurrency = { max = 0 }`, "concurrency.max must be greater than or equal to 1"],
    [
      `${queued}throttle = { period = "1x", max = 1 }`,
      "throttle.period invalid duration '1x': unsupported unit 'x', expected s/m/h/d/w",
    ],
    [`${queued}debounce = { period = "1s" }`, "debounce.key is missing"],
    [
      `${queued}batch = { size = 2, timeout = "5s" }\nsingleton = {}`,
      "batch cannot currently be combined with debounce, singleton, concurrency, priority, throttle, or rate_limit",
    ],
    [
      `${queued}priority = { key = "event.x", order = ["a"] }`,
      "priority requires concurrency.max so queued dispatches have a slot to compete for",
    ],
    [`${queued}priority = "urgent"`, "priority is 'urgent', expected high, normal, low"],
    [
      `${queued}dlq_alerts = [{ destinations = [{ kind = "email", address = "a@b" }, { kind = "webhook", url = "u", headers = { x = "y" } }], threshold = { entries_in_1h = 5, percent_of_dispatches = 20.0 } }]`,
      "none",
    ],
    [`${queued}dlq_alerts = { kind = "email" }`, "dlq_alerts must be a list of tables"],
    [
      `${queued}dlq_alerts = [{ destinations = [{ kind = "pigeon" }] }]`,
      "dlq_alerts[0].destinations[0].kind is 'pigeon', expected slack, email, webhook",
    ],
    [
      `${queued}dlq_alerts = [{ destinations = [{ kind = "slack" }] }]`,
      "dlq_alerts[0].destinations[0].channel is missing",
    ],
    [
      `${queued}dlq_alerts = [{ threshold = { entries_in_1h = 0.5 } }]`,
      "dlq_alerts[0].threshold.entries_in_1h must be an integer",
    ],
    [`${queued}window = { mode = "tumbling", size = "5m" }`, "window is only valid for stream triggers"],
    [queued.replace("github/x", "slack/x"), "secret 'signing_secret' uses namespace 'slack' but provider is 'github'"],
    [queued.replace("github/x", "nox"), "secret 'signing_secret' must use <namespace>/<name> syntax"],
    [queued.replace(/secrets.*\n/, ""), "provider 'github' requires secret 'signing_secret'"],
    [queued.replace('"github"', '"nobody"'), "provider 'nobody' is not registered"],
    [queued.replace('"webhook"', '"poll"'), "provider 'github' does not support trigger kind 'poll'"],
    [queued.replace(/match.*\n/, ""), "trigger table missing match"],
    [cron, "cron triggers require a string schedule field"],
    [`${cron}schedule = "zz"`, "invalid cron schedule 'zz': cron schedule 'zz' must have 5 fields, got 1"],
    [
      `${cron}schedule = "* * * * *"\ntimezone = "+02:00"`,
      "invalid cron timezone '+02:00': use an IANA timezone name like 'America/New_York', not a UTC offset",
    ],
    [
      `${cron}schedule = "* * * * *"\ntimezone = "Mars/X"`,
      "invalid cron timezone 'Mars/X': it is no IANA timezone name",
    ],
    [`${cron}schedule = "* * * * *"\ntimezone = "Europe/Vienna"`, "none"],
    [`${stream}window = { mode = "tumbling" }`, "tumbling stream windows require window.size"],
    [
      `${stream}window = { mode = "tumbling", size = "5m", gap = "1m" }`,
      "tumbling stream windows cannot set window.every or window.gap",
    ],
    [
      `${stream}window = { mode = "sliding", size = "5m" }`,
      "sliding stream windows require window.size and window.every",
    ],
    [`${stream}window = { mode = "session" }`, "session stream windows require window.gap"],
    [stream.replace('topic = "t"\n', ""), "stream provider 'kafka' requires topic or topics"],
    [
      `${queued}${queued}`,
      "harn.toml [[triggers]] table #2 (id = w): duplicate trigger id 'w' across loaded manifests",
    ],
  ])("is refused, or not: %#", (toml, problem) => {
    expect(problemOf(toml)).toBe(problem);
  });
});

describe("JMESPath", () => {
  test.each([
    "event.kind",
    'event.headers."x-id"',
    "items[0].name",
    "items[-1]",
    "items[::2]",
    "items[*].id",
    "items[].id",
    "people[?age > `20` && name != 'x'].{name: name, n: length(tags)}",
    "[a, b.c]",
    "sort_by(items, &age)[0]",
    "!done || (a && b) | @",
    "*.id",
  ])("%s", (text) => expect(jmespathProblem(text)).toBeUndefined());

  test.each(["", "event.[", "a b", "a[", "a.", "a[?b", "f(", "{a}", "a[1:x]", "5", "a #"])("not %s", (text) =>
    expect(jmespathProblem(text)).toEqual(expect.any(String)),
  );
});
