import { type Builtin, declare, opt, req, serviceKey, t } from "../../builtin/index.ts";
import { DictValue, equal, ListValue, show, type Value } from "../../value/index.ts";
import { fail } from "./faults.ts";
import { asDict, dictOption } from "./options.ts";

const hosts = declare("host");

interface Mock {
  readonly capability: string;
  readonly operation: string;
  /** What a call must have among its parameters. */
  readonly params: DictValue | undefined;
  readonly result: Value;
  readonly error: string | undefined;
}

interface Call {
  readonly capability: string;
  readonly operation: string;
  readonly params: DictValue;
}

/** Answers that stand for the host's capabilities, in scopes, and what was asked. One per runtime. */
export class HostMocks {
  #mocks: Mock[] = [];
  #calls: Call[] = [];
  readonly #outer: { readonly mocks: Mock[]; readonly calls: Call[] }[] = [];

  add(mock: Mock): void {
    this.#mocks.push(mock);
  }

  /** The mock that was made last wins. Only answered calls are kept. */
  answer(call: Call): Mock | undefined {
    const mock = this.#mocks.findLast(
      ({ capability, operation, params }) =>
        capability === call.capability && operation === call.operation && isSubset(params, call.params),
    );
    if (mock !== undefined) this.#calls.push(call);
    return mock;
  }

  get mocks(): readonly Mock[] {
    return this.#mocks;
  }

  get calls(): readonly Call[] {
    return this.#calls;
  }

  clear(): void {
    this.#mocks = [];
    this.#calls = [];
    this.#outer.length = 0;
  }

  pushScope(): void {
    this.#outer.push({ mocks: this.#mocks, calls: this.#calls });
    this.#mocks = [];
    this.#calls = [];
  }

  popScope(): boolean {
    const outer = this.#outer.pop();
    if (outer === undefined) return false;
    this.#mocks = outer.mocks;
    this.#calls = outer.calls;
    return true;
  }
}

function isSubset(expected: DictValue | undefined, actual: DictValue): boolean {
  return [...(expected?.entries() ?? [])].every(([key, value]) => {
    const candidate = actual.get(key);
    return candidate !== undefined && equal(candidate, value);
  });
}

export const hostMocks = serviceKey<HostMocks>("host mocks", () => new HostMocks());

function mockOf(capability: string, operation: string, config: Value, params: DictValue | undefined): Mock {
  const fields = asDict(config);
  const isConfig = fields !== undefined && ["result", "params", "error"].some((key) => fields.has(key));
  if (!isConfig) return { capability, operation, params, result: config, error: undefined };
  const error = fields.get("error") ?? null;
  return {
    capability,
    operation,
    params: dictOption(fields, "params"),
    result: fields.get("result") ?? null,
    error: error === null ? undefined : show(error) || undefined,
  };
}

export const hostMockBuiltins: readonly Builtin[] = [
  hosts({
    name: "host_mock",
    summary: "Answer calls of a host operation with a result, or with `{result, error, params}`.",
    params: [
      req("capability", t.string),
      req("operation", t.string),
      opt("result_or_config", t.any),
      opt("params", t.dict),
    ],
    returns: t.nil,
    effect: "test",
    run(context, capability, operation, config, params) {
      if (capability === "" || operation === "") throw fail("host_mock: capability and operation are required");
      context.service(hostMocks).add(mockOf(capability, operation, config ?? null, params));
      return null;
    },
  }),
  hosts({
    name: "host_mock_calls",
    summary: "The calls that mocks have answered: `{capability, operation, params}`.",
    params: [],
    returns: t.list,
    effect: "test",
    run: (context) =>
      new ListValue(
        context
          .service(hostMocks)
          .calls.map(({ capability, operation, params }) => DictValue.of({ capability, operation, params })),
      ),
  }),
  hosts({
    name: "host_mock_clear",
    summary: "Forget all mocks of host operations, in all scopes, and what they were asked.",
    params: [],
    returns: t.nil,
    effect: "test",
    run(context) {
      context.service(hostMocks).clear();
      return null;
    },
  }),
  hosts({
    name: "host_mock_push_scope",
    summary: "Start afresh with mocks of host operations until the matching pop.",
    params: [],
    returns: t.nil,
    effect: "test",
    run(context) {
      context.service(hostMocks).pushScope();
      return null;
    },
  }),
  hosts({
    name: "host_mock_pop_scope",
    summary: "Go back to the mocks before the last push.",
    params: [],
    returns: t.nil,
    effect: "test",
    run(context) {
      if (!context.service(hostMocks).popScope()) throw fail("host_mock_pop_scope: no scope to pop");
      return null;
    },
  }),
];
