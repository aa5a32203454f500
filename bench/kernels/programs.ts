import type { Kernel } from "./kernel.ts";

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

/** A linear congruential generator, for inputs that look random and never differ. */
const seedHarn = "fn next(seed) { return (seed * 1103515245 + 12345) % 2147483648 }";
const next = (seed: number): number => Number((BigInt(seed) * 1_103_515_245n + 12_345n) % 2_147_483_648n);

const story = "the quick brown fox jumps over the lazy dog and the dog sleeps ".repeat(200);
const formula = "foo = (bar + 42) * baz - 7 / (qux + 1234) ; ".repeat(150);
const orders = JSON.stringify(
  Array.from({ length: 400 }, (_, id) => ({ id, customer: `c${id % 17}`, total: id * 3, open: id % 2 === 0 })),
);

interface Body {
  x: number;
  y: number;
  vx: number;
  vy: number;
  mass: number;
}

function simulate(steps: number): number {
  const bodies: Body[] = [0, 1, 2, 3, 4].map((i) => ({
    x: i * 1.5,
    y: i * i * 0.5,
    vx: 0.1 * i,
    vy: 0.05,
    mass: 1 + i * 0.25,
  }));
  for (let step = 1; step <= steps; step++) {
    for (let i = 0; i < 5; i++) {
      for (let j = i + 1; j < 5; j++) {
        const a = bodies[i] as Body;
        const b = bodies[j] as Body;
        const dx = a.x - b.x;
        const dy = a.y - b.y;
        const d2 = dx * dx + dy * dy + 0.01;
        const mag = 0.001 / (d2 * Math.sqrt(d2));
        a.vx -= dx * b.mass * mag;
        a.vy -= dy * b.mass * mag;
        b.vx += dx * a.mass * mag;
        b.vy += dy * a.mass * mag;
      }
    }
    for (const body of bodies) {
      body.x += 0.001 * body.vx;
      body.y += 0.001 * body.vy;
    }
  }
  return bodies.reduce((sum, body) => sum + body.x * body.mass + body.y, 0);
}

function tokenize(text: string): number {
  let at = 0;
  let count = 0;
  let sum = 0;
  while (at < text.length) {
    const c = text[at] as string;
    if (c === " ") {
      at++;
    } else if (c >= "0" && c <= "9") {
      let value = 0;
      while (at < text.length && (text[at] as string) >= "0" && (text[at] as string) <= "9") {
        value = value * 10 + Number(text[at]);
        at++;
      }
      sum += value;
      count++;
    } else if (c >= "a" && c <= "z") {
      const start = at;
      while (at < text.length && (text[at] as string) >= "a" && (text[at] as string) <= "z") at++;
      sum += text.slice(start, at).length;
      count++;
    } else {
      at++;
      count++;
    }
  }
  return count * 1000 + sum;
}

function product(n: number): number {
  const make = (k: number) =>
    Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i * k + j) % 10));
  const a = make(3);
  const b = make(7);
  let trace = 0;
  const c: number[][] = [];
  for (let i = 0; i < n; i++) {
    const row: number[] = [];
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += ((a[i] as number[])[k] as number) * ((b[k] as number[])[j] as number);
      row.push(sum);
    }
    c.push(row);
    trace += row[i] as number;
  }
  return trace;
}

function mandelbrot(size: number): number {
  let inside = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const cx = column * 0.05 - 2;
      const cy = row * 0.05 - 1.5;
      let x = 0;
      let y = 0;
      let n = 0;
      while (n < 50 && x * x + y * y < 4) {
        const next = x * x - y * y + cx;
        y = 2 * x * y + cy;
        x = next;
        n++;
      }
      if (n === 50) inside++;
    }
  }
  return inside;
}

/** Small programs, each of several kinds of operation. */
export const programs: readonly Kernel[] = [
  {
    name: "fib(27)",
    harn: "fn fib(n) {\n  if n < 2 { return n }\n  return fib(n - 1) + fib(n - 2)\n}\npipeline main() { fib(27) }",
    js: () => fib(27),
  },
  {
    name: "n-body",
    harn: `pipeline main() {
  var bodies = range(5).to_list().map({ i -> {x: i * 1.5, y: i * i * 0.5, vx: 0.1 * i, vy: 0.05, mass: 1 + i * 0.25} })
  for step in 1 to 400 {
    for i in 0 to 4 {
      for j in i + 1 to 4 {
        let a = bodies[i]
        let b = bodies[j]
        let dx = a.x - b.x
        let dy = a.y - b.y
        let d2 = dx * dx + dy * dy + 0.01
        let mag = 0.001 / (d2 * sqrt(d2))
        bodies[i].vx = a.vx - dx * b.mass * mag
        bodies[i].vy = a.vy - dy * b.mass * mag
        bodies[j].vx = b.vx + dx * a.mass * mag
        bodies[j].vy = b.vy + dy * a.mass * mag
      }
    }
    for i in 0 to 4 {
      bodies[i].x = bodies[i].x + 0.001 * bodies[i].vx
      bodies[i].y = bodies[i].y + 0.001 * bodies[i].vy
    }
  }
  var sum = 0
  for body in bodies { sum = sum + body.x * body.mass + body.y }
  to_int(sum * 1000000)
}`,
    js: () => Math.trunc(simulate(400) * 1_000_000),
  },
  {
    name: "mandelbrot",
    harn: `pipeline main() {
  var inside = 0
  for row in 0 to 59 {
    for column in 0 to 59 {
      let cx = column * 0.05 - 2.0
      let cy = row * 0.05 - 1.5
      var x = 0.0
      var y = 0.0
      var n = 0
      while n < 50 && x * x + y * y < 4.0 {
        let next = x * x - y * y + cx
        y = 2.0 * x * y + cy
        x = next
        n = n + 1
      }
      if n == 50 { inside = inside + 1 }
    }
  }
  inside
}`,
    js: () => mandelbrot(60),
  },
  {
    name: "tokenizer",
    harn: `let text = "foo = (bar + 42) * baz - 7 / (qux + 1234) ; ".repeat(150)
fn tokenize(text) {
  let size = len(text)
  var at = 0
  var count = 0
  var sum = 0
  while at < size {
    let c = text[at]
    if c == " " {
      at = at + 1
    } else if c >= "0" && c <= "9" {
      var value = 0
      while at < size && text[at] >= "0" && text[at] <= "9" {
        value = value * 10 + to_int(text[at])
        at = at + 1
      }
      sum = sum + value
      count = count + 1
    } else if c >= "a" && c <= "z" {
      let start = at
      while at < size && text[at] >= "a" && text[at] <= "z" { at = at + 1 }
      sum = sum + len(text[start:at])
      count = count + 1
    } else {
      at = at + 1
      count = count + 1
    }
  }
  return count * 1000 + sum
}
pipeline main() { tokenize(text) }`,
    js: () => tokenize(formula),
  },
  {
    name: "JSON transform",
    harn: `let text = ${JSON.stringify(orders).replaceAll("$", "\\$")}
pipeline main() {
  let orders = json_parse(text)
  let open = orders.filter({ o -> o.open }).map({ o -> {id: o.id, label: o.customer + "-" + to_string(o.id), net: o.total * 2} })
  len(json_stringify(open))
}`,
    js: () => {
      const all = JSON.parse(orders) as { id: number; customer: string; total: number; open: boolean }[];
      const open = all
        .filter((o) => o.open)
        .map((o) => ({ id: o.id, label: `${o.customer}-${o.id}`, net: o.total * 2 }));
      return JSON.stringify(open).length;
    },
  },
  {
    name: "word count",
    harn: `let story = "the quick brown fox jumps over the lazy dog and the dog sleeps ".repeat(200)
pipeline main() {
  var counts = {}
  for word in story.split(" ") {
    if word != "" { counts[word] = (counts[word] ?? 0) + 1 }
  }
  counts["the"] * 1000 + counts["dog"] + len(counts.keys())
}`,
    js: () => {
      const counts = new Map<string, number>();
      for (const word of story.split(" ")) if (word !== "") counts.set(word, (counts.get(word) ?? 0) + 1);
      return (counts.get("the") ?? 0) * 1000 + (counts.get("dog") ?? 0) + counts.size;
    },
  },
  {
    name: "matrix product",
    harn: `fn make(n, k) {
  var rows = []
  for i in 0 to n exclusive {
    var row = []
    for j in 0 to n exclusive { row = row.push((i * k + j) % 10) }
    rows = rows.push(row)
  }
  return rows
}
pipeline main() {
  let n = 60
  let a = make(n, 3)
  let b = make(n, 7)
  var c = []
  var trace = 0
  for i in 0 to n exclusive {
    var row = []
    for j in 0 to n exclusive {
      var sum = 0
      for k in 0 to n exclusive { sum = sum + a[i][k] * b[k][j] }
      row = row.push(sum)
    }
    trace = trace + row[i]
    c = c.push(row)
  }
  trace
}`,
    js: () => product(60),
  },
  {
    name: "sorting 1e5",
    harn: `${seedHarn}
fn numbers() {
  var list = []
  var seed = 42
  for i in 1 to 100000 {
    seed = next(seed)
    list = list.push(seed)
  }
  return list
}
let input = numbers()
pipeline main() {
  let sorted = input.sort()
  sorted[0] + sorted[50000] + sorted[99999]
}`,
    js: (() => {
      const input: number[] = [];
      for (let i = 0, seed = 42; i < 100_000; i++) input.push((seed = next(seed)));
      return () => {
        const sorted = [...input].sort((a, b) => a - b);
        return (sorted[0] as number) + (sorted[50_000] as number) + (sorted[99_999] as number);
      };
    })(),
  },
  {
    name: "nested closures",
    harn: `fn adder(a) { return { b -> { c -> a + b + c } } }
pipeline main() {
  var total = 0
  for i in 1 to 30000 {
    let f = adder(i)
    let g = f(2)
    total = total + g(3) + g(4)
  }
  total
}`,
    js: () => {
      const adder = (a: number) => (b: number) => (c: number) => a + b + c;
      let total = 0;
      for (let i = 1; i <= 30_000; i++) {
        const g = adder(i)(2);
        total = total + g(3) + g(4);
      }
      return total;
    },
  },
  {
    name: "1e5 ready awaits",
    harn: `pipeline main() {
  var total = 0
  for i in 1 to 100000 { total = total + await(i) }
  total
}`,
    js: async () => {
      let total = 0;
      for (let i = 1; i <= 100_000; i++) total += await i;
      return total;
    },
  },
  {
    name: "exceptions",
    harn: `fn check(n) {
  if n % 3 == 0 { throw "multiple" }
  return n
}
pipeline main() {
  var total = 0
  for i in 1 to 20000 {
    try { total = total + check(i) } catch (e) { total = total + 1 }
  }
  total
}`,
    js: () => {
      const check = (n: number): number => {
        if (n % 3 === 0) throw new Error("multiple");
        return n;
      };
      let total = 0;
      for (let i = 1; i <= 20_000; i++) {
        try {
          total += check(i);
        } catch {
          total += 1;
        }
      }
      return total;
    },
  },
  {
    name: "tasks",
    harn: `pipeline main() {
  var total = 0
  for i in 1 to 5000 { total = total + await(spawn { i }) }
  total
}`,
    js: async () => {
      let total = 0;
      for (let i = 1; i <= 5000; i++) total += await (async () => i)();
      return total;
    },
  },
];
