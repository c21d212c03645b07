/** What makes it a circuit breaker: it opens, leaves the service alone, tries it, closes. Run with: node --test */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { input, run, statuses } from "./heddle.mjs";

/** One run, as "before -> after (who answered)", and whether the service was asked. */
function ask(session, given) {
  const report = run({ ...input, ...given }, "--session", session);
  assert.equal(report.status, "succeeded", JSON.stringify(report.error));
  const { before, after, from } = report.output;
  const asked = statuses(report).call !== "skipped";
  return `${before} -> ${after}, ${from}${asked ? "" : ", service left alone"}`;
}

test("the circuit opens after three failures in a row, rests, tries again and closes, over several runs", () => {
  const session = `breaker-${randomUUID()}`;
  const down = { service: "down", openSeconds: 3600 };

  assert.equal(ask(session, down), "closed -> closed, fallback");
  // A success starts the count again.
  assert.equal(ask(session, {}), "closed -> closed, service");
  assert.equal(ask(session, down), "closed -> closed, fallback");
  assert.equal(ask(session, down), "closed -> closed, fallback");
  assert.equal(ask(session, down), "closed -> open, fallback");
  // Open: the service is left alone, even though it is up again.
  assert.equal(ask(session, { openSeconds: 3600 }), "open -> open, fallback, service left alone");
  // Rested, but still down: one failure is enough to open it again.
  assert.equal(ask(session, { ...down, openSeconds: 0 }), "halfOpen -> open, fallback");
  // Rested and up: it closes.
  assert.equal(ask(session, { openSeconds: 0 }), "halfOpen -> closed, service");
});

test("a run without a session says what is missing", () => {
  const { status, error } = run(input);

  assert.equal(status, "failed");
  assert.match(JSON.stringify(error), /--session/);
});
