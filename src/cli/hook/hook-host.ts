import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { tsImport } from "tsx/esm/api";

import type { Config } from "../../config.ts";
import {
  commandEnvironment,
  createFunctionRegistry,
  type HandlerContext,
} from "../../hooks/executors/index.ts";

/** What a worker would give a hook, given by this process: the same environment rules, functions and secrets. */
export async function createHookHost(
  config: Pick<Config, "functions" | "environment" | "shell">,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<HandlerContext> {
  const workspace = resolve(cwd);
  return {
    cwd: workspace,
    env: { ...commandEnvironment(env, {}, config.environment), HEDDLE_WORKSPACE: workspace },
    timeoutMs: 30_000,
    signal: new AbortController().signal,
    functions: await createFunctionRegistry({
      modules: config.functions,
      importModule: (path) => tsImport(pathToFileURL(path).href, import.meta.url),
    }),
    secret: (name) => env[`HEDDLE_SECRET_${name}`],
    shell: config.shell,
    facts: { attempt: 1, workspace },
  };
}
