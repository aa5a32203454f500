import { type Builtin, type CallContext, declare, opt, req, rest, t } from "../../../builtin/index.ts";
import {
  BytesValue,
  DictValue,
  type Int,
  ListValue,
  runtimeError,
  typeName,
  type Value,
} from "../../../value/index.ts";
import { intOf } from "../options.ts";
import { CompressionError, type CompressionFormat, compressionEngine, largestUnpacked } from "./engine.ts";
import { type ArchiveEntry, contentBytes, entriesOf } from "./entries.ts";
import { readTar, writeTar } from "./tar.ts";
import { readZip, writeZip } from "./zip.ts";

const compression = declare("compression");

interface Levels {
  readonly word: "level" | "quality";
  readonly least: number;
  readonly most: number;
  readonly usual: number;
}

const levels = {
  gzip: { word: "level", least: 0, most: 9, usual: 6 },
  brotli: { word: "quality", least: 0, most: 11, usual: 11 },
  zstd: { word: "level", least: -131_072, most: 22, usual: 3 },
} satisfies Partial<Record<CompressionFormat, Levels>>;

type Named = keyof typeof levels;

function encode(context: CallContext, format: Named, content: Uint8Array, level: Int | undefined): BytesValue {
  const { word, least, most, usual } = levels[format];
  const chosen = Number(level ?? usual);
  if (chosen < least || chosen > most)
    throw runtimeError(`${format}_encode: ${word} must be between ${least} and ${most}, got ${level}`);
  return new BytesValue(context.service(compressionEngine).compress(format, content, chosen));
}

/** Runs a decoder and puts the builtin's name before what it says is wrong. */
function decoding<T>(builtin: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof CompressionError) throw runtimeError(`${builtin}: ${error.message}`);
    throw error;
  }
}

function decode(context: CallContext, format: Named, packed: Uint8Array): BytesValue {
  const engine = context.service(compressionEngine);
  return new BytesValue(decoding(`${format}_decode`, () => engine.decompress(format, packed, largestUnpacked)));
}

/** The bytes at the first place of a builtin that takes any values. */
function bytesAt(builtin: string, value: Value | undefined, takesText: boolean): Uint8Array {
  if (value === undefined) throw runtimeError(`${builtin}: missing argument 1`);
  const bytes = takesText || typeof value !== "string" ? contentBytes(value) : undefined;
  if (bytes !== undefined) return bytes;
  const wanted = takesText ? "bytes or string" : "bytes";
  throw runtimeError(`${builtin}: expected ${wanted} at argument 1, got ${typeName(value)}`);
}

function listed(entries: readonly ArchiveEntry[], hasMode: boolean): ListValue {
  return new ListValue(
    entries.map(({ path, content, mode }) =>
      DictValue.of({ path, content: new BytesValue(content), ...(hasMode ? { mode } : {}) }),
    ),
  );
}

function checked(name: "gzip" | "brotli", title: string): readonly Builtin[] {
  const { word, least, most, usual } = levels[name];
  return [
    compression({
      name: `${name}_encode`,
      summary: `${title} of bytes or a text; \`${word}\` from ${least} to ${most}, ${usual} if not given.`,
      params: [req("input", t.union(t.bytes, t.string)), opt(word, t.int)],
      returns: t.bytes,
      run: (context, input, level) => encode(context, name, contentBytes(input) ?? new Uint8Array(), level),
    }),
    compression({
      name: `${name}_decode`,
      summary: `What ${title} holds, 256 MiB at most; an error for anything else.`,
      params: [req("input", t.bytes)],
      returns: t.bytes,
      examples: [[`bytes_to_string(${name}_decode(${name}_encode("hi")))`, "hi"]],
      run: (context, input) => decode(context, name, input.bytes),
    }),
  ];
}

export const compressionBuiltins: readonly Builtin[] = [
  ...checked("gzip", "gzip"),
  ...checked("brotli", "brotli"),
  compression({
    name: "zstd_encode",
    summary: "zstd of bytes or a text: `zstd_encode(input, level?)`, level from -131072 to 22, 3 if not given.",
    params: [rest("args", t.any)],
    returns: t.bytes,
    run(context, ...[input, level = null]) {
      const content = bytesAt("zstd_encode", input, true);
      if (level !== null && intOf(level) === undefined)
        throw runtimeError(`zstd_encode: level must be an int, got ${typeName(level)}`);
      return encode(context, "zstd", content, intOf(level));
    },
  }),
  compression({
    name: "zstd_decode",
    summary: "What zstd holds, 256 MiB at most; an error for anything else.",
    params: [rest("args", t.any)],
    returns: t.bytes,
    run: (context, input) => decode(context, "zstd", bytesAt("zstd_decode", input, false)),
  }),
  compression({
    name: "tar_create",
    summary: "A tar of entries `{path, content, mode?}`; paths are relative, without `..`.",
    params: [rest("args", t.any)],
    returns: t.bytes,
    run: (_context, entries) => new BytesValue(writeTar(entriesOf("tar_create", entries))),
  }),
  compression({
    name: "tar_extract",
    summary: "The files of a tar, `{path, content, mode}`.",
    params: [rest("args", t.any)],
    returns: t.list,
    run: (_context, archive) => listed(readTar(bytesAt("tar_extract", archive, false)), true),
  }),
  compression({
    name: "zip_create",
    summary: "A zip of entries `{path, content, mode?}`.",
    params: [rest("args", t.any)],
    returns: t.bytes,
    run: (context, entries) =>
      new BytesValue(writeZip(context.service(compressionEngine), entriesOf("zip_create", entries))),
  }),
  compression({
    name: "zip_extract",
    summary: "The files of a zip, `{path, content}`, 256 MiB at most together.",
    params: [rest("args", t.any)],
    returns: t.list,
    run(context, archive) {
      const bytes = bytesAt("zip_extract", archive, false);
      return decoding("zip_extract", () => listed(readZip(context.service(compressionEngine), bytes), false));
    },
  }),
];
