import { HeddleError } from "../../core/index.ts";
import { isHandlerDefinition, type HandlerDefinition } from "./define-handler.ts";

/** Functions that `call` steps, roles and hooks name. */
export interface FunctionRegistry {
  /**
   * The function of that name: one of the configured modules', else one that the pattern's own module exports.
   * @throws HeddleError `MODULE_NOT_LOADED` when the pattern's module cannot be imported
   */
  find(name: string, patternFile?: string): Promise<HandlerDefinition | undefined>;
  /** Every configured function's name, for error messages. */
  names(): readonly string[];
}

/** Imports a module by absolute path; the composition root knows how to import TypeScript. */
export type ImportModule = (path: string) => Promise<unknown>;

const MODULE = /\.[cm]?[jt]s$/;

/**
 * Builds the registry from definitions and from the modules that the configuration lists.
 * @throws HeddleError `FUNCTION_DUPLICATE` when two definitions share a name
 */
export async function createFunctionRegistry(options: {
  readonly definitions?: readonly HandlerDefinition[];
  readonly modules?: readonly string[];
  readonly importModule: ImportModule;
}): Promise<FunctionRegistry> {
  const known = new Map<string, HandlerDefinition>();
  const add = (definition: HandlerDefinition, source: string): void => {
    const present = known.get(definition.name);
    if (present !== undefined && present !== definition)
      throw new HeddleError(
        "FUNCTION_DUPLICATE",
        `The function ${JSON.stringify(definition.name)} of ${source} already exists.`,
        { hint: "Give each function a name of its own." },
      );
    known.set(definition.name, definition);
  };
  for (const definition of options.definitions ?? []) add(definition, "the worker's own code");
  for (const path of options.modules ?? []) {
    const exports = await importHandlers(path, options.importModule);
    for (const definition of exports) add(definition, path);
  }
  return {
    find: async (name, patternFile) => {
      const configured = known.get(name);
      if (configured !== undefined || patternFile === undefined || !MODULE.test(patternFile))
        return configured;
      const own = await importHandlers(patternFile, options.importModule);
      return own.find((definition) => definition.name === name);
    },
    names: () => [...known.keys()].sort(),
  };
}

/** Every handler definition that a module exports, alone or in a list. */
async function importHandlers(
  path: string,
  importModule: ImportModule,
): Promise<readonly HandlerDefinition[]> {
  let exports: unknown;
  try {
    exports = await importModule(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HeddleError(
      "MODULE_NOT_LOADED",
      `The module ${JSON.stringify(path)} could not be loaded: ${why}`,
      { cause, hint: "Run it with `npx tsx` to see the full error." },
    );
  }
  if (typeof exports !== "object" || exports === null) return [];
  return Object.values(exports).flatMap(
    (value: unknown) =>
      (Array.isArray(value) ? (value as readonly unknown[]) : [value]).filter(isHandlerDefinition), // as: Array.isArray gives any[]
  );
}
