import { nearest } from "../core/index.ts";
import type { Registry, StoredPattern } from "../registry/index.ts";
import { fail } from "./failure.ts";

/**
 * The newest active version of a pattern that fits. A run that continued has its exact version, which may have been
 * deprecated or archived since: it finds it all the same.
 * @throws ApplicationFailure `PatternNotFound`, saying what there is instead
 */
export async function findPattern(
  registry: Registry,
  name: string,
  range: string | undefined,
  resumed: boolean,
): Promise<StoredPattern> {
  const found =
    resumed && range !== undefined
      ? await registry.getPattern(name, range)
      : await registry.findPattern(name, range);
  if (found !== undefined) return found;
  const versions = await registry.listVersions(name);
  if (versions.length > 0) {
    const list = versions
      .slice(0, 10)
      .map(({ version, status }) => `${version} (${status})`)
      .join(", ");
    const wanted =
      range === undefined ? "no active version" : `no version that fits ${JSON.stringify(range)}`;
    throw fail(
      "PatternNotFound",
      `The pattern ${JSON.stringify(name)} has ${wanted}. Registered: ${list}.`,
    );
  }
  const names = (await registry.listPatterns()).map((pattern) => pattern.name);
  const near = nearest(name, names);
  const hint =
    near === undefined
      ? "Register it with: heddle pattern register FILE"
      : `Did you mean ${JSON.stringify(near)}?`;
  throw fail("PatternNotFound", `No pattern ${JSON.stringify(name)} is registered. ${hint}`, {
    pattern: name,
    ...(near === undefined ? {} : { near }),
  });
}
