import { quotePlain } from "../syntax/index.ts";

/** A key needs quotes only where it does not look like a name. */
export function keyText(text: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? text : quotePlain(text);
}
