import { formatDuration } from "../../../core/index.ts";
import type { DurationDocument } from "../../document.ts";
import type { DocumentPath } from "../../walk.ts";
import { msOf } from "../model/durations.ts";
import type { Finding, Rule } from "../rule.ts";

/** A workflow task lasts ten seconds; what outlasts it has to be kept alive, and holds up signals meanwhile. */
const LONGEST_MS = 10_000;

export const localTooLong: Rule = {
  code: "local-too-long",
  severity: "warning",
  summary: "A step or hook that is dispatched locally may take longer than a workflow task lasts.",
  *check(model) {
    for (const { id, step, path } of model.steps) {
      if (step.dispatch === "local") yield* tooLong(step.timeout, path, `Step "${id}"`);
    }
    for (const { hook, path } of model.hooks) {
      if (hook.dispatch === "local") yield* tooLong(hook.timeout, path, `Hook "${hook.name}"`);
    }
  },
};

function* tooLong(
  timeout: DurationDocument | undefined,
  path: DocumentPath,
  who: string,
): Iterable<Finding> {
  const ms = msOf(timeout);
  if (ms === undefined || ms <= LONGEST_MS) return;
  yield {
    path: [...path, "timeout"],
    message: `${who} is dispatched locally and may take ${formatDuration(ms)}; signals, updates and queries of the run wait meanwhile`,
    hint: "Use `dispatch: activity`, or a timeout of at most 10s.",
  };
}
