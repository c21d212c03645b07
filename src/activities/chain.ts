import { Context } from "@temporalio/activity";
import { CancelledFailure } from "@temporalio/common";

import { defined, isJsonObject, jsonByteLength, type JsonValue } from "../core/index.ts";
import {
  evaluate,
  narrowScope,
  stepsRead,
  type ExpressionScope,
  type StepView,
  type Template,
} from "../expressions/index.ts";
import { namedSecrets, prepareActivityInput } from "../patterns/plan-input.ts";
import { attemptMember, type StepActivities } from "./chain-attempt.ts";
import type {
  ChainedResult,
  ChainInput,
  ChainMember,
  ChainResult,
  RunFacts,
  StepFacts,
} from "./contract.ts";

/** Past this no further member begins: a workflow task must not be held for long, and what is done gets recorded. */
const BUDGET_MS = 5000;
/** What the results of one activity may come to; the engine refuses payloads of 2 MiB. */
const RESULT_BYTES = 512 * 1024;

/**
 * Carries out a chain of local steps as if each were an activity of its own: the same inputs, attempts, limits and
 * failures. It ends early where the workflow has to decide, and never throws for what a member did.
 */
export async function runChain(
  { run, scope, members }: ChainInput,
  activities: StepActivities,
): Promise<ChainResult> {
  const beganAt = performance.now();
  const clock = (): number => Math.round(performance.now() - beganAt);
  const views: Record<string, StepView> = { ...scope.steps };
  const results: ChainedResult[] = [];
  let bytes = 0;
  for (const member of members) {
    if (clock() > BUDGET_MS || bytes > RESULT_BYTES || isCancelled()) break;
    const input = prepare(run, member, { ...scope, steps: views });
    if (input === undefined) break;
    const startedMs = clock();
    const ended = await attemptMember(member, input, activities, () => BUDGET_MS - clock());
    results.push({ ...ended, startedMs, endedMs: clock() });
    if (ended.kind !== "succeeded" || ended.result.handoff !== undefined) break;
    const { output } = ended.result;
    views[member.step] = { output, status: "succeeded", error: null, items: null };
    bytes += jsonByteLength(output);
  }
  if (results.length === 0 && isCancelled()) throw cancellation();
  return { results };
}

function isCancelled(): boolean {
  return Context.current().cancellationSignal.aborted;
}

function cancellation(): CancelledFailure {
  return new CancelledFailure("CANCELLED");
}

/** What the member's own activity would be sent; nothing where its condition or its input has to be seen to. */
function prepare(run: RunFacts, member: ChainMember, scope: ExpressionScope): object | undefined {
  const read = (template: Template): JsonValue => evaluate(template, scope);
  try {
    if (member.if !== undefined && read(member.if) !== true) return undefined;
    const prepared = prepareActivityInput(member.body, read);
    return { ...factsOf(run, member, scope), ...bodyInput(member, prepared) };
  } catch (error) {
    // The workflow evaluates it again and fails the step with the same message.
    if (error instanceof Error && error.name === "ExpressionError") return undefined;
    throw error;
  }
}

function factsOf(
  run: RunFacts,
  { step, instance, output, outputSchema, policy }: ChainMember,
  scope: ExpressionScope,
): StepFacts {
  const { backoff = "exponential", jitter = "none" } = policy.retry;
  const isPlain = backoff === "exponential" && jitter === "none";
  return {
    run,
    step,
    ...defined({ instance, outputSchema, backoff: isPlain ? undefined : policy.retry }),
    ...(output === undefined
      ? {}
      : { output: { template: output, scope: scopeOf(output, scope) } }),
  };
}

/** What a mapping reads and no more: everything in it that is kept elsewhere gets fetched. */
function scopeOf(template: Template, scope: ExpressionScope): ExpressionScope {
  const steps: Record<string, StepView> = {};
  for (const id of stepsRead(template)) {
    const view = scope.steps?.[id];
    if (view !== undefined) steps[id] = view;
  }
  return narrowScope({ ...scope, steps }, template);
}

function bodyInput({ body, handler }: ChainMember, input: JsonValue): object {
  const secrets = namedSecrets(body);
  switch (body.kind) {
    case "run":
      return { ...(isJsonObject(input) ? input : {}), ...defined({ secrets }) };
    case "http":
      return { request: input, ...defined({ expect: body.expect, secrets }) };
    case "agent":
      return { role: "lit" in body.role ? body.role.lit : null, handler, input };
    case "call":
      return { function: body.function, input };
  }
}
