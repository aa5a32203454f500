import { describe, expect, it, test } from "vitest";
import { codes, findings } from "./testing/findings.ts";

const declarations = `type User = {name: string, age?: int}
fn parse<T>(text: string, s: Schema<T>) -> T { return schema_expect(json_parse(text), s) }
`;

function typeOf(expression: string): string {
  const [line = "nothing"] = findings(`${declarations}fn f(x: any) {\n let _t: never = ${expression}\n}`);
  return line.slice(line.indexOf("found ") + 6);
}

describe("what a schema describes is the type of what passed it", () => {
  test.each([
    ["schema_of(User)", "Schema<User>"],
    ["schema_expect(x, User)", "User"],
    ["schema_expect(x, schema_of(User))", "User"],
    ['parse("{}", schema_of(User))', "User"],
  ])("%s is %s", (expression, type) => {
    expect(typeOf(expression)).toBe(type);
  });

  it("is held against what is wanted", () => {
    expect(
      codes(
        `${declarations}fn f(x: any) {\n let _s: string = parse("{}", schema_of(User))\n let _u: User = schema_expect(x, User)\n let _w: Schema<int> = schema_of(User)\n}`,
      ),
    ).toEqual(["error:TYP-007@4", "error:TYP-007@6"]);
  });

  it("is open for a schema that is a plain dict", () => {
    expect(
      codes(
        `${declarations}fn f(x: any) {\n let _s: string = schema_expect(x, {type: "object"})\n let _d: dict = schema_of(User)\n}`,
      ),
    ).toEqual([]);
  });

  it("is not what a variable of the type's name holds", () => {
    expect(codes(`${declarations}fn f(x: any, User: dict) {\n let _s: string = schema_expect(x, User)\n}`)).toEqual([]);
  });
});

describe("schema_is", () => {
  test.each([
    ["x: unknown", "if schema_is(x, User) { show }", ["{name: string, age?: int}"]],
    ["x: unknown", "if !schema_is(x, User) { return 1 }\nshow", ["{name: string, age?: int}"]],
    ["x: unknown", "guard schema_is(x, schema_of(User)) else { return 1 }\nshow", ["{name: string, age?: int}"]],
    [
      "x: User | string",
      "if schema_is(x, User) { show } else { show }",
      ["{name: string, age?: int}", "User | string"],
    ],
  ])("tells what %s is: %s", (param, body, expected) => {
    const text = `${declarations}fn f(${param}) {\n${body.replaceAll("show", "let _s: never = x")}\n}`;
    expect(findings(text).map((line) => line.slice(line.indexOf("found ") + 6))).toEqual(expected);
  });
});
