// Reading source: a generated program of 100,000 lines, lexed alone and parsed whole. There is no JavaScript side to compare with; the
// lines per second under the table are what to watch.
import { lex, parse } from "../src/syntax/index.ts";
import { Source } from "../src/text/index.ts";
import { bench } from "./harness.ts";

const linesWanted = 100_000;

/** One unit of the generated program: every common form, in the proportions of ordinary code. Names differ from unit to unit. */
function unit(n: number): string {
  return `
/// Adds up what order ${n} costs.
pub fn order_total_${n}(items: list<dict<string, int>>, discount: float = 0.5, ...rest) -> int {
  let currency = "EUR ${n}"
  var total = 0
  for item in items {
    if item.price > 0 && item?.quantity != nil {
      total = total + item.price * item.quantity
    } else if item["free"] ?? false {
      continue
    } else {
      log("no price: \${item.name} in \${currency} (\${len(items)} items)")
    }
  }
  let names = items
    .filter({ item -> item.price > ${n} })
    .map({ item -> item.name.trim() })
  let summary = {
    total: total,
    names: names,
    "first name": names[0],
    tags: ["a", "b", "c", "order-${n}"],
    ratio: (total + 1) * 100 / (len(names) + 1) - 3,
  }
  let label = total > 100 ? "large" : "small"
  let outcome = match label {
    "large" -> { summary.total }
    "small" | "tiny" -> { 0 - summary.total }
    _ -> { ${n} }
  }
  try {
    harness.stdio.println("total \${outcome}")
  } catch (error) {
    log(error)
  }
  // The rest is for callers that pass more than they need to.
  while total < 10 && !rest.contains(total) {
    total += 1
  }
  return outcome |> { value -> value + total }
}

struct Order${n} {
  id: string
  lines?: list<int>
}

let order_${n} = Order${n} {id: "o-${n}", lines: [1, 2, 3]}
`;
}

function generate(): string {
  const units: string[] = [];
  for (let n = 0, lines = 0; lines < linesWanted; n++) {
    const text = unit(n);
    units.push(text);
    lines += text.split("\n").length - 1;
  }
  return units.join("");
}

const text = generate();
const source = new Source("generated.harn", text);
const { diagnostics, program } = parse(source);
if (diagnostics.length > 0) throw new Error(`the generated program does not parse: ${diagnostics[0]?.message}`);

const rows = await bench(
  [
    { name: "lex 100k lines", harn: () => lex(source).tokens.count },
    { name: "lex and parse 100k lines", harn: () => parse(source).program.items.length },
  ],
  { rounds: 15, roundMilliseconds: 200 },
);

const lines = source.lines.lineCount;
console.log(`\n${lines} lines, ${(text.length / 1e6).toFixed(1)} MB, ${program.items.length} items`);
for (const row of rows) console.log(`${row.name}: ${(lines / row.harn / 1000).toFixed(2)} million lines/s`);
