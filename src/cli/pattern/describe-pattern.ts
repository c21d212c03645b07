import { HeddleError } from "../../core/index.ts";
import type { PatternSummary, Registry, StoredPattern } from "../../registry/index.ts";

/** What lists show of a pattern version. */
export function headOf(pattern: PatternSummary): object {
  const { name, version, digest, status, type, description, tags, createdAt } = pattern;
  return {
    name,
    version,
    digest,
    status,
    type,
    ...(description === undefined ? {} : { description }),
    tags,
    createdAt: createdAt.toISOString(),
  };
}

/** `name` or `name@range`, as people write a pattern on a command line. */
export function splitReference(reference: string): {
  readonly name: string;
  readonly range: string | undefined;
} {
  const at = reference.indexOf("@");
  if (at <= 0) return { name: reference, range: undefined };
  return { name: reference.slice(0, at), range: reference.slice(at + 1) };
}

/** @throws HeddleError `PATTERN_NOT_FOUND` */
export async function findPattern(registry: Registry, reference: string): Promise<StoredPattern> {
  const { name, range } = splitReference(reference);
  const found = await registry.findPattern(name, range);
  if (found !== undefined) return found;
  const versions = (await registry.listVersions(name)).map(
    ({ version, status }) => `${version} (${status})`,
  );
  throw new HeddleError("PATTERN_NOT_FOUND", `There is no active pattern "${reference}".`, {
    hint:
      versions.length === 0
        ? "List what is registered with: heddle pattern list"
        : `Registered versions of ${name}: ${versions.join(", ")}`,
  });
}
