// Streamed answers of models: the same 20,000 tokens on each wire, in pieces of 1 KiB as a socket gives them. There is no JavaScript side;
// the tokens per second under the table are what to watch. What the network takes is not in it.
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

const cases: readonly { readonly name: string; readonly dialect: Dialect; readonly text: string }[] = [
  {
    name: "OpenAI chat",
    dialect: openAiChat,
    text: sse([...words.map(openAi), { choices: [{ delta: {}, finish_reason: "stop" }] }]),
  },
  {
    name: "Anthropic messages",
    dialect: anthropicMessages,
    text: sse([...words.map(claude), { type: "message_stop" }]),
  },
  {
    name: "Gemini",
    dialect: generateContent("gemini"),
    text: sse([...words.map(gemini), { candidates: [{ finishReason: "STOP" }] }]),
  },
  {
    name: "Ollama",
    dialect: ollamaChat({ contextTokens: 1, keepAlive: 0 }),
    text: [...words.map(ollama), { done: true }].map((line) => `${JSON.stringify(line)}\n`).join(""),
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

function piecesOf(text: string): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 1024) pieces.push(bytes.subarray(at, at + 1024));
  return pieces;
}

const rows = await bench(
  cases.map(({ name, dialect, text }) => {
    const pieces = piecesOf(text);
    return { name, harn: () => read(dialect, pieces) };
  }),
  { rounds: 5, roundMilliseconds: 100 },
);

console.log();
for (const row of rows) console.log(`${row.name}: ${Math.round(tokens / row.harn)} thousand tokens/s`);
