import type { JsonObject } from "../../eventlog/index.ts";

// The providers that triggers may name. Names, headers and methods are what hosts and manifests rely on.

interface Hmac {
  readonly variant: string;
  readonly encoding: "hex" | "base64";
  readonly signature: string;
  readonly timestamp: string | null;
  readonly id: string | null;
  /** How far the time of a request may be from now, in seconds. */
  readonly tolerance: number | null;
}

interface Provider {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly schema: string;
  /** What takes its events in; absent where a connector has to be installed. */
  readonly connector?: string;
  readonly methods?: readonly string[];
  /** Secrets, the needed ones first. */
  readonly secrets?: readonly (readonly [name: string, isRequired: boolean])[];
  readonly hmac?: Hmac;
}

function stream(name: string): Provider {
  return { name, kinds: ["stream"], schema: "StreamEventPayload", connector: "stream" };
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const githubMethods = words(`
  github.pr.list github.pr.view github.pr.checks github.pr.merge github.pr.enable_auto_merge github.pr.comment
  github.actions.workflow_dispatch github.actions.runs github.actions.run github.actions.logs github.release.latest
  github.release.assets github.merge_queue.entries github.merge_queue.enqueue github.issue.create github.issue.comment
  github.branch.protection api_call issues.create_comment issues.create issues.create_with_template issues.update
  issues.add_labels pulls.list pulls.list_with_checks pulls.get pulls.merge pulls.merge_safe pulls.create_review_comment
  pulls.get_diff pulls.list_files pulls.list_reviews repos.get_content repos.get_text repos.get_latest_release
  repos.list_release_assets repos.get_branch_protection git.delete_ref actions.workflow_dispatch
  actions.workflow_runs.list actions.workflow_run.get check_runs.create check_runs.update graphql`);

const hex = { encoding: "hex", timestamp: null, id: null, tolerance: null } as const;

const providers: readonly Provider[] = [
  { name: "a2a-push", kinds: ["a2a-push"], schema: "A2aPushPayload", connector: "a2a-push" },
  { name: "cron", kinds: ["cron"], schema: "CronEventPayload", connector: "cron" },
  stream("email"),
  {
    name: "github",
    kinds: ["webhook"],
    schema: "GitHubEventPayload",
    methods: githubMethods,
    secrets: [["signing_secret", true]],
    hmac: { ...hex, variant: "github", signature: "X-Hub-Signature-256", id: "X-GitHub-Delivery" },
  },
  stream("kafka"),
  {
    name: "linear",
    kinds: ["webhook"],
    schema: "LinearEventPayload",
    methods: words("list_issues update_issue create_comment search graphql"),
    secrets: [
      ["signing_secret", true],
      ["access_token", false],
    ],
    hmac: { ...hex, variant: "linear", signature: "Linear-Signature", id: "Linear-Delivery", tolerance: 75 },
  },
  stream("nats"),
  {
    name: "notion",
    kinds: ["webhook", "poll"],
    schema: "NotionEventPayload",
    methods: words("get_page update_page append_blocks query_database search create_comment api_call"),
    secrets: [["verification_token", true]],
    hmac: { ...hex, variant: "notion", signature: "X-Notion-Signature" },
  },
  stream("postgres-cdc"),
  stream("pulsar"),
  {
    name: "slack",
    kinds: ["webhook"],
    schema: "SlackEventPayload",
    methods: words("post_message update_message add_reaction open_view user_info api_call upload_file"),
    secrets: [["signing_secret", true]],
    hmac: {
      ...hex,
      variant: "slack",
      signature: "X-Slack-Signature",
      timestamp: "X-Slack-Request-Timestamp",
      tolerance: 300,
    },
  },
  {
    name: "webhook",
    kinds: ["webhook"],
    schema: "GenericWebhookPayload",
    connector: "webhook",
    secrets: [["signing_secret", true]],
    hmac: {
      variant: "standard",
      encoding: "base64",
      signature: "webhook-signature",
      timestamp: "webhook-timestamp",
      id: "webhook-id",
      tolerance: 300,
    },
  },
  stream("websocket"),
];

export const providerCatalog: readonly JsonObject[] = providers.map((provider) => ({
  provider: provider.name,
  kinds: provider.kinds,
  schema_name: provider.schema,
  runtime:
    provider.connector === undefined
      ? { kind: "placeholder" }
      : {
          kind: "builtin",
          connector: provider.connector,
          default_signature_variant: provider.connector === "webhook" ? "standard" : null,
        },
  outbound_methods: (provider.methods ?? []).map((name) => ({ name })),
  secret_requirements: (provider.secrets ?? []).map(([name, required]) => ({
    name,
    namespace: provider.name,
    required,
  })),
  signature_verification: provider.hmac === undefined ? { kind: "none" } : hmacJson(provider.hmac),
}));

function hmacJson({ variant, encoding, signature, timestamp, id, tolerance }: Hmac): JsonObject {
  return {
    kind: "hmac",
    variant,
    raw_body: true,
    signature_header: signature,
    timestamp_header: timestamp,
    id_header: id,
    default_tolerance_secs: tolerance,
    digest: "sha256",
    encoding,
  };
}

/** The kinds of triggers that a provider can have; undefined for one that nobody knows. */
export function providerKinds(name: string): readonly string[] | undefined {
  return providers.find((provider) => provider.name === name)?.kinds;
}

/** The secrets without which nothing of the provider can be trusted. */
export function requiredSecrets(name: string): readonly string[] {
  const secrets = providers.find((provider) => provider.name === name)?.secrets ?? [];
  return secrets.flatMap(([secret, isRequired]) => (isRequired ? [secret] : []));
}
