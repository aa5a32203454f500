import { encodeRunEventLine, type RunEvent } from "../../eventlog/index.ts";
import { hostTurns } from "../../vm/index.ts";
import type { RunJournal } from "../run-journal.ts";
import type { EffectJournal } from "./effect-journal.ts";
import { factsOf, journaledFiles, journaledHost } from "./journaled-host.ts";
import { journaledLog } from "./journaled-log.ts";
import { journaledTurns } from "./turns.ts";

/** A journal as a runtime uses it. */
export function journaling(journal: EffectJournal): RunJournal {
  return {
    host: (host) => journaledHost(host, journal),
    files: (files) => journaledFiles(files, factsOf(files), journal),
    log: (open) => journaledLog(open, journal),
    turns: journaledTurns(hostTurns, journal),
    witness: (event) => journal.event(describeRunEvent(event)),
    get isDurable() {
      return journal.isDurable;
    },
    durable: () => journal.durable(),
  };
}

/** What is kept of an event, to compare. */
function describeRunEvent(event: RunEvent): string {
  switch (event.event_type) {
    case "stdout":
    case "stderr":
      return `${event.event_type} ${JSON.stringify(event.payload)}`;
    default:
      return encodeRunEventLine(event, 0).trimEnd();
  }
}
