import { isJsonObject, type JsonObject } from "../../eventlog/index.ts";
import { type HumanDesk, HumanRequestError, type HumanResponse } from "../../hitl/index.ts";
import { humanDesk } from "../../hitl/key.ts";
import { kindOfRequest, type RequestKind } from "../../hitl/kinds.ts";
import { pendingFilters, pendingRequests } from "../../hitl/pending.ts";
import { typedAnswer } from "../../hitl/typed-answer.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { operatorName } from "../running/bulk-triggers.ts";
import { printJson, withProject } from "../running/project-runtime.ts";
import { humanLog } from "./hitl-pending.ts";

type Verb = "answer" | "approve" | "deny" | "accept";

const verbsOf: Readonly<Record<RequestKind, readonly Verb[]>> = {
  question: ["answer"],
  approval: ["approve", "deny"],
  dual_control: ["approve", "deny"],
  escalation: ["accept"],
};

/** Answers a request, in the log: the run that waits for it finds it there. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const verb = invocation.path.at(-1) as Verb;
  const [requestId = ""] = invocation.positionals;
  const reviewer = invocation.text("as") ?? operatorName(context);
  const isOpen = await withProject(context, humanLog(invocation, context), async ({ machine }) => {
    const desk = machine.service(humanDesk);
    const asked = await requireOpen(desk, requestId, verb);
    await desk.respond({ requestId, reviewer, ...responseOf(verb, asked, invocation) });
    return (await findPending(desk, requestId)) !== undefined;
  });
  if (invocation.has("json")) printJson(context, { request_id: requestId, reviewer, open: isOpen });
  else {
    const rest = isOpen ? "; it waits for others as well" : "";
    context.output.write("stdout", `Answered ${requestId} as ${reviewer}${rest}\n`);
  }
  return 0;
}

function responseOf(verb: Verb, { schema }: JsonObject, invocation: Invocation): Partial<HumanResponse> {
  switch (verb) {
    case "answer":
      return { answer: typedAnswer(invocation.positionals[1] ?? "", schema) };
    case "accept":
      return { accepted: true };
    case "approve":
    case "deny":
      return { approved: verb === "approve", reason: invocation.text("reason") };
  }
}

/** What was asked, in the words of the log. */
async function requireOpen(desk: HumanDesk, requestId: string, verb: Verb): Promise<JsonObject> {
  const verbs = verbsOf[kindOfRequest(requestId) ?? "question"];
  try {
    await desk.requireKnown(requestId);
  } catch (error) {
    if (!(error instanceof HumanRequestError)) throw error;
    throw new CommandFailure("hitl.unknown_request", `${error.message}; \`harn hitl pending\` lists what is open`);
  }
  if (!verbs.includes(verb)) {
    const ways = verbs.map((way) => `\`harn hitl ${way}\``).join(" or ");
    throw new CommandFailure("hitl.wrong_answer", `${requestId} is answered with ${ways}`);
  }
  const pending = await findPending(desk, requestId);
  if (pending !== undefined) return isJsonObject(pending.metadata) ? pending.metadata : {};
  throw new CommandFailure("hitl.ended", `${requestId} has ended: it was answered, or its time was up`);
}

async function findPending(desk: HumanDesk, requestId: string): Promise<JsonObject | undefined> {
  const open = await pendingRequests(desk.log, { ...pendingFilters(null), limit: Number.POSITIVE_INFINITY });
  return open.find((row) => row.request_id === requestId);
}
