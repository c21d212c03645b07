import type { Fate } from "../model/fates.ts";
import type { Model } from "../model/model.ts";
import type { Finding, Rule } from "../rule.ts";

export const joinImpossible: Rule = {
  code: "join-impossible",
  severity: "error",
  summary: "What a step waits for can never happen, so the step is always skipped.",
  *check(model) {
    for (const fate of model.fates.values()) {
      const { obstacle } = fate;
      yield* neverAlive(model, fate);
      if (obstacle?.why === "never-so")
        yield neverSo(fate, obstacle.need.id, obstacle.need.kind, obstacle.join);
      if (obstacle?.why !== "excluded") continue;
      const { left, right } = obstacle;
      // Reported where the two branches meet, not at every step after it.
      if (fate.needs.some((need) => model.fates.get(need)?.obstacle?.why === "excluded")) continue;
      yield {
        path: [...fate.step.path, fate.step.step.needs === undefined ? "join" : "needs"],
        message: `Step "${fate.step.id}" can never run: it needs both "${left.step.id}" (if ${shown(left.step.step.if)}) and "${right.step.id}" (if ${shown(right.step.step.if)}), and only one of them ever runs`,
        hint: "To go on after either branch, use `join: noneFailed` (succeeded or skipped) or `join: any`.",
      };
    }
  },
};

function neverSo(fate: Fate, need: string, kind: string, wanted: string): Finding {
  const join = fate.step.step.join ?? "all";
  const shownJoin = typeof join === "string" ? join : `atLeast ${join.atLeast}`;
  return {
    path: [...fate.step.path, fate.step.step.join === undefined ? "needs" : "join"],
    message: `Step "${fate.step.id}" can never run: its join "${shownJoin}" waits until "${need}" ${wanted}, and a \`${kind}\` step never does`,
    hint:
      kind === "fail"
        ? `Use \`join: anyFailed\` or \`join: done\` to act on the failure of "${need}".`
        : `Remove the need of "${need}", or choose another join.`,
  };
}

/** With `failFast` the failure that the step waits for takes the step with it. */
function* neverAlive(model: Model, { step, needs, canStart }: Fate): Iterable<Finding> {
  if (step.step.join !== "anyFailed" || needs.length === 0 || !canStart) return;
  if (model.document.coordination?.failFast === false) return;
  if (needs.some((need) => need.step.onError === "continue")) return;
  const names = needs.map(({ id }) => `"${id}"`).join(", ");
  yield {
    path: [...step.path, "join"],
    severity: "warning",
    message: `Step "${step.id}" can never run: when ${names} fails, the run fails at once and cancels it`,
    hint: "Add `onError: continue` to what may fail, or set `coordination.failFast: false`.",
  };
}

function shown(condition: unknown): string {
  const text = String(condition);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
