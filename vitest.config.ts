import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "conformance/**/*.test.ts"],
    // Tests share nothing but files they create themselves; threads start faster than processes.
    pool: "threads",
    testTimeout: 20_000,
    passWithNoTests: true,
  },
});
