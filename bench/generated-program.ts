// A program of any length, for what is measured per line.

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

/** Whole units, until there are at least that many lines. */
export function generateProgram(linesWanted: number): string {
  const units: string[] = [];
  for (let n = 0, lines = 0; lines < linesWanted; n++) {
    const text = unit(n);
    units.push(text);
    lines += text.split("\n").length - 1;
  }
  return units.join("");
}
