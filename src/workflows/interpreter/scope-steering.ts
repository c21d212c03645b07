import { defined, type JsonObject } from "../../core/index.ts";
import type { PlanStep } from "../../patterns/plan.ts";
import type { Canceller } from "./canceller.ts";
import { keepInBackground, type RunContext } from "./context.ts";
import { fireForEnding } from "./endings.ts";
import type { Environment } from "./environment.ts";
import { decideJoin } from "./joins.ts";
import { factsOf, type Node } from "./node.ts";
import type { ScopeShape } from "./shape.ts";
import { isSettled, type Settled } from "./state.ts";
import { reopenRecord, type Place, type Target } from "./steering.ts";

/** What the scheduler of a scope does for operators. */
export interface SteeredScope {
  readonly ctx: RunContext;
  readonly shape: ScopeShape;
  readonly nodes: readonly Node[];
  readonly env: Environment;
  settle(index: number, outcome: Settled): void;
  finishIfDone(): void;
  again(index: number, node: Node): void;
}

/** The steps of a scope as targets of operators' orders. */
export function steerScope(scope: SteeredScope): Place {
  const { shape, nodes, env } = scope;
  return {
    find(step, path) {
      const index = shape.indexOf.get(step) ?? -1;
      const node = nodes[index];
      const isHere = path === undefined || path === env.path;
      return node === undefined || !isHere ? undefined : targetOf(scope, index, node);
    },
  };
}

function targetOf(scope: SteeredScope, index: number, node: Node): Target {
  const { ctx, env } = scope;
  return {
    record: node.record,
    path: env.path,
    isFatal: ctx.plan.failFast && node.step.onError === "fail",
    outputSchema: schemaOf(node.step),
    end(outcome) {
      if (outcome.status === "skipped") tellSkipped(scope, node, outcome.reason);
      if (!node.running) {
        scope.settle(index, outcome);
        scope.finishIfDone();
        return;
      }
      node.order = outcome;
      node.canceller.cancel(`${outcome.status} by an operator`);
    },
    again() {
      if (!node.running) {
        scope.again(index, node);
        return;
      }
      node.order = "again";
      node.canceller.cancel("run again by an operator");
    },
  };
}

/** A repeated step's schema is that of each of its instances. */
function schemaOf({ outputSchema, foreach, reacts }: PlanStep): JsonObject | undefined {
  if (outputSchema === undefined || (foreach === undefined && reacts === undefined))
    return outputSchema;
  if (foreach !== undefined && reacts !== undefined) return { type: "array" };
  const { $schema, $defs, definitions } = outputSchema;
  return { type: "array", items: outputSchema, ...defined({ $schema, $defs, definitions }) };
}

function tellSkipped({ ctx, env }: SteeredScope, { step }: Node, reason: string): void {
  keepInBackground(ctx, fireForEnding(ctx, "step.skipped", step, env.path, { reason }));
}

/**
 * Takes a step's end back, and that of every step which its end had skipped: what ran because of it stays as it is.
 * Returns how many steps are open again that were settled.
 */
export function reopen(scope: SteeredScope, start: number, cancel: Canceller): number {
  const { ctx, shape, nodes, env } = scope;
  const opened = new Set([start]);
  // The set grows while it is walked.
  for (const at of opened)
    for (const dependent of shape.dependents[at] ?? []) {
      const node = nodes[dependent];
      if (node !== undefined && skippedByJoin(node)) opened.add(dependent);
    }
  let count = 0;
  for (const index of opened) {
    const node = nodes[index];
    if (node === undefined) continue;
    if (isSettled(node.record.status)) count += 1;
    reopenRecord(node.record);
    Object.assign(node, { canceller: cancel.child(), begun: false, order: undefined });
    node.deadline = undefined;
    ctx.report.note(factsOf(node.step), env.path, node.record);
  }
  return count;
}

/** Seen before anything is taken back: a join that says skip is why a step was skipped. */
function skippedByJoin(node: Node): boolean {
  return (
    node.record.status === "skipped" && typeof decideJoin(node.step.join, node.tally) === "object"
  );
}
