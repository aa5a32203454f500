import { type CallContext, type CatalogPart, declare, req, t } from "../../../builtin/index.ts";
import { type BytesValue, DictValue, EnumValue, handOut, thrown, type Value } from "../../../value/index.ts";
import { checkSchema } from "../schema/builtins.ts";
import { canonicalSchema } from "../schema/canonical.ts";
import { type Check, JsonStream, type Verdict } from "./json-stream.ts";

const json = declare("json");

/** Streams that are being read, by handle. A forgotten one goes when many younger ones have come. */
class Streams {
  readonly #byHandle = new Map<string, JsonStream>();
  #count = 0;

  add(stream: JsonStream): string {
    const handle = `json_stream_${++this.#count}`;
    this.#byHandle.set(handle, stream);
    const [oldest] = this.#byHandle.keys();
    if (this.#byHandle.size > maxStreams && oldest !== undefined) this.#byHandle.delete(oldest);
    return handle;
  }

  get(handle: string): JsonStream {
    const stream = this.#byHandle.get(handle);
    if (!stream) throw thrown(`json stream validator handle not found or expired: ${handle}`);
    return stream;
  }
}

const maxStreams = 1024;

/** Each host's own: two runtimes never see each other's. */
const streamsOfHosts = new WeakMap<object, Streams>();

function streamsOf(context: CallContext): Streams {
  const known = streamsOfHosts.get(context.host);
  if (known) return known;
  const streams = new Streams();
  streamsOfHosts.set(context.host, streams);
  return streams;
}

function checkWith(context: CallContext): Check {
  return (value, schema) => checkSchema(context, value, schema, false).errors;
}

function content(chunk: string | BytesValue): string | Uint8Array {
  return typeof chunk === "string" ? chunk : chunk.bytes;
}

function verdictDict(verdict: Verdict): DictValue {
  if (verdict.kind !== "invalid") return DictValue.of({ verdict: verdict.kind });
  return DictValue.of({ verdict: "invalid", path: verdict.path, reason: verdict.reason });
}

function statusOf(verdict: Verdict): Value {
  if (verdict.kind === "invalid") {
    return new EnumValue("JsonStreamStatus", "Invalid", [DictValue.of({ path: verdict.path, reason: verdict.reason })]);
  }
  return new EnumValue("JsonStreamStatus", verdict.kind === "valid" ? "Valid" : "Pending", []);
}

const handle = req("handle", t.string);
const chunk = req("chunk", t.union(t.string, t.bytes));

/** What `std/json/stream` is made of. */
export const jsonStreamBuiltins: CatalogPart = {
  builtins: [
    json({
      name: "__json_stream_validate_create",
      summary: "A handle for a JSON document that will come in pieces, with the schema it must fit.",
      params: [req("schema", t.dict)],
      returns: t.string,
      effect: "state",
      run: (context, schema) => streamsOf(context).add(new JsonStream(canonicalSchema(schema))),
    }),
    json({
      name: "__json_stream_validate_chunk",
      summary: "Whether the document so far is valid, invalid or still open.",
      params: [handle, chunk],
      returns: t.dict,
      effect: "state",
      run: (context, name, piece) => verdictDict(streamsOf(context).get(name).feed(content(piece), checkWith(context))),
    }),
    json({
      name: "__json_stream_validate_finalize",
      summary: "The last word on a document of which nothing more will come.",
      params: [handle],
      returns: t.dict,
      effect: "state",
      run: (context, name) => verdictDict(streamsOf(context).get(name).finish(checkWith(context))),
    }),
    json({
      name: "__json_stream_validator",
      summary: "A handle for a JSON document whose status and value can be asked for.",
      params: [req("schema", t.dict)],
      returns: t.string,
      effect: "state",
      run: (context, schema) => streamsOf(context).add(new JsonStream(canonicalSchema(schema))),
    }),
    json({
      name: "__json_stream_validator_feed",
      summary: "The status of a document with one more piece.",
      params: [handle, chunk],
      effect: "state",
      run: (context, name, piece) => statusOf(streamsOf(context).get(name).feed(content(piece), checkWith(context))),
    }),
    json({
      name: "__json_stream_validator_status",
      summary: "The status of a document.",
      params: [handle],
      effect: "state",
      run: (context, name) => statusOf(streamsOf(context).get(name).verdict),
    }),
    json({
      name: "__json_stream_validator_value",
      summary: "The value of a document that is valid; nil before.",
      params: [handle],
      effect: "state",
      run: (context, name) => {
        const { verdict } = streamsOf(context).get(name);
        return verdict.kind === "valid" ? handOut(verdict.value) : null;
      },
    }),
  ],
};
