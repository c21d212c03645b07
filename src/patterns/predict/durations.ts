import type { StepDocument } from "../document.ts";
import type { StepKind } from "../plan.ts";
import { declaredMs } from "../verify/model/time.ts";

/**
 * How long a step of each kind is taken to last when it does not say so itself. Only their proportions matter: they
 * decide which chain is the longest. A person takes longer than an agent, an agent longer than a command.
 */
export const DEFAULT_DURATION_MS: Readonly<Record<StepKind, number>> = {
  run: 10_000,
  http: 2_000,
  agent: 60_000,
  call: 2_000,
  pattern: 120_000,
  wait: 60_000,
  waitFor: 3_600_000,
  approval: 3_600_000,
  set: 1,
  emit: 10,
  fail: 1,
  stop: 1,
  // Scopes last as long as what is in them.
  switch: 0,
  loop: 0,
  group: 0,
};

/** Declared, or the default of its kind; nothing for a scope, whose steps decide. */
export function durationOf(step: StepDocument, kind: StepKind): number | undefined {
  const declared = declaredMs(step);
  if (declared !== undefined) return declared;
  return kind === "switch" || kind === "loop" || kind === "group"
    ? undefined
    : DEFAULT_DURATION_MS[kind];
}
