const special = /["\\\u0000-\u001f\u007f-\u009f]/;
const allSpecial = /["\\\u0000-\u001f\u007f-\u009f]/g;
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** The text between quotes, with quotes, backslashes and control characters escaped. */
export function quoteJson(text: string): string {
  return special.test(text) ? `"${text.replace(allSpecial, escapeOne)}"` : `"${text}"`;
}

function escapeOne(character: string): string {
  return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
