import { type DictValue, runtimeError } from "../../../value/index.ts";
import { flagOption, textOption } from "../options.ts";

/** What `page` was asked to show. */
export interface Page {
  readonly title: string;
  readonly body: string;
  /** `undefined` for the line that tells where the page ends. */
  readonly footer: string | undefined;
  readonly isPlain: boolean;
}

const shortestRule = 3;

/** @throws when the format is not one that pages have */
export function pageOf(options: DictValue): Page {
  const format = textOption(options, "format") ?? "text";
  if (format !== "text" && format !== "markdown") {
    throw runtimeError(`page: format must be 'text' or 'markdown', got '${format}'`);
  }
  return {
    title: (textOption(options, "title") ?? "").trim(),
    body: textOption(options, "body") ?? "",
    footer: textOption(options, "footer"),
    isPlain: flagOption(options, "no_pager") === true,
  };
}

/** Title and rule, body, footer; each on lines of its own. */
export function pageText({ title, body, footer }: Page): string {
  const rule = "─".repeat(Math.max(shortestRule, [...title].length));
  const head = title === "" ? "" : `${title}\n${rule}\n\n`;
  const end = footer ?? (title === "" ? "--- end ---" : `--- end of ${title} ---`);
  return head + closedLine(body, "\n") + closedLine(end, "");
}

function closedLine(text: string, whenEmpty: string): string {
  if (text === "") return whenEmpty;
  return text.endsWith("\n") ? text : `${text}\n`;
}
