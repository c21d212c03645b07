/** Random graphs with random joins, conditions and failures: whatever happens, every join is decided and the run ends. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Join, Plan, PlanStep } from "../../../src/patterns/plan.ts";
import {
  createScopeRecord,
  isSettled,
  type ScopeRecord,
} from "../../../src/workflows/interpreter/state.ts";
import type { StepStatus } from "../../../src/workflows/messages.ts";
import { planOf, startWorld, type World } from "./harness.ts";

const JOINS: readonly Join[] = [
  ...(["all", "noneFailed", "done", "any", "anyFailed"] as const),
  { atLeast: 1 },
  { atLeast: 2, cancelRest: true },
  { atLeast: { percent: 50 } },
];

interface RandomStep {
  /** Of each earlier step, whether it is needed. */
  readonly needs: readonly boolean[];
  readonly join: number;
  readonly fate: "succeeds" | "fails" | "failsSoftly" | "isSkipped";
}

const randomSteps: fc.Arbitrary<readonly RandomStep[]> = fc
  .integer({ min: 1, max: 14 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_none, at) =>
        fc.record({
          needs: fc.array(fc.boolean(), { minLength: at, maxLength: at }),
          join: fc.nat(JOINS.length - 1),
          fate: fc.constantFrom("succeeds", "succeeds", "fails", "failsSoftly", "isSkipped"),
        }),
      ),
    ),
  );

function stepsOf(random: readonly RandomStep[]): readonly Partial<PlanStep>[] {
  return random.map(({ needs, join, fate }, at) => ({
    id: `s${String(at)}`,
    needs: needs.flatMap((isNeeded, index) => (isNeeded ? [`s${String(index)}`] : [])),
    join: JOINS[join] ?? "all",
    onError: fate === "failsSoftly" ? "continue" : "fail",
    ...(fate === "isSkipped" ? { if: { lit: false } } : {}),
  }));
}

/** Ends whatever is open, in the order that `picks` says, until nothing is. */
async function playOut(
  world: World,
  random: readonly RandomStep[],
  picks: readonly number[],
): Promise<void> {
  for (let turn = 0; world.open().length > 0; turn += 1) {
    const open = world.open();
    const id = open[(picks[turn % picks.length] ?? 0) % open.length] ?? "";
    const fate = random[Number(id.slice(1))]?.fate;
    if (fate === "succeeds") await world.succeed(id);
    else await world.fail(id);
  }
}

function cancelsRest(join: number): boolean {
  const chosen = JOINS[join];
  return typeof chosen === "object" && "cancelRest" in chosen;
}

function statusesOf(plan: Plan, top: ScopeRecord): readonly StepStatus[] {
  return plan.steps.map(({ id }) => top.steps[id]?.status ?? "pending");
}

/** What the ends of the steps make of the run. */
function verdictOf(plan: Plan, top: ScopeRecord): "failed" | "succeeded" {
  const failed = plan.steps.some(
    ({ id, onError }) => onError === "fail" && top.steps[id]?.status === "failed",
  );
  return failed ? "failed" : "succeeded";
}

describe("random graphs", () => {
  it("never leave a join undecided, nor a step unsettled, however steps end and in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomSteps,
        fc.boolean(),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(20), { minLength: 1, maxLength: 20 }),
        async (random, failFast, maxConcurrency, picks) => {
          const top = createScopeRecord();
          const plan = planOf(stepsOf(random), { failFast, maxConcurrency });
          const world = await startWorld(plan, { top });
          await playOut(world, random, picks);
          const { kind } = await world.outcome;

          expect(statusesOf(plan, top).filter((status) => !isSettled(status))).toEqual([]);
          expect(new Set(world.begun).size).toBe(world.begun.length);
          expect(kind).toBe(verdictOf(plan, top));
        },
      ),
      { numRuns: 400 },
    );
  });

  it("end with the same verdict when the run continues as new wherever it may", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomSteps,
        fc.array(fc.nat(20), { minLength: 1, maxLength: 20 }),
        async (random, picks) => {
          const plan = planOf(stepsOf(random), { failFast: false });
          const straight = createScopeRecord();
          const world = await startWorld(plan, { top: straight });
          await playOut(world, random, [0]);
          const whole = await world.outcome;

          const top = createScopeRecord();
          const begun: string[] = [];
          let resumed = false;
          for (;;) {
            const part = await startWorld(plan, { top, resumed });
            part.grow();
            await playOut(part, random, picks);
            begun.push(...part.begun);
            const { kind } = await part.outcome;
            resumed = true;
            if (kind === "continue") continue;
            expect(kind).toBe(verdictOf(plan, top));
            // A join that cancels the rest cancels whatever is still open, which may be a step that would have failed:
            // then the order decides the verdict, and the order is not the same. Without one, no order matters.
            if (!random.some(({ join }) => cancelsRest(join))) {
              expect(kind).toBe(whole.kind);
              expect(statusesOf(plan, top)).toEqual(statusesOf(plan, straight));
            }
            break;
          }
          expect(new Set(begun).size).toBe(begun.length);
        },
      ),
      { numRuns: 150 },
    );
  });
});
