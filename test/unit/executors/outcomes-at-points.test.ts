// Every outcome at every point: what the table of points allows is taken, everything else is a named error, never ignored.
import { describe, expect, it } from "vitest";

import type { JsonObject } from "../../../src/core/index.ts";
import {
  defineHandler,
  executeHook,
  type HookReading,
} from "../../../src/hooks/executors/index.ts";
import { OUTCOME_KINDS, type OutcomeKind } from "../../../src/hooks/outcome.ts";
import { findPoint, POINTS } from "../../../src/hooks/index.ts";
import { makeEvent, makeHook } from "../hooks/make-hook.ts";
import { handlerContext } from "./fixtures.ts";

/** The least that each outcome needs to be one. */
const ANSWERS: Readonly<Record<OutcomeKind, JsonObject>> = {
  continue: {},
  modify: { input: 1 },
  replace: { output: 1 },
  cancel: { reason: "no" },
  ask: { prompt: "?" },
  retry: {},
  redirect: { step: "other" },
  skipTo: { step: "other" },
  fork: { operations: [{ id: "a", pattern: "p" }] },
  cache: { key: "k" },
  skipped: { reason: "not now" },
};

const PLACES = [...POINTS.map(({ name }) => name), "custom:thing"];
const PAIRS = PLACES.flatMap((point) => OUTCOME_KINDS.map((outcome) => ({ point, outcome })));

function isAllowed({ point, outcome }: (typeof PAIRS)[number]): boolean {
  const allowed = ["continue", "skipped", ...(findPoint(point)?.outcomes ?? [])];
  return allowed.includes(outcome);
}

async function asked(point: string, answer: JsonObject): Promise<HookReading> {
  const context = await handlerContext({}, [defineHandler("h", {}, () => answer)]);
  return executeHook(makeHook({ on: point }), makeEvent({ point }), context);
}

describe("an outcome", () => {
  it.each(PAIRS.filter(isAllowed))("$outcome is taken at $point", async ({ point, outcome }) => {
    const reading = await asked(point, { outcome, ...ANSWERS[outcome] });
    expect(reading).toMatchObject({ kind: "decided", outcome: { outcome } });
  });

  it.each(PAIRS.filter((pair) => !isAllowed(pair)))(
    "$outcome is an error at $point, which names what it may be there",
    async ({ point, outcome }) => {
      const known = ["continue", ...(findPoint(point)?.outcomes ?? [])].join(", ");
      expect(await asked(point, { outcome, ...ANSWERS[outcome] })).toEqual({
        kind: "failed",
        timedOut: false,
        error: {
          type: "HookOutcomeInvalid",
          message: `The hook's answer cannot be used: "${outcome}" has no effect at ${point}; there it may be ${known}`,
        },
      });
    },
  );

  it.each([
    ["state", { state: { n: 1 } }],
    ["inject", { inject: [{ content: "mind the gap" }] }],
  ])(
    "is an error at step.retry with %s, which cannot leave the worker there",
    async (lost, more) => {
      expect(await asked("step.retry", { outcome: "retry", ...more })).toMatchObject({
        kind: "failed",
        error: {
          type: "HookOutcomeInvalid",
          message: `The hook's answer cannot be used: "${lost}" has no effect at step.retry; give it at step.error or step.after`,
        },
      });
    },
  );

  it("may come to step.retry with an empty state and no injections", async () => {
    const answer = { outcome: "retry", state: {}, inject: [], message: "once more" };
    expect(await asked("step.retry", answer)).toMatchObject({ kind: "decided" });
  });
});
