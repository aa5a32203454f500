import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openJournalFile } from "./journal-file.ts";

const folder = mkdtempSync(join(tmpdir(), "harn-journal-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a recording's file", () => {
  it("has one writer at a time, and its lock goes with it", () => {
    const path = join(folder, "one.effects.jsonl");
    const file = openJournalFile(path);
    expect(() => openJournalFile(path, 0)).toThrow("another process is writing this recording");
    file.write("{}\n");
    file.close();
    expect(existsSync(`${path}.lock`)).toBe(false);
    const again = openJournalFile(path, 3);
    again.write("[]\n");
    again.close();
    expect(readFileSync(path, "utf8")).toBe("{}\n[]\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
