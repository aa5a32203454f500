import { type Builtin, declare, opt, redacted, redactUrl, req, serviceKey, t } from "../../../builtin/index.ts";
import { DictValue, ListValue, show, type Value } from "../../../value/index.ts";
import { asDict, dictOption, flagOption, intOption, listOption } from "../options.ts";
import { isSensitiveHeader } from "./sensitive-headers.ts";

const http = declare("http");

export interface MockResponse {
  readonly status: number;
  readonly headers: DictValue;
  readonly body: string;
}

export interface RecordedCall {
  readonly method: string;
  readonly url: string;
  readonly headers: DictValue;
  readonly body: string | undefined;
}

interface Mock {
  readonly method: string;
  readonly pattern: string;
  readonly responses: readonly MockResponse[];
  next: number;
}

/** Answers that stand for the network, and what was asked. One per runtime. */
export class HttpMocks {
  #mocks: Mock[] = [];
  #calls: RecordedCall[] = [];

  /** Registering the same method and pattern again replaces the earlier mock. */
  register(method: string, pattern: string, responses: readonly MockResponse[]): void {
    this.#mocks = this.#mocks.filter((mock) => mock.method !== method || mock.pattern !== pattern);
    this.#mocks.push({ method, pattern, responses, next: 0 });
  }

  /** The first mock that matches answers, with its responses in order and the last one for ever. Only answered calls are kept. */
  answer(call: RecordedCall): MockResponse | undefined {
    const mock = this.#mocks.find(
      ({ method, pattern }) =>
        (method === "*" || method.toUpperCase() === call.method.toUpperCase()) && matchesUrl(pattern, call.url),
    );
    const response = mock?.responses[mock.next];
    if (mock === undefined || response === undefined) return undefined;
    mock.next = Math.min(mock.next + 1, mock.responses.length - 1);
    this.#calls.push(call);
    return response;
  }

  calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  clear(): void {
    this.#mocks = [];
    this.#calls = [];
  }
}

export const httpMocks = serviceKey<HttpMocks>("http mocks", () => new HttpMocks());

/** `*` stands for anything, also for nothing and for slashes. */
export function matchesUrl(pattern: string, url: string): boolean {
  const [head = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === url;
  const tail = rest.pop() ?? "";
  if (!url.startsWith(head)) return false;
  let at = head.length;
  for (const part of rest) {
    const found = url.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return url.length - tail.length >= at && url.endsWith(tail);
}

function responseOf(spec: DictValue): MockResponse {
  const body = spec.get("body");
  return {
    status: intOption(spec, "status") ?? 200,
    headers: dictOption(spec, "headers") ?? new DictValue(),
    body: body === undefined ? "" : show(body),
  };
}

function responsesOf(spec: DictValue): readonly MockResponse[] {
  const scripted = (listOption(spec, "responses") ?? []).map(asDict).filter((entry) => entry !== undefined);
  return scripted.length > 0 ? scripted.map(responseOf) : [responseOf(spec)];
}

function callValue(call: RecordedCall, hidesSecrets: boolean): Value {
  const headers = new DictValue(
    new Map(
      [...call.headers.entries()].map(([name, value]): [string, Value] => [
        name,
        hidesSecrets && isSensitiveHeader(name) ? redacted : value,
      ]),
    ),
  );
  return DictValue.of({
    method: call.method,
    url: hidesSecrets ? redactUrl(call.url) : call.url,
    headers,
    body: call.body ?? null,
  });
}

export const httpMockBuiltins: readonly Builtin[] = [
  http({
    name: "http_mock",
    summary:
      "Answer requests that match a method (`*` for any) and a URL pattern, with one response or with `{responses: […]}` in order.",
    params: [req("method", t.string), req("url_pattern", t.string), opt("response", t.any)],
    returns: t.nil,
    effect: "test",
    run(context, method, pattern, response) {
      context.service(httpMocks).register(method, pattern, responsesOf(asDict(response) ?? new DictValue()));
      return null;
    },
  }),
  http({
    name: "http_mock_calls",
    summary: "The requests that mocks have answered, without secrets unless `redact_sensitive: false`.",
    params: [opt("options", t.dict)],
    returns: t.list,
    effect: "test",
    examples: [["http_mock_calls()", "[]"]],
    run(context, options) {
      const showsSecrets =
        flagOption(options, "include_sensitive") === true || flagOption(options, "redact_sensitive") === false;
      return new ListValue(
        context
          .service(httpMocks)
          .calls()
          .map((call) => callValue(call, !showsSecrets)),
      );
    },
  }),
  http({
    name: "http_mock_clear",
    summary: "Forget all mocks of requests and what they were asked.",
    params: [],
    returns: t.nil,
    effect: "test",
    run(context) {
      context.service(httpMocks).clear();
      return null;
    },
  }),
];
