import type { Info } from "@temporalio/activity";

import type { JsonValue, Redactor } from "../core/index.ts";
import { retentionPriorityOf, tagsOf, type HookEvent } from "../hooks/index.ts";
import type { HookExecution, Recording } from "../registry/index.ts";
import type { HookInput } from "./contract.ts";

/** What the ledger knows of an execution before anything came of it. */
export type Described = Omit<
  HookExecution,
  "executionId" | "status" | "outcome" | "error" | "startedAt" | "durationMs"
>;

/** Nothing of it is computed with any more, so that whatever looks like a secret is taken out. */
export function describeExecution(
  { hook, event, run: facts }: HookInput,
  info: Pick<Info, "attempt">,
  redactor: Redactor,
): Described {
  const { step, run } = event;
  const priority = retentionPriorityOf(hook);
  const tags = tagsOf(hook);
  return {
    workflowId: run.workflowId,
    runId: run.id,
    pattern: run.pattern,
    point: event.point,
    hook: hook.name,
    source: hook.source,
    attempt: info.attempt,
    ...(step === undefined ? {} : { step: step.id, input: redactor.record(step.input) }),
    ...(step?.instance === undefined ? {} : { instance: step.instance }),
    ...(run.session === undefined ? {} : { session: run.session }),
    correlation: correlationOf(event) ?? facts.correlation ?? run.session ?? run.workflowId,
    ...(priority === 0 ? {} : { priority }),
    ...(tags.length === 0 ? {} : { tags }),
  };
}

/** What the hook was asked, for replay. */
export function recordingOf({ hook, event }: HookInput, redactor: Redactor): Recording {
  // as: hooks and events are plain JSON, and keep their fields without their secrets
  return redactor.record({ hook, event } as unknown as JsonValue) as unknown as Recording;
}

/** Events of the bus carry their own correlation. */
function correlationOf({ data }: HookEvent): string | undefined {
  const correlation = data?.["correlation"];
  return typeof correlation === "string" ? correlation : undefined;
}
