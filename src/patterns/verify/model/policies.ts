import type { PatternDocument, PolicyDocument } from "../../document.ts";
import type { DocumentPath } from "../../walk.ts";
import { hooksOf } from "./hooks.ts";
import type { StepNode } from "./step-node.ts";

/** A place where timeouts and retries are written. */
export interface PolicyAt {
  readonly policy: PolicyDocument;
  readonly path: DocumentPath;
  /** For messages: `Step "x"`. */
  readonly what: string;
  readonly step?: StepNode;
}

/** Every policy that a document writes out: defaults, steps, their fallbacks and compensations, hooks. */
export function policiesOf(
  document: PatternDocument,
  steps: readonly StepNode[],
): readonly PolicyAt[] {
  const found: PolicyAt[] = [];
  if (document.defaults)
    found.push({ policy: document.defaults, path: ["defaults"], what: "The defaults" });
  for (const node of steps) {
    const { step, path, id } = node;
    if (says(step)) found.push({ policy: step, path, what: `Step "${id}"`, step: node });
    if (step.fallback) {
      found.push({
        policy: step.fallback,
        path: [...path, "fallback"],
        what: `The fallback of "${id}"`,
        step: node,
      });
    }
    if (step.compensate) {
      const what = `The compensation of "${id}"`;
      found.push({ policy: step.compensate, path: [...path, "compensate"], what, step: node });
    }
  }
  for (const { hook, path } of hooksOf(document, steps)) {
    const policy = {
      ...(hook.timeout === undefined ? {} : { timeout: hook.timeout }),
      ...(hook.retry === undefined ? {} : { retry: hook.retry }),
    };
    found.push({ policy, path, what: `Hook "${hook.name}"` });
  }
  return found;
}

/** Whether anything about time or attempts is written here. */
function says({ timeout, scheduleToClose, heartbeat, retry }: PolicyDocument): boolean {
  return (timeout ?? scheduleToClose ?? heartbeat ?? retry) !== undefined;
}
