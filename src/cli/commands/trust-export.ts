import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { encodeJson, type JsonObject, parsePlainJson, rfc3339 } from "../../eventlog/index.ts";
import { hostError } from "../../host/node/errors.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { product } from "../product.ts";
import { withProject } from "../running/project-runtime.ts";

/** The whole trust graph as one document that other tools can verify. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const document = await withProject(
    context,
    { installs: false },
    async ({ triggers: { trust } }): Promise<JsonObject> => {
      const { root_hash, topic, total, verified } = await trust.verify();
      const producer = { name: "harn", version: product.version };
      const chain = { topic, total, root_hash, verified, generated_at: rfc3339(Date.now()), producer };
      return { schema: "opentrustgraph-chain/v0", chain, records: await trust.query({}) };
    },
  );
  // Costs keep their spelling, as the hashes of the records cover it.
  const compact = encodeJson(document);
  const text = invocation.has("compact") ? compact : JSON.stringify(parsePlainJson(compact), null, 2);
  const path = invocation.text("output");
  if (path === undefined) context.output.write("stdout", `${text}\n`);
  else writeDocument(resolve(context.cwd, path), `${text}\n`);
  return 0;
}

function writeDocument(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CommandFailure("trust.write_failed", `failed to write ${path}: ${hostError(error).message}`);
  }
}
