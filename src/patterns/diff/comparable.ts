import {
  canonicalize,
  digestOf,
  isJsonArray,
  type JsonObject,
  type JsonValue,
} from "../../core/index.ts";
import { edgesOf } from "../predict/index.ts";
import { readPattern } from "../read-pattern.ts";
import { SCOPE_KINDS } from "../document.ts";
import type { StepNode } from "../verify/model/step-node.ts";
import type { Comparable } from "./diff-patterns.ts";

/** Makes a stored or accepted definition comparable. */
export function toComparable(definition: JsonObject): Comparable {
  const { model } = readPattern(definition);
  return {
    definition,
    digest: digestOf(definition),
    edges: model === undefined ? [] : edgesOf(model),
    steps: new Map(model?.steps.map((node) => [node.id, textOf(node)])),
  };
}

/** A step without the steps inside of it, which are compared themselves. */
function textOf({ step }: StepNode): string {
  const entries = Object.entries(step as unknown as JsonObject); // as: an accepted step is JSON
  const own = entries.map(([key, value]) =>
    SCOPE_KINDS.some((kind) => kind === key) ? [key, withoutSteps(value)] : [key, value],
  );
  return canonicalize(Object.fromEntries(own) as JsonValue); // as: made of JSON
}

function withoutSteps(scope: unknown): unknown {
  if (typeof scope !== "object" || scope === null) return scope;
  if (isJsonArray(scope)) return scope.map((part: unknown) => withoutSteps(part));
  return Object.fromEntries(
    Object.entries(scope).map(
      ([key, value]) =>
        key === "steps" ? [key, Object.keys(value as object)] : [key, withoutSteps(value)], // as: nested steps are a mapping
    ),
  );
}
