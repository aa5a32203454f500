import { stringifyJson } from "../../value/index.ts";
import { isDict, isList } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { ToolCall } from "../model.ts";
import { callOfJson, parseCall, parseCallBody } from "./call-body.ts";

/** What a text answer of the tagged protocol says. */
export interface TaggedText {
  readonly calls: readonly ToolCall[];
  readonly errors: readonly string[];
  readonly violations: readonly string[];
  readonly prose: string;
  readonly userResponse: string;
  readonly doneMarker: string | undefined;
  readonly canonical: string;
}

/** Tools that every registry is taken to have. */
const alwaysKnown = ["ledger", "load_skill"];
const listedToolLimit = 20;
const topTag = /^[ \t]*<(tool_call|toolcall|assistant_prose|assistantprose|user_response|userresponse|done)>/;

/**
 * Reads calls, prose and the done marker out of a model's text. Tags count where they are the first thing on their line
 * and outside code fences. What does not fit is reported, and what can still be run is run.
 */
export function parseTaggedText(source: string, toolNames: readonly string[]): TaggedText {
  const text = stripThinking(source);
  const foreign = parseForeignMarkers(text);
  const reader = new TagReader(text, toolNames);
  reader.read();
  if (foreign.length > 0 && reader.calls.length === 0) for (const call of foreign) reader.addCall(call);
  return reader.result();
}

/** Text without `<think>` blocks, an unclosed one included. */
export function stripThinking(text: string): string {
  if (!text.includes("<think")) return text;
  return text.replace(/<think>[\s\S]*?(?:<\/think>|$)/g, "").replace(/<thinking>[\s\S]*?(?:<\/thinking>|$)/g, "");
}

class TagReader {
  readonly calls: ToolCall[] = [];
  readonly #text: string;
  readonly #known: ReadonlySet<string>;
  readonly #toolNames: readonly string[];
  readonly #errors: string[] = [];
  readonly #violations: string[] = [];
  readonly #prose: string[] = [];
  readonly #responses: string[] = [];
  readonly #canonical: string[] = [];
  readonly #stray: string[] = [];
  #done: string | undefined;
  #bareCalls = 0;

  constructor(text: string, toolNames: readonly string[]) {
    this.#text = text;
    this.#toolNames = toolNames;
    this.#known = new Set([...toolNames, ...alwaysKnown]);
  }

  read(): void {
    let at = 0;
    let isFenced = false;
    while (at < this.#text.length) {
      const rest = this.#text.slice(at);
      const lineEnd = rest.indexOf("\n") < 0 ? rest.length : rest.indexOf("\n");
      const line = rest.slice(0, lineEnd);
      const taken = isFenced || line.trim() === "" ? undefined : this.#readAt(rest);
      if (taken !== undefined) {
        at += taken;
        continue;
      }
      if (/^\s*(```|~~~)/.test(line)) isFenced = !isFenced;
      if (line.trim() !== "") this.#stray.push(line.trim());
      at += lineEnd + 1;
    }
    if (this.#stray.length > 0) {
      const sample = this.#stray.join(" ").slice(0, 120);
      this.#violations.push(
        `Stray text outside response tags: ${JSON.stringify(sample)}. Put prose in <assistant_prose>, calls in <tool_call>.`,
      );
    }
  }

  /** Length of the tag or call at the start of `rest`, or `undefined` when there is none. */
  #readAt(rest: string): number | undefined {
    const tag = topTag.exec(rest);
    if (tag !== null) return this.#readTag(rest, tag[0].length, (tag[1] ?? "").replace("_", ""));
    return this.#readAngleCall(rest) ?? this.#readBareCall(rest) ?? this.#readUnknownTag(rest);
  }

  #readTag(rest: string, start: number, tag: string): number {
    const close = new RegExp(
      `</${tag === "toolcall" ? "tool_?call" : tag === "assistantprose" ? "assistant_?prose" : tag === "userresponse" ? "user_?response" : tag}>`,
    );
    const found = close.exec(rest.slice(start));
    if (found === null) {
      this.#violations.push(
        tag === "toolcall" ? "Unknown top-level tag <tool_call> without its closing tag." : `Unclosed tag <${tag}>.`,
      );
      return start;
    }
    const body = rest.slice(start, start + found.index);
    this.#segment(tag, body);
    return start + found.index + found[0].length;
  }

  #segment(tag: string, body: string): void {
    const text = body.trim();
    switch (tag) {
      case "toolcall": {
        const parsed = parseCallBody(body);
        this.#errors.push(...parsed.errors);
        for (const call of parsed.calls) this.addCall(call);
        break;
      }
      case "assistantprose":
        this.#prose.push(text);
        this.#canonical.push(`<assistant_prose>${text}</assistant_prose>`);
        break;
      case "userresponse":
        this.#responses.push(text);
        this.#canonical.push(`<user_response>${text}</user_response>`);
        break;
      default:
        if (text === "") this.#violations.push("<done> block is empty. Put the completion marker inside it.");
        else {
          this.#done = text;
          this.#canonical.push(`<done>${text}</done>`);
        }
    }
  }

  #readAngleCall(rest: string): number | undefined {
    const open = /^[ \t]*<(?=[A-Za-z_][\w.-]*\s*[({])/.exec(rest);
    if (open === null) return undefined;
    const parsed = parseCall(rest.slice(open[0].length), "");
    if (parsed === undefined || typeof parsed === "string" || !this.#known.has(parsed.call.name)) return undefined;
    this.#violations.push(`Call <${parsed.call.name}(…)> is not inside a <tool_call> block.`);
    this.addCall({ ...parsed.call, id: `tc_angle_${parsed.call.name}` });
    const end = open[0].length + parsed.end;
    return end + (/^\s*\/?>/.exec(rest.slice(end))?.[0].length ?? 0);
  }

  #readBareCall(rest: string): number | undefined {
    const indent = /^[ \t]*/.exec(rest)?.[0].length ?? 0;
    const name = /^([A-Za-z_][\w.-]*)\s*\(/.exec(rest.slice(indent))?.[1];
    if (name === undefined || !this.#known.has(name)) return undefined;
    const parsed = parseCall(rest.slice(indent), `tc_${this.#bareCalls}`);
    if (parsed === undefined) return undefined;
    if (typeof parsed === "string") {
      this.#errors.push(parsed);
      return undefined;
    }
    this.#bareCalls++;
    this.#violations.push(`Call ${name}(…) is not inside a <tool_call> block.`);
    this.addCall(parsed.call);
    return indent + parsed.end;
  }

  #readUnknownTag(rest: string): number | undefined {
    const tag = /^[ \t]*<(\/?[A-Za-z_][\w-]*)>/.exec(rest);
    if (tag === null) return undefined;
    this.#violations.push(
      `Unknown top-level tag <${tag[1]}>. Use <tool_call>, <assistant_prose>, <user_response> or <done>.`,
    );
    return tag[0].length;
  }

  addCall(call: ToolCall): void {
    if (!this.#known.has(call.name)) {
      this.#errors.push(
        `Unknown tool '${call.name}'. Available tools: [${this.#toolNames.slice(0, listedToolLimit).join(", ")}]`,
      );
      return;
    }
    this.calls.push(call);
    this.#canonical.push(`<tool_call>\n${call.name}(${stringifyJson(call.arguments)})\n</tool_call>`);
  }

  result(): TaggedText {
    return {
      calls: this.calls,
      errors: this.#errors,
      violations: this.#violations,
      prose: this.#prose.filter((part) => part !== "").join("\n\n"),
      userResponse: this.#responses.filter((part) => part !== "").join("\n\n"),
      doneMarker: this.#done,
      canonical: this.#canonical.join("\n\n"),
    };
  }
}

/** Call forms that some models were trained on, each over the whole text. */
function parseForeignMarkers(text: string): ToolCall[] {
  const trimmed = text.trim();
  const mistral = trimmed.indexOf("[TOOL_CALLS]");
  if (mistral >= 0) return mistralCalls(trimmed.slice(mistral));
  if (!trimmed.startsWith("[")) return [];
  const parsed = tryParseJson(trimmed);
  if (!isList(parsed)) return [];
  return parsed
    .toArray()
    .flatMap((entry, index) =>
      isDict(entry) && entry.has("function") ? (callOfJson(entry, `tc_${index}`) ?? []) : [],
    );
}

function mistralCalls(text: string): ToolCall[] {
  const body = text.slice("[TOOL_CALLS]".length).trim();
  const parsed = body.startsWith("[") ? tryParseJson(body) : undefined;
  if (isList(parsed))
    return parsed
      .toArray()
      .flatMap((entry, index) => (isDict(entry) ? (callOfJson(entry, `tc_mistral_${index}`) ?? []) : []));
  return text.split("[TOOL_CALLS]").flatMap((piece, index): ToolCall[] => {
    const split = /^\s*([A-Za-z_][\w.-]*)\s*(?:\[ARGS\])?\s*(\{[\s\S]*\})\s*$/.exec(piece);
    const args = split === null ? undefined : tryParseJson(split[2] ?? "");
    return split !== null && isDict(args)
      ? [{ id: `tc_mistral_${index - 1}`, name: split[1] ?? "", arguments: args }]
      : [];
  });
}
