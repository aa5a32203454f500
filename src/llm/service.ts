import type { Host } from "../builtin/index.ts";
import { IdSource } from "../runtime/ids.ts";
import type { DictValue } from "../value/index.ts";
import { AnswerCaches } from "./cache/answer-caches.ts";
import type { OpenAnswerDatabase } from "./cache/answer-store.ts";
import { InFlightCalls } from "./call/in-flight.ts";
import { type CatalogOverlay, ProviderCatalog } from "./catalog/provider-catalog.ts";
import type { ResolvedCall } from "./introspection.ts";
import { parseFixtures } from "./mock/fixtures.ts";
import { MockBook } from "./mock/mock-book.ts";
import type { ModelCallEvent, ModelCallObserver } from "./observer.ts";
import { AgentTrace } from "./trace/agent-trace.ts";
import { UsageLedger } from "./usage/ledger.ts";
import { RateLimiter } from "./usage/rate-limiter.ts";
import type { SignAwsRequest } from "./wire/aws-credentials.ts";
import { GoogleTokens, type SignRs256 } from "./wire/google-credentials.ts";

/** Gives model calls the turns of a session and takes what they add. The agents room provides it. */
export interface Conversations {
  history(sessionId: string): readonly DictValue[] | undefined;
  append(sessionId: string, messages: readonly DictValue[]): void;
  pinnedModel(sessionId: string): string | undefined;
  pinnedReasoningPolicy(sessionId: string): string | undefined;
}

export interface LlmServiceOptions {
  readonly host: Host;
  /** From the manifest, installed packages and the embedder, lowest first. */
  readonly overlays?: readonly CatalogOverlay[];
  /** Text of a `--llm-mock` file, with its name for error texts. */
  readonly fixtures?: { readonly text: string; readonly name: string };
  /** Whether answers are kept for `--llm-mock-record`. */
  readonly recordsFixtures?: boolean;
  readonly observers?: readonly ModelCallObserver[];
  /** Bedrock cannot be called without it. */
  readonly signAwsRequest?: SignAwsRequest;
  /** A service account of Google cannot be used without it. */
  readonly signRs256?: SignRs256 | undefined;
  /** What is wrong with the syntax and the types of a text of Harn. Routing policies cannot check types without it. */
  readonly typeErrors?: (text: string) => readonly string[];
  /** Without it, caches that ask for a database keep files beside where it would be. */
  readonly openAnswerDatabase?: OpenAnswerDatabase | undefined;
}

/** Everything about models that one runtime remembers. */
export class LlmService {
  readonly host: Host;
  readonly catalog: ProviderCatalog;
  readonly mocks = new MockBook();
  readonly ledger = new UsageLedger();
  readonly limiter: RateLimiter;
  readonly trace = new AgentTrace();
  readonly inFlight = new InFlightCalls();
  readonly caches: AnswerCaches;
  readonly googleTokens: GoogleTokens;
  /** Answers so far, as fixture lines; undefined unless they are wanted. */
  readonly recorded: DictValue[] | undefined;
  readonly signAwsRequest: SignAwsRequest | undefined;
  readonly typeErrors: LlmServiceOptions["typeErrors"];
  conversations: Conversations | undefined;
  /** What people were told of options that are not sent. */
  readonly warned = new Set<string>();
  /** What the last call of the runtime went to. */
  lastCall: ResolvedCall | undefined;
  readonly #observers: Set<ModelCallObserver>;
  readonly #ids: IdSource;
  #policies = 0;

  constructor(options: LlmServiceOptions) {
    const { host } = options;
    this.host = host;
    this.signAwsRequest = options.signAwsRequest;
    this.typeErrors = options.typeErrors;
    this.#ids = new IdSource(host.clock, host.random);
    this.catalog = new ProviderCatalog((name) => host.environment?.get(name), options.overlays);
    this.limiter = new RateLimiter(host.clock);
    this.googleTokens = new GoogleTokens(host, options.signRs256);
    this.caches = new AnswerCaches(host, options.openAnswerDatabase);
    this.recorded = options.recordsFixtures === true ? [] : undefined;
    this.#observers = new Set(options.observers);
    if (options.fixtures !== undefined)
      this.mocks.useFixtures(parseFixtures(options.fixtures.text, options.fixtures.name));
    this.#readRateLimits();
  }

  /** Tells the routing policies of a runtime apart. */
  newPolicyHandle(): number {
    this.#policies++;
    return this.#policies;
  }

  newId = (): string => this.#ids.uuid();

  observe(observer: ModelCallObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  report(event: ModelCallEvent): void {
    for (const observer of this.#observers) observer(event);
  }

  /** Limits of the catalogue, and of `HARN_RATE_LIMIT_{PROVIDER}` over them. */
  #readRateLimits(): void {
    for (const name of this.catalog.providerNames()) {
      const configured = this.catalog.environment(`HARN_RATE_LIMIT_${name.toUpperCase()}`);
      const limit = configured === undefined ? this.catalog.provider(name)?.requestsPerMinute : Number(configured);
      if (limit !== undefined && Number.isFinite(limit)) this.limiter.setLimit(name, limit);
    }
  }
}

export { llmService } from "./key.ts";

export function createLlmService(options: LlmServiceOptions): LlmService {
  return new LlmService(options);
}
