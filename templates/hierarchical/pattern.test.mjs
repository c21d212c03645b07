/** What makes it a hierarchy: work goes down and results come up level by level. Run with: node --test */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { input, run, statuses, trace } from "./heddle.mjs";

let report;
before(() => {
  report = run(input);
});

test("work goes down level by level: director, leads, workers", () => {
  assert.equal(report.status, "succeeded");
  const ran = trace(report);
  const position = (name) => {
    assert.ok(ran.includes(name), `${name} did not run: ${ran}`);
    return ran.indexOf(name);
  };

  assert.equal(ran[0], "direct");
  for (const team of [0, 1]) {
    assert.ok(position(`lead[${team}]`) < position(`work[${team}.0]`));
    assert.ok(position(`work[${team}.0]`) < position(`combine[${team}]`));
  }
  assert.equal(ran.at(-1), "conclude");
});

test("each team has its own workers, and they answer to their own lead", () => {
  const workers = trace(report).filter((name) => /^work\[\d+\.\d+\]$/.test(name));

  assert.deepEqual(workers.toSorted(), [
    "work[0.0]",
    "work[0.1]",
    "work[1.0]",
    "work[1.1]",
    "work[1.2]",
  ]);
  const [cost, risk] = report.output.reports;
  assert.deepEqual(
    cost.answers.map(({ question }) => question),
    input.areas.cost,
  );
  assert.ok(risk.answers.every(({ area }) => area === "risk"));
});

test("what a worker could not do goes up as missing, lead by lead", () => {
  assert.equal(statuses(report)["work[1.1]"], "failed");
  const [cost, risk] = report.output.reports;
  assert.deepEqual(cost.missing, []);
  assert.deepEqual(risk.missing, ["Riddle: what can not?"]);
  assert.equal(report.output.complete, false);
});
