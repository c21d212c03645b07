import type { JsonValue } from "../core/index.ts";

/**
 * A JSON value of a document after its `${{ }}` parts were found and parsed once, outside the workflow.
 * Plain JSON, so that it travels inside the plan. A subtree without expressions is one `lit`.
 */
export type Template =
  | { readonly lit: JsonValue }
  /** One expression that is the whole string: keeps its type. */
  | Expression
  /** Text with embedded expressions: interpolates to a string. */
  | { readonly concat: readonly Template[] }
  | { readonly list: readonly Template[] }
  | { readonly map: Readonly<Record<string, Template>> };

/** CEL source and the ids of the steps that it reads (`steps.<id>`), so that an evaluation builds only those views. */
export interface Expression {
  readonly expr: string;
  readonly steps?: readonly string[];
}

/** What expressions can name. A name that is absent here reads as an unknown-variable error. */
export interface ExpressionScope {
  readonly input?: JsonValue;
  readonly steps?: Readonly<Record<string, StepView>>;
  readonly state?: JsonValue;
  readonly session?: JsonValue;
  readonly run?: JsonValue;
  readonly item?: JsonValue;
  readonly index?: number;
  readonly iteration?: number;
  readonly event?: JsonValue;
  /** Template parameters: only while a template is instantiated. */
  readonly parameters?: JsonValue;
  /** Only in a step's own `output` mapping: the raw result of the step (also readable as `result`). */
  readonly output?: JsonValue;
}

/** How a step looks from an expression. Whatever is unset reads as null. */
export interface StepView {
  readonly output: JsonValue;
  readonly status: string;
  readonly error: JsonValue;
  /** Per item of a foreach: `{ status, output, error }`. */
  readonly items?: readonly JsonValue[] | null;
}
