import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { intAt, record } from "../../llm/fields.ts";
import type { DictValue, Value } from "../../value/index.ts";
import { agentService } from "../service.ts";
import { Mailbox, mailTarget } from "../workflow/mailbox.ts";

const messages = declare("workflow-messages");
const target = req("target", t.union(t.string, t.dict));
const name = req("name", t.string);

function mailbox(context: CallContext, builtin: string, of: Value): Mailbox {
  return new Mailbox(context, mailTarget(context, builtin, of));
}

function changing(builtin: string, summary: string, change: (box: Mailbox) => void): Builtin {
  return messages({
    name: builtin,
    summary,
    params: [target],
    returns: t.dict,
    effect: "fs.write",
    run: (context, of) => {
      const box = mailbox(context, builtin, of);
      change(box);
      return box.status();
    },
  });
}

function withStatus(box: Mailbox, message: DictValue): DictValue {
  const status = box.status();
  return record({ message, status, workflow_id: status.get("workflow_id") });
}

export const workflowMessageBuiltins: readonly Builtin[] = [
  messages({
    name: "workflow.signal",
    summary: "Sends a workflow a message and does not wait.",
    params: [target, name, opt("payload", t.any)],
    returns: t.dict,
    effect: "fs.write",
    run: (context, of, called, payload) => {
      const box = mailbox(context, "workflow.signal", of);
      return withStatus(box, box.enqueue("signal", called, payload ?? null));
    },
  }),
  messages({
    name: "workflow.receive",
    summary: "Takes the next message of a workflow, or nil.",
    params: [target],
    returns: t.nilable(t.dict),
    effect: "fs.write",
    run: (context, of) => mailbox(context, "workflow.receive", of).receive(),
  }),
  messages({
    name: "workflow.publish_query",
    summary: "Sets what a query of a workflow gives.",
    params: [target, name, req("value", t.any)],
    returns: t.dict,
    effect: "fs.write",
    run: (context, of, called, value) => {
      const box = mailbox(context, "workflow.publish_query", of);
      box.publish(called, value);
      return box.status();
    },
  }),
  messages({
    name: "workflow.query",
    summary: "What a workflow last published under a name, or nil.",
    params: [target, name],
    effect: "fs.read",
    run: (context, of, called) => mailbox(context, "workflow.query", of).query(called),
  }),
  messages({
    name: "workflow.update",
    summary: "Sends a workflow a message and waits for its answer.",
    params: [target, name, opt("payload", t.any), opt("options", t.dict)],
    effect: "fs.write",
    run: (context, of, called, payload, options) => {
      const box = mailbox(context, "workflow.update", of);
      const id = context.service(agentService).newId();
      return context.async(() => box.update(called, payload ?? null, id, intAt(options, "timeout_ms")));
    },
  }),
  messages({
    name: "workflow.respond_update",
    summary: "Answers an update.",
    params: [target, req("request_id", t.string), req("value", t.any), opt("name", t.string)],
    returns: t.dict,
    effect: "fs.write",
    run: (context, of, requestId, value, called) => {
      const box = mailbox(context, "workflow.respond_update", of);
      box.respond(requestId, value, called ?? null);
      return box.status();
    },
  }),
  messages({
    name: "workflow.status",
    summary: "Where a workflow stands.",
    params: [target],
    returns: t.dict,
    effect: "fs.read",
    run: (context, of) => mailbox(context, "workflow.status", of).status(),
  }),
  changing("workflow.pause", "Asks a workflow to pause.", (box) => box.setPaused(true)),
  changing("workflow.resume", "Asks a workflow to go on.", (box) => box.setPaused(false)),
  changing("workflow.continue_as_new", "Begins the next generation of a workflow.", (box) => box.continueAsNew()),
  changing("continue_as_new", "Begins the next generation of a workflow.", (box) => box.continueAsNew()),
];
