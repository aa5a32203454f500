import { type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { activeLogKey, type JsonObject, jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";
import { lifecycleKey } from "../lifecycle.ts";
import {
  inputHash,
  LifecycleReceipts,
  promptHash,
  type Receipt,
  ReceiptError,
  type Replayed,
  replayDrainDecision,
  replayResumeInput,
} from "../receipts/receipts.ts";

const lifecycle = declare("lifecycle");
const keyLength = 32;

/** Made at their first use: the key is this run's own. */
function receiptsOf(context: CallContext): LifecycleReceipts {
  const service = context.service(lifecycleKey);
  if (service.receipts === undefined) {
    const key = new Uint8Array(keyLength);
    context.host.random.fill(key);
    service.receipts = new LifecycleReceipts({ log: context.service(activeLogKey), now: () => service.now(), key });
  }
  return service.receipts;
}

function recorder(name: string, summary: string, record: (receipts: LifecycleReceipts, given: JsonObject) => Receipt) {
  return lifecycle({
    name,
    summary,
    params: [req("receipt", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, given) => worded("", () => valueOfJson(record(receiptsOf(context), jsonOf(given)))),
  });
}

export const receiptBuiltins = [
  recorder("lifecycle_receipt_record_suspension", "Put on record that a worker was parked.", (receipts, given) =>
    receipts.recordSuspension(given),
  ),
  recorder(
    "lifecycle_receipt_record_resumption",
    "Put on record that a worker goes on, and with which input.",
    (receipts, given) => receipts.recordResumption(given),
  ),
  recorder(
    "lifecycle_receipt_record_drain_decision",
    "Put on record what was decided about unsettled work.",
    (receipts, given) => receipts.recordDrainDecision(given),
  ),
  lifecycle({
    name: "lifecycle_receipts_snapshot",
    summary: "The receipts of this run.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => valueOfJson(receiptsOf(context).all),
  }),
  lifecycle({
    name: "verify_lifecycle_receipt_signature",
    summary: "Whether a receipt of this run is as it was signed.",
    params: [req("kind", t.string), req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    run(context, kind, payload) {
      const problem = receiptsOf(context).signatureProblem(kind, jsonOf(payload));
      return valueOfJson(problem === undefined ? { verified: true } : { verified: false, error: problem });
    },
  }),
  lifecycle({
    name: "lifecycle_resume_input_hash",
    summary: "The hash of a resumption's input, the same for equal inputs.",
    params: [req("input", t.any)],
    returns: t.string,
    effect: "state",
    run: (_context, input) => inputHash(jsonOfValue(input)),
  }),
  lifecycle({
    name: "lifecycle_drain_decision_prompt_hash",
    summary: "The hash of the prompt of a decision.",
    params: [req("prompt", t.string)],
    returns: t.string,
    effect: "state",
    run: (_context, prompt) => promptHash(prompt),
  }),
  lifecycle({
    name: "lifecycle_replay_resume_input",
    summary: "The input of a recorded resumption, if the candidate is the same.",
    params: [req("receipt", t.dict), opt("candidate", t.any)],
    returns: t.dict,
    effect: "state",
    run: (_context, receipt, candidate) =>
      worded("lifecycle_replay_resume_input: ", () =>
        replayedValue("input", replayResumeInput(jsonOf(receipt), jsonOfValue(candidate ?? null))),
      ),
  }),
  lifecycle({
    name: "lifecycle_replay_drain_decision",
    summary: "The action of a recorded decision, if it was made by the same prompt.",
    params: [req("receipt", t.dict), opt("candidate_prompt", t.nilable(t.string))],
    returns: t.dict,
    effect: "state",
    run: (_context, receipt, prompt) =>
      worded("lifecycle_replay_drain_decision: ", () =>
        replayedValue("action", replayDrainDecision(jsonOf(receipt), prompt ?? undefined)),
      ),
  }),
];

function jsonOf(given: DictValue): JsonObject {
  return jsonOfValue(given) as JsonObject;
}

function replayedValue(name: string, replayed: Replayed): Value {
  if (replayed.ok) return valueOfJson({ ok: true, [name]: replayed.value });
  return valueOfJson({ ok: false, error: replayed.error, code: replayed.code });
}

function worded<T>(prefix: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof ReceiptError ? runtimeError(`${prefix}${error.message}`) : error;
  }
}
