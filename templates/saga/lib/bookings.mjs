/**
 * Plays the airline, the hotel and the bank: bookings are files in the working directory, and the journal tells what was
 * done in which order. Call the real services here, with `bookingId` as their idempotency key.
 */
import { appendFileSync, existsSync, rmSync, writeFileSync } from "node:fs";

/** The same for every try of one run's step, so that trying again books nothing twice. */
export function bookingId(what) {
  return `${process.env.HEDDLE_WORKFLOW_ID ?? "by-hand"}-${what}`;
}

export function book(what, trip) {
  const id = bookingId(what);
  if (!existsSync(`${id}.json`)) writeFileSync(`${id}.json`, JSON.stringify({ id, trip }));
  note(`book ${what}`);
  return { id };
}

/** Holds also when nothing was ever booked: the step may have died before it came to that. */
export function cancel(what) {
  rmSync(`${bookingId(what)}.json`, { force: true });
  note(`cancel ${what}`);
}

function note(line) {
  appendFileSync("journal.txt", `${line}\n`);
}
