import type { JsonObject } from "../../core/index.ts";
import type { Model } from "../verify/model/model.ts";
import { findCriticalPath } from "./critical-path.ts";
import { predict } from "./prediction.ts";
import type { Range } from "./range.ts";

/** A document in numbers, as `pattern validate --json` prints it. */
export interface Summary extends JsonObject {
  /** All of them, nested ones included. */
  readonly steps: number;
  /** Pairs, each once, however often one step needs or reads another. */
  readonly edges: number;
  /** Topological levels of the top scope. */
  readonly depth: number;
  /** Most steps in one level. */
  readonly width: number;
  /** Step ids of a longest chain of the top scope, by declared or default durations. */
  readonly criticalPath: readonly string[];
  readonly predictedEvents: Range & JsonObject;
}

export function summarize(model: Model): Summary {
  const { min, max } = predict(model).events;
  return {
    steps: model.steps.length,
    edges: countEdges(model),
    ...levelsOf(model),
    criticalPath: findCriticalPath(model).steps,
    predictedEvents: { min, max },
  };
}

function countEdges({ needsOf }: Model): number {
  let count = 0;
  for (const needs of needsOf.values()) count += needs.length;
  return count;
}

/** Every edge of every scope, each pair once, in declaration order of the dependent step. */
export function edgesOf(model: Model): readonly (readonly [from: string, to: string])[] {
  return model.steps.flatMap((step) =>
    [...(model.needsOf.get(step) ?? [])]
      .sort((left, right) => left.index - right.index)
      .map((need) => [need.id, step.id] as const),
  );
}

function levelsOf(model: Model): { readonly depth: number; readonly width: number } {
  const sizes: number[] = [];
  for (const step of model.orderOf(model.top)) {
    const level = model.sorted.level[step.index] ?? 0;
    sizes[level] = (sizes[level] ?? 0) + 1;
  }
  return { depth: sizes.length, width: sizes.reduce((most, size) => Math.max(most, size), 0) };
}
