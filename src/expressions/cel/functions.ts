import { COLLECTION_FUNCTIONS } from "./functions-collections.ts";
import { CONVERSION_FUNCTIONS } from "./functions-conversions.ts";
import { TEXT_FUNCTIONS } from "./functions-text.ts";
import { TIME_FUNCTIONS } from "./functions-time.ts";
import type { FunctionDefinition } from "./function-definition.ts";

/**
 * Every function of the language. Each can be called both ways, `size(x)` and `x.size()`: the target of a method is its
 * first argument. Without a prototype, so that `toString` and its like are no functions.
 */
export const FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = Object.freeze(
  Object.assign(
    // as: an object without a prototype has no members that could contradict the type
    Object.create(null) as Record<string, FunctionDefinition>,
    CONVERSION_FUNCTIONS,
    TEXT_FUNCTIONS,
    COLLECTION_FUNCTIONS,
    TIME_FUNCTIONS,
  ),
);
