import { describe, expect, test } from "vitest";
import { HostError, Refusal } from "../../builtin/index.ts";
import { EffectJournal, type InDoubt, type ReplayStop, ReplayStopped } from "./effect-journal.ts";
import { type JournalEntry, type JournalEvent, JournalFormatError, journalLine, readRecording } from "./entry.ts";
import { Secrets } from "./secrets.ts";

const start = {
  runId: "r",
  startedAt: 0,
  version: "1",
  entry: "a",
  source: "",
  isInline: false,
  cwd: "/",
  argv: [],
  sources: [],
  places: {},
  options: {},
};

/** Turns of the event loop, one after the other, by hand. */
class Loop {
  readonly #queue: (() => void)[] = [];
  readonly defer = (callback: () => void): void => void this.#queue.push(callback);

  async run(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      next();
      for (let drained = 0; drained < 20; drained++) await Promise.resolve();
    }
  }
}

function given(
  options: {
    past?: readonly JournalEntry[];
    isRecording?: boolean;
    inDoubt?: InDoubt;
    isWhole?: boolean;
    secrets?: Secrets;
  } = {},
) {
  const loop = new Loop();
  const entries: JournalEntry[] = [];
  const written: string[] = [];
  const stops: ReplayStop[] = [];
  const { past, isRecording = past === undefined, ...rest } = options;
  const sink = {
    isDurable: true,
    durable: () => Promise.resolve(),
    write(lines: string) {
      written.push(lines);
      const event = JSON.parse(lines) as JournalEvent;
      if (event.kind === "effects") entries.push(...event.entries);
    },
  };
  const journal = new EffectJournal({
    secrets: new Secrets(),
    ...rest,
    ...(past && { past }),
    ...(isRecording && { sink }),
    defer: loop.defer,
    onStop: (reason) => stops.push(reason),
  });
  return { journal, loop, entries, written, stops };
}

const once = { isRepeatable: false };

describe("what was answered at once", () => {
  test("is answered again without asking", async () => {
    const first = given();
    expect(first.journal.read("a", [1], () => new Uint8Array([1, 255]))).toEqual(new Uint8Array([1, 255]));
    expect(first.journal.read("b", [], () => undefined)).toBeUndefined();
    first.journal.stop();
    const second = given({ past: first.entries });
    const never = (): never => expect.fail("asked");
    expect(second.journal.read("a", [1], never)).toEqual(new Uint8Array([1, 255]));
    expect(second.journal.read("b", [], never)).toBeUndefined();
  });

  test("fails again as it failed", () => {
    const first = given();
    const fail = (): never => {
      throw new HostError("ENOENT", "gone");
    };
    expect(() => first.journal.read("a", [], fail)).toThrow("gone");
    first.journal.stop();
    const second = given({ past: first.entries });
    expect(() => second.journal.read("a", [], () => 1)).toThrow(
      expect.objectContaining({ code: "ENOENT", message: "gone" }),
    );
  });

  test("is refused again as it was refused", () => {
    const first = given();
    const refuse = (): never => {
      throw new Refusal("attempted to write '/tmp' outside workspace_roots [/desk]", { isAboutPath: true });
    };
    expect(() => first.journal.read("a", [], refuse)).toThrow(Refusal);
    first.journal.stop();
    const second = given({ past: first.entries });
    const seen = ((): unknown => {
      try {
        return second.journal.read("a", [], () => 1);
      } catch (error) {
        return error;
      }
    })();
    expect(seen).toBeInstanceOf(Refusal);
    expect((seen as Refusal).inPolicyWords("mkdtemp").value).toBe(
      "Error [tool_rejected]: HARN-CAP-201: sandbox violation: builtin 'mkdtemp' attempted to write '/tmp' outside workspace_roots [/desk]",
    );
  });

  test("readings of a clock in a row are one entry while they are the same", () => {
    const first = given();
    const times = [5, 5, 5, 6];
    for (const time of times) first.journal.reading("clock", () => time);
    first.journal.stop();
    expect(first.entries).toEqual([
      ["n", "clock", 5, 3],
      ["n", "clock", 6, 1],
    ]);
    const { journal } = given({ past: first.entries });
    expect(times.map(() => journal.reading("clock", () => 0))).toEqual(times);
  });
});

describe("a recording that takes no more", () => {
  test("ends the run, and nothing rests on it from there on", async () => {
    const stops: ReplayStop[] = [];
    const loop = new Loop();
    let isFull = false;
    const write = (): void => {
      if (isFull) throw new HostError("ENOSPC", "No space left on device (os error 28)");
    };
    const sink = { isDurable: true, durable: () => Promise.resolve(), write };
    const onStop = (reason: ReplayStop): void => void stops.push(reason);
    const journal = new EffectJournal({ secrets: new Secrets(), sink, defer: loop.defer, onStop });
    journal.begin();
    journal.read("a", [], () => 1);
    await journal.durable();
    expect(journal.isDurable).toBe(true);
    isFull = true;
    journal.read("a", [], () => 2);
    await expect(journal.durable()).rejects.toThrow(ReplayStopped);
    isFull = false;
    expect(() => journal.read("a", [], () => 3)).toThrow(ReplayStopped);
    await expect(journal.durable()).rejects.toThrow(ReplayStopped);
    expect(journal.isDurable).toBe(false);
    await loop.run();
    expect(stops).toEqual([{ kind: "unwritable", reason: "No space left on device (os error 28)" }]);
  });
});

describe("divergence", () => {
  test("names what was asked and what was recorded, and ends the run for good", () => {
    const { journal, stops } = given({ past: [["s", "files.readText", '"a"', "x"]] });
    expect(() => journal.read("files.readText", ["b"], () => "y")).toThrow(ReplayStopped);
    expect(stops).toEqual([{ kind: "diverged", at: 0, recorded: 'files.readText("a")', asked: 'files.readText("b")' }]);
    expect(() => journal.read("files.readText", ["a"], () => "y")).toThrow(ReplayStopped);
  });

  test("a run that does more than was recorded has diverged; one that was killed just ends there", () => {
    const whole = given({ past: [["e", "x"]], isWhole: true });
    whole.journal.event("x");
    expect(() => whole.journal.event("y")).toThrow(ReplayStopped);
    expect(whole.stops).toMatchObject([{ kind: "diverged", recorded: "the end of the recording" }]);
    const killed = given({ past: [["e", "x"]] });
    killed.journal.event("x");
    expect(() => killed.journal.event("y")).toThrow(ReplayStopped);
    expect(killed.stops).toEqual([{ kind: "killed" }]);
  });

  test("a run that waits where something was asked has diverged", async () => {
    const { journal, loop, stops } = given({ past: [["s", "a", "", 1]], isWhole: true });
    journal.begin();
    await loop.run();
    expect(stops).toMatchObject([{ kind: "diverged", recorded: "a()", asked: "an answer to what it waits for" }]);
  });

  test("a replay changes nothing after the program either", () => {
    const { journal } = given({ past: [] });
    journal.stop();
    expect(() => journal.write("files.remove", [], () => expect.fail("removed"), once)).toThrow(ReplayStopped);
  });
});

describe("what is answered later", () => {
  test("comes in the order in which it was answered, each in a turn of its own", async () => {
    const first = given();
    const order: string[] = [];
    const resolvers: (() => void)[] = [];
    const ask = (journal: EffectJournal, name: string): void => {
      const perform = () => new Promise<string>((resolve) => resolvers.push(() => resolve(name)));
      void journal.later("ask", [name], perform, { isRepeatable: true }).then((answer) => {
        order.push(answer);
        journal.event(answer);
      });
    };
    for (const name of ["a", "b", "c"]) ask(first.journal, name);
    for (const at of [2, 0, 1]) resolvers[at]?.();
    await Promise.resolve();
    await first.loop.run();
    expect(order).toEqual(["c", "a", "b"]);
    first.journal.stop();

    const second = given({ past: first.entries, isWhole: true });
    const again: string[] = [];
    for (const name of ["a", "b", "c"])
      void second.journal
        .later("ask", [name], () => expect.fail("asked"), { isRepeatable: true })
        .then((answer) => {
          again.push(answer as string);
          second.journal.event(answer as string);
        });
    second.journal.begin();
    await second.loop.run();
    expect(again).toEqual(["c", "a", "b"]);
  });

  test("a timer that was taken back after it was due does not fire, and nothing is written of it", async () => {
    const { journal, loop, entries } = given();
    let fire = (): void => {};
    const cancel = journal.callback(
      "timer",
      [5],
      () => expect.fail("fired"),
      (callback) => {
        fire = callback;
        return () => {};
      },
    );
    fire();
    cancel();
    await loop.run();
    journal.stop();
    expect(entries).toEqual([["a", 1, "timer", "5"]]);
  });

  test("an interruption comes where it came", async () => {
    const first = given();
    const controller = new AbortController();
    const signal = first.journal.interrupts(controller.signal);
    first.journal.event("before");
    controller.abort();
    await first.loop.run();
    expect(signal.aborted).toBe(true);
    first.journal.stop();
    const second = given({ past: first.entries });
    const again = second.journal.interrupts(new AbortController().signal);
    second.journal.event("before");
    expect(again.aborted).toBe(false);
    second.journal.begin();
    await second.loop.run();
    expect(again.aborted).toBe(true);
  });
});

describe("a run that goes on where its past ends", () => {
  test("does what comes next, and writes it", () => {
    const { journal, entries } = given({ past: [["s", "a", "", 1]], isRecording: true });
    expect(journal.read("a", [], () => 9)).toBe(1);
    expect(journal.read("b", [], () => 2)).toBe(2);
    journal.stop();
    expect(entries).toEqual([["s", "b", "", 2]]);
  });

  test("waits again for what was not answered, with what is left of its time", async () => {
    const armed: number[] = [];
    const { journal, loop, entries } = given({ past: [["a", 1, "timer", "50"]], isRecording: true });
    let fired = 0;
    journal.callback(
      "timer",
      [50],
      () => fired++,
      (fire) => {
        armed.push(50);
        fire();
        return () => {};
      },
    );
    expect(armed).toEqual([]);
    journal.begin();
    await loop.run();
    journal.stop();
    expect([armed.length, fired]).toEqual([1, 1]);
    expect(entries).toEqual([["d", 1, null]]);
  });

  test("wakes timers that were due while it lay still in the order in which they were due", async () => {
    const past: readonly JournalEntry[] = [
      ["a", 1, "timer", "30"],
      ["a", 2, "timer", "10"],
      ["a", 3, "turn", ""],
    ];
    const { journal, loop } = given({ past, isRecording: true });
    const fired: string[] = [];
    const arm = (fire: () => void) => {
      fire();
      return () => {};
    };
    journal.callback("timer", [30], () => fired.push("late"), arm, 30);
    journal.callback("timer", [10], () => fired.push("early"), arm, 10);
    journal.callback("turn", [], () => fired.push("no timer"), arm);
    journal.begin();
    await loop.run();
    expect(fired).toEqual(["early", "late", "no timer"]);
  });

  const killedDuringWrite: readonly JournalEntry[] = [["w", "files.appendText", '"a"']];

  test("an effect that may have happened stops it, unless somebody says what to do", () => {
    const { journal, stops } = given({ past: killedDuringWrite, isRecording: true });
    expect(() => journal.write("files.appendText", ["a"], () => expect.fail("done again"), once)).toThrow(
      ReplayStopped,
    );
    expect(stops).toEqual([{ kind: "in-doubt", effect: 'files.appendText("a")' }]);
  });

  test("in-doubt=repeat does it again, in-doubt=fail tells the program", () => {
    const repeated = given({ past: killedDuringWrite, isRecording: true, inDoubt: "repeat" });
    expect(repeated.journal.write("files.appendText", ["a"], () => "done", once)).toBe("done");
    const failed = given({ past: killedDuringWrite, isRecording: true, inDoubt: "fail" });
    expect(() => failed.journal.write("files.appendText", ["a"], () => "done", once)).toThrow(
      "the run was killed while this was under way",
    );
  });

  test("what gives the same twice is not in doubt", () => {
    const { journal } = given({ past: [["w", "files.writeText", '"a"']], isRecording: true });
    expect(journal.write("files.writeText", ["a"], () => "done", { isRepeatable: true })).toBe("done");
  });

  test("a process that was under way is in doubt", async () => {
    const { journal, loop, stops } = given({ past: [["a", 1, "processes.run", '"push"']], isRecording: true });
    void journal.later("processes.run", ["push"], () => expect.fail("run again"), once);
    journal.begin();
    await loop.run();
    expect(stops).toEqual([{ kind: "in-doubt", effect: 'processes.run("push")' }]);
  });

  test("before the outside is changed, what came before is written, and what is about to happen", () => {
    const { journal, entries } = given();
    journal.read("a", [], () => 1);
    let seen: unknown;
    journal.write("b", [], () => (seen = JSON.parse(JSON.stringify(entries))), once);
    expect(seen).toEqual([
      ["s", "a", "", 1],
      ["w", "b", ""],
    ]);
  });
});

describe("secrets", () => {
  test("are not in a recording, neither where they were read nor where they are used", () => {
    const { journal, written } = given();
    journal.read("environment.get", ["API_KEY"], () => {
      journal.secrets.learn("API_KEY", "hunter2hunter2");
      return "hunter2hunter2";
    });
    journal.read("http.send", ["Bearer hunter2hunter2"], () => "you said hunter2hunter2");
    journal.event("stdout hunter2hunter2");
    journal.stop();
    expect(written.join("")).not.toContain("hunter2");
    expect(written.join("")).toContain("[secret API_KEY]");
  });

  test("what looks like a key is hidden as well", () => {
    const { journal, written } = given();
    const key = `sk-${"a1".repeat(12)}`;
    journal.read("files.readText", [".env"], () => `KEY=${key}\n`);
    journal.stop();
    expect(written.join("")).not.toContain(key);
    expect(written.join("")).toContain("KEY=[secret 1]");
  });

  test("a replay asks in the same words, whether it has the secret or its placeholder", () => {
    const past: readonly JournalEntry[] = [
      ["s", "environment.get", '"API_KEY"', "[secret API_KEY]"],
      ["s", "http.send", '"Bearer [secret API_KEY]"', "ok"],
    ];
    for (const value of [undefined, "hunter2hunter2"]) {
      const { journal } = given({ past, secrets: new Secrets(() => value) });
      const key = journal.read("environment.get", ["API_KEY"], () => "");
      expect(key).toBe(value ?? "[secret API_KEY]");
      expect(journal.read("http.send", [`Bearer ${key}`], () => "")).toBe("ok");
    }
  });

  test("a run that goes on asks again for a secret, and stops where nobody can give it", () => {
    const past: readonly JournalEntry[] = [["s", "files.readText", '".env"', "[secret 1]"]];
    const key = `sk-${"a1".repeat(12)}`;
    const there = given({ past, isRecording: true });
    expect(there.journal.read("files.readText", [".env"], () => key)).toBe(key);
    const gone = given({ past, isRecording: true });
    gone.journal.read("files.readText", [".env"], () => "nothing");
    expect(() => gone.journal.read("b", [], () => 1)).toThrow(ReplayStopped);
    expect(gone.stops).toEqual([{ kind: "lost-secret", name: "1", effect: "files.readText" }]);
  });
});

describe("the file of a recording", () => {
  const lines = [
    journalLine({ id: 1, kind: "start", run: start }),
    journalLine({ id: 2, kind: "effects", entries: [["e", "x"]] }),
  ];

  test("reads back, without a last line that was cut", () => {
    const whole = readRecording(lines.join(""));
    expect(whole).toMatchObject({ lastId: 2, end: undefined, effects: [{ id: 2, entries: [["e", "x"]] }] });
    const text = `${lines.join("")}{"id":3,"kind":"eff`;
    expect(readRecording(text)).toMatchObject({ lastId: 2, wholeLength: lines.join("").length });
  });

  test.each([
    ["", "it does not begin with the start of a run"],
    ["{}\n", "line 1 should be event 1, and says undefined"],
    ["nonsense\n", "line 1 is no JSON"],
    [`${lines[0]}{"id":2,"kind":"other"}\n`, 'line 2 is of the unknown kind "other"'],
    [`${lines[0]}${lines[0]}`, "line 2 should be event 2, and says 1"],
  ])("says what is wrong with %j", (text, message) => {
    expect(() => readRecording(text)).toThrow(new JournalFormatError(message));
  });
});
