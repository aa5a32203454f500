import { type Builtin, declare, rest, t } from "../../../builtin/index.ts";
import { BytesValue, DictValue, ListValue, type Raise, typeName, type Value } from "../../../value/index.ts";
import { concatenated } from "../../byte-arrays.ts";
import { decodeUtf8, encodeUtf8, Utf8Error } from "../../utf8.ts";
import { contentBytes } from "../compression/entries.ts";
import { asDict, intOf } from "../options.ts";
import { boundaryFrom, boundaryOf, checkBoundary, multipartFault } from "./boundary.ts";
import { contentText, type Part, parseParts } from "./parse.ts";

const multipart = declare("multipart");

const usualBytes = 8 * 1024 * 1024;
const usualFields = 128;

function optionsAt(builtin: string, value: Value | undefined, place: number): DictValue | undefined {
  if (value === undefined || value === null) return undefined;
  const options = asDict(value);
  if (options !== undefined) return options;
  throw multipartFault(builtin, `expected options dict at argument ${place}, got ${typeName(value)}`);
}

function limitOf(builtin: string, options: DictValue | undefined, key: string, usual: number): number {
  const value = options?.get(key) ?? null;
  if (value === null) return usual;
  const limit = intOf(value);
  if (limit === undefined) throw multipartFault(builtin, `${key} must be an int, got ${typeName(value)}`);
  if (limit < 0) throw multipartFault(builtin, `${key} must be non-negative, got ${limit}`);
  return limit;
}

function bodyAt(builtin: string, value: Value | undefined): Uint8Array {
  if (value === undefined) throw multipartFault(builtin, "missing argument 1");
  const bytes = contentBytes(value);
  if (bytes !== undefined) return bytes;
  throw multipartFault(builtin, `expected bytes or string at argument 1, got ${typeName(value)}`);
}

function parsed(args: readonly Value[]): DictValue {
  const builtin = "multipart_parse";
  const body = bodyAt(builtin, args[0]);
  const contentType = args[1];
  if (contentType === undefined) throw multipartFault(builtin, "missing argument 2");
  if (typeof contentType !== "string")
    throw multipartFault(builtin, `expected string at argument 2, got ${typeName(contentType)}`);
  const options = optionsAt(builtin, args[2], 3);
  const total = limitOf(builtin, options, "max_total_bytes", usualBytes);
  const fieldBytes = limitOf(builtin, options, "max_field_bytes", usualBytes);
  const fields = limitOf(builtin, options, "max_fields", usualFields);
  const boundary = boundaryFrom(builtin, contentType);
  if (body.length > total)
    throw multipartFault(builtin, `total body size ${body.length} exceeds max_total_bytes ${total}`);
  const parts = parseParts(body, boundary, { fields, fieldBytes });
  return DictValue.of({
    boundary,
    fields: new ListValue(parts.map(fieldOf)),
    field_count: parts.length,
    total_bytes: body.length,
  });
}

function fieldOf({ name, filename, headers, content }: Part): DictValue {
  return DictValue.of({
    name,
    filename: filename ?? null,
    content_type: headers.get("content-type") ?? null,
    headers: new DictValue(new Map<string, Value>(headers)),
    bytes: new BytesValue(content),
    text: contentText(content) ?? null,
  });
}

const formBuiltin = "multipart_form_data";

function formFault(message: string): Raise {
  return multipartFault(formBuiltin, message);
}

function isSingleLine(text: string): boolean {
  return !/[\r\n]/.test(text);
}

/** A text of a field as it may stand in a header; undefined when it is not given. */
function lineOf(field: DictValue, key: string, title: string): string | undefined {
  const value = field.get(key) ?? null;
  if (value === null) return undefined;
  if (typeof value !== "string") throw formFault(`${key} must be a string, got ${typeName(value)}`);
  if (value === "") throw formFault(`${key} must not be empty`);
  if (!isSingleLine(value)) throw formFault(`${title} must be single-line`);
  return value;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

function contentOf(field: DictValue): Uint8Array {
  const value = field.get("content") ?? field.get("value") ?? field.get("bytes");
  if (value === undefined) throw formFault("field is missing content");
  const bytes = contentBytes(value);
  if (bytes === undefined) throw formFault(`content must be bytes or string, got ${typeName(value)}`);
  return bytes;
}

const ownHeaders = new Set(["content-disposition", "content-type"]);

function furtherHeaders(field: DictValue): readonly string[] {
  const headers = optionsAt(formBuiltin, field.get("headers"), 1);
  return [...(headers?.entries() ?? [])].map(([name, value]) => {
    if (ownHeaders.has(name.toLowerCase())) throw formFault(`${name} is managed by multipart_form_data`);
    if (typeof value !== "string") throw formFault(`header ${name} must be a string, got ${typeName(value)}`);
    if (!isSingleLine(name) || !isSingleLine(value)) throw formFault("header values must be single-line");
    return `${name}: ${value}`;
  });
}

function partBytes(item: Value, at: number, boundary: string): Uint8Array {
  const field = asDict(item);
  if (field === undefined) throw formFault(`field ${at + 1} must be a dict, got ${typeName(item)}`);
  const name = lineOf(field, "name", "field name");
  if (name === undefined) throw formFault("field is missing name");
  const filename = lineOf(field, "filename", "filename");
  const contentType = lineOf(field, "content_type", "content_type");
  const file = filename === undefined ? "" : `; filename=${quoted(filename)}`;
  const lines = [
    `--${boundary}`,
    `Content-Disposition: form-data; name=${quoted(name)}${file}`,
    ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
    ...furtherHeaders(field),
  ];
  return concatenated(encodeUtf8(`${lines.join("\r\n")}\r\n\r\n`), contentOf(field), encodeUtf8("\r\n"));
}

function form(args: readonly Value[]): DictValue {
  const [fields, given] = args;
  if (fields === undefined) throw formFault("missing argument 1");
  if (typeof fields !== "object" || fields === null || fields.kind !== "list")
    throw formFault(`fields must be a list, got ${typeName(fields)}`);
  const chosen = optionsAt(formBuiltin, given, 2)?.get("boundary") ?? null;
  if (chosen !== null && typeof chosen !== "string")
    throw formFault(`boundary must be a string, got ${typeName(chosen)}`);
  const boundary = chosen ?? boundaryOf(fields.view());
  checkBoundary(formBuiltin, boundary);
  const parts = fields.view().map((field, at) => partBytes(field, at, boundary));
  return DictValue.of({
    body: new BytesValue(concatenated(...parts, encodeUtf8(`--${boundary}--\r\n`))),
    boundary,
    content_type: `multipart/form-data; boundary=${boundary}`,
  });
}

/** The bytes of a field that `multipart_parse` gave. */
function bytesOf(builtin: string, value: Value | undefined): Uint8Array {
  if (value === undefined) throw multipartFault(builtin, "missing argument 1");
  const field = asDict(value);
  if (field === undefined) throw multipartFault(builtin, `field must be a dict, got ${typeName(value)}`);
  const bytes = field.get("bytes");
  if (bytes === undefined) throw multipartFault(builtin, "field is missing bytes");
  if (typeof bytes === "object" && bytes !== null && bytes.kind === "bytes") return bytes.bytes;
  throw multipartFault(builtin, `field.bytes must be bytes, got ${typeName(bytes)}`);
}

export const multipartBuiltins: readonly Builtin[] = [
  multipart({
    name: "multipart_parse",
    summary:
      "The fields of a multipart body: `multipart_parse(body, content_type, {max_total_bytes?, max_field_bytes?, max_fields?}?)`.",
    params: [rest("args", t.any)],
    returns: t.dict,
    run: (_context, ...args) => parsed(args),
  }),
  multipart({
    name: "multipart_form_data",
    summary:
      "A multipart body `{body, boundary, content_type}` of fields `{name, content, filename?, content_type?, headers?}`.",
    params: [rest("args", t.any)],
    returns: t.dict,
    run: (_context, ...args) => form(args),
  }),
  multipart({
    name: "multipart_field_bytes",
    summary: "The content of a field that `multipart_parse` gave.",
    params: [rest("args", t.any)],
    returns: t.bytes,
    run: (_context, field) => new BytesValue(bytesOf("multipart_field_bytes", field).slice()),
  }),
  multipart({
    name: "multipart_field_text",
    summary: "The content of a field as a text; an error if it is none.",
    params: [rest("args", t.any)],
    returns: t.string,
    run(_context, field) {
      try {
        return decodeUtf8(bytesOf("multipart_field_text", field));
      } catch (error) {
        if (error instanceof Utf8Error) throw multipartFault("multipart_field_text", error.message);
        throw error;
      }
    },
  }),
];
