import { beforeEach, describe, expect, test } from "vitest";
import { HostError } from "../../../builtin/index.ts";
import { type MemoryHost, memoryHost } from "../../../host/testing/index.ts";
import { ListValue, Raise, show } from "../../../value/index.ts";
import { KeyedFile } from "./keyed-file.ts";

const path = "/state/store.json";
let host: MemoryHost;

beforeEach(() => {
  host = memoryHost();
});

function open(): KeyedFile {
  return new KeyedFile({ label: "store", path, files: host.files, clock: host.clock });
}

function messageOf(body: () => unknown): unknown {
  try {
    return body();
  } catch (error) {
    return error instanceof Raise ? error.value : error;
  }
}

describe("a keyed file", () => {
  test("writes once for many changes, before anybody is told that they are durable", async () => {
    const file = open();
    for (let n = 0; n < 10; n++) file.set(`k${n}`, n);
    expect([host.files.exists(path), file.isDurable]).toEqual([false, false]);
    await file.durable();
    expect([file.isDurable, Object.keys(JSON.parse(host.files.readText(path))).length]).toEqual([true, 10]);
  });

  test("writes by itself a moment later", () => {
    const file = open();
    file.set("a", 1);
    host.clock.advance(20);
    expect(JSON.parse(host.files.readText(path))).toEqual({ a: 1 });
  });

  test("sees what another process wrote, and keeps it", async () => {
    const [one, two] = [open(), open()];
    one.set("a", 1);
    one.save();
    expect(two.get("a")).toBe(1);
    two.set("b", 2);
    two.save();
    one.set("c", 3);
    one.save();
    expect(JSON.parse(host.files.readText(path))).toEqual({ a: 1, b: 2, c: 3 });
  });

  test("keeps a copy: what the program does to its value afterwards changes nothing", () => {
    const list = new ListValue([1]);
    const file = open();
    file.set("list", list);
    expect(file.get("list")).not.toBe(list);
    expect(show(file.get("list"))).toBe("[1]");
  });

  test("refuses to overwrite a file that it cannot read, and names it", () => {
    host.files.makeFolder("/state");
    host.files.writeText(path, '{"a": 1');
    expect(messageOf(() => open().set("b", 2))).toMatch(
      /^Runtime error: store read error: \/state\/store\.json is not JSON: .*mend or remove it$/,
    );
    host.files.writeText(path, "[]");
    expect(messageOf(() => open().get("b"))).toBe(
      "Runtime error: store read error: /state/store.json holds no JSON object; mend or remove it",
    );
    expect(host.files.readText(path)).toBe("[]");
  });

  test("a write that fails is tried again, and told to whoever waits", async () => {
    let isFull = true;
    const write = host.files.writeAtomic.bind(host.files);
    host.files.writeAtomic = (...args) => {
      if (isFull) throw new HostError("ENOSPC", "No space left on device (os error 28)");
      write(...args);
    };
    const file = open();
    file.set("a", 1);
    host.clock.advance(20);
    expect(file.isDurable).toBe(false);
    await expect(file.durable()).rejects.toThrow("store write error: No space left on device (os error 28)");
    expect(file.get("a")).toBe(1);
    isFull = false;
    await file.durable();
    expect(file.isDurable).toBe(true);
  });

  test("lives in memory where there is no place for it", async () => {
    const file = new KeyedFile({ label: "store", path: undefined, files: undefined, clock: host.clock });
    file.set("a", 1);
    await file.durable();
    expect([file.get("a"), file.keys(), file.isDurable]).toEqual([1, ["a"], true]);
  });
});
