import { sha256 } from "@noble/hashes/sha2.js";
import {
  type Builtin,
  type CallContext,
  declare,
  HostError,
  type ProcessResult,
  rest,
  t,
  throughGate,
} from "../../../builtin/index.ts";
import { DictValue, equal, ListValue, runtimeError, toHex, typeName, type Value } from "../../../value/index.ts";
import { lossyText } from "../crypto/percent.ts";
import { failureOf, need } from "../faults.ts";
import { asDict } from "../options.ts";
import { type ImageInput, readImage } from "./image-input.ts";
import { structuredText, WordTableError } from "./structured-text.ts";

const vision = declare("vision");

const program = "tesseract";
const longestTableBytes = 64 * 1024 * 1024;

function languageOf(value: Value | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const options = asDict(value);
  if (!options) throw runtimeError(`vision_ocr: options must be a dict, got ${typeName(value)}`);
  const language = options.get("language") ?? null;
  if (language === null) return undefined;
  // A name of traineddata, or several with `+`: nothing that the program could take for an option or a path elsewhere.
  if (typeof language === "string" && /^[A-Za-z0-9_]+(?:\+[A-Za-z0-9_]+)*$/.test(language)) return language;
  throw runtimeError("vision_ocr: options.language must be a Tesseract language such as `eng` or `eng+deu`");
}

/** The program as it is, or not at all: a policy may refuse it, but not make another one of it. */
async function runTesseract(context: CallContext, image: ImageInput, language: string | undefined): Promise<string> {
  const args = ["stdin", "stdout", ...(language === undefined ? [] : ["-l", language]), "tsv"];
  const request = DictValue.of({ mode: "argv", argv: new ListValue([program, ...args]) });
  let table: string | undefined;
  await throughGate(context, {
    surface: "vision_ocr",
    request,
    start: async (held) => {
      if (!equal(held, request)) throw runtimeError("vision_ocr: a command policy may not rewrite it; deny it instead");
      table = await tableOf(context, args, image.bytes);
      return DictValue.of({ stdout: table, stderr: "", status: 0, exit_code: 0, success: true });
    },
  });
  if (table === undefined) throw runtimeError("vision_ocr: tesseract was not started");
  return table;
}

async function tableOf(context: CallContext, args: readonly string[], input: Uint8Array): Promise<string> {
  const processes = need(context, "vision_ocr", "processes");
  let result: ProcessResult;
  try {
    const { signal } = context;
    result = await processes.run({ command: program, args, input, maxOutputBytes: longestTableBytes, signal });
  } catch (error) {
    if (error instanceof HostError && error.code === "ENOENT") {
      throw runtimeError("vision_ocr: tesseract executable not found on PATH");
    }
    throw failureOf("vision_ocr", error, (reason) => `vision_ocr: tesseract failed: ${reason}`);
  }
  if (result.exitCode === 0) return lossyText(result.stdout);
  const reason = lossyText(result.stderr).trim().slice(0, 2_000);
  throw runtimeError(
    `vision_ocr: tesseract failed with status ${result.exitCode ?? result.signal ?? "none"}: ${reason}`,
  );
}

function sourceOf({ kind, path, name, mimeType, bytes }: ImageInput): DictValue {
  return DictValue.of({
    kind,
    ...(path === undefined ? {} : { path }),
    ...(name === undefined ? {} : { name }),
    mime_type: mimeType,
    byte_len: bytes.length,
    sha256: toHex(sha256(bytes)),
  });
}

async function recognised(context: CallContext, image: ImageInput, language: string | undefined): Promise<DictValue> {
  const table = await runTesseract(context, image, language);
  try {
    return DictValue.of({
      ...structuredText(table),
      source: sourceOf(image),
      backend: DictValue.of({ name: "tesseract_cli" }),
    });
  } catch (error) {
    if (!(error instanceof WordTableError)) throw error;
    throw runtimeError(`vision_ocr: tesseract wrote what is no table of words: ${error.message}`);
  }
}

export const visionBuiltins: readonly Builtin[] = [
  vision({
    name: "vision_ocr",
    summary:
      "The words on an image, by the `tesseract` program: `{text, blocks, lines, tokens, source, backend, stats}`. `options.language` names its language.",
    params: [rest("arguments", t.any)],
    returns: t.dict,
    effect: "process",
    lenient: true,
    run(context, image, options) {
      const input = readImage(need(context, "vision_ocr", "files"), image);
      const language = languageOf(options);
      return context.async(() => recognised(context, input, language));
    },
  }),
];
