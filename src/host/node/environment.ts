import type { HostEnvironment } from "../../builtin/index.ts";

export function nodeEnvironment(variables: NodeJS.ProcessEnv = process.env): HostEnvironment {
  return {
    // An empty name or one with `=` names no variable; Windows would throw for it.
    get: (name) => (name === "" || name.includes("=") || name.includes("\0") ? undefined : variables[name]),
    all: () => {
      const all: Record<string, string> = {};
      for (const [name, value] of Object.entries(variables)) if (value !== undefined) all[name] = value;
      return all;
    },
  };
}
