import type { HookDocument, PatternDocument } from "../../document.ts";
import type { DocumentPath } from "../../walk.ts";
import type { StepNode } from "./step-node.ts";

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
