/** What makes it a network: peers, messages between neighbours, no coordinator. Run with: node --test */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { input, run, trace } from "./heddle.mjs";

let report;
before(() => {
  report = run(input);
});

test("every peer learns what every other one knew", () => {
  assert.equal(report.status, "succeeded");
  const everything = Object.fromEntries(input.peers.map(({ name, knows }) => [name, knows]));
  assert.deepEqual(
    report.output.map(({ name }) => name),
    ["north", "east", "south", "west"],
  );
  for (const { facts } of report.output) assert.deepEqual(facts, everything);
});

test("messages go between neighbours only, so what is far away was passed on", () => {
  for (const [index, { log }] of report.output.entries()) {
    const { neighbours } = input.peers[index];
    assert.ok(log.length > 0);
    assert.ok(
      log.every((from) => neighbours.includes(from)),
      `${index} heard ${log}`,
    );
  }
});

test("peers speak before they listen, and act only when a message came", () => {
  const ran = trace(report);
  for (const index of input.peers.keys()) {
    const turns = ran.filter((name) => new RegExp(`^turn\\[${index}\\.\\d+\\]$`).test(name));
    const heard = ran.filter((name) => new RegExp(`^listen\\[${index}\\.\\d+\\]$`).test(name));
    assert.equal(turns.length, report.output[index].log.length + 1);
    assert.equal(heard.length, report.output[index].log.length);
  }
});

test("every message is an event of its own, and nobody but the peers was asked", () => {
  const spoken = report.steps.filter(
    ({ id, instance }) => id === "speak" && /^\d+\.\d+\.\d+$/.test(instance),
  );
  const heard = report.output.flatMap(({ log }) => log);
  // What reached a peer that had already left was not heard any more.
  assert.ok(spoken.length >= heard.length, `${spoken.length} sent, ${heard.length} heard`);
  const agents = report.steps.filter(({ kind }) => kind === "agent").map(({ id }) => id);
  assert.deepEqual([...new Set(agents)], ["turn"]);
});
