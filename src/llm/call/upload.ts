// Handing a local file to a provider, so that later calls can name it.
import type { CallContext, HttpResponse } from "../../builtin/index.ts";
import { sha256 } from "../../eventlog/index.ts";
import { messageOf } from "../../text/index.ts";
import { BuiltinValue, BytesValue, encodeBase64, Raise, runtimeError, show, toHex } from "../../value/index.ts";
import type { ProviderRow } from "../catalog/providers.ts";
import { redactSecrets } from "../failure.ts";
import { isDict, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import { type LlmService, llmService } from "../service.ts";
import { headerOf } from "../wire/exchange.ts";
import { abortReason, RequestScope } from "../wire/waiting.ts";

const timeoutMs = 300_000;

/** Media types by extension; everything else is a stream of bytes. */
const mediaTypes: Readonly<Record<string, string>> = {
  csv: "text/csv",
  gif: "image/gif",
  html: "text/html",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  json: "application/json",
  md: "text/markdown",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  pdf: "application/pdf",
  png: "image/png",
  txt: "text/plain",
  wav: "audio/wav",
  webp: "image/webp",
};

interface LocalFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

interface Upload {
  readonly service: LlmService;
  readonly row: ProviderRow;
  readonly credentials: Readonly<Record<string, string>>;
  readonly file: LocalFile;
  readonly scope: RequestScope;
  /** Of the task, which a cancellation aborts. */
  readonly signal: AbortSignal;
}

function fault(message: string): Raise {
  return runtimeError(`files.upload: ${redactSecrets(message)}`);
}

/** Uploads a file and gives the id by which messages name it. The mock provider's id follows from name and content. */
export async function uploadFile(context: CallContext, path: string, provider: string): Promise<string> {
  const service = context.service(llmService);
  const file = await readFile(context, path);
  if (provider === "mock") return mockId(file);
  const row = service.catalog.provider(provider);
  const format = row === undefined ? undefined : service.catalog.capabilities(provider, "").fileUploadWireFormat;
  if (row === undefined || format === undefined) throw fault(`provider \`${provider}\` does not support file uploads`);
  const credentials = credentialsOf(service, row);
  const scope = new RequestScope(context.signal, service.host.clock, timeoutMs);
  try {
    const upload = { service, row, credentials, file, scope, signal: context.signal };
    return await (format === "gemini" ? uploadInSteps(upload) : uploadAsForm(upload, format));
  } finally {
    scope.close();
  }
}

async function readFile(context: CallContext, path: string): Promise<LocalFile> {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const mediaType = mediaTypes[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
  try {
    const content = await context.callAsync(new BuiltinValue("read_file_bytes"), [path]);
    if (!(content instanceof BytesValue)) throw new TypeError("read_file_bytes gave no bytes");
    return { name, mediaType, content: content.bytes };
  } catch (error) {
    // A refusal of the sandbox keeps its own words.
    if (!(error instanceof Raise) || error.category !== undefined || error.kind === "cancelled") throw error;
    throw fault(show(error.value).replace(/^Failed to read file /, "failed to read "));
  }
}

function mockId({ name, content }: LocalFile): string {
  return `mock_file_${sha256(`${name}\0${encodeBase64(content)}`).slice(0, 24)}`;
}

function credentialsOf({ catalog }: LlmService, row: ProviderRow): Readonly<Record<string, string>> {
  if (row.authStyle === "none") return {};
  const key = catalog.key(row.name);
  if (key === undefined)
    throw fault(`Missing API key: set ${row.authEnv.join(" or ")} environment variable (provider '${row.name}')`);
  return row.authStyle === "header" ? { [row.authHeader ?? "x-api-key"]: key } : { authorization: `Bearer ${key}` };
}

/** Anthropic and OpenAI take a form with the file in it. */
async function uploadAsForm(upload: Upload, format: "anthropic" | "openai"): Promise<string> {
  const { file, service, row } = upload;
  const chance = new Uint8Array(16);
  service.host.random.fill(chance);
  const boundary = `harn-${toHex(chance)}`;
  const name = file.name.replace(/["\r\n\\]/g, "_");
  const purpose = `--${boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n`;
  const head = `${format === "openai" ? purpose : ""}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: ${file.mediaType}\r\n\r\n`;
  const beta = format === "anthropic" ? { "anthropic-beta": "files-api-2025-04-14" } : {};
  const answer = await answered(upload, {
    url: `${service.catalog.baseUrl(row)}/files`,
    headers: { ...row.extraHeaders, ...beta, "content-type": `multipart/form-data; boundary=${boundary}` },
    body: framed(head, file.content, `\r\n--${boundary}--\r\n`),
  });
  return idOf(upload, answer.text, "id");
}

function framed(head: string, content: Uint8Array, tail: string): Uint8Array {
  const encoder = new TextEncoder();
  const [before, after] = [encoder.encode(head), encoder.encode(tail)];
  const bytes = new Uint8Array(before.length + content.length + after.length);
  bytes.set(before);
  bytes.set(content, before.length);
  bytes.set(after, before.length + content.length);
  return bytes;
}

/** Gemini is told of the file first, and says where it goes. */
async function uploadInSteps(upload: Upload): Promise<string> {
  const { file, service, row } = upload;
  const start = await answered(upload, {
    url: `${service.catalog.baseUrl(row)}/upload/v1beta/files`,
    headers: {
      "content-type": "application/json",
      "x-goog-upload-protocol": "resumable",
      "x-goog-upload-command": "start",
      "x-goog-upload-header-content-length": String(file.content.length),
      "x-goog-upload-header-content-type": file.mediaType,
    },
    body: JSON.stringify({ file: { display_name: file.name } }),
  });
  const url = headerOf(start.response, "x-goog-upload-url");
  if (url === undefined) throw fault(`${row.name} upload failed: the answer names no upload url`);
  const end = await answered(
    { ...upload, credentials: {} },
    {
      url,
      headers: { "x-goog-upload-offset": "0", "x-goog-upload-command": "upload, finalize" },
      body: file.content,
    },
  );
  return idOf(upload, end.text, "uri");
}

interface Question {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

async function answered(
  { service, row, credentials, scope, signal }: Upload,
  { url, headers, body }: Question,
): Promise<{ readonly response: HttpResponse; readonly text: string }> {
  const { http } = service.host;
  if (http === undefined) throw fault("this host offers no network access");
  let answer: { readonly response: HttpResponse; readonly text: string };
  try {
    const request = { method: "POST", url, headers: { ...credentials, ...headers }, body, signal: scope.signal };
    const response = await scope.race(http.send(request));
    answer = { response, text: await scope.race(textOf(response)) };
  } catch (error) {
    if (scope.isCancelled) throw abortReason(signal);
    throw fault(`${row.name} upload failed: ${messageOf(error)}`);
  }
  const { status } = answer.response;
  if (status >= 200 && status < 300) return answer;
  throw fault(`${row.name} upload failed: HTTP ${status}: ${answer.text.slice(0, 500)}`);
}

async function textOf(response: HttpResponse): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** The id at the top of an answer, or in its `file`. */
function idOf({ row }: Upload, text: string, field: "id" | "uri"): string {
  const answer = tryParseJson(text);
  const file = isDict(answer) ? (answer.get("file") ?? answer) : null;
  const id = isDict(file) ? (textAt(file, field) ?? textAt(file, "name")) : undefined;
  if (id === undefined) throw fault(`${row.name} upload failed: the answer names no file`);
  return id;
}
