import { describe, expect, it } from "vitest";

import { buildReport } from "../../../src/client/run-report.ts";
import { queryOf } from "../../../src/client/run-list.ts";
import { resolveReferences } from "../../../src/client/values.ts";
import { webLinkOf } from "../../../src/client/web-link.ts";
import { createReference, type JsonValue } from "../../../src/core/index.ts";
import type { ProgressReport, StepReport } from "../../../src/workflows/messages.ts";

const step = (id: string, status: StepReport["status"], instance?: string): StepReport => ({
  id,
  kind: "run",
  status,
  attempts: 1,
  startedAt: "2026-01-01T00:00:00.000Z",
  ...(instance === undefined ? {} : { instance }),
});

describe("a run's report", () => {
  it("joins the segments of a run that continued as new; the later one knows more", () => {
    const report = buildReport({
      runId: "r",
      workflowId: "w",
      url: "u",
      outcome: { status: "succeeded", output: 1 },
      progress: {
        steps: [step("b", "succeeded"), step("c", "succeeded")],
      } as unknown as ProgressReport,
      hooks: [{ point: "run.succeeded", name: "late", outcome: "continue", ms: 2, attempts: 1 }],
      earlier: [
        {
          steps: [step("a", "succeeded", "0"), step("b", "running")],
          hooks: [
            {
              point: "step.before",
              step: "a",
              name: "early",
              outcome: "modify",
              ms: 1,
              attempts: 1,
            },
          ],
        },
      ],
    });

    expect(report.steps.map(({ id, instance, status }) => [id, instance, status])).toEqual([
      ["a", "0", "succeeded"],
      ["b", undefined, "succeeded"],
      ["c", undefined, "succeeded"],
    ]);
    expect(report.steps[0]).toMatchObject({ finishedAt: null });
    expect(report.hooks).toEqual([
      { point: "step.before", step: "a", name: "early", outcome: "modify", ms: 1, attempts: 1 },
      { point: "run.succeeded", step: null, name: "late", outcome: "continue", ms: 2, attempts: 1 },
    ]);
    expect(report).not.toHaveProperty("error");
  });
});

describe("references to large values", () => {
  const stored = new Map<string, JsonValue>([
    ["d1", { large: [createReference("d2", 9)] }],
    ["d2", "inner"],
  ]);
  const source = { getValue: async (digest: string) => stored.get(digest) ?? null };

  it("are replaced by what they stand for, at any depth", async () => {
    const value = { a: [createReference("d1", 99)], b: 2, c: null };

    expect(await resolveReferences(value, source)).toEqual({
      a: [{ large: ["inner"] }],
      b: 2,
      c: null,
    });
  });

  it("stay as they are where there is no registry", async () => {
    expect(await resolveReferences([createReference("d1", 99)], undefined)).toEqual([
      { "$heddle.ref": "d1", bytes: 99 },
    ]);
  });
});

describe("the query for runs", () => {
  it.each([
    [{}, 'HeddlePattern IS NOT NULL AND WorkflowType != "heddleSession"'],
    [{ pattern: "p" }, 'HeddlePattern = "p"'],
    [
      { session: "s 1", label: "l", status: "cancelled" as const },
      'HeddlePattern IS NOT NULL AND WorkflowType != "heddleSession" AND HeddleSession = "s 1" AND HeddleLabels = "l" AND ExecutionStatus = "Canceled"',
    ],
  ])("of %j is %s", (filter, expected) => {
    expect(queryOf(filter)).toBe(expected);
  });

  it("refuses what could become syntax", () => {
    expect(() => queryOf({ session: '" OR 1=1' })).toThrow(/quotes/);
  });
});

describe("the page of a run", () => {
  it("escapes ids that are paths", () => {
    expect(
      webLinkOf({
        webUrl: "http://ui/",
        namespace: "default",
        workflowId: "session/a b",
        runId: "r",
      }),
    ).toBe("http://ui/namespaces/default/workflows/session%2Fa%20b/r");
  });
});
