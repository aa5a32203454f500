import { type DictValue, thrown, type Value } from "../../value/index.ts";
import { ConversationFold } from "../conversation-fold.ts";
import { isDict, isList, textAt } from "../fields.ts";

/** What a call has to know of the messages that it is given. */
export interface MessageFacts {
  readonly haveRoles: boolean;
  /** Types of the blocks in them. */
  readonly blockTypes: ReadonlySet<string>;
}

const nothingSaid: MessageFacts = { haveRoles: true, blockTypes: new Set() };

const facts = new ConversationFold<MessageFacts>(() => nothingSaid, withMessage);

/** Reads the messages of a call. Refuses image, pdf and audio blocks that no provider could take. */
export function messageFacts(messages: readonly DictValue[]): MessageFacts {
  return facts.of(messages);
}

function withMessage(known: MessageFacts, message: DictValue): MessageFacts {
  const haveRoles = known.haveRoles && message.has("role");
  const types = new Set<string>();
  const content = message.get("content");
  if (isList(content)) {
    for (const block of content.view()) {
      if (!isDict(block)) continue;
      checkBlock(block);
      types.add(textAt(block, "type") ?? "");
    }
  }
  if (haveRoles === known.haveRoles && types.size === 0) return known;
  return { haveRoles, blockTypes: new Set([...known.blockTypes, ...types]) };
}

function checkBlock(block: DictValue): void {
  switch (textAt(block, "type")) {
    case "image":
      return checkImage(block);
    case "pdf":
    case "document":
      return checkPdf(block);
    case "audio":
      return checkAudio(block);
    default:
      return;
  }
}

function has(block: DictValue, ...keys: readonly string[]): boolean {
  return keys.some((key) => isPresent(block.get(key)));
}

function isPresent(value: Value | undefined): boolean {
  return typeof value === "string" && value !== "";
}

function checkImage(block: DictValue): void {
  const hasUrl = has(block, "url", "file_uri");
  const hasData = has(block, "base64", "data");
  if (hasUrl === hasData) throw thrown("llm_call image content requires exactly one of url or base64");
  if (!has(block, "media_type", "mime_type")) throw thrown("llm_call image content requires media_type");
  const detail = textAt(block, "detail");
  if (detail !== undefined && !["low", "high", "auto"].includes(detail))
    throw thrown('llm_call image detail must be "low", "high", or "auto"');
}

function checkPdf(block: DictValue): void {
  const sources = [has(block, "url", "file_uri"), has(block, "base64", "data"), has(block, "file_id")];
  if (sources.filter(Boolean).length !== 1)
    throw thrown("llm_call pdf content requires exactly one of url, base64, or file_id");
}

function checkAudio(block: DictValue): void {
  const sources = [has(block, "url", "file_uri"), has(block, "base64", "data"), has(block, "file_id", "id")];
  if (sources.filter(Boolean).length !== 1)
    throw thrown("llm_call audio content requires exactly one of url, base64, or file_id");
  if (!has(block, "media_type", "mime_type")) throw thrown("llm_call audio content requires media_type");
}
