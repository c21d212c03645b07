import { COLLECTION_FUNCTIONS } from "./functions-collections.ts";
import { CONVERSION_FUNCTIONS } from "./functions-conversions.ts";
import { TEXT_FUNCTIONS } from "./functions-text.ts";
import { TIME_FUNCTIONS } from "./functions-time.ts";
import type { FunctionDefinition } from "./function-definition.ts";

/**
 * Every function of the language. Each can be called both ways, `size(x)` and `x.size()`: the target of a method is its
 * first argument.
 */
export const FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = {
  ...CONVERSION_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...COLLECTION_FUNCTIONS,
  ...TIME_FUNCTIONS,
};

/** Looked up as an own property, so that `toString` and its like are no functions. */
export function findFunction(name: string): FunctionDefinition | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
}
