import {
  type CallContext,
  egressKey,
  HostError,
  type HttpResponse,
  type OpenConnection,
  openConnections,
  Refusal,
} from "../../../builtin/index.ts";
import { show } from "../../../value/index.ts";
import { pause } from "../clock.ts";
import { failureOf, need } from "../faults.ts";
import { hostWords, randomFloat } from "../rng.ts";
import { httpMocks } from "./mocks.ts";
import { sendFollowing } from "./redirects.ts";
import { type RequestPlan, toHostRequest } from "./request.ts";

const longestDelay = 60_000;
/** Of a body that is held whole, as it is when it is no longer compressed. */
const largestBody = 256 * 1024 * 1024;

/** An answer, of the network or of a mock, with its body still on the way. */
export interface Exchange {
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives the connection back; the timeout of the whole exchange ends with it. */
  close(): void;
}

/** What a request is made for, as messages and policies name it. */
export interface Purpose {
  readonly builtin: string;
  /** Stands in front of the texts of errors. */
  readonly label: string;
  readonly surface: string;
}

/** Sends a request and repeats it as its options say. */
export async function exchange(context: CallContext, plan: RequestPlan, purpose: Purpose): Promise<Exchange> {
  for (let attempt = 0; ; attempt++) {
    const canRetry = attempt < plan.retry.most && plan.retry.methods.has(plan.method.toUpperCase());
    const outcome = await once(context, plan, purpose, canRetry);
    if (outcome !== undefined && !(canRetry && plan.retry.statuses.has(outcome.status))) return outcome;
    outcome?.close();
    await pause(context, delayBefore(context, plan, attempt, outcome));
  }
}

/** One try; `undefined` when the network failed in a way that a repetition may mend. */
async function once(
  context: CallContext,
  plan: RequestPlan,
  purpose: Purpose,
  canRetry: boolean,
): Promise<Exchange | undefined> {
  context.service(egressKey).check(purpose.surface, plan.url);
  const mocked = answeredByMock(context, plan);
  if (mocked !== undefined) return mocked;
  try {
    return await send(context, plan, purpose);
  } catch (error) {
    if (canRetry && error instanceof HostError && !(error instanceof Refusal)) return undefined;
    throw failureOf(purpose.builtin, error, (reason) => `${purpose.label}: request failed: ${reason}`);
  }
}

function answeredByMock(context: CallContext, plan: RequestPlan): Exchange | undefined {
  const call = { method: plan.method, url: plan.url, headers: plan.recordedHeaders, body: plan.recordedBody };
  const response = context.service(httpMocks).answer(call);
  if (response === undefined) return undefined;
  const bytes = new TextEncoder().encode(response.body);
  return {
    status: response.status,
    url: plan.url,
    headers: Object.fromEntries([...response.headers.entries()].map(([name, value]) => [name, show(value)])),
    body: (async function* () {
      if (bytes.length > 0) yield bytes;
    })(),
    close: () => {},
  };
}

async function send(context: CallContext, plan: RequestPlan, purpose: Purpose): Promise<Exchange> {
  const http = need(context, purpose.builtin, "http");
  const limits = new Limits(context, plan);
  try {
    limits.arm("connect", plan.connectTimeoutMs);
    const judge = (request: { readonly url: string }): void =>
      context.service(egressKey).check(purpose.surface, request.url);
    const rules = { follows: plan.follows, most: plan.maxRedirects };
    const response = await sendFollowing(
      (request) => http.send(request),
      toHostRequest(plan, limits.signal),
      rules,
      judge,
    );
    limits.disarm("connect");
    return { ...response, body: limits.watch(response, plan.readTimeoutMs), close: () => limits.end() };
  } catch (error) {
    limits.end();
    throw limits.reason ?? error;
  }
}

/** The time limits of one exchange, the task's own end and the run's, as one signal. */
class Limits implements OpenConnection {
  readonly #context: CallContext;
  readonly #controller = new AbortController();
  readonly #timers = new Map<string, () => void>();
  readonly #onAbort = (): void => this.#controller.abort(this.#context.signal.reason);
  /** Why the exchange was broken off, when a limit did it. */
  reason: HostError | undefined;

  constructor(context: CallContext, plan: RequestPlan) {
    this.#context = context;
    if (context.signal.aborted) this.#onAbort();
    context.signal.addEventListener("abort", this.#onAbort, { once: true });
    context.service(openConnections).add(this);
    this.arm("total", plan.timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  arm(name: string, milliseconds: number | undefined): void {
    this.disarm(name);
    if (milliseconds === undefined) return;
    const expire = (): void => {
      this.reason = new HostError("ETIMEDOUT", `operation timed out (${name} limit of ${milliseconds} ms)`);
      this.#controller.abort(this.reason);
    };
    this.#timers.set(name, this.#context.host.clock.schedule(milliseconds, expire, "guard"));
  }

  disarm(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  end(): void {
    for (const name of [...this.#timers.keys()]) this.disarm(name);
    this.#context.signal.removeEventListener("abort", this.#onAbort);
    this.#context.service(openConnections).remove(this);
    this.#controller.abort();
  }

  async close(): Promise<void> {
    this.end();
  }

  async *watch(response: HttpResponse, readTimeoutMs: number | undefined): AsyncGenerator<Uint8Array> {
    try {
      this.arm("read", readTimeoutMs);
      for await (const chunk of response.body) {
        this.disarm("read");
        yield chunk;
        this.arm("read", readTimeoutMs);
      }
    } catch (error) {
      throw this.reason ?? error;
    } finally {
      this.end();
    }
  }
}

function delayBefore(context: CallContext, plan: RequestPlan, attempt: number, response: Exchange | undefined): number {
  const jitter = 0.75 + randomFloat(hostWords(context.host.random)) / 2;
  const backoff = Math.min(longestDelay, plan.retry.backoffMs * 2 ** Math.min(attempt, 30) * jitter);
  const asked = plan.retry.honoursRetryAfter && response !== undefined ? retryAfter(context, response) : 0;
  return Math.max(backoff, asked);
}

/** Seconds or a date, honoured where servers mean it: when they are overloaded. */
function retryAfter(context: CallContext, { status, headers }: Exchange): number {
  const stated = Object.entries(headers)
    .find(([name]) => name.toLowerCase() === "retry-after")?.[1]
    .trim();
  if (stated === undefined || stated === "" || (status !== 429 && status !== 503)) return 0;
  const seconds = Number(stated);
  const wait = Number.isNaN(seconds) ? Date.parse(stated) - context.host.clock.now() : seconds * 1000;
  return Number.isFinite(wait) ? Math.min(longestDelay, Math.max(0, wait)) : 0;
}

/** In one block that grows, because what comes may be millions of pieces of a byte each. */
export async function readBytes(context: CallContext, exchanged: Exchange, purpose: Purpose): Promise<Uint8Array> {
  let bytes = new Uint8Array(0);
  let size = 0;
  try {
    for await (const chunk of exchanged.body) {
      const end = size + chunk.length;
      if (end > largestBody)
        throw new HostError("EFBIG", "it is larger than 256 MiB; read it in pieces with http_stream_open");
      if (end > bytes.length) bytes = grown(bytes, size === 0 ? end : Math.max(end, size * 2));
      bytes.set(chunk, size);
      size = end;
    }
  } catch (error) {
    if (context.signal.aborted) throw error;
    throw failureOf(purpose.builtin, error, (reason) => `${purpose.label}: failed to read response body: ${reason}`);
  }
  return size === bytes.length ? bytes : bytes.slice(0, size);
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}
