import { describe, expect, it } from "vitest";

import { createProgressView } from "../../../src/cli/run/progress-view.ts";
import { renderReport } from "../../../src/cli/run/report-text.ts";
import { renderStep, type ShownStep } from "../../../src/cli/run/step-line.ts";
import { renderTree } from "../../../src/cli/run/step-tree.ts";
import type { ProgressReport, RunReport } from "../../../src/client/index.ts";
import { createListener } from "./fake-world.ts";

const T0 = "2026-01-01T00:00:00.000Z";
const NOW = Date.parse(T0) + 2500;

function step(id: string, status: string, more: Partial<ShownStep> = {}): ShownStep {
  return { id, status, attempts: 1, ...more };
}

function progress(steps: readonly ShownStep[], status = "running"): ProgressReport {
  const report = { pattern: "p", version: "1.0.0", digest: "", status, steps };
  return { ...report, state: {}, earlier: [], pendingApprovals: [] } as unknown as ProgressReport;
}

describe("a step's line", () => {
  it("shows how long a running step has been running", () => {
    expect(renderStep(step("build", "running", { startedAt: T0 }), NOW, 5)).toBe(
      "▶ build  running  2.5s",
    );
  });

  it("shows instance, attempts and the reason of a failure on one line", () => {
    const failed = step("fetch", "failed", {
      instance: "2.0",
      attempts: 3,
      startedAt: T0,
      finishedAt: "2026-01-01T00:00:01.000Z",
      error: { message: "no\n  route" },
    });

    expect(renderStep(failed, NOW, 0)).toBe("✖ fetch[2.0]  failed  1s  attempt 3  no route");
  });

  it("cuts a reason that is longer than a line", () => {
    const line = renderStep(step("a", "skipped", { reason: "x".repeat(500) }), NOW, 0);

    expect(line.length).toBeLessThan(150);
    expect(line).toMatch(/x…$/);
  });

  it("says what a waiting step waits for", () => {
    const waiting = step("ask", "running", { waitingFor: "Ship it?" });

    expect(renderStep(waiting, NOW, 0)).toBe("▶ ask  running  waiting for Ship it?");
  });

  it("says who ordered what, and a skip's reason once", () => {
    const operator = [
      { action: "retry", at: T0, by: "ann", reason: "mended" },
      { action: "skip", at: T0, reason: "not needed" },
    ] as const;
    const skipped = step("lint", "skipped", { reason: "not needed", operator });

    expect(renderStep(skipped, NOW, 0)).toBe(
      "– lint  skipped  not needed  [retry by ann: mended; skip by an operator]",
    );
  });
});

describe("the tree of steps", () => {
  it("puts instances below their step", () => {
    const lines = renderTree(
      [step("each", "running"), step("each", "succeeded", { instance: "0" })],
      NOW,
    );

    expect(lines).toEqual(["▶ each       running", "  ✔ each[0]  succeeded"]);
  });

  it("folds what is done when there are more steps than lines", () => {
    const steps = [
      ...Array.from({ length: 50 }, (_, index) => step(`s${index}`, "succeeded")),
      step("last", "running"),
    ];

    expect(renderTree(steps, NOW)).toEqual([
      "▶ last    running",
      "… 51 steps: 50 succeeded, 1 running",
    ]);
  });
});

describe("the view of a run's progress", () => {
  it("writes one line per change where there is no terminal", () => {
    const { output, fake } = createListener();
    const view = createProgressView(output, () => NOW);

    view.show(progress([step("a", "running", { startedAt: T0 }), step("b", "pending")]));
    view.show(progress([step("a", "running", { startedAt: T0 }), step("b", "pending")]));
    view.show(progress([step("a", "succeeded"), step("b", "running")]));
    view.show(progress([step("a", "succeeded"), step("b", "succeeded")], "succeeded"));

    expect(fake.stderr().split("\n")).toEqual([
      "▶ a  running  2.5s",
      "run p 1.0.0 running",
      "✔ a  succeeded",
      "▶ b  running",
      "✔ b  succeeded",
      "run p 1.0.0 succeeded",
      "",
    ]);
  });

  it("redraws one picture on a terminal", () => {
    const { output, fake } = createListener(true);
    const view = createProgressView(output, () => NOW);

    view.show(progress([step("a", "running")]));
    view.show(progress([step("a", "succeeded")], "succeeded"));

    expect(fake.pictures).toEqual([
      "p 1.0.0  running\n▶ a    running",
      "p 1.0.0  succeeded\n✔ a    succeeded",
    ]);
    expect(fake.stderr()).toBe("");
  });
});

describe("a run's report as text", () => {
  const report: RunReport = {
    runId: "r",
    workflowId: "w",
    status: "failed",
    output: null,
    error: { type: "StepFailed", message: "lint failed", details: { step: "lint" } },
    url: "http://ui/w",
    steps: [],
    hooks: [
      { point: "step.before", step: "lint", name: "guard", outcome: "cancel", ms: 3, attempts: 1 },
      { point: "run.before", step: null, name: "log", outcome: "continue", ms: 1, attempts: 1 },
    ],
  };

  it("names the error, the hooks that steered and the page to look at", () => {
    expect(renderReport(report, NOW).split("\n")).toEqual([
      "failed  w",
      "hooks: 2 ran, 1 steered",
      "  guard at step.before lint: cancel",
      "error: StepFailed: lint failed",
      "  {",
      '    "step": "lint"',
      "  }",
      "see http://ui/w",
    ]);
  });
});
