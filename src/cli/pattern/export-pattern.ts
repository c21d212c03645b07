import { HeddleError, isJsonObject, type JsonObject } from "../../core/index.ts";
import type { Registry, StoredPattern } from "../../registry/index.ts";
import { findPattern, splitReference } from "./describe-pattern.ts";

export interface ExportedPattern {
  readonly pattern: StoredPattern;
  readonly definition: JsonObject;
}

/**
 * A registered pattern as it was registered. An exact version is found whatever its status: what was archived may still
 * be looked at.
 * @throws HeddleError `PATTERN_NOT_FOUND`
 */
export async function exportPattern(
  registry: Registry,
  reference: string,
): Promise<ExportedPattern> {
  const { name, range } = splitReference(reference);
  const exact = range === undefined ? undefined : await registry.getPattern(name, range);
  const pattern = exact ?? (await findPattern(registry, reference));
  const { definition } = pattern;
  if (isJsonObject(definition)) return { pattern, definition };
  throw new HeddleError("INTERNAL", `${name} ${pattern.version} has no definition.`);
}
