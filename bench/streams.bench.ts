// Streamed answers of models: the same 20,000 tokens on each wire, in pieces of 1 KiB as a socket gives them. The JavaScript side cuts the
// same bytes into lines and gives each to `JSON.parse`, in one piece and without any of what a dialect must look for. The tokens per
// second under the table are what to watch. What the network takes is not in it.
import { anthropicMessages } from "../src/llm/dialects/anthropic.ts";
import type { Dialect } from "../src/llm/dialects/dialect.ts";
import { generateContent } from "../src/llm/dialects/gemini.ts";
import { ollamaChat } from "../src/llm/dialects/ollama.ts";
import { openAiChat } from "../src/llm/dialects/openai-chat.ts";
import { request } from "../src/llm/testing/requests.ts";
import { LineEvents, SseDecoder } from "../src/llm/wire/sse.ts";
import { bench } from "./harness.ts";

const tokens = 20_000;
const words = Array.from({ length: tokens }, (_, index) => (index % 7 === 0 ? "Grüße " : "word "));

const sse = (events: readonly object[]): string => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
const openAi = (content: string): object => ({ id: "c", model: "m", choices: [{ index: 0, delta: { content } }] });
const claude = (text: string): object => ({
  type: "content_block_delta",
  index: 0,
  delta: { type: "text_delta", text },
});
const gemini = (text: string): object => ({ candidates: [{ content: { role: "model", parts: [{ text }] } }] });
const ollama = (content: string): object => ({ model: "m", message: { role: "assistant", content }, done: false });

const cases: readonly {
  readonly name: string;
  readonly dialect: Dialect;
  readonly text: string;
  readonly textOf: (event: never) => string | undefined;
}[] = [
  {
    name: "OpenAI chat",
    dialect: openAiChat,
    text: sse([...words.map(openAi), { choices: [{ delta: {}, finish_reason: "stop" }] }]),
    textOf: (event: { choices: [{ delta: { content?: string } }] }) => event.choices[0].delta.content,
  },
  {
    name: "Anthropic messages",
    dialect: anthropicMessages,
    text: sse([...words.map(claude), { type: "message_stop" }]),
    textOf: (event: { delta?: { text: string } }) => event.delta?.text,
  },
  {
    name: "Gemini",
    dialect: generateContent("gemini"),
    text: sse([...words.map(gemini), { candidates: [{ finishReason: "STOP" }] }]),
    textOf: (event: { candidates: [{ content?: { parts: [{ text: string }] } }] }) =>
      event.candidates[0].content?.parts[0].text,
  },
  {
    name: "Ollama",
    dialect: ollamaChat({ contextTokens: 1, keepAlive: 0 }),
    text: [...words.map(ollama), { done: true }].map((line) => `${JSON.stringify(line)}\n`).join(""),
    textOf: (event: { message?: { content: string } }) => event.message?.content,
  },
];

function read(dialect: Dialect, pieces: readonly Uint8Array[]): number {
  const stream = dialect.openStream?.(request(), {});
  if (stream === undefined) return 0;
  const decoder = dialect.framing === "ndjson" ? new LineEvents() : new SseDecoder();
  for (const piece of pieces) for (const event of decoder.push(piece)) stream.push(event);
  for (const event of decoder.end()) stream.push(event);
  return stream.finish().text.length;
}

/** How long the text would be if every event held its part of it, which keeps the engine from dropping the work. */
function parseLines(bytes: Uint8Array, textOf: (event: never) => string | undefined): number {
  let length = 0;
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    const data = line.startsWith("data: ") ? line.slice(6) : line;
    if (data !== "") length += textOf(JSON.parse(data) as never)?.length ?? 0;
  }
  return length;
}

function piecesOf(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 1024) pieces.push(bytes.subarray(at, at + 1024));
  return pieces;
}

const rows = await bench(
  cases.map(({ name, dialect, text, textOf }) => {
    const bytes = new TextEncoder().encode(text);
    const pieces = piecesOf(bytes);
    return { name, harn: () => read(dialect, pieces), js: () => parseLines(bytes, textOf) };
  }),
  { rounds: 5, roundMilliseconds: 100 },
);

console.log();
for (const row of rows) console.log(`${row.name}: ${Math.round(tokens / row.harn)} thousand tokens/s`);
