import type { JsonObject } from "../../eventlog/index.ts";

/** Work for a persona, as a provider's event or a schedule brought it. */
export interface Envelope {
  readonly provider: string;
  readonly kind: string;
  /** What the work is about. Work of one subject is done once. */
  readonly subject_key: string;
  readonly source_event_id: string | null;
  readonly received_at_ms: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly raw: JsonObject;
}

type Metadata = Readonly<Record<string, string>>;

/** The envelope of an event. Where nothing in it says what it is about, it is about itself: `uuid` tells it from others. */
export function envelopeOf(
  given: { readonly provider: string; readonly kind: string; readonly metadata: Metadata },
  receivedAt: number,
  uuid: () => string,
): Envelope {
  const { kind, metadata } = given;
  const provider = given.provider.toLowerCase();
  return {
    provider,
    kind,
    subject_key: subjectOf(provider, kind, metadata, uuid),
    source_event_id: first(metadata, "event_id", "id") ?? null,
    received_at_ms: receivedAt,
    metadata,
    raw: { metadata },
  };
}

function subjectOf(provider: string, kind: string, metadata: Metadata, uuid: () => string): string {
  switch (provider) {
    case "github":
      return githubSubject(kind, metadata);
    case "linear":
      return `linear:issue:${first(metadata, "issue_key", "issue.identifier", "issue_id", "id") ?? "unknown"}`;
    case "slack": {
      const channel = first(metadata, "channel", "channel_id") ?? "unknown";
      return `slack:${channel}:${first(metadata, "ts", "event_ts") ?? "unknown"}`;
    }
    default: {
      const key = first(metadata, "dedupe_key", "event_id");
      if (provider === "webhook") return key === undefined ? `webhook:${kind}:${uuid()}` : `webhook:${key}`;
      return `${provider}:${kind}:${key ?? uuid()}`;
    }
  }
}

function githubSubject(kind: string, metadata: Metadata): string {
  const repository = first(metadata, "repository", "repository.full_name") ?? "unknown";
  const request = first(metadata, "pr", "pull_request.number", "number");
  if (request !== undefined) return `github:${repository}:pr:${request}`;
  const check = first(metadata, "check_run.name", "check_name");
  return check === undefined ? `github:${repository}:${kind}` : `github:${repository}:check:${check}`;
}

function first(metadata: Metadata, ...keys: readonly string[]): string | undefined {
  const key = keys.find((each) => Object.hasOwn(metadata, each));
  return key === undefined ? undefined : metadata[key];
}

/** The envelope of a schedule that came due. */
export function scheduleEnvelope(persona: string, schedule: string, at: number, time: string): Envelope {
  return {
    provider: "schedule",
    kind: "cron.tick",
    subject_key: `schedule:${persona}:${schedule}:${time}`,
    source_event_id: null,
    received_at_ms: at,
    metadata: { persona, schedule, fired_at: time },
    raw: {},
  };
}

/** Whether work is what another persona handed over. */
export function isHandoff({ metadata, provider }: Pick<Envelope, "metadata" | "provider">): boolean {
  return provider === "handoff" || Object.hasOwn(metadata, "handoff_id");
}
