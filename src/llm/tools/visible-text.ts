import { stripThinking } from "./tagged-text.ts";

/** What a person should see of a model's text: no thinking, no calls, no tags of the protocol. */
export function visibleText(source: string): string {
  const text = stripThinking(source);
  if (!text.includes("<")) return text.replace(/\n{3,}/g, "\n\n").trim();
  const responses = [...text.matchAll(/<user_?response>([\s\S]*?)<\/user_?response>/g)].map((match) =>
    (match[1] ?? "").trim(),
  );
  if (responses.length > 0) return responses.filter((part) => part !== "").join("\n\n");
  return text
    .replace(/<tool_?call>[\s\S]*?(?:<\/tool_?call>|$)/g, "")
    .replace(/<done>[\s\S]*?(?:<\/done>|$)/g, "")
    .replace(/<tool_result[\s\S]*?(?:<\/tool_result>|$)/g, "")
    .replace(/<\/?assistant_?prose>/g, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
