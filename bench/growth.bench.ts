// Cost of building and changing collections at 1, 10 and 100 times the size. Amortised O(1) each: the times per element stay alike.
import { prepare } from "./kernels/prepare.ts";

/** `N` stands for the size. */
const idioms: Readonly<Record<string, string>> = {
  "xs = xs.push(x)": "var xs = []\n for i in 1 to N { xs = xs.push(i) }\n len(xs)",
  "acc = acc + [x]": "var acc = []\n for i in 1 to N { acc = acc + [i] }\n len(acc)",
  "acc += [x]": "var acc = []\n for i in 1 to N { acc += [i] }\n len(acc)",
  "xs[i] = v": "var xs = range(N).to_list()\n for i in 0 to N exclusive { xs[i] = i + 1 }\n xs[N - 1]",
  'd["k"] = v': 'var d = {}\n for i in 1 to N { d["k${i}"] = i }\n len(d.keys())',
  "d.k = v": "var d = {k: 0}\n for i in 1 to N { d.k = d.k + i }\n d.k",
  "s = s + t": 'var s = ""\n for i in 1 to N { s = s + "ab" }\n len(s)',
  "through a parameter": "var xs = []\n for i in 1 to N { xs = add(xs, i) }\n len(xs)",
  "xs = written(xs, i)": "var xs = range(N).to_list()\n for i in 0 to N exclusive { xs = written(xs, i) }\n xs[N - 1]",
  "d = put(d, k)": 'var d = {}\n for i in 1 to N { d = put(d, "k${i}") }\n len(d.keys())',
  "b = counted(b, i)": "var b = Box { xs: range(N).to_list() }\n for i in 1 to N { b = counted(b, i) }\n len(b.xs)",
  "inside a dict": "var d = {xs: []}\n for i in 1 to N { d.xs = d.xs.push(i) }\n len(d.xs)",
  "inside a struct": "var b = Box { xs: [] }\n for i in 1 to N { b.xs = b.xs.push(i) }\n len(b.xs)",
  "in nested lists": "var g = [[0, 0], [0, 0]]\n for i in 1 to N { g[i % 2][1] = g[i % 2][1] + 1 }\n g[0][1] + g[1][1]",
  "s = join(s, t)": 'var s = ""\n for i in 1 to N { s = join(s, "ab") }\n len(s)',
  "set = set.add(x)": "var s = set()\n for i in 1 to N { s = s.add(i) }\n len(s)",
  "captured by a closure": "var xs = []\n for i in 1 to N { let f = { x -> xs.push(x) }\n xs = f(i) }\n len(xs)",
};

const sizes = [1000, 10_000, 100_000];

console.log(["nanoseconds per element".padEnd(24), ...sizes.map((size) => String(size).padStart(9))].join(""));
for (const [name, body] of Object.entries(idioms)) {
  const cells: string[] = [];
  for (const size of sizes) {
    const text = `struct Box { xs: list }\nfn add(xs, x) { return xs.push(x) }\nfn join(s, t) { return s + t }\nfn written(xs, i) { var ys = xs\n ys[i] = 1\n return ys }\nfn put(d, k) { var e = d\n e[k] = 1\n return e }\nfn counted(b, i) { var c = b\n c.xs[i % 10] = i\n return c }\npipeline main() { ${body.replaceAll("N", String(size))} }`;
    const run = await prepare(name, text);
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 5; round++) {
      const started = performance.now();
      await run();
      best = Math.min(best, performance.now() - started);
    }
    cells.push(((best * 1e6) / size).toFixed(0).padStart(9));
  }
  console.log(name.padEnd(24) + cells.join(""));
}
