import { isJsonArray, isJsonObject, type JsonValue } from "../../../core/index.ts";
import type { DocumentPath } from "../../walk.ts";
import { schemasOf } from "../model/schemas.ts";
import type { Model } from "../model/model.ts";
import { msOf } from "../model/durations.ts";
import type { Finding, Rule } from "../rule.ts";

/** JSON Schema's own pairs. */
const PAIRS = [
  ["minimum", "maximum"],
  ["exclusiveMinimum", "exclusiveMaximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
  ["minProperties", "maxProperties"],
  ["minContains", "maxContains"],
] as const;

export const minMax: Rule = {
  code: "min-max",
  severity: "error",
  summary: "A lower bound is above its upper bound, so nothing can satisfy both.",
  *check(model) {
    for (const [id, role] of model.roles) {
      yield* compare(role.instances?.min ?? 1, role.instances?.max, {
        path: ["agents", id, "instances"],
        what: `The instances of role "${id}"`,
        names: ["min", "max"],
      });
    }
    yield* intervals(model);
    for (const { schema, path, what } of schemasOf(model)) yield* schemaPairs(schema, path, what);
  },
};

interface Bounds {
  readonly path: DocumentPath;
  readonly what: string;
  readonly names: readonly [lower: string, upper: string];
}

function* compare(
  lower: number | undefined,
  upper: number | undefined,
  { path, what, names: [low, high] }: Bounds,
): Iterable<Finding> {
  if (lower === undefined || upper === undefined || lower <= upper) return;
  yield {
    path,
    message: `${what}: ${low} ${lower} is more than ${high} ${upper}`,
    hint: `Make \`${low}\` at most \`${high}\`.`,
  };
}

function* intervals(model: Model): Iterable<Finding> {
  for (const { policy, path, what } of model.policies) {
    const { initialInterval, maximumInterval } = policy.retry ?? {};
    const first = msOf(initialInterval);
    const last = msOf(maximumInterval);
    if (first === undefined || last === undefined || first <= last) continue;
    yield {
      path: [...path, "retry", "initialInterval"],
      message: `${what}: initialInterval "${initialInterval ?? ""}" is longer than maximumInterval "${maximumInterval ?? ""}"`,
      hint: "Make the first interval at most the longest one.",
    };
  }
}

/** Looks at every subschema; iterative, because a schema nests as deep as its author likes. */
function* schemaPairs(root: JsonValue, rootPath: DocumentPath, what: string): Iterable<Finding> {
  const work: { readonly value: JsonValue; readonly path: DocumentPath }[] = [
    { value: root, path: rootPath },
  ];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { value, path } = next;
    if (isJsonArray(value)) {
      for (const [at, item] of value.entries()) work.push({ value: item, path: [...path, at] });
    } else if (isJsonObject(value)) {
      for (const [low, high] of PAIRS) {
        yield* compare(numberOf(value[low]), numberOf(value[high]), {
          path: [...path, low],
          what,
          names: [low, high],
        });
      }
      for (const [key, inner] of Object.entries(value)) {
        if (!VALUES.has(key)) work.push({ value: inner, path: [...path, key] });
      }
    }
  }
}

/** Keywords that hold data, not schemas. */
const VALUES = new Set(["const", "enum", "default", "examples"]);

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
