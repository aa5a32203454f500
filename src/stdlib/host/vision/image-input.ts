import { HostError, type HostFiles, Refusal } from "../../../builtin/index.ts";
import {
  Base64Error,
  type DictValue,
  decodeBase64,
  type Raise,
  runtimeError,
  typeName,
  type Value,
} from "../../../value/index.ts";
import { failureOf } from "../faults.ts";
import { asDict, dictOption, textOption } from "../options.ts";
import { baseOf, joinPath } from "../path-text.ts";

/** An image that a program handed over, and where it was. */
export interface ImageInput {
  readonly kind: "path" | "bytes" | "data_url";
  readonly path: string | undefined;
  readonly name: string | undefined;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

const typesByExtension: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  tif: "image/tiff",
  tiff: "image/tiff",
  bmp: "image/bmp",
  gif: "image/gif",
  webp: "image/webp",
  pbm: "image/x-portable-bitmap",
  pgm: "image/x-portable-graymap",
  ppm: "image/x-portable-pixmap",
};

const unknownType = "application/octet-stream";

function fail(message: string): Raise {
  return runtimeError(`vision_ocr: ${message}`);
}

function readFile(files: HostFiles, path: string, given: DictValue | undefined): ImageInput {
  const whole = joinPath(files.cwd, path);
  const name = textOption(given, "name") ?? baseOf(path);
  const extension = name.split(".").at(-1)?.toLowerCase() ?? "";
  try {
    const mimeType = textOption(given, "mime_type") ?? typesByExtension[extension] ?? unknownType;
    return { kind: "path", path: whole, name, mimeType, bytes: files.readBytes(whole) };
  } catch (error) {
    if (error instanceof HostError && !(error instanceof Refusal))
      throw fail(`failed to read image ${whole}: ${error.message}`);
    throw failureOf("vision_ocr", error, (reason) => reason);
  }
}

function decoded(text: string, what: string): Uint8Array {
  try {
    return decodeBase64(text);
  } catch (error) {
    if (!(error instanceof Base64Error)) throw error;
    throw fail(`invalid ${what}: ${error.message}`);
  }
}

function readDataUrl(url: string, name: string | undefined): ImageInput {
  const match = /^data:([^;,]*)(?:;[^;,]*)*;base64,(.*)$/s.exec(url);
  if (!match) throw fail("data_url must be of the form data:TYPE;base64,…");
  const [, type = "", body = ""] = match;
  const mimeType = type === "" ? unknownType : type;
  return { kind: "data_url", path: undefined, name, mimeType, bytes: decoded(body, "data_url") };
}

/** A path, or a dict with `path`, `storage.path`, `bytes_base64` or `data_url`; `name` and `mime_type` say what it is. */
export function readImage(files: HostFiles, value: Value | undefined): ImageInput {
  if (value === undefined || value === null) throw fail("image input is required");
  if (typeof value === "string") return readFile(files, value, undefined);
  const given = asDict(value);
  if (!given) throw fail(`expected image path or dict, got ${typeName(value)}`);
  const path = textOption(given, "path") ?? textOption(dictOption(given, "storage"), "path");
  if (path !== undefined) return readFile(files, path, given);
  const name = textOption(given, "name");
  const encoded = textOption(given, "bytes_base64");
  if (encoded !== undefined) {
    const mimeType = textOption(given, "mime_type") ?? unknownType;
    return { kind: "bytes", path: undefined, name, mimeType, bytes: decoded(encoded, "bytes_base64") };
  }
  const url = textOption(given, "data_url");
  if (url !== undefined) return readDataUrl(url, name);
  throw fail("expected a path string or image dict with path, storage.path, bytes_base64, or data_url");
}
