import type { ExpressionScope } from "../template.ts";
import { ExpressionError, type EvaluationCode } from "../error.ts";
import type { Node } from "./ast.ts";
import type { Value } from "./values.ts";

/** Work that one evaluation of a template may take: about a fifth of a second. */
export const MAX_WORK = 2_000_000;
/** Longest text that an expression may build, in characters. */
export const MAX_TEXT = 4 * 1024 * 1024;

/** Counts the work of an evaluation, so that nothing a document or an input contains can stall a workflow task. */
export class Budget {
  private left: number;

  constructor(work: number = MAX_WORK) {
    this.left = work;
  }

  /** False when the budget is used up. */
  spend(amount: number): boolean {
    this.left -= amount;
    return this.left >= 0;
  }
}

/** Variables of macros, innermost first. */
export interface Variables {
  readonly name: string;
  readonly value: Value;
  readonly outer: Variables | undefined;
}

/** One evaluation of one expression. */
export class Context {
  readonly source: string;
  readonly scope: ExpressionScope;
  readonly budget: Budget;

  constructor(source: string, scope: ExpressionScope, budget: Budget) {
    this.source = source;
    this.scope = scope;
    this.budget = budget;
  }

  /** @throws ExpressionError `too-much-work` */
  spend(amount: number): void {
    if (this.budget.spend(amount)) return;
    throw this.failure("too-much-work", "The expression takes too much work", {
      hint: "do heavy work in a run or call step",
    });
  }

  failure(
    code: EvaluationCode | "unknown-name",
    problem: string,
    options: { readonly hint?: string; readonly at?: number } = {},
  ): ExpressionError {
    return new ExpressionError(code, this.source, problem, options);
  }

  /** The source text of a node, for messages. */
  textOf(node: Node): string {
    const text = this.source.slice(node.start, node.end);
    return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
  }
}

/** False for what `||`, `&&` and quantifiers must not swallow: a used-up budget, and whatever is no evaluation failure. */
export function isRecoverable(error: unknown): error is ExpressionError {
  return error instanceof ExpressionError && error.code !== "too-much-work";
}
