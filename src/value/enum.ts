import type { Value } from "./value.ts";

/** A value of an enum. `Result` is the enum of that name with the variants `Ok` and `Err`. */
export class EnumValue {
  readonly enumName: string;
  readonly variant: string;
  readonly fields: readonly Value[];

  constructor(enumName: string, variant: string, fields: readonly Value[]) {
    this.enumName = enumName;
    this.variant = variant;
    this.fields = fields;
  }

  get kind(): "enum" {
    return "enum";
  }
}

export function ok(value: Value): EnumValue {
  return new EnumValue("Result", "Ok", [value]);
}

export function err(error: Value): EnumValue {
  return new EnumValue("Result", "Err", [error]);
}

/** Whether the value is `Result.Ok(…)` or `Result.Err(…)`. */
export function isResult(value: Value): value is EnumValue {
  return (
    value instanceof EnumValue && value.enumName === "Result" && (value.variant === "Ok" || value.variant === "Err")
  );
}
