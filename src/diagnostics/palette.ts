import type { Severity } from "./diagnostic.ts";

/** What a part of a rendered finding is; a palette decides how it looks. */
export interface Palette {
  readonly severity: (text: string, severity: Severity) => string;
  readonly caret: (text: string, severity: Severity) => string;
  readonly gutter: (text: string) => string;
  readonly advice: (text: string) => string;
  readonly note: (text: string) => string;
}

const same = (text: string): string => text;

export const plainPalette: Palette = { severity: same, caret: same, gutter: same, advice: same, note: same };

const bold = 1;
const blue = 34;
const magenta = 35;
const cyan = 36;
const severityColour: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: cyan };

function paint(...codes: number[]): (text: string) => string {
  return (text) => `\u001b[${codes.join(";")}m${text}\u001b[0m`;
}

/** For terminals. Whether one is there, and wants colours, is for the host to say. */
export const ansiPalette: Palette = {
  severity: (text, severity) => paint(bold, severityColour[severity])(text),
  caret: (text, severity) => paint(severityColour[severity])(text),
  gutter: paint(blue),
  advice: paint(bold, cyan),
  note: paint(bold, magenta),
};
