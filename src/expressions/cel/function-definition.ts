import type { JsonObject, JsonValue } from "../../core/index.ts";
import type { CallNode } from "./ast.ts";
import { refuseStored } from "./compare.ts";
import type { Context } from "./context.ts";
import { withArticle } from "./operators.ts";
import { isList, isMap, isNumber, type Value } from "./values.ts";

export interface FunctionDefinition {
  /** Fewest and most values, the target of a method included. */
  readonly arity: readonly [least: number, most: number];
  /** How a call looks. */
  readonly usage: string;
  apply(context: Context, args: readonly Value[], node: CallNode): Value;
}

/** Typed reading of a call's values; every message names the text of the value that does not fit. */
export class Arguments {
  readonly context: Context;
  readonly node: CallNode;
  private readonly values: readonly Value[];

  constructor(context: Context, values: readonly Value[], node: CallNode) {
    this.context = context;
    this.values = values;
    this.node = node;
  }

  get count(): number {
    return this.values.length;
  }

  value(index: number): Value {
    const value = this.values[index] ?? null;
    refuseStored(this.context, value);
    return value;
  }

  text(index: number): string {
    const value = this.value(index);
    return typeof value === "string" ? value : this.fail(index, "a string");
  }

  list(index: number): readonly JsonValue[] {
    const value = this.value(index);
    return isList(value) ? value : this.fail(index, "a list");
  }

  map(index: number): JsonObject {
    const value = this.value(index);
    return isMap(value) ? value : this.fail(index, "a map");
  }

  number(index: number): number | bigint {
    const value = this.value(index);
    return isNumber(value) ? value : this.fail(index, "a number");
  }

  /** A whole number from 0 to `most`. */
  position(index: number, most: number): number {
    const value = Number(this.number(index));
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    throw this.context.failure(
      "index-out-of-range",
      `${this.place(index)} is ${value}; a whole number from 0 to ${most} is expected`,
    );
  }

  fail(index: number, expected: string): never {
    const value = this.value(index);
    const place = this.place(index);
    throw this.context.failure(
      value === null ? "null-read" : "type-mismatch",
      value === null
        ? `${place} is null, and ${this.node.name}() needs ${expected}`
        : `${this.node.name}() needs ${expected}; ${place} is ${withArticle(value)}`,
      value === null ? { hint: "test it with == null first" } : {},
    );
  }

  private place(index: number): string {
    const arg = this.node.args[index];
    return arg === undefined ? `value ${index + 1}` : this.context.textOf(arg);
  }
}

/** Defines a function by what it does with its values. */
export function define(
  least: number,
  most: number,
  usage: string,
  run: (args: Arguments) => Value,
): FunctionDefinition {
  return {
    arity: [least, most],
    usage,
    apply: (context, args, node) => run(new Arguments(context, args, node)),
  };
}
