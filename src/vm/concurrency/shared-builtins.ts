import { type Builtin, type CallContext, declare, type Outcome, opt, t } from "../../builtin/index.ts";
import { DictValue, isInt, isObject, ListValue, runtimeError, show, typeName, type Value } from "../../value/index.ts";
import type { Task } from "../task.ts";
import { Mailbox, noMailboxMetrics } from "./mailbox.ts";
import type { SharedRegistries } from "./registries.ts";
import { handleKey, handleOf, openedKey, resolveScope } from "./scoped-key.ts";
import { SharedCell, SharedMap } from "./shared-state.ts";

const concurrency = declare("concurrency");

const defaultMailboxCapacity = 256;

type Arguments = readonly (Value | undefined)[];

function registriesOf(context: CallContext): SharedRegistries {
  return (context as Task).machine.shared;
}

interface Shape {
  readonly name: string;
  readonly summary: string;
  /** Parameter names; how many of them must be given, and what to say otherwise. */
  readonly params: readonly string[];
  readonly required: number;
  readonly complaint: string;
  readonly run: (context: CallContext, args: Arguments, first: Value) => Outcome;
}

function shared({ name, summary, params, required, complaint, run }: Shape): Builtin {
  return concurrency({
    name,
    summary,
    params: params.map((param) => opt(param, t.any)),
    effect: "task",
    lenient: true,
    run: (context: CallContext, ...args: (Value | undefined)[]) => {
      if (args.length < required) throw runtimeError(`${name}: ${complaint}`);
      return run(context, args, args[0] ?? null);
    },
  });
}

function cellOf(context: CallContext, builtin: string, handle: Value): SharedCell {
  return registriesOf(context).cells.open(
    handleKey(context, builtin, "shared_cell", handle),
    () => new SharedCell(null),
  );
}

function mapOf(context: CallContext, builtin: string, handle: Value): SharedMap {
  return registriesOf(context).maps.open(handleKey(context, builtin, "shared_map", handle), () => new SharedMap([]));
}

const needsHandle = { required: 1, complaint: "handle is required" } as const;

const cells: readonly Builtin[] = [
  concurrency({
    name: "shared_cell",
    summary: "Open the cell of a key in a scope; the first to open it gives its initial value.",
    params: [opt("options_or_key", t.any), opt("initial", t.any)],
    returns: t.dict,
    effect: "task",
    lenient: true,
    run: (context, first, initial) => {
      const { options, ...key } = openedKey(context, "shared_cell", first, "key");
      registriesOf(context).cells.open(key, () => new SharedCell(options.get("initial") ?? initial ?? null));
      return handleOf("shared_cell", key);
    },
  }),
  shared({
    name: "shared_get",
    summary: "The value in a shared cell.",
    params: ["handle"],
    ...needsHandle,
    run: (context, _args, handle) => cellOf(context, "shared_get", handle).get(),
  }),
  shared({
    name: "shared_snapshot",
    summary: "The value in a shared cell with its version, for `shared_cas`.",
    params: ["handle"],
    ...needsHandle,
    run: (context, _args, handle) => cellOf(context, "shared_snapshot", handle).snapshot(),
  }),
  shared({
    name: "shared_set",
    summary: "Put another value into a shared cell; gives the one before.",
    params: ["handle", "value"],
    ...needsHandle,
    run: (context, args, handle) => cellOf(context, "shared_set", handle).set(args[1] ?? null),
  }),
  shared({
    name: "shared_cas",
    summary: "Put another value into a shared cell if it holds the expected one, or is unchanged since a snapshot.",
    params: ["handle", "expected", "value"],
    required: 3,
    complaint: "requires handle, expected, and new value",
    run: (context, args, handle) =>
      cellOf(context, "shared_cas", handle).compareAndSet(args[1] ?? null, args[2] ?? null),
  }),
];

const maps: readonly Builtin[] = [
  concurrency({
    name: "shared_map",
    summary:
      "Open the map of a key in a scope and get its handle; the first to open it gives its initial entries. Takes the key, or `{key, scope, initial}`.",
    params: [opt("options_or_key", t.any), opt("initial", t.any)],
    returns: t.dict,
    effect: "task",
    lenient: true,
    run: (context, first, initial) => {
      const { options, ...key } = openedKey(context, "shared_map", first, "key");
      const entries = options.get("initial") ?? initial;
      registriesOf(context).maps.open(
        key,
        () => new SharedMap(isObject(entries) && entries.kind === "dict" ? entries.entries() : []),
      );
      return handleOf("shared_map", key);
    },
  }),
  shared({
    name: "shared_map_get",
    summary: "The value of a key in a shared map.",
    params: ["handle", "key", "default"],
    required: 2,
    complaint: "requires handle and key",
    run: (context, args, handle) =>
      mapOf(context, "shared_map_get", handle).get(show(args[1] ?? null), args[2] ?? null),
  }),
  shared({
    name: "shared_map_snapshot",
    summary: "The value of a key in a shared map with the map's version, for `shared_map_cas`.",
    params: ["handle", "key"],
    required: 2,
    complaint: "requires handle and key",
    run: (context, args, handle) => mapOf(context, "shared_map_snapshot", handle).snapshot(show(args[1] ?? null)),
  }),
  shared({
    name: "shared_map_entries",
    summary: "All entries of a shared map, as a dict of its own.",
    params: ["handle"],
    ...needsHandle,
    run: (context, _args, handle) => mapOf(context, "shared_map_entries", handle).entries(),
  }),
  shared({
    name: "shared_map_set",
    summary: "Set a key of a shared map; gives the value before.",
    params: ["handle", "key", "value"],
    required: 3,
    complaint: "requires handle, key, and value",
    run: (context, args, handle) =>
      mapOf(context, "shared_map_set", handle).set(show(args[1] ?? null), args[2] ?? null),
  }),
  shared({
    name: "shared_map_delete",
    summary: "Remove a key of a shared map; gives the value before.",
    params: ["handle", "key"],
    required: 2,
    complaint: "requires handle and key",
    run: (context, args, handle) => mapOf(context, "shared_map_delete", handle).delete(show(args[1] ?? null)),
  }),
  shared({
    name: "shared_map_cas",
    summary: "Set a key of a shared map if it holds the expected value, or the map is unchanged since a snapshot.",
    params: ["handle", "key", "expected", "value"],
    required: 4,
    complaint: "requires handle, key, expected, and new value",
    run: (context, args, handle) =>
      mapOf(context, "shared_map_cas", handle).compareAndSet(show(args[1] ?? null), args[2] ?? null, args[3] ?? null),
  }),
];

// -------------------------------------------------------------- mailboxes

function mailboxOf(context: CallContext, builtin: string, target: Value): Mailbox | undefined {
  return registriesOf(context).mailboxes.find(handleKey(context, builtin, "mailbox", target));
}

/** How many messages a mailbox is to hold: the usual number without a wish, an error for what is no number of messages. */
function mailboxCapacity(wanted: Value | undefined): number {
  if (wanted === undefined || wanted === null) return defaultMailboxCapacity;
  if (!isInt(wanted)) throw runtimeError(`mailbox_open: capacity must be an int, got ${typeName(wanted)}`);
  if (wanted < 1) throw runtimeError("mailbox_open: capacity must be >= 1");
  return Number(wanted);
}

const needsTarget = { required: 1, complaint: "target is required" } as const;

const mailboxes: readonly Builtin[] = [
  concurrency({
    name: "mailbox_open",
    summary:
      "Open the mailbox of a name in a scope and get its handle; the first to open it gives its capacity. Takes the name, or `{name, scope, capacity}`.",
    params: [opt("options_or_name", t.any), opt("capacity", t.any)],
    returns: t.dict,
    effect: "task",
    lenient: true,
    run: (context, first, capacity) => {
      const { options, ...key } = openedKey(context, "mailbox_open", first, "name");
      const size = mailboxCapacity(options.get("capacity") ?? capacity);
      registriesOf(context).mailboxes.open(key, () => new Mailbox(key.key, size));
      return handleOf("mailbox", key);
    },
  }),
  shared({
    name: "mailbox_lookup",
    summary: "The handle of a mailbox, nil when nobody opened it.",
    params: ["target"],
    required: 1,
    complaint: "name or handle is required",
    run: (context, _args, target) => {
      const key = handleKey(context, "mailbox_lookup", "mailbox", target);
      return registriesOf(context).mailboxes.find(key) ? handleOf("mailbox", key) : null;
    },
  }),
  shared({
    name: "mailbox_send",
    summary: "Put a message into a mailbox, waiting while it is full. False when it is closed or does not exist.",
    params: ["target", "value"],
    required: 2,
    complaint: "requires target and value",
    run: (context, args, target) => mailboxOf(context, "mailbox_send", target)?.send(context, args[1] ?? null) ?? false,
  }),
  shared({
    name: "mailbox_receive",
    summary: "Take the next message, waiting while there is none. Nil when the mailbox ends or does not exist.",
    params: ["target"],
    ...needsTarget,
    run: (context, _args, target) => mailboxOf(context, "mailbox_receive", target)?.receive(context) ?? null,
  }),
  shared({
    name: "mailbox_try_receive",
    summary: "Take the next message if there is one, else nil.",
    params: ["target"],
    ...needsTarget,
    run: (context, _args, target) => mailboxOf(context, "mailbox_try_receive", target)?.tryReceive() ?? null,
  }),
  shared({
    name: "mailbox_close",
    summary: "Close a mailbox; false when it was closed before or does not exist.",
    params: ["target"],
    ...needsTarget,
    run: (context, _args, target) => mailboxOf(context, "mailbox_close", target)?.close() ?? false,
  }),
  shared({
    name: "mailbox_metrics",
    summary: "Counters of a mailbox.",
    params: ["target"],
    ...needsTarget,
    run: (context, _args, target) =>
      DictValue.of(mailboxOf(context, "mailbox_metrics", target)?.metrics() ?? noMailboxMetrics),
  }),
];

// -------------------------------------------------------------- all of them

function metricsOf(context: CallContext, handle: DictValue): Value {
  const kind = handle.get("_type");
  if (typeof kind !== "string") throw runtimeError("shared_metrics: handle missing _type");
  const key = handleKey(context, "shared_metrics", kind, handle);
  const { cells: allCells, maps: allMaps, mailboxes: allMailboxes } = registriesOf(context);
  if (kind === "mailbox") return DictValue.of(allMailboxes.find(key)?.metrics() ?? noMailboxMetrics);
  const thing = kind === "shared_map" ? allMaps.find(key) : allCells.find(key);
  return DictValue.of((thing ?? new SharedCell(null)).metrics());
}

function allMetrics(context: CallContext): Value {
  const { cells: allCells, maps: allMaps, mailboxes: allMailboxes } = registriesOf(context);
  const rows = [
    ...allCells.all().map((entry) => ({ type: "shared_cell", ...entry })),
    ...allMaps.all().map((entry) => ({ type: "shared_map", ...entry })),
    ...allMailboxes.all().map((entry) => ({ type: "mailbox", ...entry })),
  ];
  return new ListValue(
    rows.map(({ type, key, thing }) =>
      DictValue.of({ ...thing.metrics(), _type: type, scope: key.scope, key: key.key }),
    ),
  );
}

const rest: readonly Builtin[] = [
  concurrency({
    name: "shared_metrics",
    summary: "Counters of one shared thing; without a handle those of all, as a list.",
    params: [opt("handle", t.any)],
    effect: "task",
    lenient: true,
    run: (context, handle) =>
      handle && isObject(handle) && handle.kind === "dict" ? metricsOf(context, handle) : allMetrics(context),
  }),
  concurrency({
    name: "shared_scope_id",
    summary: "The id that a scope has for the running task.",
    params: [opt("scope", t.any), opt("options", t.any)],
    returns: t.string,
    effect: "task",
    lenient: true,
    run: (context, scope, options) => {
      const dict = isObject(options) && options.kind === "dict" ? options : undefined;
      return resolveScope(
        context,
        "shared_scope_id",
        scope === undefined || scope === null ? "task_group" : show(scope),
        dict,
      );
    },
  }),
];

export const sharedBuiltins: readonly Builtin[] = [...cells, ...maps, ...mailboxes, ...rest];
