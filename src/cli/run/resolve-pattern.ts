import { extname } from "node:path";

import { digestOf, HeddleError } from "../../core/index.ts";
import type { NewPattern, Registry, StoredPattern } from "../../registry/index.ts";
import type { AcceptedDocument } from "../documents.ts";

/** What to start: the version is exact, so that what was just checked is what runs. */
export interface RunTarget {
  readonly name: string;
  readonly version?: string;
}

const FILE_EXTENSIONS: ReadonlySet<string> = new Set([
  ".yaml",
  ".yml",
  ".json",
  ".ts",
  ".mts",
  ".js",
  ".mjs",
]);

/** Pattern names have no dots and no slashes, so a file cannot be taken for one; `-` is stdin. */
export function isFileName(given: string): boolean {
  return given === "-" || FILE_EXTENSIONS.has(extname(given).toLowerCase()) || /[/\\]/.test(given);
}

/**
 * Registers a document for one run. A version never changes once it is registered, so an edited file that kept its
 * version number is registered beside it, as a pre-release named after the content.
 */
export async function registerForRun(
  registry: Registry,
  { definition, plan }: AcceptedDocument,
  path: string,
  note: (text: string) => void,
): Promise<StoredPattern> {
  try {
    return (await registry.registerPattern({ definition, plan, sourceFile: path })).pattern;
  } catch (thrown) {
    if (!(thrown instanceof HeddleError) || thrown.code !== "PATTERN_VERSION_CONFLICT")
      throw thrown;
  }
  const renamed = asDevelopmentVersion({ definition, plan });
  note(
    `${plan.name} ${plan.version} is registered with other content: this one runs as ${renamed.plan.version}. ` +
      "Raise the version in the file to register it properly.",
  );
  return (await registry.registerPattern({ ...renamed, sourceFile: path })).pattern;
}

/**
 * `1.0.0` -> `1.0.0-dev-<digest>`: the same content always gets the same name, and being a pre-release it is only ever
 * chosen by its exact version. One identifier with letters in it, because semver forbids a number with a leading zero.
 */
export function asDevelopmentVersion({
  definition,
  plan,
}: AcceptedDocument): NewPattern & AcceptedDocument {
  const [core = plan.version] = plan.version.split("+");
  const version = `${core}${core.includes("-") ? "." : "-"}dev-${plan.digest.slice(0, 12)}`;
  const renamed = { ...definition, version };
  return { definition: renamed, plan: { ...plan, version, digest: digestOf(renamed) } };
}
