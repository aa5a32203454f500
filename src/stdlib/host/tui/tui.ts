import {
  type Builtin,
  type CallContext,
  declare,
  type HostTerminal,
  type Outcome,
  opt,
  req,
  type Ty,
  t,
  throughGate,
} from "../../../builtin/index.ts";
import { DictValue, ListValue, type Value } from "../../../value/index.ts";
import { consoleState } from "../console.ts";
import { listOption } from "../options.ts";
import { type Page, pageOf, pageText } from "./page.ts";

const tui = declare("tui");

const clearScreen = "\u001b[2J\u001b[H";
const usualWidth = 80;

const pageOptions: Ty<DictValue> = {
  spec: {
    kind: "shape",
    fields: [
      { name: "body", isOptional: false, type: t.string.spec },
      { name: "title", isOptional: true, type: t.string.spec },
      { name: "footer", isOptional: true, type: t.string.spec },
      { name: "format", isOptional: true, type: t.string.spec },
      { name: "no_pager", isOptional: true, type: t.bool.spec },
    ],
  },
};

function positive(value: number | undefined): number | undefined {
  return value !== undefined && Number.isInteger(value) && value > 0 ? value : undefined;
}

/** `$COLUMNS` before the terminal's own word, as shells have it. */
function terminalWidth(context: CallContext, fallback: number): number {
  const stated = positive(Number(context.host.environment?.get("COLUMNS")));
  return stated ?? positive(context.host.terminal?.size()?.width) ?? positive(fallback) ?? usualWidth;
}

/** The words of `$PAGER`, which no shell looks at; none where the user wants none. */
function pagerOf(context: CallContext): readonly string[] {
  const words = (context.host.environment?.get("PAGER") ?? "less").split(/\s+/).filter((word) => word !== "");
  return words[0] === "cat" ? [] : words;
}

/** Through the pager when a person looks on and there is one; as it is otherwise. */
function show(context: CallContext, page: Page): Outcome {
  const text = pageText(page);
  const state = context.service(consoleState);
  const terminal = context.host.terminal;
  const pager = pagerOf(context);
  const asks = !page.isPlain && state.isTerminal(context, "stdin") && state.isTerminal(context, "stdout");
  if (!asks || terminal === undefined || pager.length === 0) return written(context, text);
  return context.async(async () =>
    (await hasPaged(context, terminal, pager, text)) ? result(true) : written(context, text),
  );
}

/** False when the pager did not run: it is not there, or a command policy keeps it from starting. */
async function hasPaged(
  context: CallContext,
  terminal: HostTerminal,
  pager: readonly string[],
  text: string,
): Promise<boolean> {
  let ran = false;
  await throughGate(context, {
    surface: "__tui_page",
    request: DictValue.of({ mode: "argv", argv: new ListValue([...pager]) }),
    answersRefusals: true,
    start: async (held) => {
      const words = (listOption(held, "argv") ?? []).flatMap((word) => (typeof word === "string" ? [word] : []));
      ran = words.length > 0 && (await terminal.page(words, text));
      return result(ran);
    },
  });
  return ran;
}

function written(context: CallContext, text: string): DictValue {
  context.write("stdout", text);
  return result(false);
}

function result(paged: boolean): DictValue {
  return DictValue.of({ ok: true, paged });
}

export const tuiBuiltins: readonly Builtin[] = [
  tui({
    name: "__tui_clear",
    summary: "Clear the terminal and move to its first cell.",
    params: [],
    returns: t.nil,
    effect: "stdio",
    run(context) {
      context.write("stdout", clearScreen);
      return null;
    },
  }),
  tui({
    name: "__tui_page",
    summary: "Show a long text, through the user's pager on a terminal: `{ok, paged}`.",
    params: [req("options", pageOptions)],
    returns: t.dict,
    effect: "stdio",
    run: (context, options): Outcome => show(context, pageOf(options)),
  }),
  tui({
    name: "__tui_terminal_width",
    summary: "The terminal's columns, or a default when nobody knows.",
    params: [opt("default_width", t.int)],
    returns: t.int,
    effect: "stdio",
    run: (context, fallback): Value => terminalWidth(context, Number(fallback ?? usualWidth)),
  }),
];
