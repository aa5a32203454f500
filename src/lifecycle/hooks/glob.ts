/** Whether the whole text fits a pattern with `*` for any text and `?` for any one character. */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = [...pattern].map((character) => {
    if (character === "*") return "[^]*";
    return character === "?" ? "[^]" : character.replace(/[\\^$.|+()[\]{}/-]/, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "u").test(text);
}
