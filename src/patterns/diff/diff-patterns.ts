import type { JsonObject } from "../../core/index.ts";
import { diffValues, type Change } from "./diff-values.ts";

/** A pattern as far as a comparison looks at it. */
export interface Comparable {
  readonly definition: JsonObject;
  readonly digest: string;
  readonly edges: readonly (readonly [from: string, to: string])[];
  /** Every step by id, nested ones included, as `walkSteps` finds them. */
  readonly steps: ReadonlyMap<string, string>;
}

export interface PatternDiff extends JsonObject {
  /** Whether both are the same content: one digest. */
  readonly equal: boolean;
  readonly steps: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
  };
  readonly edges: {
    readonly added: readonly (readonly [string, string])[];
    readonly removed: readonly (readonly [string, string])[];
  };
  /** Every place that differs, in reading order of the older one. */
  readonly changes: readonly Change[];
}

/** What changed from one pattern to another: which steps, which order between them, and every single place. */
export function diffPatterns(before: Comparable, after: Comparable): PatternDiff {
  return {
    equal: before.digest === after.digest,
    steps: {
      added: [...after.steps.keys()].filter((id) => !before.steps.has(id)),
      removed: [...before.steps.keys()].filter((id) => !after.steps.has(id)),
      changed: [...before.steps]
        .filter(([id, text]) => (after.steps.get(id) ?? text) !== text)
        .map(([id]) => id),
    },
    edges: {
      added: missingFrom(before.edges, after.edges),
      removed: missingFrom(after.edges, before.edges),
    },
    changes: diffValues(before.definition, after.definition),
  };
}

function missingFrom(
  edges: Comparable["edges"],
  others: Comparable["edges"],
): readonly (readonly [string, string])[] {
  const known = new Set(edges.map(([from, to]) => `${from} ${to}`));
  return others.filter(([from, to]) => !known.has(`${from} ${to}`));
}
