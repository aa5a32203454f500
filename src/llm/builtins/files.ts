import { type Builtin, declare, req, t } from "../../builtin/index.ts";
import { uploadFile } from "../call/upload.ts";

const files = declare("files");

export const fileBuiltins: readonly Builtin[] = [
  files({
    name: "__files_upload",
    summary: "Uploads a local file to a provider, and gives the id by which messages name it.",
    params: [req("path", t.string), req("provider", t.string)],
    returns: t.string,
    effect: "net.write",
    run: (context, path, provider) => context.async(() => uploadFile(context, path, provider)),
  }),
];
