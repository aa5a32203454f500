import { type DatabaseConnection, type DatabaseStatement, type HostDatabases, HostError } from "../../builtin/index.ts";
import type { EffectJournal } from "./effect-journal.ts";
import { present } from "./present.ts";

const repeatable = { isRepeatable: true } as const;

/** A statement that asks and changes nothing, unless what it calls does. */
const asking = /^\s*(?:select|values|table|show)\b/i;

export function journaledDatabases(real: HostDatabases | undefined, journal: EffectJournal): HostDatabases {
  return {
    async connect(request) {
      const { database, host, port, user } = request;
      let connection: DatabaseConnection | undefined;
      const connect = async (): Promise<void> => {
        connection = await present(real, "databases").connect(request);
      };
      await journal.later("databases.connect", [{ database, host, port, user }], connect, repeatable);
      const run = async (statement: DatabaseStatement, signal?: AbortSignal) => {
        // What a killed run had begun went with its connection. Everything else only needs a new one.
        if (connection === undefined && statement.continues)
          throw new HostError("ECONNRESET", "the transaction ended with the process that held it");
        if (connection === undefined) await connect();
        return await (connection as unknown as DatabaseConnection).run(statement, signal);
      };
      return {
        run: (statement, signal) =>
          journal.later("databases.run", [statement], () => run(statement, signal), {
            isRepeatable: isRepeatable(statement),
          }),
        close: () => journal.later("databases.close", [], async () => await connection?.close(), repeatable),
      };
    },
  };
}

/** Of a transaction that was cut off nothing happened, if it was not being committed. */
function isRepeatable({ continues, sql }: DatabaseStatement): boolean {
  return continues ? sql !== "COMMIT" : sql === "BEGIN" || asking.test(sql);
}
