/** What makes it a saga: what was done is undone in reverse order, once each. Run with: node --test */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import { input, run, statuses } from "./heddle.mjs";

let workspace;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "saga-"));
});
afterEach(() => {
  rmSync(workspace, { recursive: true });
});

const journal = () => readFileSync(join(workspace, "journal.txt"), "utf8").trim().split("\n");
const bookings = () => readdirSync(workspace).filter((name) => name.endsWith(".json"));

test("a trip that can be booked is booked, and nothing is undone", () => {
  const { status, output } = run(input, "--workspace", workspace);

  assert.equal(status, "succeeded");
  assert.deepEqual(journal(), ["book flight", "book hotel", "book payment"]);
  assert.equal(bookings().length, 3);
  assert.match(output.payment.id, /-payment$/);
});

test("when the last step fails, everything is undone, last first and once each", () => {
  const report = run({ ...input, failAt: "payment" }, "--workspace", workspace);

  assert.equal(report.status, "failed");
  assert.deepEqual(journal(), [
    "book flight",
    "book hotel",
    "book payment",
    "cancel payment",
    "cancel hotel",
    "cancel flight",
  ]);
  const { flight, payment, ...undone } = statuses(report);
  assert.deepEqual([flight, payment], ["succeeded", "failed"]);
  assert.deepEqual(undone, {
    hotel: "succeeded",
    "payment:compensate": "compensated",
    "hotel:compensate": "compensated",
    "flight:compensate": "compensated",
  });
  assert.deepEqual(bookings(), []);
});

test("what never began is not undone", () => {
  const report = run({ ...input, failAt: "hotel" }, "--workspace", workspace);

  assert.equal(report.status, "failed");
  assert.deepEqual(journal(), ["book flight", "book hotel", "cancel hotel", "cancel flight"]);
  assert.ok(!("payment:compensate" in statuses(report)));
});
