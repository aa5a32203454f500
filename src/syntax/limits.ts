/**
 * How deep a program may go. The limits keep every later stage safe: each may recurse over the tree without overflowing the
 * host's stack.
 */

/** Open brackets at one place, and, counted apart, operators and headers that nest without brackets (`!!x`, `a ** b ** c`). */
export const nestingLimit = 64;

/**
 * Nodes from an expression down to its deepest part. Only a chain (`a + b + …`, `x.a.b…`, `if … else if …`) can get there,
 * since brackets and prefix operators have the limit above.
 */
export const treeHeightLimit = 500;
