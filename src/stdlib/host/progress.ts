import { declare, opt, req, t } from "../../builtin/index.ts";
import { type DictValue, show, type Value } from "../../value/index.ts";
import { asDict, intOf, intOption, textOption } from "./options.ts";

const frames = ["|", "/", "-", "\\"] as const;

/** `[phase] message`, with a count, a percentage, a spinner or a bar. */
export function progressLine(
  phase: string,
  message: string,
  detail: Value | undefined,
  total: Value | undefined,
): string {
  const options = asDict(detail);
  const mode = textOption(options, "mode");
  if (mode === "spinner") {
    const step = intOption(options, "step") ?? intOption(options, "current") ?? 0;
    return `[${phase}] ${frames[((step % 4) + 4) % 4]} ${message}\n`;
  }
  if (mode === "bar") return barLine(phase, message, options);
  const current = intOf(detail);
  if (current === undefined) return `[${phase}] ${message}\n`;
  const limit = intOf(total);
  return `[${phase}] ${message} (${limit === undefined ? `${current}%` : `${current}/${limit}`})\n`;
}

function barLine(phase: string, message: string, options: DictValue | undefined): string {
  const current = intOption(options, "current") ?? 0;
  const total = intOption(options, "total") ?? 0;
  const width = Math.min(40, Math.max(3, intOption(options, "width") ?? 10));
  const share = total <= 0 ? 0 : Math.min(total, Math.max(0, current)) / total;
  const filled = Math.round(share * width);
  return `[${phase}] [${"#".repeat(filled)}${"-".repeat(width - filled)}] ${message} (${current}/${total})\n`;
}

export const progressBuiltins = [
  declare("io")({
    name: "progress",
    summary: "Write a line of progress.",
    params: [req("phase", t.string), req("message", t.string), opt("progress_or_options", t.any), opt("total", t.any)],
    returns: t.nil,
    effect: "stdio",
    borrows: true,
    run(context, phase, message, detail, total) {
      context.write("stdout", progressLine(show(phase), show(message), detail, total));
      return null;
    },
  }),
];
