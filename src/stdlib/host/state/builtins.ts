import { type Builtin, declare, req, t } from "../../../builtin/index.ts";
import { handOut, ListValue } from "../../../value/index.ts";
import { programState } from "./state.ts";

const store = declare("store");
const checkpoint = declare("checkpoint");

/** The key-value store that all programs of a project share. */
export const storeBuiltins: readonly Builtin[] = [
  store({
    name: "store_get",
    summary: "The stored value of a key, or nil.",
    params: [req("key", t.string)],
    returns: t.any,
    effect: "state",
    borrows: true,
    run: (context, key) => handOut(context.service(programState).store.get(key)),
  }),
  store({
    name: "store_set",
    summary: "Keep a value under a key, for this run and for later ones. What JSON has no form for becomes nil.",
    params: [req("key", t.string), req("value", t.any)],
    returns: t.nil,
    effect: "state",
    borrows: true,
    run(context, key, value) {
      context.service(programState).store.set(key, value);
      return null;
    },
  }),
  store({
    name: "store_delete",
    summary: "Forget a key; one that is not there is no error.",
    params: [req("key", t.string)],
    returns: t.nil,
    effect: "state",
    borrows: true,
    run(context, key) {
      context.service(programState).store.delete(key);
      return null;
    },
  }),
  store({
    name: "store_list",
    summary: "The stored keys, sorted.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => new ListValue(context.service(programState).store.keys()),
  }),
  store({
    name: "store_save",
    summary:
      "Write the store to its file now. It is written by itself before anything of the program can be seen outside.",
    params: [],
    returns: t.nil,
    effect: "state",
    run(context) {
      context.service(programState).store.save();
      return null;
    },
  }),
  store({
    name: "store_clear",
    summary: "Forget every key.",
    params: [],
    returns: t.nil,
    effect: "state",
    run(context) {
      context.service(programState).store.clear();
      return null;
    },
  }),
];

/** What one program has finished already, so that its next run need not do it again. */
export const checkpointBuiltins: readonly Builtin[] = [
  checkpoint({
    name: "checkpoint",
    summary: "Remember a result of this program under a key, also for its next run.",
    params: [req("key", t.string), req("value", t.any)],
    returns: t.nil,
    effect: "state",
    borrows: true,
    run(context, key, value) {
      context.service(programState).checkpoints.set(key, value);
      return null;
    },
  }),
  checkpoint({
    name: "checkpoint_get",
    summary: "The remembered value of a key, or nil.",
    params: [req("key", t.string)],
    returns: t.any,
    effect: "state",
    borrows: true,
    examples: [['checkpoint_get("absent")', "nil"]],
    run: (context, key) => handOut(context.service(programState).checkpoints.get(key)),
  }),
  checkpoint({
    name: "checkpoint_exists",
    summary: "Whether a key is remembered, be it as nil.",
    params: [req("key", t.string)],
    returns: t.bool,
    effect: "state",
    borrows: true,
    examples: [['checkpoint_exists("absent")', "false"]],
    run: (context, key) => context.service(programState).checkpoints.has(key),
  }),
  checkpoint({
    name: "checkpoint_list",
    summary: "The remembered keys, sorted.",
    params: [],
    returns: t.list,
    effect: "state",
    examples: [["checkpoint_list()", "[]"]],
    run: (context) => new ListValue(context.service(programState).checkpoints.keys()),
  }),
  checkpoint({
    name: "checkpoint_delete",
    summary: "Forget a key; one that is not there is no error.",
    params: [req("key", t.string)],
    returns: t.nil,
    effect: "state",
    borrows: true,
    run(context, key) {
      context.service(programState).checkpoints.delete(key);
      return null;
    },
  }),
  checkpoint({
    name: "checkpoint_clear",
    summary: "Forget everything that this program remembered.",
    params: [],
    returns: t.nil,
    effect: "state",
    run(context) {
      context.service(programState).checkpoints.clear();
      return null;
    },
  }),
];
