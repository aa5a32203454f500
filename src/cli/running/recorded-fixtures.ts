import { writeFileSync } from "node:fs";
import { hostError } from "../../host/node/errors.ts";
import { CommandFailure } from "../command-failure.ts";
import type { Session } from "./session.ts";

/** Keeps the answers to a run's model calls as a fixture file, where one is asked for. */
export function saveFixtures(session: Session, path: string | undefined): void {
  if (path === undefined) return;
  try {
    writeFileSync(path, session.recordedFixtures());
  } catch (error) {
    throw new CommandFailure("llm_mock_record", `cannot write ${path}: ${hostError(error).message}`);
  }
}
