import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../core/index.ts";

export type Severity = "low" | "medium" | "high" | "critical";

/** One place where a replayed result is not what was recorded. Absent sides were not there at all. */
export interface Difference {
  readonly path: string;
  readonly severity: Severity;
  readonly recorded?: JsonValue;
  readonly replayed?: JsonValue;
}

export interface Comparison {
  readonly identical: boolean;
  readonly differences: readonly Difference[];
  /** 1 when identical: (100 - 10 x the sum of the weights) / 100, never below 0. */
  readonly similarity: number;
}

const WEIGHTS: Readonly<Record<Severity, number>> = {
  low: 0.1,
  medium: 0.25,
  high: 0.5,
  critical: 1,
};

/** Fields that say when and how long, not what. */
export const IGNORED_FIELDS = ["timestamp", "duration", "durationMs", "startedAt", "ms"] as const;

/** Another one of these is another decision. */
const DECIDING: ReadonlySet<string> = new Set(["outcome.outcome", "status"]);

/**
 * Compares what a hook decided with what it decided before. Another decision is critical, another kind of value high,
 * another value medium, a field more or less low.
 * @param ignored - names of fields, at any depth, or whole paths
 */
export function compareResults(
  recorded: JsonObject,
  replayed: JsonObject,
  ignored: readonly string[] = IGNORED_FIELDS,
): Comparison {
  const differences: Difference[] = [];
  compare(recorded, replayed, "", new Set(ignored), differences);
  const weight = differences.reduce((sum, { severity }) => sum + WEIGHTS[severity], 0);
  return {
    identical: differences.length === 0,
    differences,
    similarity: Math.max(0, (100 - 10 * weight) / 100),
  };
}

function compare(
  left: JsonValue,
  right: JsonValue,
  path: string,
  ignored: ReadonlySet<string>,
  found: Difference[],
): void {
  if (isJsonObject(left) && isJsonObject(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const inner = path === "" ? key : `${path}.${key}`;
      if (!ignored.has(key) && !ignored.has(inner))
        compareField(left[key], right[key], inner, ignored, found);
    }
    return;
  }
  if (isJsonArray(left) && isJsonArray(right)) {
    const length = Math.max(left.length, right.length);
    for (let index = 0; index < length; index += 1)
      compareField(left[index], right[index], `${path}[${String(index)}]`, ignored, found);
    return;
  }
  if (left === right) return;
  found.push({ path, severity: severityOf(path, left, right), recorded: left, replayed: right });
}

function severityOf(path: string, left: JsonValue, right: JsonValue): Difference["severity"] {
  if (DECIDING.has(path)) return "critical";
  return kindOf(left) === kindOf(right) ? "medium" : "high";
}

function compareField(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  path: string,
  ignored: ReadonlySet<string>,
  found: Difference[],
): void {
  if (left !== undefined && right !== undefined) {
    compare(left, right, path, ignored, found);
    return;
  }
  found.push({
    path,
    severity: DECIDING.has(path) ? "critical" : "low",
    ...(left === undefined ? {} : { recorded: left }),
    ...(right === undefined ? {} : { replayed: right }),
  });
}

function kindOf(value: JsonValue): string {
  if (value === null) return "null";
  return isJsonArray(value) ? "list" : typeof value;
}
