import { type Builtin, declare, fileEditsKey, opt, t } from "../../builtin/index.ts";
import { isDict, record } from "../../llm/fields.ts";
import { runtimeError, show } from "../../value/index.ts";

const workflow = declare("workflow");

export const fileEditBuiltins: readonly Builtin[] = [
  workflow({
    name: "notify_file_edited",
    summary: "Tells agent loops of a file that was edited by other means than the file builtins.",
    params: [opt("path", t.any), opt("metadata", t.any)],
    returns: t.nil,
    effect: "agent",
    lenient: true,
    run: (context, path, metadata) => {
      if (path === undefined) throw runtimeError("notify_file_edited: missing path");
      context.service(fileEditsKey).note(show(path), () => (isDict(metadata) ? metadata : record({})));
      return null;
    },
  }),
];
