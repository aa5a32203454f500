import type { Attribute } from "../ast.ts";

/** What stands before a declaration's keyword. `start` is the offset of the first of it. */
export interface DeclarationHead {
  readonly start: number;
  readonly attributes: readonly Attribute[];
  readonly isPublic: boolean;
  readonly doc?: string;
}

/** The head's part of a node, with the span that ends where the declaration does. */
export function declared(head: DeclarationHead, end: number) {
  const { start, attributes, isPublic, doc } = head;
  return { span: { start, end }, attributes, isPublic, ...(doc === undefined ? {} : { doc }) };
}
