import type { CallContext } from "../../builtin/index.ts";
import { BuiltinValue, type DictValue, Raise, thrown, typeName, type Value } from "../../value/index.ts";
import { ModelFailure } from "../failure.ts";
import { isDict, textAt } from "../fields.ts";
import type { ModelRequest, ReplyWatch } from "../model.ts";
import type { PreparedCall } from "../options/call-options.ts";

/** An answer that was cut while it came, because it could not fit its schema any more. */
export interface CutAnswer {
  /** Where it went wrong, from `$` on. */
  readonly path: string;
  readonly reason: string;
  /** Pieces that had come by then, the bad one counted. */
  readonly chunksConsumed: number;
}

/** The failure that ends the exchange of a cut answer. */
export class CutAnswerFailure extends ModelFailure {
  readonly cut: CutAnswer;

  constructor(cut: CutAnswer, provider: string, model: string) {
    const where = `provider=${provider} model=${model} chunks_consumed=${cut.chunksConsumed}`;
    super({
      kind: "terminal",
      reason: "unknown",
      category: "schema_stream_aborted",
      message: `schema_stream_aborted at ${cut.path}: ${cut.reason} (${where})`,
    });
    this.cut = cut;
  }
}

/** What the model is told of a cut answer, and the program when no retry is left. */
export function cutText({ path, reason, chunksConsumed }: CutAnswer): string {
  const chunks = `${chunksConsumed} chunk${chunksConsumed === 1 ? "" : "s"}`;
  return `streaming response aborted at ${path}: ${reason} (after ${chunks})`;
}

/** `schema_stream_aborted` of a result. */
export function cutFields(cut: CutAnswer, { provider, model }: ModelRequest): Readonly<Record<string, Value>> {
  const { path, reason, chunksConsumed } = cut;
  return { path, reason, chunks_consumed: chunksConsumed, provider, model };
}

/** Opens a watch over each exchange of a call; none without a schema, or where the program wants every answer whole. */
export function schemaWatchOf(context: CallContext, prepared: PreparedCall): (() => ReplyWatch) | undefined {
  const wanted = prepared.options?.get("schema_stream_abort") ?? null;
  if (wanted !== null && typeof wanted !== "boolean")
    throw thrown(`llm_call: \`schema_stream_abort\` must be a bool, got ${typeName(wanted)}`);
  const { schema } = prepared.wish;
  // Calls written as text come in the same text as the answer.
  if (wanted === false || schema === undefined || (prepared.tools.length > 0 && prepared.toolFormat === "text"))
    return undefined;
  const { provider, model } = prepared.request;
  return () => new SchemaWatch(context, schema, (cut) => new CutAnswerFailure(cut, provider, model));
}

const documentPath = "$";
const fence = /^```[\w-]*[ \t]*\r?\n/;
/** What may still become a fence. */
const fenceStart = /^`{1,3}$|^```[\w-]*[ \t]*\r?$/;

/**
 * Holds an answer to its schema while it comes, so that no more tokens are paid for than it takes to see that it does not fit.
 *
 * Only what comes as one JSON object is watched, by itself or in a fence, and only a key whose value cannot fit ends it: prose
 * may hold JSON further on, and what concerns the document as a whole is for its end to say.
 */
class SchemaWatch implements ReplyWatch {
  readonly #context: CallContext;
  readonly #schema: DictValue;
  readonly #failure: (cut: CutAnswer) => ModelFailure;
  /** Text before it is known what the answer begins with. */
  #head = "";
  #state: "head" | "document" | "off" = "head";
  #pieces: { readonly text: string; readonly count: number }[] = [];
  #count = 0;
  #handle: Value | undefined;

  constructor(context: CallContext, schema: DictValue, failure: (cut: CutAnswer) => ModelFailure) {
    this.#context = context;
    this.#schema = schema;
    this.#failure = failure;
  }

  text(delta: string): void {
    this.#count++;
    if (this.#state === "document") this.#take(delta);
    else if (this.#state === "head") this.#begin(delta);
  }

  data(delta: string): void {
    this.#count++;
    if (this.#state === "off") return;
    this.#state = "document";
    this.#take(delta);
  }

  #begin(delta: string): void {
    this.#head = (this.#head + delta).trimStart();
    if (this.#head === "" || fenceStart.test(this.#head)) return;
    const document = this.#head.replace(fence, "").trimStart();
    if (document === "") return;
    this.#state = document.startsWith("{") ? "document" : "off";
    if (this.#state === "document") this.#take(document);
  }

  /** Cut behind each bracket: what follows a document that is complete is not held against it. */
  #take(text: string): void {
    for (const piece of text.split(/(?<=[}\]])/)) this.#pieces.push({ text: piece, count: this.#count });
  }

  async settle(): Promise<void> {
    while (this.#state === "document") {
      const piece = this.#pieces.shift();
      if (piece === undefined) return;
      const verdict = await this.#verdict(piece.text);
      const path = textAt(verdict, "path");
      const word = textAt(verdict, "verdict");
      if (word === "invalid" && path !== undefined && path !== documentPath)
        throw this.#failure({ path, reason: textAt(verdict, "reason") ?? "", chunksConsumed: piece.count });
      if (word !== "pending") this.#state = "off";
    }
  }

  /** The language's own checker of JSON that comes in pieces says it, as it says it to programs. */
  async #verdict(piece: string): Promise<DictValue | undefined> {
    try {
      this.#handle ??= await this.#context.callAsync(new BuiltinValue("__json_stream_validate_create"), [this.#schema]);
      const verdict = await this.#context.callAsync(new BuiltinValue("__json_stream_validate_chunk"), [
        this.#handle,
        piece,
      ]);
      return isDict(verdict) ? verdict : undefined;
    } catch (error) {
      // A schema that the checker cannot read is told of when the answer is whole.
      if (error instanceof Raise && error.kind === "thrown") return undefined;
      throw error;
    }
  }
}
