import type { Host, HostClock, HostHttp } from "../../builtin/index.ts";
import { SharedTimer } from "../shared-timer.ts";

/** What every place that runs JavaScript has. Declared here because core is compiled without the types of any platform. */
interface WebGlobals {
  readonly crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
  readonly fetch?: (url: string, init: object) => Promise<WebResponse>;
}

interface WebResponse {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: { getReader(): { read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }> } } | null;
}

/** A host of the web's own means: time, randomness, requests. No files, no processes, no environment. */
export function browserHost(): Host {
  const web = globalThis as unknown as WebGlobals;
  const { fetch } = web;
  return {
    clock: webClock(),
    random: { fill: (bytes) => void web.crypto.getRandomValues(bytes) },
    ...(fetch === undefined ? {} : { http: fetchHttp((url, init) => fetch(url, init)) }),
  };
}

function webClock(): HostClock {
  const monotonic = (): number => performance.now();
  const timers = new SharedTimer(monotonic, (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  });
  return {
    now: () => Date.now(),
    monotonic,
    schedule: (milliseconds, callback) => timers.schedule(milliseconds, callback),
  };
}

function fetchHttp(fetch: (url: string, init: object) => Promise<WebResponse>): HostHttp {
  return {
    async send({ method, url, headers, body, signal, followRedirects }) {
      const response = await fetch(url, {
        method,
        headers,
        body,
        signal,
        redirect: followRedirects === false ? "manual" : "follow",
      });
      return {
        status: response.status,
        statusText: response.statusText,
        url: response.url,
        headers: Object.fromEntries(response.headers),
        body: chunksOf(response),
      };
    },
  };
}

async function* chunksOf(response: WebResponse): AsyncIterable<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) if (chunk.value) yield chunk.value;
}
