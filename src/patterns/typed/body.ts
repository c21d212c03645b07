import type { JsonObject, Typed } from "../../core/index.ts";
import type { PolicyDocument, StepDocument } from "../document.ts";
import { makeRef, type Ref } from "./ref.ts";
import { toJsonSchema, type GivenBy, type Schema } from "./schema.ts";
import { render, seeing, type AnyValue, type Resolved, type Sight } from "./value.ts";

/** What a step does, and what it gives. Written into the document when the step is, where it is known what it sees. */
export interface StepBody<Output> extends Typed<unknown, Output> {
  readonly write: (sight: Sight) => StepDocument;
}

/** A body that runs once for each of many: its output is a list. */
export interface EachBody<Output> extends Typed<unknown, readonly Output[]> {
  readonly writeEach: (sight: Sight) => StepDocument;
}

/**
 * The same step with another output: made on the worker out of the raw one, before size limits.
 *
 * @example
 * step("list", mapOutput(http({ url }), ({ body }) => ({ names: expr<string[]>`${body}.map(x, x.name)` })));
 */
export function mapOutput<Output, V extends AnyValue>(
  body: StepBody<Output>,
  map: (result: Ref<Output>) => V,
): StepBody<Resolved<V>> {
  return {
    write: (sight) => {
      const root = { name: "output" } as const;
      const result = makeRef<Output>("output", [root]);
      const output = render(map(result), seeing(sight, new Set([root])));
      return { ...body.write(sight), output };
    },
  };
}

/** The same step, failing when its output does not fit the schema: so its type is known. */
export function checkOutput<S extends Schema>(
  body: StepBody<unknown>,
  schema: S,
): StepBody<GivenBy<S>> {
  const outputSchema: JsonObject = toJsonSchema(schema);
  return { write: (sight) => ({ ...body.write(sight), outputSchema }) };
}

/** The same body with timeouts and retries of its own: for what `fallback` and `compensate` take. */
export function withPolicy<Output>(
  body: StepBody<Output>,
  policy: PolicyDocument,
): StepBody<Output> {
  return { write: (sight) => ({ ...body.write(sight), ...policy }) };
}
