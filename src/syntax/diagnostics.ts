/** Every finding of the lexer and the parser, with its wording. */
import { defineDiagnostic } from "../diagnostics/index.ts";

const closers: Readonly<Record<string, string>> = {
  "}": "add a closing `}` to finish this block",
  ")": "add a closing `)` to finish this expression or parameter list",
  "]": "add a closing `]` to finish this list or subscript",
};

export interface Unexpected {
  readonly expected: string;
  readonly found: string;
}

export const unexpectedToken = defineDiagnostic<Unexpected>({
  code: "HARN-PAR-001",
  severity: "error",
  message: (facts) => `expected ${facts.expected}, found ${facts.found}`,
  plain: (facts, place) => `Expected ${facts.expected}, got ${facts.found} at ${place().line}:${place().column}`,
  label: () => "unexpected token",
  hint: (facts) => closers[facts.expected] ?? "write what was expected, or take out what was found",
});

export const durationTooLarge = defineDiagnostic<undefined>({
  code: "HARN-PAR-001",
  severity: "error",
  message: () => "duration literal is too large",
  label: () => "more than 64 bits of milliseconds",
  hint: () => "write a shorter duration",
});

export const unexpectedEnd = defineDiagnostic<{ readonly expected: string }>({
  code: "HARN-PAR-002",
  severity: "error",
  message: (facts) => `unexpected end of file, expected ${facts.expected}`,
  plain: (facts) => `Unexpected end of file, expected ${facts.expected}`,
  label: () => "file ends here",
  hint: (facts) => closers[facts.expected] ?? "finish what was begun",
});

export const unexpectedCharacter = defineDiagnostic<{ readonly character: string }>({
  code: "HARN-PAR-003",
  severity: "error",
  message: (facts, place) => `Unexpected character '${facts.character}' at ${place().line}:${place().column}`,
  label: () => "here",
  hint: () => "remove it, or put it into a string",
});

export const unterminatedString = defineDiagnostic<undefined>({
  code: "HARN-PAR-004",
  severity: "error",
  message: (_, place) => `Unterminated string at ${place().line}:${place().column}`,
  label: () => "here",
  hint: () => "close the string on its line, or use three quotes for text of several lines",
});

export const unterminatedComment = defineDiagnostic<undefined>({
  code: "HARN-PAR-005",
  severity: "error",
  message: (_, place) => `Unterminated block comment at ${place().line}:${place().column}`,
  label: () => "here",
  hint: () => "close it with `*/`; comments nest",
});
