const rfc3339Form = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** What is looked for first, second … in a text that is no time, with the words that errors use. */
const parts = [
  ["year", /^\d{4}-/],
  ["month", /^.{5}(0[1-9]|1[0-2])-/],
  ["day", /^.{8}(0[1-9]|[12]\d|3[01])[Tt ]/],
  ["hour", /^.{11}([01]\d|2[0-3]):/],
  ["minute", /^.{14}[0-5]\d:/],
  ["second", /^.{17}[0-5]\d/],
] as const;

/** The time that an RFC 3339 text names, in Unix milliseconds. */
export function parseTimestamp(text: string): number | undefined {
  const time = rfc3339Form.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Which part of a text keeps it from being an RFC 3339 time. */
export function timestampProblem(text: string): string {
  const [name] = parts.find(([, form]) => !form.test(text)) ?? ["offset hour"];
  return `the '${name}' component could not be parsed`;
}
