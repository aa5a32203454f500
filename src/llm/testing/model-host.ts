import type { Host, HttpRequest, HttpResponse } from "../../builtin/index.ts";
import { VirtualClock } from "../../host/testing/index.ts";

export type Answer = HttpResponse | Error | "hang";

/** A host whose network gives prepared answers, and whose clock stands still until told to move. */
export interface ModelHost extends Host {
  readonly clock: VirtualClock;
  readonly requests: HttpRequest[];
  readonly answers: (Answer | ((request: HttpRequest) => Answer))[];
}

export function modelHost(environment: Readonly<Record<string, string>> = {}): ModelHost {
  const requests: HttpRequest[] = [];
  const answers: ModelHost["answers"] = [];
  let seed = 1;
  return {
    clock: new VirtualClock(1_700_000_000_000),
    random: {
      fill: (bytes) => {
        for (let at = 0; at < bytes.length; at++) bytes[at] = seed++ & 0xff;
      },
    },
    environment: { get: (name) => environment[name], all: () => environment },
    requests,
    answers,
    http: {
      async send(request) {
        requests.push(request);
        const next = answers.shift();
        const answer = typeof next === "function" ? next(request) : next;
        if (answer === undefined) throw new Error("no answer was prepared");
        if (answer instanceof Error) throw answer;
        if (answer === "hang") return new Promise<never>(() => undefined);
        return answer;
      },
    },
  };
}

/** A 200 answer that streams `bytes`, cut at the given offsets. */
export function streamed(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return respond(200, chunksOf(bytes, cuts), { "content-type": "text/event-stream; charset=utf-8", ...headers });
}

export function respond(
  status: number,
  chunks: readonly (Uint8Array | Error | "hang")[],
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, statusText: "", url: "", headers, body: bodyOf(chunks) };
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return respond(status, [new TextEncoder().encode(JSON.stringify(body))], {
    "content-type": "application/json",
    ...headers,
  });
}

async function* bodyOf(chunks: readonly (Uint8Array | Error | "hang")[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    if (chunk === "hang") await new Promise(() => undefined);
    else yield chunk;
  }
}

export function chunksOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [0, ...cuts, bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}
