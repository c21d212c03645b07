import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { tsImport } from "tsx/esm/api";

import { createFunctionRegistry } from "../../hooks/executors/index.ts";
import type { Known } from "../../patterns/index.ts";

/** The word that stands for the modules which the settings list. */
const CONFIGURED = "config";

/** The modules that a caller names, by absolute path; `config` stands for those of the settings. */
export async function findModules(
  named: readonly string[],
  configured: () => Promise<readonly string[]>,
  cwd: string,
): Promise<readonly string[]> {
  const found = named.map(async (name) =>
    name === CONFIGURED ? await configured() : [resolve(cwd, name)],
  );
  return [...new Set((await Promise.all(found)).flat())];
}

const importModule = (path: string): Promise<unknown> =>
  tsImport(pathToFileURL(path).href, import.meta.url);

/**
 * The functions that these modules export and, of a pattern that is a module, its own: all that a worker would find.
 * @throws HeddleError `MODULE_NOT_LOADED`, `FUNCTION_DUPLICATE`
 */
export async function knownFunctions(
  modules: readonly string[],
  patternModule: string | undefined,
): Promise<NonNullable<Known["functions"]>> {
  const own = patternModule === undefined ? [] : [patternModule];
  // The worker looks into a pattern's own module only for what the others lack, so a name may be in both.
  const registries = await Promise.all(
    [modules, own].map((paths) => createFunctionRegistry({ modules: paths, importModule })),
  );
  return new Map(registries.flatMap((registry) => registry.names()).map((name) => [name, {}]));
}
