/** What makes it a handoff: the agents decide who goes on, one at a time. Run with: node --test */
import assert from "node:assert/strict";
import { test } from "node:test";

import { input, run } from "./heddle.mjs";

test("control goes from agent to agent by their answers, with what they found out", () => {
  const { status, output, steps } = run(input);

  assert.equal(status, "succeeded");
  assert.deepEqual(output.trail, ["triage", "billing", "technician"]);
  assert.deepEqual(output.notes, [
    "to billing: it is about money",
    "to technician: the invoice is right, the page that shows it is not",
  ]);
  assert.equal(output.answer, "Fixed: reload the page.");
  // One step, three agents.
  assert.deepEqual(
    steps.map(({ id, attempts }) => [id, attempts]),
    [["care", 3]],
  );
});

test("an agent that can settle a case keeps it", () => {
  const { output, steps } = run({ question: "What are your opening hours?" });

  assert.deepEqual(output.trail, ["triage"]);
  assert.equal(steps[0].attempts, 1);
});

test("the way depends on the case", () => {
  const { output } = run({ question: "Was my invoice paid?" });

  assert.deepEqual(output.trail, ["triage", "billing"]);
});

test("agents that pass a case to each other are stopped", () => {
  const { status, error } = run({ question: "Why?" });

  assert.equal(status, "failed");
  assert.match(error.message, /more than 6 handoffs/);
});
