export { approvalPayload } from "./builtins.ts";
export { hitlCatalog } from "./catalog.ts";
export { HumanDesk, type HumanDeskOptions, humanDesk, type RequestOutcome } from "./desk.ts";
export { dispatchSuspension } from "./errors.ts";
export type { RequestKind } from "./kinds.ts";
export { beginRequest, envelopeJson, finishRequest, type HumanRequest } from "./request.ts";
export { type HumanResponse, readResponse } from "./response.ts";
export { HumanRequestError } from "./settlement.ts";
export { TerminalAnswers } from "./terminal-answers.ts";
