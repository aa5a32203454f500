import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { isDict, list, record, textAt } from "../../llm/fields.ts";
import { transcriptRecord } from "../../llm/transcript/record.ts";
import { JsonError, readJson, runtimeError, stringifyJson, type Value } from "../../value/index.ts";
import { agentService } from "../service.ts";
import {
  assetsOf,
  eventsOf,
  forked,
  fromMessages,
  messagesOf,
  renderFull,
  renderVisible,
  resetTranscript,
  statsOf,
  withAsset,
  withMessage,
  withState,
} from "../transcripts/transcript.ts";
import { maybeTranscript, transcriptLike, transcriptType } from "../transcripts/types.ts";

const transcripts = declare("transcript");
const subject = req("messages_or_transcript", transcriptLike);
const one = req("transcript", transcriptLike);
const maybe = req("transcript", maybeTranscript);

function newId(context: CallContext): () => string {
  return context.service(agentService).newId;
}

function adder(name: string, role: string): Builtin {
  return transcripts({
    name,
    summary: `Adds a message of role ${role}.`,
    params: [subject, req("content", t.any)],
    run: (context, target, content) => withMessage(newId(context), target, record({ role, content })),
  });
}

function stateBuiltin(name: string, state: string, summary: string): Builtin {
  return transcripts({
    name,
    summary,
    params: [one],
    returns: transcriptType,
    run: (context, target) => withState(newId(context), target, state, name),
  });
}

function readTranscript(text: string): Value {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw runtimeError(`transcript_import: ${error.message}`);
    throw error;
  }
}

export const transcriptBuiltins: readonly Builtin[] = [
  transcripts({
    name: "transcript",
    summary: "An empty transcript.",
    params: [opt("metadata", t.dict)],
    returns: transcriptType,
    examples: [["transcript().messages", "[]"]],
    run: (context, metadata) =>
      transcriptRecord(newId(context), { messages: [], ...(metadata === undefined ? {} : { metadata }) }),
  }),
  transcripts({
    name: "conversation",
    summary: "An empty list of messages.",
    params: [],
    returns: t.list,
    run: () => list([]),
  }),
  adder("add_user", "user"),
  adder("add_assistant", "assistant"),
  adder("add_system", "system"),
  transcripts({
    name: "add_message",
    summary: "Adds a message of any role.",
    params: [subject, req("role", t.string), req("content", t.any)],
    run: (context, target, role, content) => withMessage(newId(context), target, record({ role, content })),
  }),
  transcripts({
    name: "add_tool_result",
    summary: "Adds the result of a tool call.",
    params: [subject, req("tool_use_id", t.string), req("content", t.any)],
    run: (context, target, id, content) =>
      withMessage(newId(context), target, record({ role: "tool_result", tool_use_id: id, content })),
  }),
  transcripts({
    name: "transcript_from_messages",
    summary: "A transcript of the messages; a transcript stays as it is.",
    params: [subject],
    returns: transcriptType,
    run: (context, target) => fromMessages(newId(context), target),
  }),
  transcripts({
    name: "transcript_messages",
    summary: "The messages.",
    params: [maybe],
    returns: t.list,
    examples: [["transcript_messages(transcript())", "[]"]],
    run: (_context, target) => list(messagesOf(target)),
  }),
  transcripts({
    name: "transcript_events",
    summary: "The events.",
    params: [maybe],
    returns: t.list,
    examples: [["transcript_events(transcript())", "[]"]],
    run: (_context, target) => list(eventsOf(target)),
  }),
  transcripts({
    name: "transcript_events_by_kind",
    summary: "The events of one kind.",
    params: [maybe, req("kind", t.string)],
    returns: t.list,
    run: (_context, target, kind) => list(eventsOf(target).filter((event) => textAt(event, "kind") === kind)),
  }),
  transcripts({
    name: "transcript_assets",
    summary: "The assets.",
    params: [maybe],
    returns: t.list,
    run: (_context, target) => list(assetsOf(target)),
  }),
  transcripts({
    name: "transcript_add_asset",
    summary: "Adds an asset, or replaces the one of its id.",
    params: [one, req("asset", t.any)],
    returns: transcriptType,
    run: (context, target, asset) => withAsset(newId(context), target, asset),
  }),
  transcripts({
    name: "transcript_id",
    summary: "The id.",
    params: [maybe],
    run: (_context, target) => (isDict(target) ? (target.get("id") ?? null) : null),
  }),
  transcripts({
    name: "transcript_summary",
    summary: "The summary of what was compacted away, if there is one.",
    params: [maybe],
    returns: t.nilable(t.string),
    run: (_context, target) => (isDict(target) ? (textAt(target, "summary") ?? null) : null),
  }),
  transcripts({
    name: "transcript_stats",
    summary: "Counts of messages, calls and visible events.",
    params: [maybe],
    returns: t.dict,
    run: (_context, target) => statsOf(target),
  }),
  transcripts({
    name: "transcript_render_visible",
    summary: "What a person may read, a line an event.",
    params: [maybe],
    returns: t.string,
    run: (_context, target) => renderVisible(target),
  }),
  transcripts({
    name: "transcript_render_full",
    summary: "Every event, a line each.",
    params: [maybe],
    returns: t.string,
    run: (_context, target) => renderFull(target),
  }),
  transcripts({
    name: "transcript_export",
    summary: "The transcript as JSON.",
    params: [one],
    returns: t.string,
    run: (_context, target) => stringifyJson(target),
  }),
  transcripts({
    name: "transcript_import",
    summary: "The value of exported JSON.",
    params: [req("text", t.string)],
    run: (_context, text) => readTranscript(text),
  }),
  transcripts({
    name: "transcript_fork",
    summary: "A copy to go another way with.",
    params: [one, opt("options", t.dict)],
    returns: transcriptType,
    run: (context, target, options) => forked(newId(context), target, options),
  }),
  transcripts({
    name: "transcript_reset",
    summary: "An empty transcript that says that it was reset.",
    params: [opt("opts", t.dict)],
    returns: transcriptType,
    run: (context, options) => resetTranscript(newId(context), options),
  }),
  stateBuiltin("transcript_archive", "archived", "Marks a transcript as archived."),
  stateBuiltin("transcript_abandon", "abandoned", "Marks a transcript as abandoned."),
  stateBuiltin("transcript_resume", "active", "Marks a transcript as active again."),
];
