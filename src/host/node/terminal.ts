import type { ReadStream } from "node:tty";
import type { HostInput, HostTerminal, Stop } from "../../builtin/index.ts";
import { lazy } from "./lazy-modules.ts";

export function nodeTerminal(input: HostInput): HostTerminal {
  return {
    isInteractive: (stream) => process[stream].isTTY === true,
    size: () => {
      const { columns, rows } = process.stdout;
      return columns === undefined || rows === undefined ? undefined : { width: columns, height: rows };
    },
    async readPassword(prompt, stop) {
      process.stderr.write(prompt);
      return process.stdin.isTTY === true ? await readSilently(process.stdin, stop) : await input.readLine(stop);
    },
    page,
  };
}

/** Without these `less` takes the screen away when it ends, and stays for a text that fits. */
const pagerDefaults = { LESS: "FRX", LV: "-c" };

/** The pager shares our terminal, so that it stays in our process group: its keys come from there. */
async function page([command = "", ...args]: readonly string[], text: string): Promise<boolean> {
  const { spawn } = lazy.childProcess;
  // What the program has written before comes first: output is handed on at the end of a turn.
  await new Promise((resolve) => setImmediate(resolve));
  return await new Promise((resolve) => {
    const env = { ...pagerDefaults, ...process.env, LESSSECURE: "1" };
    const child = spawn(command, args, { stdio: ["pipe", "inherit", "inherit"], env });
    child.on("error", () => resolve(false));
    child.on("close", () => resolve(true));
    // A pager that is left before the end has closed its input.
    child.stdin.on("error", () => {});
    child.stdin.end(text);
  });
}

const key = { interrupt: "\u0003", end: "\u0004", backspace: "\b", rubout: "\u007f", erase: "\u0015" };

/** Reads keys with the terminal's echo off, honouring the few that a person at a password prompt relies on. */
function readSilently(terminal: ReadStream, stop: Stop | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (stop?.aborted === true) return resolve(undefined);
    let typed: string[] = [];
    const finish = (answer: string | undefined): void => {
      terminal.off("data", onData);
      stop?.removeEventListener("abort", leave);
      terminal.setRawMode(false);
      terminal.pause();
      terminal.unref();
      process.stderr.write("\n");
      resolve(answer);
    };
    const leave = (): void => finish(undefined);
    const onData = (chunk: Buffer): void => {
      for (const character of chunk.toString("utf8")) {
        if (character === "\r" || character === "\n") return finish(typed.join(""));
        if (character === key.end) return finish(typed.length === 0 ? undefined : typed.join(""));
        if (character === key.interrupt) {
          finish(undefined);
          process.kill(process.pid, "SIGINT");
          return;
        }
        if (character === key.erase) typed = [];
        else if (character === key.backspace || character === key.rubout) typed.pop();
        else typed.push(character);
      }
    };
    stop?.addEventListener("abort", leave, { once: true });
    terminal.setRawMode(true);
    terminal.ref();
    terminal.on("data", onData);
    terminal.resume();
  });
}
