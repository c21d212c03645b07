import type {
  ExecutableDocument,
  PatternDocument,
  RetryDocument,
  StepDocument,
} from "../../document.ts";
import { msOf } from "./durations.ts";

/** Written retry settings over the document's defaults. */
export function retryOf(step: ExecutableDocument, document: PatternDocument): RetryDocument {
  return { ...document.defaults?.retry, ...step.retry };
}

/** The pauses between attempts, added up; nothing when attempts are unlimited or not written. */
export function pausesOf(retry: RetryDocument): number | undefined {
  const attempts = retry.maximumAttempts;
  if (attempts === undefined || attempts === 0) return undefined;
  const first = msOf(retry.initialInterval) ?? 1000;
  const factor = retry.backoff === "fixed" ? 1 : (retry.backoffCoefficient ?? 2);
  const most = msOf(retry.maximumInterval) ?? first * 100;
  let sum = 0;
  let pause = first;
  // A pause stops growing at its maximum, so a policy of a million attempts costs a few rounds.
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    if (pause >= most || factor === 1) return sum + (attempts - attempt) * Math.min(pause, most);
    sum += pause;
    pause *= factor;
  }
  return sum;
}

/** How long a step says it may take in all, when it says so itself: nothing for one that leaves it to the defaults. */
export function declaredMs(step: StepDocument): number | undefined {
  const own = msOf(step.scheduleToClose) ?? msOf(step.timeout);
  const waiting =
    msOf(step.approval?.timeout) ??
    msOf(step.waitFor?.timeout) ??
    (typeof step.wait === "object" ? undefined : msOf(step.wait));
  return waiting ?? own;
}
