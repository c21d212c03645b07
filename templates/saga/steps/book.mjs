/** Books one part of the trip. `node book.mjs flight`, the step's `with` on stdin. */
import { json } from "node:stream/consumers";

import { book } from "../lib/bookings.mjs";

const [, , what] = process.argv;
const { trip, failAt } = await json(process.stdin);
const booking = book(what, trip);
if (failAt === what) {
  process.stderr.write(`${what} was asked to fail\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(JSON.stringify(booking));
}
