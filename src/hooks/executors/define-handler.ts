import type { JsonValue, Typed } from "../../core/index.ts";
import type { HandlerFacts } from "./context.ts";

/**
 * The part of a zod schema that is used, so that a user's own copy of zod works too. What it accepts may be less than what
 * it gives: defaults are filled in.
 */
export interface SchemaLike<Value, Accepted = unknown> {
  readonly "~standard"?: { readonly types?: { readonly input: Accepted } | undefined };
  safeParseAsync(
    value: unknown,
  ): Promise<
    | { readonly success: true; readonly data: Value }
    | { readonly success: false; readonly error: { readonly issues: readonly SchemaIssue[] } }
  >;
}

interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What a function gets besides its input. */
export interface FunctionContext extends HandlerFacts {
  /** Fires when the step or hook is cancelled or has hit its timeout: stop working then. */
  readonly signal: AbortSignal;
  /** For a role's function: what hooks and people want the agent told, oldest first. */
  readonly injections?: readonly JsonValue[];
}

const BRAND = Symbol.for("heddle.handler");

/** A function that patterns can name, with schemas at both ends, which type the steps of `pattern` that call it. */
export interface HandlerDefinition<Accepted = unknown, Output = unknown> extends Typed<
  Accepted,
  Output
> {
  readonly [BRAND]: true;
  readonly name: string;
  readonly input?: SchemaLike<unknown>;
  readonly output?: SchemaLike<unknown>;
  readonly run: (input: unknown, context: FunctionContext) => unknown;
}

/**
 * Defines a function for `call` steps, roles and hooks. Input and output are checked by the schemas (zod) when given.
 *
 * @example
 * export const merge = defineHandler("merge-verdicts", { input: Verdicts, output: Verdict }, (input) => ...);
 */
export function defineHandler<
  Input = unknown,
  Output = unknown,
  Accepted = Input,
  Returned extends Output = Output,
>(
  name: string,
  schemas: { readonly input?: SchemaLike<Input, Accepted>; readonly output?: SchemaLike<Output> },
  run: (input: Input, context: FunctionContext) => Returned | Promise<Returned>,
): HandlerDefinition<Accepted, unknown extends Output ? Returned : Output> {
  return {
    [BRAND]: true,
    name,
    ...(schemas.input === undefined ? {} : { input: schemas.input }),
    ...(schemas.output === undefined ? {} : { output: schemas.output }),
    // as: `input` has passed the schema that gives it its type, or the author declared none
    run: (input, context) => run(input as Input, context),
  };
}

/** Symbol.for is shared by every copy of this package, so a handler of another copy is recognised. */
export function isHandlerDefinition(value: unknown): value is HandlerDefinition {
  return typeof value === "object" && value !== null && BRAND in value;
}
