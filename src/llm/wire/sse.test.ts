import { describe, expect, it } from "vitest";
import { SseDecoder, type SseEvent } from "./sse.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function decode(chunks: readonly Uint8Array[]): SseEvent[] {
  const decoder = new SseDecoder();
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

describe("server-sent events", () => {
  const stream = bytes(
    ': comment\nevent: greet\nid: 7\ndata: zwei\r\ndata:Zeilen — 日本🌍\r\n\r\ndata\n\nretry: 5\n\ndata: {"a": 1}\r\rdata: last',
  );
  const whole = decode([stream]);

  it("joins data lines, keeps the event name, and skips what is neither", () => {
    expect(whole).toEqual([
      { event: "greet", data: "zwei\nZeilen — 日本🌍" },
      { event: "", data: "" },
      { event: "", data: '{"a": 1}' },
      { event: "", data: "last" },
    ]);
  });

  it("reads the same whichever byte the stream is cut at", () => {
    for (let cut = 0; cut <= stream.length; cut++)
      expect(decode([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(whole);
  });

  it("reads the same byte by byte, with empty chunks between", () => {
    expect(decode([...stream].flatMap((byte) => [Uint8Array.of(byte), new Uint8Array(0)]))).toEqual(whole);
  });

  it("drops a byte order mark and survives broken characters", () => {
    expect(decode([Uint8Array.of(0xef, 0xbb, 0xbf), bytes("data: a\n\n")])).toEqual([{ event: "", data: "a" }]);
    expect(decode([bytes("data: "), Uint8Array.of(0xff, 0x0a, 0x0a)])).toEqual([{ event: "", data: "\ufffd" }]);
  });
});
