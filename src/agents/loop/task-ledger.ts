import { dictAt, isDict, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { type DictValue, quoteJson, runtimeError, show, type Value } from "../../value/index.ts";
import { type OwnTool, ownEntry } from "./tool-set.ts";

type Status = "open" | "done" | "blocked" | "dropped";
const statuses: readonly Status[] = ["open", "done", "blocked", "dropped"];

interface Deliverable {
  readonly id: string;
  readonly text: string;
  status: Status;
  note: string | undefined;
}

/** The newest observations that the model is shown. */
const shownObservations = 5;

/** What the user is to get, kept by the model with the tool `ledger` and shown to it in every turn. */
export class TaskLedger {
  readonly #rootTask: string;
  readonly #deliverables: Deliverable[] = [];
  #rationale: string;
  readonly #observations: string[];

  constructor(given: DictValue) {
    this.#rootTask = (textAt(given, "root_task") ?? "").trim();
    this.#rationale = textAt(given, "rationale") ?? "";
    this.#observations = (itemsAt(given, "observations") ?? []).map((item) => show(item));
    for (const item of itemsAt(given, "deliverables") ?? []) this.#seed(item);
  }

  get isEmpty(): boolean {
    return this.#rootTask === "" && this.#deliverables.length === 0;
  }

  /** Deliverables that hold up the end. */
  open(): readonly string[] {
    return this.#deliverables.filter((each) => each.status === "open").map((each) => `${each.id} (${each.text})`);
  }

  /** The block of the system text. */
  block(): string {
    const lines = ["<task_ledger>"];
    if (this.#rootTask !== "") lines.push(`root_task: ${this.#rootTask}`);
    if (this.#deliverables.length > 0) lines.push("deliverables:");
    for (const { id, status, text, note } of this.#deliverables)
      lines.push(`  [${id}] (${status}) ${text}${note === undefined ? "" : ` — ${note}`}`);
    if (this.#rationale !== "") lines.push(`rationale: ${this.#rationale}`);
    if (this.#observations.length > 0) lines.push("observations:");
    for (const observation of this.#observations.slice(-shownObservations)) lines.push(`  - ${observation}`);
    return [...lines, "</task_ledger>"].join("\n");
  }

  /** A call of the tool; a mistake comes out as an error that names it. */
  apply(args: DictValue): string {
    const action = required(args, "ledger", "action");
    switch (action) {
      case "add":
      case "add_deliverable":
        return this.#add(args);
      case "mark":
      case "mark_deliverable":
        return this.#mark(args);
      case "rationale":
        this.#rationale = required(args, "ledger rationale", "text");
        return "rationale updated";
      case "note":
        this.#observations.push(filled(args, "ledger note"));
        return "observation recorded";
      case "seed_plan":
        return this.#plan(args);
      default:
        throw runtimeError(`ledger: unknown action ${quoteJson(action)}; use one of add|mark|rationale|note|seed_plan`);
    }
  }

  value(): DictValue {
    return record({
      root_task: this.#rootTask,
      deliverables: list(
        this.#deliverables.map(({ id, text, status, note }) => record({ id, text, status, note: note ?? null })),
      ),
      rationale: this.#rationale,
      observations: list(this.#observations),
    });
  }

  #seed(item: Value): void {
    const given = isDict(item) ? item : record({ text: item });
    const text = show(given.get("text") ?? "").trim();
    if (text === "") return;
    const status = statuses.find((known) => known === textAt(given, "status")) ?? "open";
    this.#deliverables.push({ id: textAt(given, "id") ?? this.#nextId(), text, status, note: textAt(given, "note") });
  }

  #nextId(): string {
    let count = this.#deliverables.length + 1;
    while (this.#deliverables.some(({ id }) => id === `deliverable-${count}`)) count++;
    return `deliverable-${count}`;
  }

  #add(args: DictValue): string {
    const text = filled(args, "ledger add");
    const asked = (textAt(args, "id") ?? "").trim();
    const id = asked === "" ? this.#nextId() : asked;
    if (this.#deliverables.some((each) => each.id === id))
      throw runtimeError(
        `ledger add: deliverable id ${quoteJson(id)} already exists; use \`mark\` to update or pick a different id`,
      );
    this.#deliverables.push({ id, text, status: "open", note: undefined });
    return `deliverable ${id} added`;
  }

  #mark(args: DictValue): string {
    const id = required(args, "ledger mark", "id").trim();
    const word = required(args, "ledger mark", "status");
    const status = statuses.find((known) => known === word);
    if (status === undefined)
      throw runtimeError(`ledger mark: status ${quoteJson(word)} is not one of ${statuses.join("|")}`);
    const found = this.#deliverables.find((each) => each.id === id);
    if (found === undefined) {
      const known = this.#deliverables.map((each) => each.id).join(", ");
      throw runtimeError(`ledger mark: no deliverable with id ${quoteJson(id)}; known ids: [${known}]`);
    }
    const note = (textAt(args, "note") ?? "").trim();
    if ((status === "blocked" || status === "dropped") && note === "")
      throw runtimeError(`ledger mark: status ${quoteJson(status)} requires a \`note\` explaining why`);
    found.status = status;
    found.note = note === "" ? undefined : note;
    return `deliverable ${id} marked ${status}`;
  }

  #plan(args: DictValue): string {
    const items = itemsAt(args, "deliverables");
    if (items === undefined) throw runtimeError("ledger seed_plan: `deliverables` list is required");
    if (this.#deliverables.length > 0)
      throw runtimeError("ledger seed_plan: ledger already has deliverables; use `add` to extend");
    items.forEach((item, at) => {
      if (typeof item !== "string" || item.trim() === "")
        throw runtimeError(`ledger seed_plan: deliverables[${at}] must be a non-empty string`);
    });
    for (const item of items) this.#seed(item);
    return `ledger seeded with ${this.#deliverables.length} deliverables`;
  }
}

function required(args: DictValue, action: string, key: string): string {
  const value = textAt(args, key);
  if (value === undefined) throw runtimeError(`${action}: \`${key}\` is required`);
  return value;
}

function filled(args: DictValue, action: string): string {
  const text = required(args, action, "text").trim();
  if (text === "") throw runtimeError(`${action}: \`text\` must not be empty`);
  return text;
}

/** The ledger of `task_ledger`, or of its short form `root_task` and `deliverables`; `undefined` when there is nothing in it. */
export function readTaskLedger(options: DictValue): TaskLedger | undefined {
  const given = options.has("task_ledger")
    ? dictAt(options, "task_ledger")
    : record({ root_task: options.get("root_task"), deliverables: options.get("deliverables") });
  const ledger = given === undefined ? undefined : new TaskLedger(given);
  return ledger === undefined || ledger.isEmpty ? undefined : ledger;
}

export function ledgerTool(ledger: TaskLedger): OwnTool {
  return {
    entry: ownEntry("ledger", "Keep the list of what the user is to get.", {
      action: record({ type: "string", description: "add, mark, rationale, note or seed_plan." }),
      text: record({ type: "string", required: false, description: "For add, rationale and note." }),
      id: record({ type: "string", required: false, description: "The deliverable, for mark." }),
      status: record({ type: "string", required: false, description: "open, done, blocked or dropped, for mark." }),
      note: record({ type: "string", required: false, description: "Why, for blocked and dropped." }),
      deliverables: record({ type: "array", required: false, description: "Texts, for seed_plan." }),
    }),
    run: async (_context, args) => ledger.apply(args),
  };
}
