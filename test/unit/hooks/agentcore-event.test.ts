// Hooks written for the older system look for their ids where it put them.
import { expect, it } from "vitest";

import { agentcoreEvent } from "../../../src/hooks/importers/agentcore/index.ts";
import { sampleHook } from "../../support/registry-samples.ts";

it("A15: the event of a completed task carries the task's id and the session's, where each belongs", () => {
  const event = agentcoreEvent(
    {
      id: "wf-123/r/step.after/task-456",
      point: "step.after",
      hook: "h",
      run: {
        id: "r",
        workflowId: "wf-123",
        pattern: "p",
        version: "1.0.0",
        session: "session-789",
      },
      step: { id: "task-456", kind: "run", tool: "Bash", attempt: 1, input: null, output: 7 },
      state: {},
      workspace: "w",
    },
    sampleHook({ name: "h", on: "step.after", alias: "post_task", protocol: "agentcore" }),
    "2026-01-01T00:00:00.000Z",
  );

  expect(event).toMatchObject({
    trigger: "post_task",
    workflow_id: "wf-123",
    task_id: "task-456",
    session_id: "session-789",
    data: { task_id: "task-456", status: "completed" },
    metadata: { session_id: "session-789" },
  });
});
