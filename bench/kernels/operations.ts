import type { Kernel } from "./kernel.ts";

/** One kind of operation in a loop each. */
export const operations: readonly Kernel[] = [
  {
    name: "arithmetic",
    harn: `pipeline main() {
  var total = 0
  for i in 0 to 200000 { total = total + i * 3 - i % 7 }
  total
}`,
    js: () => {
      let total = 0;
      for (let i = 0; i <= 200_000; i++) total = total + i * 3 - (i % 7);
      return total;
    },
  },
  {
    name: "comparison",
    harn: `pipeline main() {
  var hits = 0
  var i = 0
  while i < 200000 {
    if i > 1000 && i != 5000 || i == 7 { hits = hits + 1 }
    if i <= 100 { hits = hits + 2 }
    i = i + 1
  }
  hits
}`,
    js: () => {
      let hits = 0;
      let i = 0;
      while (i < 200_000) {
        if ((i > 1000 && i !== 5000) || i === 7) hits = hits + 1;
        if (i <= 100) hits = hits + 2;
        i = i + 1;
      }
      return hits;
    },
  },
  {
    name: "calls",
    harn: `fn step(total, n) { return total + n }
pipeline main() {
  var total = 0
  for i in 1 to 200000 { total = step(total, i) }
  total
}`,
    js: () => {
      const step = (total: number, n: number): number => total + n;
      let total = 0;
      for (let i = 1; i <= 200_000; i++) total = step(total, i);
      return total;
    },
  },
  {
    name: "recursion",
    harn: `fn depth(n) {
  if n == 0 { return 0 }
  return 1 + depth(n - 1)
}
pipeline main() {
  var total = 0
  for i in 1 to 500 { total = total + depth(200) }
  total
}`,
    js: () => {
      const depth = (n: number): number => (n === 0 ? 0 : 1 + depth(n - 1));
      let total = 0;
      for (let i = 1; i <= 500; i++) total += depth(200);
      return total;
    },
  },
  {
    name: "map and filter",
    harn: `let numbers = range(50000).to_list()
pipeline main() { len(numbers.map({ x -> x * 2 }).filter({ x -> x % 3 == 0 })) }`,
    js: (() => {
      const numbers = Array.from({ length: 50_000 }, (_, at) => at);
      return () => numbers.map((x) => x * 2).filter((x) => x % 3 === 0).length;
    })(),
  },
  {
    name: "list iteration",
    harn: `let numbers = range(100000).to_list()
pipeline main() {
  var total = 0
  for n in numbers { total = total + n }
  total
}`,
    js: (() => {
      const numbers = Array.from({ length: 100_000 }, (_, at) => at);
      return () => {
        let total = 0;
        for (const n of numbers) total += n;
        return total;
      };
    })(),
  },
  {
    name: "method dispatch",
    harn: `struct Circle { radius: int }
struct Square { side: int }
impl Circle { fn area(self) { return 3 * self.radius * self.radius } }
impl Square { fn area(self) { return self.side * self.side } }
pipeline main() {
  let shapes = [Circle { radius: 2 }, Square { side: 3 }, Circle { radius: 5 }]
  var total = 0
  for i in 1 to 30000 {
    for shape in shapes { total = total + shape.area() }
  }
  total
}`,
    js: (() => {
      class Circle {
        radius: number;
        constructor(radius: number) {
          this.radius = radius;
        }
        area(): number {
          return 3 * this.radius * this.radius;
        }
      }
      class Square {
        side: number;
        constructor(side: number) {
          this.side = side;
        }
        area(): number {
          return this.side * this.side;
        }
      }
      return () => {
        const shapes = [new Circle(2), new Square(3), new Circle(5)];
        let total = 0;
        for (let i = 1; i <= 30_000; i++) for (const shape of shapes) total += shape.area();
        return total;
      };
    })(),
  },
  {
    name: "dict reads",
    harn: `pipeline main() {
  let point = {x: 1, y: 2, z: 3}
  var total = 0
  for i in 1 to 100000 { total = total + point.x + point.y * i + point["z"] }
  total
}`,
    js: () => {
      const point = { x: 1, y: 2, z: 3 };
      let total = 0;
      for (let i = 1; i <= 100_000; i++) total = total + point.x + point.y * i + point.z;
      return total;
    },
  },
  {
    name: "struct reads",
    harn: `struct Account { balance: int, rate: int }
pipeline main() {
  let accounts = range(100).to_list().map({ i -> Account { balance: i, rate: 2 } })
  var total = 0
  for round in 1 to 1000 {
    for account in accounts { total = total + account.balance * account.rate }
  }
  total
}`,
    js: (() => {
      class Account {
        balance: number;
        rate: number;
        constructor(balance: number, rate: number) {
          this.balance = balance;
          this.rate = rate;
        }
      }
      return () => {
        const accounts = Array.from({ length: 100 }, (_, i) => new Account(i, 2));
        let total = 0;
        for (let round = 1; round <= 1000; round++)
          for (const account of accounts) total += account.balance * account.rate;
        return total;
      };
    })(),
  },
  {
    name: "interpolation",
    harn: `pipeline main() {
  var size = 0
  for i in 1 to 20000 { size = size + len("item \${i} of \${20000}: \${i * 2}") }
  size
}`,
    js: () => {
      let size = 0;
      for (let i = 1; i <= 20_000; i++) size += `item ${i} of ${20_000}: ${i * 2}`.length;
      return size;
    },
  },
  {
    name: "locals",
    harn: `pipeline main() {
  var a = 1
  var b = 2
  var c = 3
  for i in 1 to 200000 {
    let t = a
    a = b
    b = c
    c = t + 1
    if c > 1000 { c = 0 }
  }
  a + b + c
}`,
    js: () => {
      let a = 1;
      let b = 2;
      let c = 3;
      for (let i = 1; i <= 200_000; i++) {
        const t = a;
        a = b;
        b = c;
        c = t + 1;
        if (c > 1000) c = 0;
      }
      return a + b + c;
    },
  },
];
