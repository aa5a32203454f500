import type { DictValue, Value } from "../../value/index.ts";
import { dictAt, isDict, isList, list, textAt } from "../fields.ts";

/** One piece of a message's content, whichever way the program wrote it. */
export type ContentBlock =
  /** `cacheControl` marks where a provider may keep the prompt up to here. */
  | { readonly kind: "text"; readonly text: string; readonly cacheControl?: DictValue }
  | {
      readonly kind: "image" | "pdf" | "audio";
      readonly source: BlockSource;
      readonly mediaType: string | undefined;
      readonly detail: string | undefined;
    }
  | { readonly kind: "other"; readonly block: DictValue };

export type BlockSource =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "base64"; readonly data: string }
  | { readonly kind: "file"; readonly id: string };

/** The blocks of `content`: a string is one text block, a list one block per item. */
export function contentBlocks(content: Value | undefined): ContentBlock[] {
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  if (!isList(content)) return [];
  return content
    .toArray()
    .flatMap((item) =>
      typeof item === "string" ? [{ kind: "text", text: item } as const] : isDict(item) ? [readBlock(item)] : [],
    );
}

/** All text of a message's content. */
export function contentText(content: Value | undefined): string {
  return contentBlocks(content)
    .flatMap((block) => (block.kind === "text" ? [block.text] : []))
    .join("\n");
}

/** Plain text stays a string, because not every server takes blocks for it; anything else becomes a list of blocks. */
export function textOrBlocks(content: Value | undefined, encode: (block: ContentBlock) => DictValue): Value {
  const blocks = contentBlocks(content);
  return blocks.every((block) => block.kind === "text") ? contentText(content) : list(blocks.map(encode));
}

function textOf(block: DictValue): ContentBlock {
  const text = textAt(block, "text") ?? "";
  const cacheControl = dictAt(block, "cache_control");
  return { kind: "text", text, ...(cacheControl && { cacheControl }) };
}

function readBlock(block: DictValue): ContentBlock {
  const type = textAt(block, "type") ?? "text";
  switch (type) {
    case "text":
    case "output_text":
    case "input_text":
      return textOf(block);
    case "image":
    case "audio":
      return media(type, block);
    case "pdf":
    case "document":
      return media("pdf", block);
    default:
      return { kind: "other", block };
  }
}

function media(kind: "image" | "pdf" | "audio", block: DictValue): ContentBlock {
  const source = readSource(block);
  if (source === undefined) return { kind: "other", block };
  return {
    kind,
    source,
    mediaType: textAt(block, "media_type") ?? textAt(block, "mime_type"),
    detail: textAt(block, "detail"),
  };
}

function readSource(block: DictValue): BlockSource | undefined {
  const url = textAt(block, "url") ?? textAt(block, "file_uri");
  if (url !== undefined) return { kind: "url", url };
  const data = textAt(block, "base64") ?? textAt(block, "data");
  if (data !== undefined) return { kind: "base64", data };
  const id = textAt(block, "file_id") ?? textAt(block, "id");
  return id === undefined ? undefined : { kind: "file", id };
}
