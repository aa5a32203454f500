/** What this program calls itself. */
export const product = {
  name: "harn",
  version: "0.1.0",
  description: "a language for orchestrating agents",
} as const;
