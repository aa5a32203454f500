import { braceFacts } from "./brace-outline.ts";
import { type FileFacts, noFacts } from "./facts.ts";
import { harnFacts } from "./harn-outline.ts";
import { indentedFacts } from "./indented-outline.ts";
import type { Language } from "./language.ts";
import { marginFacts } from "./margin-outline.ts";

/** What a file says. One that cannot be read as what its name says it is holds nothing: an index goes on without it. */
export function readFacts(path: string, text: string, language: Language | undefined): FileFacts {
  switch (language?.layout) {
    case undefined:
      return noFacts;
    case "harn":
      return harnFacts(path, text);
    case "braces":
      return braceFacts(text, language);
    case "indentation":
      return indentedFacts(text, language);
    case "margin":
      return marginFacts(text, language);
  }
}
