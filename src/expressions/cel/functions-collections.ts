import { isJsonArray, type JsonValue } from "../../core/index.ts";
import { compare, isEqual } from "./compare.ts";
import { define, type Arguments, type FunctionDefinition } from "./function-definition.ts";
import { checkTextLength } from "./operators.ts";
import { isList, isMap, isNumber, Optional, type Value } from "./values.ts";

/** Functions on lists, maps and optionals. */
export const COLLECTION_FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = {
  size: define(1, 1, "size(x)", size),
  merge: define(2, 16, "merge(a, b)", merge),
  keys: define(1, 1, "keys(map)", (args) => pay(args, Object.keys(args.map(0)))),
  values: define(1, 1, "values(map)", (args) => pay(args, Object.values(args.map(0)))),
  flatten: define(1, 2, "flatten(lists)", flatten),
  sum: define(1, 1, "sum(numbers)", sum),
  min: define(1, 32, "min(numbers), min(a, b)", (args) => extreme(args, -1)),
  max: define(1, 32, "max(numbers), max(a, b)", (args) => extreme(args, 1)),
  join: define(1, 2, 'join(texts, ", ")', join),
  reverse: define(1, 1, "reverse(list)", (args) => pay(args, args.list(0)).toReversed()),
  sort: define(1, 1, "sort(list)", sort),
  distinct: define(1, 1, "distinct(list)", distinct),
  slice: define(2, 3, "list.slice(0, 3)", slice),
  hasValue: define(1, 1, "x.?y.hasValue()", (args) => optional(args).value !== undefined),
  value: define(1, 1, "x.?y.value()", (args) => {
    const { value } = optional(args);
    if (value !== undefined) return value;
    throw args.context.failure("null-read", "The optional has no value", {
      hint: "use orValue(...) instead of value()",
    });
  }),
  // These two leave their second value alone when the first is there, so the evaluator runs them.
  or: define(2, 2, "x.?y.or(x.?z)", (args) => args.value(0)),
  orValue: define(2, 2, 'x.?y.orValue("z")', (args) => args.value(0)),
  "optional.none": define(0, 0, "optional.none()", () => new Optional(undefined)),
  "optional.of": define(1, 1, "optional.of(x)", (args) => new Optional(args.value(0))),
};

function pay<T>(args: Arguments, items: readonly T[]): readonly T[] {
  args.context.spend(1 + items.length);
  return items;
}

function size(args: Arguments): bigint {
  const value = args.value(0);
  if (isList(value)) return BigInt(value.length);
  if (isMap(value)) return BigInt(pay(args, Object.keys(value)).length);
  if (typeof value !== "string") return args.fail(0, "a string, a list or a map");
  args.context.spend(1 + value.length / 64);
  let characters = 0;
  // Characters, not UTF-16 units: the loop steps over surrogate pairs.
  for (const character of value) characters += character === "" ? 0 : 1;
  return BigInt(characters);
}

function merge(args: Arguments): Value {
  const entries: [string, JsonValue][] = [];
  for (let index = 0; index < args.count; index += 1) {
    // What is unset reads as null, and merging with nothing changes nothing.
    if (args.value(index) === null) continue;
    for (const entry of pay(args, Object.entries(args.map(index)))) entries.push(entry);
  }
  return Object.fromEntries(entries);
}

function flatten(args: Arguments): Value {
  const depth = args.count > 1 ? args.position(1, 100) : 1;
  let items = args.list(0);
  for (let level = 0; level < depth; level += 1) {
    const next: JsonValue[] = [];
    for (const item of pay(args, items)) {
      if (!isJsonArray(item)) next.push(item);
      else for (const inner of pay(args, item)) next.push(inner);
    }
    items = next;
  }
  return items;
}

function sum(args: Arguments): Value {
  return pay(args, args.list(0)).reduce<number>((total, item) => {
    if (typeof item === "number") return total + item;
    return args.fail(0, "a list of numbers");
  }, 0);
}

function extreme(args: Arguments, sign: 1 | -1): Value {
  const first = args.value(0);
  const values: Value[] =
    args.count === 1
      ? [...pay(args, args.list(0))]
      : [first, ...Array.from({ length: args.count - 1 }, (_, index) => args.value(index + 1))];
  let best = values[0];
  if (best === undefined)
    throw args.context.failure("invalid-argument", `${args.node.name}() of an empty list`, {
      hint: "test size() first",
    });
  for (const value of values) {
    const order = compare(value, best);
    if (order === undefined || !(isNumber(value) || typeof value === "string"))
      return args.fail(0, "numbers, or texts");
    if (order * sign > 0) best = value;
  }
  return best;
}

function join(args: Arguments): Value {
  const separator = args.count > 1 ? args.text(1) : "";
  const texts = pay(args, args.list(0)).map((item) => {
    if (typeof item === "string") return item;
    if (typeof item === "number" || typeof item === "boolean") return String(item);
    return args.fail(0, "a list of texts or numbers");
  });
  const total = texts.reduce((length, text) => length + text.length + separator.length, 0);
  checkTextLength(args.context, total);
  return texts.join(separator);
}

function sort(args: Arguments): Value {
  const items = pay(args, args.list(0));
  args.context.spend(items.length * 20);
  return items.toSorted((a, b) => compare(a, b) ?? args.fail(0, "a list of numbers, or of texts"));
}

function distinct(args: Arguments): Value {
  const kept: JsonValue[] = [];
  const seen = new Set<JsonValue>();
  for (const item of pay(args, args.list(0))) {
    if (typeof item !== "object" || item === null) {
      if (!seen.has(item)) kept.push(item);
      seen.add(item);
    } else if (!kept.some((other) => isEqual(args.context, item, other))) {
      kept.push(item);
    }
  }
  return kept;
}

function slice(args: Arguments): Value {
  const list = args.list(0);
  const end = args.count > 2 ? args.position(2, list.length) : list.length;
  return pay(args, list.slice(args.position(1, end), end));
}

function optional(args: Arguments): Optional {
  const value = args.value(0);
  return value instanceof Optional ? value : args.fail(0, "an optional");
}
