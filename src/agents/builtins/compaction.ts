import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { intAt, isDict, list, textAt } from "../../llm/fields.ts";
import { withOptions } from "../../llm/options/call-options.ts";
import { type DictValue, type ListValue, runtimeError, show, thrown, typeName, type Value } from "../../value/index.ts";
import { policyKeys } from "../compaction/directives.ts";
import { type Compacted, compactMessages } from "../compaction/engine.ts";
import { microcompact } from "../compaction/microcompact.ts";
import { compactedTranscript, compactionFacts, compactionNews } from "../compaction/records.ts";
import { compactSession } from "../compaction/session-compaction.ts";
import { type CompactionSettings, defaultKeepLast, defaultThreshold, readCompaction } from "../compaction/settings.ts";
import { estimateMessageTokens } from "../compaction/tokens.ts";
import { agentService } from "../service.ts";
import { messagesOf } from "../transcripts/transcript.ts";
import { transcriptLike, transcriptType } from "../transcripts/types.ts";

const workflow = declare("workflow");
const transcripts = declare("transcript");
const sessions = declare("sessions");
const defaultMicrocompactLimit = 20_000;

const sessionKeys: readonly string[] = [
  "keep_first",
  "keep_last",
  "token_threshold",
  "tool_output_max_chars",
  "compact_strategy",
  "hard_limit_tokens",
  "hard_limit_strategy",
  "custom_compactor",
  "mask_callback",
  "compress_callback",
  "summarize_prompt",
  "provider",
  "model",
  "system",
  "max_tokens",
  "temperature",
  "policy",
  "compaction_policy",
  "compaction_request",
  ...policyKeys,
];

async function compactList(context: CallContext, messages: ListValue, options: DictValue | undefined): Promise<Value> {
  const settings = readCompaction(options, { keepLast: defaultKeepLast, threshold: defaultThreshold });
  const done = await compactMessages(context, messages.toArray().filter(isDict), settings);
  return done === undefined ? messages : list(done.messages);
}

/** Compacting by hand goes by the number of messages alone, unless a threshold is given. */
async function compactTranscript(
  context: CallContext,
  subject: DictValue | ListValue,
  options: DictValue | undefined,
  builtin: string,
): Promise<Value> {
  if (!isDict(subject) || subject.get("_type") !== "transcript")
    throw runtimeError(`${builtin}: argument must be a transcript`);
  const settings = readCompaction(options, { keepLast: defaultKeepLast, threshold: 0 });
  const given = textAt(options, "summary");
  const done = await compactMessages(context, messagesOf(subject).filter(isDict), settings, given);
  if (done === undefined) return subject;
  await announce(context, subject, done, settings);
  const service = context.service(agentService);
  const facts = compactionFacts(done, settings, "manual");
  return compactedTranscript(
    service.newId,
    subject,
    done,
    facts,
    given ?? done.text,
    intAt(options, "target_tokens") ?? null,
  );
}

/** A transcript that stands for a session tells the session's subscribers. */
async function announce(
  context: CallContext,
  transcript: DictValue,
  done: Compacted,
  settings: CompactionSettings,
): Promise<void> {
  const service = context.service(agentService);
  const sessionId = textAt(transcript, "id");
  if (sessionId === undefined || service.sessions.get(sessionId) === undefined) return;
  await service.events.emit(context, compactionNews(sessionId, done, settings, "manual"));
}

async function compactOpenSession(context: CallContext, id: string, options: DictValue | undefined): Promise<Value> {
  const service = context.service(agentService);
  const session = service.sessions.get(id);
  if (session === undefined) throw thrown(`agent_session_compact: unknown session id '${id}'`);
  for (const key of options?.keys() ?? []) {
    if (!sessionKeys.includes(key))
      throw thrown(`agent_session_compact: unknown option key '${key}' (expected one of: ${sessionKeys.join(", ")})`);
  }
  const settings = readCompaction(options, { keepLast: defaultKeepLast, threshold: defaultThreshold });
  await compactSession(context, service, session, settings, "manual");
  return session.messages.length;
}

function limitOf(given: Value | undefined): number {
  if (given === undefined) return defaultMicrocompactLimit;
  if (typeof given !== "number")
    throw runtimeError(`microcompact: \`max_chars\` must be an int, got ${typeName(given)}`);
  if (given < 0) throw runtimeError("microcompact: `max_chars` must be >= 0");
  return given;
}

export const compactionBuiltins: readonly Builtin[] = [
  workflow({
    name: "estimate_tokens",
    summary: "About how many tokens messages are.",
    params: [req("messages", t.list)],
    returns: t.int,
    examples: [['estimate_tokens([{role: "user", content: "eight ch"}])', "2"]],
    run: (_context, messages) => estimateMessageTokens(messages.toArray()),
  }),
  workflow({
    name: "microcompact",
    summary: "A long text cut to its head and tail.",
    params: [req("text", t.any), opt("max_chars", t.int)],
    lenient: true,
    examples: [['microcompact("short", 20)', "short"]],
    run: (_context, text, limit) => microcompact(show(text ?? null), limitOf(limit)),
  }),
  workflow({
    name: "transcript_auto_compact",
    summary: "Messages with one in the place of older ones, once they are long enough.",
    params: [req("messages", t.list), opt("options", t.dict)],
    returns: t.list,
    effect: "state",
    run: (context, messages, options) => context.async(() => compactList(context, messages, options)),
  }),
  transcripts({
    name: "transcript_compact",
    summary: "A transcript with one message in the place of older ones.",
    params: [req("transcript", transcriptLike), opt("options", t.dict)],
    returns: transcriptType,
    effect: "state",
    run: (context, subject, options) =>
      context.async(() => compactTranscript(context, subject, options, "transcript_compact")),
  }),
  transcripts({
    name: "transcript_summarize",
    summary: "A transcript with a model's summary in the place of older messages.",
    params: [req("transcript", transcriptLike), opt("options", t.dict)],
    returns: transcriptType,
    effect: "state",
    run: (context, subject, options) =>
      context.async(() =>
        compactTranscript(context, subject, withOptions(options, { strategy: "llm" }), "transcript_summarize"),
      ),
  }),
  sessions({
    name: "agent_session_compact",
    summary:
      "Puts one message in the place of a session's older ones, once they are long enough, and tells how many there are.",
    params: [req("id", t.string), opt("opts", t.record("AgentSessionCompactOpts"))],
    returns: t.int,
    effect: "state",
    run: (context, id, options) => context.async(() => compactOpenSession(context, id, options)),
  }),
];
