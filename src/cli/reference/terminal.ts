/** Entries of the reference as a terminal shows them, on lines of at most 80 columns. */
import { exampleText, firstSentence, type ReferenceEntry } from "./entry.ts";

const columns = 80;

/** One entry, whole. Examples keep their lines. */
export function terminalText(entry: ReferenceEntry): string {
  const { signature, group, description, notes, examples } = entry;
  const lines = [
    ...signatureLines(`${signature}    [${group}]`),
    ...proseLines(description, "    "),
    ...examples.flatMap((example) => exampleText(example).split("\n")).map((line) => `    ${line}`),
    ...notes.flatMap((note) => filled(words(note), "    ", "    ")),
  ];
  return `${lines.join("\n")}\n`;
}

/** An entry among others: its name, its page, and what it is for. */
export function terminalLine(entry: ReferenceEntry): string {
  const sentence = firstSentence(entry);
  const heading = `${entry.name}  [${entry.group}]`;
  const [first, ...rest] = words(sentence);
  return `${filled([heading, ...(first === undefined ? [] : [` ${first}`, ...rest])], "", "    ").join("\n")}\n`;
}

/** Paragraphs and items of lists are filled anew; what is indented or fenced stays as it is. */
function proseLines(markdown: string, indent: string): string[] {
  const lines: string[] = [];
  let open: string[] = [];
  let hanging = indent;
  let isFenced = false;
  const close = () => {
    lines.push(...filled(open, indent, hanging));
    open = [];
    hanging = indent;
  };
  for (const line of markdown.split("\n")) {
    const isFence = line.trimStart().startsWith("```");
    if (isFenced || isFence || line === "" || line.startsWith("|")) {
      close();
      if (line !== "") lines.push(indent + line);
      isFenced = isFenced !== isFence;
      continue;
    }
    const item = /^\s*(?:[-*]|[0-9]+\.) /.exec(line)?.[0];
    if (item !== undefined) {
      close();
      hanging = indent + " ".repeat(item.trimStart().length);
    }
    open.push(...words(line));
  }
  close();
  return lines;
}

/** Code between backticks is one word. */
function words(text: string): string[] {
  return text.trim().match(/(?:`[^`]*`|[^\s`]|`)+/g) ?? [];
}

/** A signature breaks behind commas, before members of a union, its result and its page; a declaration of several lines has its own. */
function signatureLines(signature: string): string[] {
  if (signature.includes("\n")) return signature.split("\n");
  const parts = signature.split(/(?<=,) | (?=(?:->|\|) )| (?= {3}\[)/);
  return filled(parts, "", "        ");
}

/** The words on lines, each as full as it may be; a word that is longer than a line has one of its own. */
function filled(parts: readonly string[], first: string, others: string): string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const part of parts) {
    if (line === undefined) line = first + part;
    else if (line.length + 1 + part.length <= columns) line += ` ${part}`;
    else {
      lines.push(line);
      line = others + part.trimStart();
    }
  }
  return line === undefined ? lines : [...lines, line];
}
