import { resolve } from "node:path";
import type { JsonObject } from "../../eventlog/index.ts";
import { pendingFilters, pendingRequests } from "../../hitl/pending.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { type ProjectRuntimeOptions, printJson, withProject } from "../running/project-runtime.ts";

/** Requests to people that nobody has answered. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const requests = await withProject(context, humanLog(invocation, context), ({ triggers }) =>
    pendingRequests(triggers.log.getOrCreate(), pendingFilters(null)),
  );
  if (invocation.has("json")) printJson(context, requests);
  else context.output.write("stdout", requests.map(requestLine).join(""));
  return 0;
}

/** The log that `--state-dir` names, else the project's. */
export function humanLog(invocation: Invocation, { cwd }: CommandContext): ProjectRuntimeOptions {
  const folder = invocation.text("state-dir");
  return { installs: false, ...(folder !== undefined && { stateFolder: resolve(cwd, folder) }) };
}

function requestLine({ request_id: id, timestamp, prompt }: JsonObject): string {
  const text = typeof prompt === "string" ? prompt : JSON.stringify(prompt);
  return `${id}  ${timestamp}  ${text}\n`;
}
