/** The corpus of hooks with policies that the interpreter itself acts upon. */
import type { JsonObject } from "../../src/core/index.ts";
import type { CorpusRun } from "./corpus.ts";

const once = { retry: { maximumAttempts: 1 } };
const say = (text: string): JsonObject => ({ run: ["echo", text] });

function hook(name: string, on: string, more: JsonObject = {}): JsonObject {
  const handler = { command: ["sh", "-c", "cat > /dev/null"] };
  return { name, on, handler, ...more };
}

function answers(name: string, on: string, outcome: JsonObject, more: JsonObject = {}): JsonObject {
  const command = ["sh", "-c", `cat > /dev/null; echo '${JSON.stringify(outcome)}'`];
  return { name, on, handler: { command }, ...more };
}

function writes(name: string, step: string, n: number): JsonObject {
  return answers(name, "step.before", { outcome: "continue", state: { n } }, { match: { step } });
}

export const POLICIES: readonly CorpusRun[] = [
  {
    ending: "succeeded",
    document: {
      name: "hook-dependencies",
      steps: { it: say("x") },
      hooks: [
        hook("last", "step.before", { dependsOn: ["left", "right"] }),
        hook("left", "step.before", { dependsOn: "setup" }),
        hook("right", "step.before", { dependsOn: "setup" }),
        hook("setup", "run.before"),
        hook("unmet", "step.after", { dependsOn: "never" }),
        hook("never", "step.error"),
      ],
    },
  },
  {
    ending: "succeeded",
    document: {
      name: "hook-batches",
      steps: {
        it: { foreach: { items: [1, 2, 3] }, ...say("x") },
        then: { needs: ["it"], ...say("y") },
      },
      hooks: [
        hook("full", "step.after", { mode: "async", batch: { size: 2, wait: "1h" } }),
        hook("late", "step.before", { mode: "async", batch: { size: 100, wait: "10ms" } }),
      ],
    },
  },
  {
    ending: "failed",
    document: {
      name: "hook-rollbacks",
      steps: { good: say("x"), bad: { needs: ["good"], run: ["false"], ...once } },
      hooks: [
        hook("setup", "run.before", { rollback: { command: ["true"] } }),
        hook("each", "step.before", { rollback: { command: ["false"] }, ...once }),
      ],
    },
  },
  {
    ending: "succeeded",
    document: {
      name: "hooks-async",
      steps: { it: say("x") },
      hooks: [
        hook("beside", "step.before", { mode: "async" }),
        hook("forgotten", "step.after", { mode: "fire_and_forget" }),
        hook("end", "run.succeeded", { mode: "async" }),
      ],
    },
  },
  {
    ending: "succeeded",
    document: {
      name: "hooks-told-once",
      steps: {
        a: say("x"),
        b: say("y"),
        waits: {
          waitFor: { event: "x.y", match: "${{ event.data.a.b > 1 }}", timeout: "10m" },
        },
        bad: { needs: ["a", "b"], emit: { type: "x.y", data: 1 } },
        good: { needs: ["bad"], emit: { type: "x.y", data: { a: { b: 2 } } } },
      },
      hooks: [
        writes("one", "a", 1),
        writes("two", "b", 2),
        hook("meet", "state.conflict"),
        hook("slow", "system.slow", { metadata: { slowMs: 0 } }),
        answers("next", "event.handlerError", { outcome: "retry" }),
      ],
    },
  },
];
