import { DictValue, ListValue, Shape, show, type Value } from "../../value/index.ts";
import { isDict, isList, itemsAt, list, textAt } from "../fields.ts";

export type Visibility = "public" | "internal" | "private";
export type NewId = () => string;

// A turn leaves a dozen events: their shapes are looked up once.
const eventShape = Shape.of(["id", "kind", "role", "visibility", "text", "blocks"]) as Shape;
const eventShapeWithMetadata = Shape.of(["id", "kind", "role", "visibility", "text", "blocks", "metadata"]) as Shape;
const blockShape = Shape.of(["type", "text", "visibility"]) as Shape;

/** The event that a message leaves in its transcript. */
export function messageEvent(message: DictValue, newId: NewId): DictValue {
  const role = roleOf(message);
  const blocks = blocksOf(message.get("content"), role);
  const kind = role === "tool_result" ? "tool_result" : "message";
  const visibility = visibilityOf(blocks, defaultVisibility(role));
  return new DictValue([newId(), kind, role, visibility, blocksText(blocks), list(blocks)], eventShape);
}

/** An event that is no message: a checkpoint, a note of the provider, a permission. */
export function transcriptEvent(
  newId: NewId,
  event: {
    readonly kind: string;
    readonly role: string;
    readonly visibility: Visibility;
    readonly text: string;
    readonly metadata?: Value;
  },
): DictValue {
  const { kind, role, visibility, text, metadata } = event;
  const blocks = new ListValue([new DictValue(["text", text, visibility], blockShape)]);
  const fields: Value[] = [newId(), kind, role, visibility, text, blocks];
  if (metadata === undefined) return new DictValue(fields, eventShape);
  fields.push(metadata);
  return new DictValue(fields, eventShapeWithMetadata);
}

export function roleOf(message: DictValue): string {
  return textAt(message, "role") ?? "user";
}

function defaultVisibility(role: string): Visibility {
  return role === "tool_result" ? "internal" : "public";
}

function blocksOf(content: Value | undefined, role: string): DictValue[] {
  if (content === undefined || content === null) return [];
  const fallback = defaultVisibility(role);
  if (isList(content)) return content.toArray().map((block) => completeBlock(block, fallback));
  return [completeBlock(content, fallback)];
}

function completeBlock(block: Value, visibility: Visibility): DictValue {
  if (!isDict(block)) return new DictValue(["text", show(block), visibility], blockShape);
  const typed = block.has("type") ? block : block.with("type", "text");
  return typed.has("visibility") ? typed : typed.with("visibility", visibility);
}

function visibilityOf(blocks: readonly DictValue[], fallback: Visibility): string {
  let resolved: string = fallback;
  for (const block of blocks) {
    const visibility = textAt(block, "visibility") ?? fallback;
    if (visibility === "public") return visibility;
    if (visibility === "internal") resolved = visibility;
  }
  return resolved;
}

/** Blocks on one line: texts as they are, other things as a label. */
export function blocksText(blocks: readonly DictValue[]): string {
  return blocks
    .map(blockText)
    .filter((text) => text !== "")
    .join(" ");
}

function blockText(block: DictValue): string {
  const type = textAt(block, "type") ?? "text";
  switch (type) {
    case "text":
    case "output_text": {
      const text = block.get("text") ?? block.get("content");
      return text === undefined || text === null ? "" : show(text);
    }
    case "reasoning":
      return "";
    case "tool_call":
    case "tool_result":
      return `<${type}:${textAt(block, "name") ?? "tool"}>`;
    case "image":
    case "input_image":
      return `<image:${labelOf(block) ?? "image"}>`;
    case "file":
    case "document":
    case "attachment":
      return `<${type}:${labelOf(block) ?? type}>`;
    default:
      return `<${type}>`;
  }
}

function labelOf(block: DictValue): string | undefined {
  return textAt(block, "name") ?? textAt(block, "title") ?? textAt(block, "path") ?? textAt(block, "asset_id");
}

/** What of an event a person may read: the text of its public blocks. */
export function publicText(event: DictValue): string {
  const blocks = itemsAt(event, "blocks")?.filter(isDict) ?? [];
  const hidden = blocks.some((block) => (textAt(block, "visibility") ?? "public") !== "public");
  return hidden
    ? blocksText(blocks.filter((block) => (textAt(block, "visibility") ?? "public") === "public"))
    : (textAt(event, "text") ?? "");
}
