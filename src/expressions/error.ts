/** Codes of what can be wrong with an expression before it is ever evaluated. */
export type SyntaxCode =
  | "expression-syntax"
  | "expression-too-long"
  | "expression-too-deep"
  | "unknown-name"
  | "unknown-function"
  | "wrong-argument-count"
  | "dynamic-steps"
  | "dashed-id";

/** Codes of what can go wrong while an expression is evaluated. */
export type EvaluationCode =
  | "missing-field"
  | "null-read"
  | "stored-value"
  | "index-out-of-range"
  | "type-mismatch"
  | "division-by-zero"
  | "integer-overflow"
  | "invalid-argument"
  | "not-json"
  | "too-much-work";

/** What is wrong with one expression, found without evaluating it. Offsets are into the expression's source. */
export interface ExpressionIssue {
  readonly code: SyntaxCode;
  readonly message: string;
  readonly hint: string;
  readonly start: number;
  readonly end: number;
}

/** Thrown when an expression cannot be parsed or evaluated. `source` is the whole expression. */
export class ExpressionError extends Error {
  readonly code: SyntaxCode | EvaluationCode;
  readonly source: string;
  /** What was wrong, without the expression around it. */
  readonly problem: string;
  readonly hint: string;
  /** Offset into the source. */
  readonly at: number;

  constructor(
    code: SyntaxCode | EvaluationCode,
    source: string,
    problem: string,
    options: { readonly hint?: string; readonly at?: number } = {},
  ) {
    const { hint = "", at = 0 } = options;
    super(`${problem} (in \${{ ${shorten(source)} }})${hint === "" ? "" : `: ${hint}`}`);
    this.name = "ExpressionError";
    this.code = code;
    this.source = source;
    this.problem = problem;
    this.hint = hint;
    this.at = at;
  }
}

const SHOWN = 200;

function shorten(source: string): string {
  const text = source.trim();
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}...`;
}
