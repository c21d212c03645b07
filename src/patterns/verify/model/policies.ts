import type { HookDocument, PatternDocument, PolicyDocument } from "../../document.ts";
import type { DocumentPath } from "../../walk.ts";
import type { StepNode } from "./step-node.ts";

/** A place where timeouts and retries are written. */
export interface PolicyAt {
  readonly policy: PolicyDocument;
  readonly path: DocumentPath;
  /** For messages: `Step "x"`. */
  readonly what: string;
  readonly step?: StepNode;
}

/** Every policy of a document: defaults, steps, their fallbacks and compensations, hooks. */
export function policiesOf(
  document: PatternDocument,
  steps: readonly StepNode[],
): readonly PolicyAt[] {
  const found: PolicyAt[] = [];
  if (document.defaults)
    found.push({ policy: document.defaults, path: ["defaults"], what: "The defaults" });
  for (const node of steps) {
    const { step, path, id } = node;
    found.push({ policy: step, path, what: `Step "${id}"`, step: node });
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

/** A hook registration of the document and who it belongs to. */
export interface HookAt {
  readonly hook: HookDocument;
  readonly path: DocumentPath;
  /** Absent for a hook of the pattern itself. */
  readonly owner?: { readonly role: string } | { readonly step: StepNode };
}

export function hooksOf(document: PatternDocument, steps: readonly StepNode[]): readonly HookAt[] {
  const found: HookAt[] = [];
  document.hooks?.forEach((hook, at) => found.push({ hook, path: ["hooks", at] }));
  for (const [role, { hooks }] of Object.entries(document.agents ?? {})) {
    hooks?.forEach((hook, at) =>
      found.push({ hook, path: ["agents", role, "hooks", at], owner: { role } }),
    );
  }
  for (const step of steps) {
    step.step.hooks?.forEach((hook, at) =>
      found.push({ hook, path: [...step.path, "hooks", at], owner: { step } }),
    );
  }
  return found;
}
