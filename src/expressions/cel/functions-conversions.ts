import { messageOf, type JsonValue } from "../../core/index.ts";
import { define, type Arguments, type FunctionDefinition } from "./function-definition.ts";
import { checkInt, checkTextLength } from "./operators.ts";
import { checkResult, toJson } from "./to-json.ts";
import { typeOf, type Value } from "./values.ts";

const TRUE = new Set(["1", "t", "true", "TRUE", "True"]);
const FALSE = new Set(["0", "f", "false", "FALSE", "False"]);

/** Conversions between types. */
export const CONVERSION_FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = {
  string: define(1, 1, "string(x)", toText),
  json: define(1, 1, "json(text)", parseJson),
  int: define(1, 1, "int(x)", toInt),
  uint: define(1, 1, "uint(x)", (args) => {
    const value = toInt(args);
    if (value >= 0n) return value;
    throw args.context.failure("invalid-argument", `uint() needs zero or more, got ${value}`);
  }),
  double: define(1, 1, "double(x)", toDouble),
  bool: define(1, 1, "bool(x)", toBool),
  dyn: define(1, 1, "dyn(x)", (args) => args.value(0)),
  type: define(1, 1, "type(x)", (args) => typeOf(args.value(0))),
};

/** Text as it is; anything else as JSON writes it. */
function toText(args: Arguments): string {
  const value = args.value(0);
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return String(value);
  const json = toJson(args.context, value);
  if (typeof json === "string") return json;
  checkResult(args.context, json);
  const text = JSON.stringify(json);
  checkTextLength(args.context, text.length);
  return text;
}

function parseJson(args: Arguments): Value {
  const text = args.text(0);
  checkTextLength(args.context, text.length * 4);
  try {
    return JSON.parse(text) as JsonValue; // as: JSON.parse gives nothing else
  } catch (error) {
    throw args.context.failure(
      "invalid-argument",
      `json() could not read ${JSON.stringify(text.slice(0, 80))}: ${messageOf(error).slice(0, 200)}`,
    );
  }
}

const INTEGER = /^[+-]?\d{1,19}$/;

function toInt(args: Arguments): bigint {
  const value = args.value(0);
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isFinite(value))
    return checkInt(args.context, BigInt(Math.trunc(value)));
  if (typeof value === "string" && INTEGER.test(value))
    return checkInt(args.context, BigInt(value.replace("+", "")));
  return cannotConvert(args, value, "a whole number");
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

function toDouble(args: Arguments): number {
  const value = args.value(0);
  if (typeof value === "bigint" || typeof value === "number") return Number(value);
  if (typeof value === "string" && value.length <= 64 && DECIMAL.test(value)) return Number(value);
  return cannotConvert(args, value, "a number");
}

function toBool(args: Arguments): boolean {
  const value = args.value(0);
  if (typeof value === "boolean") return value;
  if (typeof value === "string" && TRUE.has(value)) return true;
  if (typeof value === "string" && FALSE.has(value)) return false;
  return cannotConvert(args, value, "true or false");
}

function cannotConvert(args: Arguments, value: Value, expected: string): never {
  if (typeof value !== "string") return args.fail(0, `${expected} or its text`);
  throw args.context.failure(
    "invalid-argument",
    `${args.node.name}() cannot read ${JSON.stringify(value.slice(0, 80))} as ${expected}`,
  );
}
