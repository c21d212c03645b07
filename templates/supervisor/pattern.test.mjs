/** What makes it a supervisor: it delegates, it judges, it sends back. Run with: node --test */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { input, run, statuses, trace } from "./heddle.mjs";

let report;
before(() => {
  report = run(input);
});

test("every task goes to a worker, and every answer to the supervisor", () => {
  assert.equal(report.status, "succeeded");
  const ran = trace(report);
  const after = (later, earlier) => assert.ok(ran.indexOf(later) > ran.indexOf(earlier), `${ran}`);
  assert.equal(ran[0], "plan");
  after("judge[0.0]", "work[0.0]");
  after("judge[1.0]", "work[1.0]");
  after("work[1.1]", "judge[1.0]");
  after("judge[1.1]", "work[1.1]");
  assert.equal(ran.at(-1), "conclude");
});

test("only what was not accepted is sent back, with the reason", () => {
  const worked = trace(report).filter((name) => name.startsWith("work["));
  assert.deepEqual(worked.toSorted(), ["work[0.0]", "work[1.0]", "work[1.1]"]);
  const { answers } = report.output;
  assert.deepEqual(answers[0], {
    task: "task-1",
    summary: "Tests failed twice.",
    sentBackFor: null,
  });
  assert.equal(answers[1].sentBackFor, "15 words, but at most 8");
  assert.equal(answers[1].summary.split(" ").length, 8);
});

test("a task that is never good enough ends the run after the last round", () => {
  const failed = run({ ...input, passages: ["Who broke it?"] });

  assert.equal(failed.status, "failed");
  assert.equal(failed.error.type, "LoopLimit");
  assert.deepEqual(
    trace(failed).filter((name) => /^(work|judge)\[/.test(name)),
    ["work[0.0]", "judge[0.0]", "work[0.1]", "judge[0.1]", "work[0.2]", "judge[0.2]"],
  );
  assert.equal(statuses(failed).conclude, "cancelled");
});
