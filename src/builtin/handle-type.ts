/** The type that a member of the harness has: `HarnessFs` for `fs`. Catalogs keep its methods under this name. */
export function handleTypeOf(member: string): string {
  return `Harness${member.charAt(0).toUpperCase()}${member.slice(1)}`;
}
