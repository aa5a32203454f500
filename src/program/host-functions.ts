import { type Builtin, declare, rest, t } from "../builtin/index.ts";
import { activeLogKey } from "../eventlog/index.ts";
import { rightAfterAppends } from "../runtime/index.ts";
import { messageOf } from "../text/index.ts";
import { thrown } from "../value/index.ts";
import { fromPlain, type PlainInput, type PlainOutput, toPlain } from "./plain-values.ts";

/**
 * A function of the embedding program, called by name from Harn. A thrown `Error` is a Harn error with its message, and the
 * `cause` of the `HarnError` that a run ends with when the program does not catch it.
 */
export type HostFunction = (...args: readonly PlainOutput[]) => PlainInput | Promise<PlainInput>;

const embedding = declare("embedding");

/** Host functions as builtins. They count as effects of the host: recorded, and refused where a policy refuses them. */
export function hostFunctionBuiltins(functions: Readonly<Record<string, HostFunction>>): Builtin[] {
  return Object.entries(functions).map(([name, run]) =>
    embedding({
      name,
      summary: "A function of the embedding program.",
      params: [rest("args", t.any)],
      effect: "host",
      run: (context, ...args) => {
        const log = context.service(activeLogKey);
        const answer = attempt(() => rightAfterAppends(log, () => run(...args.map(toPlain))));
        if (!(answer instanceof Promise)) return fromPlain(answer, `result of ${name}`);
        return context.async(async () => {
          const settled = await answer.catch((error: unknown) => {
            throw asHarnError(error);
          });
          return fromPlain(settled, `result of ${name}`);
        });
      },
    }),
  );
}

function attempt<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw asHarnError(error);
  }
}

function asHarnError(error: unknown): unknown {
  const raise = thrown(messageOf(error));
  raise.cause = error;
  return raise;
}
