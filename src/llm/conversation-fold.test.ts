import { describe, expect, it } from "vitest";
import { ConversationFold } from "./conversation-fold.ts";
import { record, textAt } from "./fields.ts";

const say = (content: string) => record({ role: "user", content });

describe("a fold over a conversation", () => {
  const seen: string[] = [];
  const texts = new ConversationFold<string>(
    () => "",
    (value, message) => {
      seen.push(textAt(message, "content") ?? "");
      return value + (textAt(message, "content") ?? "");
    },
  );
  const [a, b, c] = [say("a"), say("b"), say("c")];

  it("looks at each message once while the conversation grows", () => {
    expect(texts.of([a])).toBe("a");
    expect(texts.of([a, b])).toBe("ab");
    expect(texts.of([a, b, c])).toBe("abc");
    expect(seen).toEqual(["a", "b", "c"]);
  });

  it("begins anew where a message was replaced or taken away", () => {
    expect(texts.of([a, c])).toBe("ac");
    expect(texts.of([a])).toBe("a");
    expect(texts.of([a, b, c])).toBe("abc");
  });

  it("has nothing to say of an empty one", () => {
    expect(texts.of([])).toBe("");
  });
});
