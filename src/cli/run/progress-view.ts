import type { ProgressReport } from "../../client/index.ts";
import type { Output } from "../output.ts";
import { nameOf, renderStep } from "./step-line.ts";
import { renderTree } from "./step-tree.ts";

/** Shows a run's progress as it changes. */
export interface ProgressView {
  show(progress: ProgressReport): void;
}

/** A live picture on a terminal; elsewhere one line per change of a step. */
export function createProgressView(output: Output, now: () => number): ProgressView {
  return output.interactive ? createPicture(output, now) : createLines(output, now);
}

function createPicture(output: Output, now: () => number): ProgressView {
  return {
    show(progress) {
      const head = `${progress.pattern} ${progress.version}  ${progress.status}`;
      output.draw([head, ...renderTree(progress.steps, now())].join("\n"));
    },
  };
}

function createLines(output: Output, now: () => number): ProgressView {
  const known = new Map<string, string>();
  let status = "";
  return {
    show(progress) {
      for (const step of progress.steps) {
        const name = nameOf(step);
        const state = `${step.status} ${step.waitingFor ?? ""}`;
        if (known.get(name) === state) continue;
        known.set(name, state);
        if (!QUIET.has(step.status)) output.note(renderStep(step, now(), name.length));
      }
      if (progress.status !== status) {
        status = progress.status;
        output.note(`run ${progress.pattern} ${progress.version} ${status}`);
      }
    },
  };
}

/** Nothing has happened to these yet. */
const QUIET: ReadonlySet<string> = new Set(["pending", "ready"]);
