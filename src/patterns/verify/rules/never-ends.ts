import { msOf } from "../model/durations.ts";
import { listOf } from "../model/list-of.ts";
import type { Model } from "../model/model.ts";
import { scopesAround, type StepNode } from "../model/step-node.ts";
import type { Finding, Rule } from "../rule.ts";

export const neverEnds: Rule = {
  code: "never-ends",
  severity: "warning",
  summary: "A step waits without any limit, so a run may never end.",
  *check(model) {
    for (const step of model.steps) {
      if (isLimited(model, step)) continue;
      const found = step.step.on === undefined ? waitsForever(step) : listensForever(model, step);
      if (found !== undefined) yield found;
    }
  },
};

function waitsForever({ id, step, path }: StepNode): Finding | undefined {
  const { approval, waitFor } = step;
  const kind = approval ? "approval" : "waitFor";
  if (approval === undefined && waitFor === undefined) return undefined;
  const what = approval ? "an answer" : `the event "${waitFor?.event ?? ""}"`;
  return {
    path: [...path, kind],
    message: `Step "${id}" waits for ${what} without a limit: without it the run never ends`,
    hint: `Add a \`timeout\` to the ${kind}, or one to \`coordination\`.`,
  };
}

/** A step that nothing can bring to an end is a mistake; one that enough events end may still be waiting for them. */
function listensForever(model: Model, { id, step, path }: StepNode): Finding | undefined {
  const isEnded = model.steps.some(
    ({ step: other }) =>
      other.stop !== undefined || listOf(other.cancels).some(({ value }) => value === id),
  );
  if (isEnded) return undefined;
  const max = typeof step.on === "object" ? step.on.max : undefined;
  const where = { path: [...path, "on"] };
  return max === undefined
    ? {
        ...where,
        severity: "error",
        message: `Step "${id}" listens for ever: nothing stops it, so no run can end`,
        hint: "Say when it stops: `on.max` (so many events), `on.for` (a time), a `stop` step, a step that `cancels` it, or a timeout.",
      }
    : {
        ...where,
        message: `Step "${id}" waits for ${String(max)} events without a limit: without them the run never ends`,
        hint: "Add `on.for`, how long it listens, or a `timeout` to `coordination`.",
      };
}

function isLimited(model: Model, step: StepNode): boolean {
  const { approval, waitFor, timeout, on } = step.step;
  const listens = typeof on === "object" ? on.for : undefined;
  // The timeout of a step that reacts is that of one reaction.
  const own = on === undefined ? [approval?.timeout, waitFor?.timeout, timeout] : [listens];
  const all = [...own, model.document.coordination?.timeout];
  if (all.some((duration) => msOf(duration) !== undefined)) return true;
  for (const scope of scopesAround(step)) {
    if (scope.owner && msOf(scope.owner.step.timeout) !== undefined) return true;
  }
  return false;
}
