/** What makes it a swarm: no leader, a shared board, convergence to a quorum. Run with: node --test */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { input, run, trace } from "./heddle.mjs";

const agreeing = (board, choice) =>
  Object.values(board).filter((chosen) => chosen === choice).length;

let report;
before(() => {
  report = run(input);
});

test("members converge through the board until a quorum agrees, and stop there", () => {
  const { status, output } = report;

  assert.equal(status, "succeeded");
  assert.equal(output.choice, "oak");
  assert.equal(output.supporters, 4);
  const [first, ...later] = output.rounds;
  // By themselves they do not agree.
  assert.deepEqual(first, { ada: "oak", ben: "oak", cem: "barn", dee: "chimney", eve: "chimney" });
  assert.ok(later.length >= 1);
  const counts = output.rounds.map((board) => agreeing(board, "oak"));
  assert.ok(
    counts.slice(0, -1).every((count) => count < 4),
    `went on after the quorum: ${counts}`,
  );
  assert.deepEqual(counts, counts.toSorted(), "support for the winner only grows");
  // A quorum is not unanimity: who knows better keeps its choice.
  assert.equal(output.rounds.at(-1).eve, "chimney");
});

test("every member is asked in every round, and nobody else", () => {
  const rounds = report.output.rounds.length;
  const asked = trace(report).filter((name) => /^vote\[\d+\.\d+\]$/.test(name));
  const expected = Array.from({ length: rounds }, (_, round) =>
    input.members.map((_member, index) => `vote[${round}.${index}]`),
  );
  assert.deepEqual(asked.toSorted(), expected.flat().toSorted());
  const agents = report.steps.filter(({ kind }) => kind === "agent").map(({ id }) => id);
  assert.deepEqual([...new Set(agents)], ["vote"]);
});

test("a swarm that cannot agree ends after the last round", () => {
  const stubborn = ["a", "b", "c", "d"].map((name) => ({ name, scores: { [name]: 9 } }));

  const { status, error, steps } = run({ options: ["a", "b", "c", "d"], members: stubborn });

  assert.equal(status, "failed");
  assert.match(error.message, /after 10 iterations/);
  assert.equal(steps.filter(({ id, instance }) => id === "count" && instance).length, 10);
});
