import { personaTopic, topic } from "../../eventlog/index.ts";
import { frameOf } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { openPersonas } from "../personas/manifest.ts";
import { withPersonaLog } from "../personas/supervision.ts";

const pageSize = 512;
/** How long it waits before it looks for what other processes have told since. */
const pollMs = 200;

/** What personas did, a line of JSON each; with `--follow` also what they do from now on, until somebody asks it to stop. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const { personas } = openPersonas(invocation.text("manifest"), context);
  const versions = new Map(personas.map(({ name, version }) => [name, version]));
  const wanted = invocation.text("persona");
  const follows = invocation.has("follow");
  let left = invocation.count("limit") ?? Number.POSITIVE_INFINITY;
  let after = invocation.count("since-event-id") ?? 0;
  const stop = new AbortController();
  const deaf = context.onSignal(() => stop.abort());
  const events = topic(personaTopic);
  try {
    await withPersonaLog(invocation, context, follows ? "write" : "read", async (log) => {
      while (left > 0 && !stop.signal.aborted) {
        const page = await log.readRange(events, after, pageSize);
        for (const event of page) {
          after = event.id;
          if (left === 0 || (wanted !== undefined && event.headers.persona !== wanted)) continue;
          const frame = frameOf(event, (persona) => versions.get(persona) ?? null);
          if (frame === undefined) continue;
          context.output.write("stdout", `${JSON.stringify(frame)}\n`);
          left--;
        }
        if (page.length === pageSize) continue;
        if (!follows) return;
        await pause(stop.signal);
      }
    });
  } finally {
    deaf();
  }
  return 0;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, pollMs);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        done();
      },
      { once: true },
    );
  });
}
