import type {
  BodyDocument,
  CompensateDocument,
  FallbackDocument,
  PatternDocument,
  StepDocument,
} from "./document.ts";
import type { StepKind } from "./plan.ts";

/** A body with exactly one kind: the others are forbidden, so that a second one is a type error. */
type OneKind<Rest> = {
  [K in StepKind]: Readonly<Record<K, NonNullable<BodyDocument[K]>>> &
    Readonly<Partial<Record<Exclude<StepKind, K>, never>>> &
    Omit<Rest, StepKind>;
}[StepKind];

/** A step as `definePattern` takes it: a document's step with exactly one kind. */
export type StepInput = OneKind<
  Omit<StepDocument, "fallback" | "compensate"> & {
    readonly fallback?: OneKind<FallbackDocument>;
    readonly compensate?: OneKind<CompensateDocument>;
  }
>;

/** A pattern as `definePattern` takes it: the same document as in YAML, without its first line. */
export interface PatternInput extends Omit<PatternDocument, "heddle" | "steps"> {
  readonly heddle?: "v1";
  readonly steps: Readonly<Record<string, StepInput>>;
}

/**
 * Defines a pattern in TypeScript. The result is the document that YAML would give: register it, or export it from a
 * module and hand that file to the CLI.
 *
 * @example
 * export default definePattern({
 *   name: "greet",
 *   version: "1.0.0",
 *   steps: { hello: { run: ["echo", "${{ input.name }}"] } },
 * });
 */
export function definePattern<const Input extends PatternInput>(
  pattern: Input,
): Input & { readonly heddle: "v1" } {
  return { heddle: "v1", ...pattern };
}
