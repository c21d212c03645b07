import { formatDuration } from "../../../core/index.ts";
import { msOf } from "../model/durations.ts";
import type { Model } from "../model/model.ts";
import type { PolicyAt } from "../model/policies.ts";
import { pausesOf, retryOf } from "../model/time.ts";
import type { Finding, Rule } from "../rule.ts";

export const retryExceedsTimeout: Rule = {
  code: "retry-exceeds-timeout",
  severity: "warning",
  summary: "Attempts, their pauses or heartbeats need more time than the step is given.",
  *check(model) {
    for (const at of model.policies) yield* findingsOf(model, at);
  },
};

function* findingsOf(model: Model, { policy, path, what }: PolicyAt): Iterable<Finding> {
  const attempt = msOf(policy.timeout);
  const all = msOf(policy.scheduleToClose);
  const beat = msOf(policy.heartbeat);
  if (beat !== undefined && attempt !== undefined && beat > attempt) {
    yield {
      path: [...path, "heartbeat"],
      message: `${what}: a heartbeat of ${formatDuration(beat)} is longer than the timeout of ${formatDuration(attempt)}, so it can never be missed`,
      hint: "Make the heartbeat a fraction of the timeout.",
    };
  }
  if (all === undefined) return;
  if (attempt !== undefined && attempt > all) {
    yield {
      path: [...path, "timeout"],
      message: `${what}: one attempt may take ${formatDuration(attempt)}, and all of them together only ${formatDuration(all)}`,
      hint: "Make `timeout` (one attempt) at most `scheduleToClose` (all attempts).",
    };
    return;
  }
  yield* attempts(model, { policy, path, what }, attempt, all);
}

function* attempts(
  model: Model,
  { policy, path, what }: PolicyAt,
  attempt: number | undefined,
  all: number,
): Iterable<Finding> {
  const retry = retryOf(policy, model.document);
  const pauses = pausesOf(retry);
  const count = retry.maximumAttempts ?? 0;
  if (pauses === undefined || count < 2) return;
  const needed = pauses + count * (attempt ?? 0);
  if (needed <= all) return;
  yield {
    path: [...path, "scheduleToClose"],
    message: `${what}: ${count} attempts with their pauses may need ${formatDuration(needed)}, and \`scheduleToClose\` allows ${formatDuration(all)}`,
    hint: "Allow more time, or ask for fewer or shorter attempts: the last ones may never run.",
  };
}
