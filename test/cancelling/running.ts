import { createNodeHost } from "../../src/host/node/index.ts";
import { memoryReader } from "../../src/modules/index.ts";
import { Harn, type PlainOutput, type Run } from "../../src/program/index.ts";

/** Runs a program in which `ready()` waits until what is to be cancelled is under way, and `note` adds to the notes. */
export function start(
  text: string,
  ready: () => Promise<null>,
  url = "",
  signal?: AbortSignal,
  notes: PlainOutput[] = [],
  functions: Readonly<Record<string, () => void>> = {},
): Run {
  const host = createNodeHost({ cwd: process.cwd() });
  const { environment } = host;
  const harn = new Harn({
    host: {
      ...host,
      environment: {
        get: (name) => (name === "LOCAL_LLM_BASE_URL" ? url : environment.get(name)),
        all: () => environment.all(),
      },
    },
    reader: memoryReader({}),
    functions: { ready, note: (text) => void notes.push(text as PlainOutput), ...functions },
  });
  return harn.start({ path: "main.harn", text }, signal && { signal });
}

export async function end(run: Run): Promise<string> {
  const outcome = await run.outcome;
  return outcome.kind === "failed" ? `failed: ${outcome.error.message}` : outcome.kind;
}
