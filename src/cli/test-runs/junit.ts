export interface JunitCase {
  readonly name: string;
  readonly durationMs: number;
  readonly failure?: string;
  readonly skipped?: string;
}

/** A report in the form that build servers read. */
export function junitXml(suite: string, cases: readonly JunitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const skipped = cases.filter((testCase) => testCase.skipped !== undefined).length;
  const time = cases.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const head = `<testsuite name="${suite}" tests="${cases.length}" failures="${failures}" skipped="${skipped}" time="${seconds(time)}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...cases.map(caseXml), "</testsuite>", ""].join("\n");
}

function caseXml({ name, durationMs, failure, skipped }: JunitCase): string {
  const head = `  <testcase name="${escapeXml(name)}" time="${seconds(durationMs)}"`;
  if (failure !== undefined)
    return `${head}>\n    <failure message="test failed">${escapeXml(failure)}</failure>\n  </testcase>`;
  if (skipped !== undefined) return `${head}>\n    <skipped message="${escapeXml(skipped)}" />\n  </testcase>`;
  return `${head} />`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** Characters that XML cannot hold at all become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}
