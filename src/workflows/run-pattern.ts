import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  makeContinueAsNewFunc,
  workflowInfo,
} from "@temporalio/workflow";

import type { LoadedPlan } from "../activities/contract.ts";
import type { JsonValue } from "../core/index.ts";
import { readCarry, type Carry } from "./interpreter/carry.ts";
import { haltRun } from "./interpreter/context.ts";
import type { Effects } from "./interpreter/effects.ts";
import { endHalted, interpret, type RunOutcome } from "./interpreter/interpret.ts";
import { asFailure } from "./as-failure.ts";
import { collectCarry } from "./collect-carry.ts";
import { showDetails } from "./details.ts";
import type { LocalWork } from "./local-work.ts";
import { loadPlan, resolveCarry } from "./load.ts";
import { createRun, type Run } from "./run-context.ts";
import { joinSession, leaveSession } from "./run-session.ts";
import { setStartAttributes, setStatusAttribute } from "./search-attributes.ts";
import { createRunDoor, type RunDoor } from "./surface.ts";
import { createTemporalEffects } from "./temporal-effects.ts";

/**
 * Every pattern's workflow: the type name is the pattern's name, the arguments are `[input, options?]`; the third is
 * what a run that continues as new hands to itself.
 */
export async function runPattern(
  input: JsonValue = null,
  options: JsonValue = null,
  carried?: JsonValue,
): Promise<JsonValue> {
  const door = createRunDoor();
  const requested = CancellationScope.current().cancelRequested;
  // The interpreter cancels by its own tree; the SDK's cancellation only ever asks it to.
  return CancellationScope.nonCancellable(async () => {
    const root = CancellationScope.current();
    try {
      return await run({ input, options, carried, door, root, requested });
    } catch (error) {
      throw asFailure(error);
    }
  });
}

interface Start {
  readonly input: JsonValue;
  readonly options: JsonValue;
  readonly carried: JsonValue | undefined;
  readonly door: RunDoor;
  readonly root: CancellationScope;
  readonly requested: Promise<never>;
}

async function run(start: Start): Promise<JsonValue> {
  const { door, root, options } = start;
  const effects = createTemporalEffects(root);
  const pattern = workflowInfo().workflowType;
  const carry = await readCarried(effects, start.carried);
  const loaded = await loadPlan(effects, {
    pattern,
    input: carry === undefined ? start.input : null,
    options,
    ...(carry === undefined ? {} : { resumed: true }),
  });
  effects.follow(loaded.plan);
  const made = createRun(loaded, start.input, carry, effects, door.mailbox);
  const { ctx } = made;
  door.open(ctx, effects.gauge);
  showDetails(ctx);
  start.requested.catch(() => {
    haltRun(ctx, { kind: "cancelled", reason: "cancelled by request" });
  });
  if (carry === undefined) await joinSession(ctx);
  setStartAttributes(loaded);
  const outcome = await interpret(ctx, made.top, carry !== undefined);
  return finish(made, loaded, effects.local, outcome);
}

/**
 * What the execution before handed over. The third argument is only ever read where there was one: anybody can start a
 * run with three arguments, and must not get past the check of its input by that.
 */
async function readCarried(
  effects: Effects,
  given: JsonValue | undefined,
): Promise<Carry | undefined> {
  if (given === undefined || given === null) return undefined;
  const { continuedFromExecutionRunId: before, firstExecutionRunId } = workflowInfo();
  const resolved = before === undefined ? undefined : await resolveCarry(effects, given);
  const carry =
    resolved === undefined
      ? "this run does not continue another one, and takes [input, options] only"
      : readCarry(resolved, firstExecutionRunId);
  if (typeof carry !== "string") return carry;
  throw ApplicationFailure.create({
    type: "CarryInvalid",
    message: `The third argument is what a run that continues as new hands to itself: ${carry}.`,
    nonRetryable: true,
  });
}

async function finish(
  made: Run,
  loaded: LoadedPlan,
  local: LocalWork,
  outcome: RunOutcome,
): Promise<JsonValue> {
  const { ctx } = made;
  await condition(allHandlersFinished);
  if (outcome.kind === "continue") {
    const carry = await collectCarry(made, local);
    if (carry === undefined) return finish(made, loaded, local, await endHalted(ctx, made.top));
    const options = { ...loaded.options, version: ctx.plan.version };
    return makeContinueAsNewFunc<typeof runPattern>({})(ctx.input, options, carry);
  }
  setStatusAttribute(loaded, outcome.kind);
  ctx.ending = outcome.kind;
  await leaveSession(ctx, outcome.kind);
  switch (outcome.kind) {
    case "succeeded":
      return outcome.output;
    case "cancelled":
      throw new CancelledFailure(outcome.reason);
    case "failed":
      throw ApplicationFailure.create({
        type: outcome.error.type,
        message: outcome.error.message,
        nonRetryable: true,
        details: [outcome.error.details ?? null],
      });
  }
}
