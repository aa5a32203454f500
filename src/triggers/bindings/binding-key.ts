/** `<id>@v<version>`: how records name one version of a trigger. */
export function bindingKey(id: string, version: number): string {
  return `${id}@v${version}`;
}

/** Splits at the last `@v`, since ids may hold one; a version that is none counts as 0. */
export function splitBindingKey(key: string): { readonly id: string; readonly version: number } {
  const at = key.lastIndexOf("@v");
  if (at < 0) return { id: key, version: 0 };
  const digits = key.slice(at + 2);
  return { id: key.slice(0, at), version: /^\d+$/.test(digits) ? Number(digits) : 0 };
}
