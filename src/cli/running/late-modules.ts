// Opened when they are first called (`scripts/bundle-scripts.mjs`): most programs keep no events and ask no model.
import * as answerDatabase from "../../host/node/sqlite/answer-database.ts";
import * as eventLog from "./event-log.ts";

export const late = { answerDatabase: () => answerDatabase, eventLog: () => eventLog };
